ALTER TABLE decisions ADD COLUMN chain TEXT[] DEFAULT '{}' NOT NULL
-- ;
ALTER TABLE conversations ADD COLUMN promise_due_at TIMESTAMP WITH TIME ZONE, ADD COLUMN promise_kind TEXT, ADD COLUMN sentiment TEXT, ADD COLUMN intent TEXT
-- ;
CREATE INDEX ix_conversations_due ON conversations (workspace_id, promise_due_at, id) WHERE promise_due_at IS NOT NULL AND status = 'open'
-- ;
CREATE INDEX ix_conversations_merged ON conversations (workspace_id, merged_into_id) WHERE merged_into_id IS NOT NULL
-- ;
CREATE INDEX ix_facts_at ON facts USING brin (at) WITH (pages_per_range = 32)
-- ;
UPDATE decider_configs SET decider = 'routing' WHERE decider = 'assignment'
-- ;
CREATE TABLE broadcasts (
	workspace_id UUID NOT NULL, 
	id UUID NOT NULL, 
	name TEXT NOT NULL, 
	state TEXT NOT NULL, 
	selection JSONB DEFAULT '{}' NOT NULL, 
	texts JSONB DEFAULT '{}' NOT NULL, 
	tag_id UUID, 
	per_minute INTEGER DEFAULT '60' NOT NULL, 
	total INTEGER DEFAULT '0' NOT NULL, 
	sent INTEGER DEFAULT '0' NOT NULL, 
	failed INTEGER DEFAULT '0' NOT NULL, 
	skipped INTEGER DEFAULT '0' NOT NULL, 
	replied INTEGER DEFAULT '0' NOT NULL, 
	created_by UUID, 
	started_by UUID, 
	approved_by UUID, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	started_at TIMESTAMP WITH TIME ZONE, 
	finished_at TIMESTAMP WITH TIME ZONE, 
	next_at TIMESTAMP WITH TIME ZONE, 
	told_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_broadcasts PRIMARY KEY (workspace_id, id)
)
-- ;
CREATE INDEX ix_broadcasts_newest ON broadcasts (workspace_id, id DESC)
-- ;
CREATE TABLE rehearsals (
	workspace_id UUID NOT NULL, 
	id UUID NOT NULL, 
	title TEXT NOT NULL, 
	change JSONB DEFAULT '{}' NOT NULL, 
	from_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	to_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	state TEXT NOT NULL, 
	done INTEGER DEFAULT '0' NOT NULL, 
	total INTEGER DEFAULT '0' NOT NULL, 
	report JSONB, 
	error TEXT, 
	created_by UUID, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	started_at TIMESTAMP WITH TIME ZONE, 
	finished_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_rehearsals PRIMARY KEY (workspace_id, id)
)
-- ;
CREATE INDEX ix_rehearsals_newest ON rehearsals (workspace_id, id DESC)
-- ;
CREATE TABLE rule_sets (
	workspace_id UUID NOT NULL, 
	version INTEGER NOT NULL, 
	members JSONB DEFAULT '[]' NOT NULL, 
	saved_by UUID, 
	at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_rule_sets PRIMARY KEY (workspace_id, version)
)
-- ;
CREATE TABLE rules (
	workspace_id UUID NOT NULL, 
	id UUID NOT NULL, 
	position INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	enabled BOOLEAN DEFAULT false NOT NULL, 
	event TEXT NOT NULL, 
	version INTEGER DEFAULT '1' NOT NULL, 
	body JSONB DEFAULT '{}' NOT NULL, 
	template TEXT, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	archived_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_rules PRIMARY KEY (workspace_id, id)
)
-- ;
CREATE INDEX ix_rules_order ON rules (workspace_id, position, id) WHERE archived_at IS NULL
-- ;
CREATE TABLE slas (
	workspace_id UUID NOT NULL, 
	id UUID NOT NULL, 
	position INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	enabled BOOLEAN DEFAULT false NOT NULL, 
	version INTEGER DEFAULT '1' NOT NULL, 
	body JSONB DEFAULT '{}' NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	archived_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_slas PRIMARY KEY (workspace_id, id)
)
-- ;
CREATE TABLE timers (
	workspace_id UUID NOT NULL, 
	kind TEXT NOT NULL, 
	key TEXT NOT NULL, 
	subject_id UUID, 
	due_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	data JSONB DEFAULT '{}' NOT NULL, 
	CONSTRAINT pk_timers PRIMARY KEY (workspace_id, kind, key)
)
-- ;
CREATE INDEX ix_timers_due ON timers (due_at)
-- ;
CREATE INDEX ix_timers_subject ON timers (workspace_id, subject_id) WHERE subject_id IS NOT NULL
-- ;
CREATE TABLE agent_routing (
	workspace_id UUID NOT NULL, 
	agent_id UUID NOT NULL, 
	capacity NUMERIC(6, 2), 
	languages TEXT[] DEFAULT '{}' NOT NULL, 
	skills TEXT[] DEFAULT '{}' NOT NULL, 
	time_zone TEXT, 
	shifts JSONB DEFAULT '[]' NOT NULL, 
	away JSONB DEFAULT '[]' NOT NULL, 
	takes_work BOOLEAN DEFAULT true NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_agent_routing PRIMARY KEY (workspace_id, agent_id), 
	CONSTRAINT fk_agent_routing_workspace_id_agent_id FOREIGN KEY(workspace_id, agent_id) REFERENCES agents (workspace_id, id)
)
-- ;
CREATE TABLE handovers (
	workspace_id UUID NOT NULL, 
	id UUID NOT NULL, 
	agent_id UUID NOT NULL, 
	conversation_ids UUID[] DEFAULT '{}' NOT NULL, 
	brief JSONB DEFAULT '{}' NOT NULL, 
	reason TEXT NOT NULL, 
	at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_handovers PRIMARY KEY (workspace_id, id), 
	CONSTRAINT fk_handovers_workspace_id_agent_id FOREIGN KEY(workspace_id, agent_id) REFERENCES agents (workspace_id, id)
)
-- ;
CREATE INDEX ix_handovers_newest ON handovers (workspace_id, id DESC)
-- ;
CREATE TABLE macros (
	workspace_id UUID NOT NULL, 
	id UUID NOT NULL, 
	name TEXT NOT NULL, 
	folder TEXT DEFAULT '' NOT NULL, 
	team_id UUID, 
	agent_id UUID, 
	version INTEGER DEFAULT '1' NOT NULL, 
	texts JSONB DEFAULT '{}' NOT NULL, 
	acts JSONB DEFAULT '[]' NOT NULL, 
	intents TEXT[] DEFAULT '{}' NOT NULL, 
	shortcut TEXT, 
	used BIGINT DEFAULT '0' NOT NULL, 
	used_at TIMESTAMP WITH TIME ZONE, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	archived_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_macros PRIMARY KEY (workspace_id, id), 
	CONSTRAINT fk_macros_workspace_id_team_id FOREIGN KEY(workspace_id, team_id) REFERENCES teams (workspace_id, id), 
	CONSTRAINT fk_macros_workspace_id_agent_id FOREIGN KEY(workspace_id, agent_id) REFERENCES agents (workspace_id, id)
)
-- ;
CREATE INDEX ix_macros_name ON macros (workspace_id, name, id) WHERE archived_at IS NULL
-- ;
CREATE TABLE rule_days (
	workspace_id UUID NOT NULL, 
	rule_id UUID NOT NULL, 
	day DATE NOT NULL, 
	lane SMALLINT NOT NULL, 
	matched INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_rule_days PRIMARY KEY (workspace_id, rule_id, day, lane), 
	CONSTRAINT fk_rule_days_workspace_id_rule_id FOREIGN KEY(workspace_id, rule_id) REFERENCES rules (workspace_id, id)
)
-- ;
CREATE TABLE rule_versions (
	workspace_id UUID NOT NULL, 
	rule_id UUID NOT NULL, 
	version INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	body JSONB DEFAULT '{}' NOT NULL, 
	saved_by UUID, 
	at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_rule_versions PRIMARY KEY (workspace_id, rule_id, version), 
	CONSTRAINT fk_rule_versions_workspace_id_rule_id FOREIGN KEY(workspace_id, rule_id) REFERENCES rules (workspace_id, id)
)
-- ;
CREATE TABLE sla_versions (
	workspace_id UUID NOT NULL, 
	sla_id UUID NOT NULL, 
	version INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	body JSONB DEFAULT '{}' NOT NULL, 
	saved_by UUID, 
	at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_sla_versions PRIMARY KEY (workspace_id, sla_id, version), 
	CONSTRAINT fk_sla_versions_workspace_id_sla_id FOREIGN KEY(workspace_id, sla_id) REFERENCES slas (workspace_id, id)
)
-- ;
CREATE TABLE team_routing (
	workspace_id UUID NOT NULL, 
	team_id UUID NOT NULL, 
	settings JSONB DEFAULT '{}' NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_team_routing PRIMARY KEY (workspace_id, team_id), 
	CONSTRAINT fk_team_routing_workspace_id_team_id FOREIGN KEY(workspace_id, team_id) REFERENCES teams (workspace_id, id)
)
-- ;
CREATE TABLE broadcast_targets (
	workspace_id UUID NOT NULL, 
	broadcast_id UUID NOT NULL, 
	position INTEGER NOT NULL, 
	customer_id UUID, 
	conversation_id UUID, 
	order_id UUID, 
	channel_kind TEXT, 
	language TEXT, 
	state TEXT NOT NULL, 
	reason TEXT, 
	detail TEXT, 
	message_id UUID, 
	sent_at TIMESTAMP WITH TIME ZONE, 
	replied_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_broadcast_targets PRIMARY KEY (workspace_id, broadcast_id, position), 
	CONSTRAINT fk_broadcast_targets_workspace_id_broadcast_id FOREIGN KEY(workspace_id, broadcast_id) REFERENCES broadcasts (workspace_id, id) ON DELETE CASCADE, 
	CONSTRAINT fk_broadcast_targets_workspace_id_customer_id FOREIGN KEY(workspace_id, customer_id) REFERENCES customers (workspace_id, id)
)
-- ;
CREATE INDEX ix_broadcast_targets_conversation ON broadcast_targets (workspace_id, conversation_id) WHERE state = 'sent' AND replied_at IS NULL
-- ;
CREATE INDEX ix_broadcast_targets_message ON broadcast_targets (workspace_id, message_id) WHERE message_id IS NOT NULL
-- ;
CREATE INDEX ix_broadcast_targets_waiting ON broadcast_targets (workspace_id, broadcast_id, position) WHERE state = 'waiting'
-- ;
CREATE UNIQUE INDEX uq_broadcast_targets_customer ON broadcast_targets (workspace_id, broadcast_id, customer_id)
-- ;
CREATE TABLE macro_files (
	workspace_id UUID NOT NULL, 
	macro_id UUID NOT NULL, 
	file_id UUID NOT NULL, 
	name TEXT NOT NULL, 
	inline BOOLEAN DEFAULT false NOT NULL, 
	position SMALLINT DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_macro_files PRIMARY KEY (workspace_id, macro_id, file_id), 
	CONSTRAINT fk_macro_files_workspace_id_macro_id FOREIGN KEY(workspace_id, macro_id) REFERENCES macros (workspace_id, id), 
	CONSTRAINT fk_macro_files_workspace_id_file_id FOREIGN KEY(workspace_id, file_id) REFERENCES files (workspace_id, id)
)
-- ;
CREATE INDEX ix_macro_files_file ON macro_files (workspace_id, file_id)
-- ;
CREATE TABLE macro_uses (
	workspace_id UUID NOT NULL, 
	id UUID NOT NULL, 
	macro_id UUID NOT NULL, 
	version INTEGER NOT NULL, 
	conversation_id UUID NOT NULL, 
	message_id UUID, 
	agent_id UUID, 
	intent TEXT, 
	at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_macro_uses PRIMARY KEY (workspace_id, id), 
	CONSTRAINT fk_macro_uses_workspace_id_macro_id FOREIGN KEY(workspace_id, macro_id) REFERENCES macros (workspace_id, id)
)
-- ;
CREATE INDEX ix_macro_uses_conversation ON macro_uses (workspace_id, conversation_id)
-- ;
CREATE INDEX ix_macro_uses_macro ON macro_uses (workspace_id, macro_id, at DESC)
-- ;
CREATE TABLE macro_versions (
	workspace_id UUID NOT NULL, 
	macro_id UUID NOT NULL, 
	version INTEGER NOT NULL, 
	body JSONB DEFAULT '{}' NOT NULL, 
	saved_by UUID, 
	at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_macro_versions PRIMARY KEY (workspace_id, macro_id, version), 
	CONSTRAINT fk_macro_versions_workspace_id_macro_id FOREIGN KEY(workspace_id, macro_id) REFERENCES macros (workspace_id, id)
)
-- ;
CREATE TABLE personal_agents (
	workspace_id UUID NOT NULL, 
	customer_id UUID NOT NULL, 
	agent_id UUID NOT NULL, 
	at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_personal_agents PRIMARY KEY (workspace_id, customer_id), 
	CONSTRAINT fk_personal_agents_workspace_id_customer_id FOREIGN KEY(workspace_id, customer_id) REFERENCES customers (workspace_id, id), 
	CONSTRAINT fk_personal_agents_workspace_id_agent_id FOREIGN KEY(workspace_id, agent_id) REFERENCES agents (workspace_id, id)
)
-- ;
CREATE TABLE alerts (
	workspace_id UUID NOT NULL, 
	id UUID NOT NULL, 
	conversation_id UUID NOT NULL, 
	message_id UUID, 
	kind TEXT NOT NULL, 
	decision_id UUID, 
	agent_ids UUID[] DEFAULT '{}' NOT NULL, 
	received_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	raised_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	seen_at TIMESTAMP WITH TIME ZONE, 
	seen_by UUID, 
	handled_at TIMESTAMP WITH TIME ZONE, 
	handled_by UUID, 
	CONSTRAINT pk_alerts PRIMARY KEY (workspace_id, id), 
	CONSTRAINT fk_alerts_workspace_id_conversation_id FOREIGN KEY(workspace_id, conversation_id) REFERENCES conversations (workspace_id, id)
)
-- ;
CREATE INDEX ix_alerts_newest ON alerts (workspace_id, id DESC)
-- ;
CREATE INDEX ix_alerts_open ON alerts (workspace_id, id DESC) WHERE handled_at IS NULL
-- ;
CREATE UNIQUE INDEX uq_alerts_message ON alerts (workspace_id, message_id, kind) WHERE message_id IS NOT NULL
-- ;
CREATE TABLE conversation_merges (
	workspace_id UUID NOT NULL, 
	id UUID NOT NULL, 
	act TEXT NOT NULL, 
	source_id UUID NOT NULL, 
	target_id UUID NOT NULL, 
	automatic BOOLEAN DEFAULT false NOT NULL, 
	reason TEXT DEFAULT '' NOT NULL, 
	taken JSONB DEFAULT '{}' NOT NULL, 
	by_kind TEXT NOT NULL, 
	by_id UUID, 
	at TIMESTAMP WITH TIME ZONE NOT NULL, 
	undone_at TIMESTAMP WITH TIME ZONE, 
	undone_by_kind TEXT, 
	undone_by_id UUID, 
	CONSTRAINT pk_conversation_merges PRIMARY KEY (workspace_id, id), 
	CONSTRAINT fk_conversation_merges_workspace_id_source_id FOREIGN KEY(workspace_id, source_id) REFERENCES conversations (workspace_id, id), 
	CONSTRAINT fk_conversation_merges_workspace_id_target_id FOREIGN KEY(workspace_id, target_id) REFERENCES conversations (workspace_id, id)
)
-- ;
CREATE INDEX ix_conversation_merges_source ON conversation_merges (workspace_id, source_id)
-- ;
CREATE INDEX ix_conversation_merges_target ON conversation_merges (workspace_id, target_id)
-- ;
CREATE UNIQUE INDEX uq_conversation_merges_source ON conversation_merges (workspace_id, source_id) WHERE undone_at IS NULL AND act = 'merge'
-- ;
CREATE TABLE promises (
	workspace_id UUID NOT NULL, 
	id UUID NOT NULL, 
	conversation_id UUID NOT NULL, 
	kind TEXT NOT NULL, 
	sla_id UUID NOT NULL, 
	sla_version INTEGER NOT NULL, 
	state TEXT NOT NULL, 
	target_minutes INTEGER NOT NULL, 
	started_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	spent_ms BIGINT DEFAULT '0' NOT NULL, 
	counted_from TIMESTAMP WITH TIME ZONE, 
	due_at TIMESTAMP WITH TIME ZONE, 
	warned_at TIMESTAMP WITH TIME ZONE, 
	broken_at TIMESTAMP WITH TIME ZONE, 
	met_at TIMESTAMP WITH TIME ZONE, 
	ended_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_promises PRIMARY KEY (workspace_id, id), 
	CONSTRAINT fk_promises_workspace_id_conversation_id FOREIGN KEY(workspace_id, conversation_id) REFERENCES conversations (workspace_id, id), 
	CONSTRAINT fk_promises_workspace_id_sla_id FOREIGN KEY(workspace_id, sla_id) REFERENCES slas (workspace_id, id)
)
-- ;
CREATE INDEX ix_promises_conversation ON promises (workspace_id, conversation_id, started_at)
-- ;
CREATE INDEX ix_promises_sla ON promises (workspace_id, sla_id, started_at)
-- ;
CREATE UNIQUE INDEX uq_promises_standing ON promises (workspace_id, conversation_id, kind) WHERE ended_at IS NULL
-- ;
CREATE TABLE queue_entries (
	workspace_id UUID NOT NULL, 
	id UUID NOT NULL, 
	conversation_id UUID NOT NULL, 
	team_id UUID, 
	channel_kind TEXT NOT NULL, 
	language TEXT, 
	priority SMALLINT DEFAULT '1' NOT NULL, 
	due_at TIMESTAMP WITH TIME ZONE, 
	refused_by UUID, 
	entered_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	left_at TIMESTAMP WITH TIME ZONE, 
	outcome TEXT, 
	agent_id UUID, 
	CONSTRAINT pk_queue_entries PRIMARY KEY (workspace_id, id), 
	CONSTRAINT fk_queue_entries_workspace_id_conversation_id FOREIGN KEY(workspace_id, conversation_id) REFERENCES conversations (workspace_id, id)
)
-- ;
CREATE INDEX ix_queue_entries_left ON queue_entries (workspace_id, left_at DESC) WHERE outcome = 'assigned'
-- ;
CREATE INDEX ix_queue_entries_order ON queue_entries (workspace_id, priority DESC, due_at, entered_at, id) WHERE left_at IS NULL
-- ;
CREATE UNIQUE INDEX uq_queue_entries_waiting ON queue_entries (workspace_id, conversation_id) WHERE left_at IS NULL
-- ;
CREATE TABLE conversation_merge_items (
	workspace_id UUID NOT NULL, 
	merge_id UUID NOT NULL, 
	kind TEXT NOT NULL, 
	item_id UUID NOT NULL, 
	data JSONB, 
	CONSTRAINT pk_conversation_merge_items PRIMARY KEY (workspace_id, merge_id, kind, item_id), 
	CONSTRAINT fk_conversation_merge_items_workspace_id_merge_id FOREIGN KEY(workspace_id, merge_id) REFERENCES conversation_merges (workspace_id, id) ON DELETE CASCADE
)
-- ;
CREATE TABLE understandings (
	workspace_id UUID NOT NULL, 
	message_id UUID NOT NULL, 
	conversation_id UUID NOT NULL, 
	model TEXT NOT NULL, 
	language TEXT, 
	sentiment TEXT NOT NULL, 
	urgent BOOLEAN DEFAULT false NOT NULL, 
	threatening BOOLEAN DEFAULT false NOT NULL, 
	intents JSONB DEFAULT '[]' NOT NULL, 
	entities JSONB DEFAULT '[]' NOT NULL, 
	reasons JSONB DEFAULT '[]' NOT NULL, 
	micros INTEGER DEFAULT '0' NOT NULL, 
	at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_understandings PRIMARY KEY (workspace_id, message_id), 
	CONSTRAINT fk_understandings_workspace_id_message_id FOREIGN KEY(workspace_id, message_id) REFERENCES messages (workspace_id, id), 
	CONSTRAINT fk_understandings_workspace_id_conversation_id FOREIGN KEY(workspace_id, conversation_id) REFERENCES conversations (workspace_id, id)
)
-- ;
CREATE INDEX ix_understandings_conversation ON understandings (workspace_id, conversation_id)
-- ;
ALTER TABLE broadcasts ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE broadcasts FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON broadcasts
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE rehearsals ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE rehearsals FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON rehearsals
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE rule_sets ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE rule_sets FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON rule_sets
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE rules ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE rules FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON rules
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE slas ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE slas FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON slas
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE timers ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE timers FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON timers
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE agent_routing ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE agent_routing FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON agent_routing
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE handovers ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE handovers FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON handovers
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE macros ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE macros FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON macros
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE rule_days ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE rule_days FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON rule_days
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE rule_versions ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE rule_versions FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON rule_versions
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE sla_versions ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE sla_versions FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON sla_versions
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE team_routing ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE team_routing FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON team_routing
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE broadcast_targets ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE broadcast_targets FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON broadcast_targets
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE macro_files ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE macro_files FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON macro_files
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE macro_uses ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE macro_uses FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON macro_uses
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE macro_versions ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE macro_versions FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON macro_versions
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE personal_agents ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE personal_agents FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON personal_agents
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE alerts ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE alerts FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON alerts
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE conversation_merges ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE conversation_merges FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON conversation_merges
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE promises ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE promises FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON promises
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE queue_entries ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE queue_entries FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON queue_entries
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE conversation_merge_items ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE conversation_merge_items FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON conversation_merge_items
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE understandings ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE understandings FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON understandings
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
