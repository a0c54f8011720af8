CREATE TABLE agents (
	workspace_id UUID NOT NULL, 
	id UUID NOT NULL, 
	email TEXT NOT NULL, 
	email_key TEXT NOT NULL, 
	name TEXT NOT NULL, 
	role TEXT NOT NULL, 
	state TEXT NOT NULL, 
	password_hash TEXT, 
	language TEXT DEFAULT 'en' NOT NULL, 
	time_zone TEXT DEFAULT 'UTC' NOT NULL, 
	theme TEXT DEFAULT 'system' NOT NULL, 
	signature_html TEXT DEFAULT '' NOT NULL, 
	avatar_colour TEXT DEFAULT 'slate' NOT NULL, 
	totp_secret BYTEA, 
	totp_confirmed_at TIMESTAMP WITH TIME ZONE, 
	totp_step BIGINT, 
	notification_prefs JSONB DEFAULT '{}' NOT NULL, 
	presence TEXT DEFAULT 'online' NOT NULL, 
	presence_at TIMESTAMP WITH TIME ZONE, 
	last_assigned_at TIMESTAMP WITH TIME ZONE, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_agents PRIMARY KEY (workspace_id, id), 
	CONSTRAINT uq_agents_workspace_id_email_key UNIQUE (workspace_id, email_key)
)
-- ;
CREATE INDEX ix_agents_email_key ON agents (email_key)
-- ;
CREATE TABLE api_tokens (
	workspace_id UUID NOT NULL, 
	id UUID NOT NULL, 
	name TEXT NOT NULL, 
	token_hash TEXT NOT NULL, 
	hint TEXT NOT NULL, 
	scopes TEXT[] DEFAULT '{}' NOT NULL, 
	created_by UUID, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	expires_at TIMESTAMP WITH TIME ZONE, 
	used_at TIMESTAMP WITH TIME ZONE, 
	revoked_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_api_tokens PRIMARY KEY (workspace_id, id)
)
-- ;
CREATE UNIQUE INDEX uq_api_tokens_hash ON api_tokens (token_hash)
-- ;
CREATE TABLE audit_entries (
	workspace_id UUID NOT NULL, 
	seq BIGINT NOT NULL, 
	at TIMESTAMP WITH TIME ZONE NOT NULL, 
	actor_kind TEXT NOT NULL, 
	actor_id UUID, 
	action TEXT NOT NULL, 
	subject_kind TEXT, 
	subject_id UUID, 
	data JSONB DEFAULT '{}' NOT NULL, 
	previous_hash TEXT NOT NULL, 
	hash TEXT NOT NULL, 
	CONSTRAINT pk_audit_entries PRIMARY KEY (workspace_id, seq)
)
-- ;
CREATE TABLE brands (
	workspace_id UUID NOT NULL, 
	id UUID NOT NULL, 
	name TEXT NOT NULL, 
	colour TEXT DEFAULT '#2f6f5e' NOT NULL, 
	logo TEXT, 
	signature_html TEXT DEFAULT '' NOT NULL, 
	languages TEXT[] DEFAULT '{}' NOT NULL, 
	is_default BOOLEAN DEFAULT false NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	archived_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_brands PRIMARY KEY (workspace_id, id)
)
-- ;
CREATE TABLE bulk_acts (
	workspace_id UUID NOT NULL, 
	id UUID NOT NULL, 
	agent_id UUID, 
	act JSONB DEFAULT '{}' NOT NULL, 
	total INTEGER DEFAULT '0' NOT NULL, 
	done INTEGER DEFAULT '0' NOT NULL, 
	state TEXT NOT NULL, 
	at TIMESTAMP WITH TIME ZONE NOT NULL, 
	undone_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_bulk_acts PRIMARY KEY (workspace_id, id)
)
-- ;
CREATE TABLE business_hours (
	workspace_id UUID NOT NULL, 
	id UUID NOT NULL, 
	name TEXT NOT NULL, 
	time_zone TEXT DEFAULT 'UTC' NOT NULL, 
	periods JSONB DEFAULT '[]' NOT NULL, 
	holidays JSONB DEFAULT '[]' NOT NULL, 
	is_default BOOLEAN DEFAULT false NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	archived_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_business_hours PRIMARY KEY (workspace_id, id)
)
-- ;
CREATE TABLE checklists (
	workspace_id UUID NOT NULL, 
	id UUID NOT NULL, 
	name TEXT NOT NULL, 
	intent TEXT DEFAULT '' NOT NULL, 
	items JSONB DEFAULT '[]' NOT NULL, 
	team_ids UUID[] DEFAULT '{}' NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	archived_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_checklists PRIMARY KEY (workspace_id, id)
)
-- ;
CREATE TABLE counters (
	workspace_id UUID NOT NULL, 
	name TEXT NOT NULL, 
	value BIGINT DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_counters PRIMARY KEY (workspace_id, name)
)
-- ;
CREATE TABLE custom_fields (
	workspace_id UUID NOT NULL, 
	id UUID NOT NULL, 
	key TEXT NOT NULL, 
	label TEXT NOT NULL, 
	type TEXT NOT NULL, 
	options JSONB DEFAULT '[]' NOT NULL, 
	position SMALLINT DEFAULT '0' NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	archived_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_custom_fields PRIMARY KEY (workspace_id, id), 
	CONSTRAINT uq_custom_fields_workspace_id_key UNIQUE (workspace_id, key)
)
-- ;
CREATE TABLE customer_documents (
	workspace_id UUID NOT NULL, 
	customer_id UUID NOT NULL, 
	tokens TSVECTOR NOT NULL, 
	CONSTRAINT pk_customer_documents PRIMARY KEY (workspace_id, customer_id)
)
-- ;
CREATE INDEX ix_customer_documents_tokens ON customer_documents USING gin (tokens)
-- ;
CREATE TABLE decider_configs (
	workspace_id UUID NOT NULL, 
	decider TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	enabled BOOLEAN DEFAULT true NOT NULL, 
	config JSONB DEFAULT '{}' NOT NULL, 
	created_by UUID, 
	at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_decider_configs PRIMARY KEY (workspace_id, decider, version)
)
-- ;
CREATE TABLE decision_acts (
	workspace_id UUID NOT NULL, 
	decision_id UUID NOT NULL, 
	position SMALLINT NOT NULL, 
	act TEXT NOT NULL, 
	state TEXT NOT NULL, 
	result JSONB DEFAULT '{}' NOT NULL, 
	at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_decision_acts PRIMARY KEY (workspace_id, decision_id, position)
)
-- ;
CREATE TABLE decisions (
	workspace_id UUID NOT NULL, 
	id UUID NOT NULL, 
	fact_id UUID NOT NULL, 
	decider TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	conversation_id UUID, 
	reasons JSONB DEFAULT '[]' NOT NULL, 
	facts JSONB DEFAULT '{}' NOT NULL, 
	acts JSONB DEFAULT '[]' NOT NULL, 
	at TIMESTAMP WITH TIME ZONE NOT NULL, 
	undone_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_decisions PRIMARY KEY (workspace_id, id)
)
-- ;
CREATE INDEX ix_decisions_conversation ON decisions (workspace_id, conversation_id, at)
-- ;
CREATE UNIQUE INDEX uq_decisions_fact ON decisions (workspace_id, fact_id, decider)
-- ;
CREATE TABLE demo_mails (
	workspace_id UUID NOT NULL, 
	id UUID NOT NULL, 
	sender TEXT NOT NULL, 
	recipients TEXT NOT NULL, 
	subject TEXT DEFAULT '' NOT NULL, 
	raw BYTEA NOT NULL, 
	at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_demo_mails PRIMARY KEY (workspace_id, id)
)
-- ;
CREATE TABLE demo_orders (
	workspace_id UUID NOT NULL, 
	number TEXT NOT NULL, 
	serial BIGINT NOT NULL, 
	email_key TEXT NOT NULL, 
	data JSONB DEFAULT '{}' NOT NULL, 
	placed_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_demo_orders PRIMARY KEY (workspace_id, number)
)
-- ;
CREATE INDEX ix_demo_orders_email ON demo_orders (workspace_id, email_key, placed_at DESC)
-- ;
CREATE TABLE facts (
	workspace_id UUID NOT NULL, 
	epoch INTEGER NOT NULL, 
	xid xid8 DEFAULT greatest(pg_snapshot_xmax(pg_current_snapshot()), ((pg_current_xact_id()::text)::bigint + 1)::text::xid8) NOT NULL, 
	seq BIGINT GENERATED ALWAYS AS IDENTITY, 
	id UUID NOT NULL, 
	kind TEXT NOT NULL, 
	at TIMESTAMP WITH TIME ZONE NOT NULL, 
	lane SMALLINT NOT NULL, 
	conversation_id UUID, 
	subject_id UUID, 
	actor_kind TEXT NOT NULL, 
	actor_id UUID, 
	cause_id UUID, 
	depth SMALLINT DEFAULT '0' NOT NULL, 
	data JSONB DEFAULT '{}' NOT NULL, 
	CONSTRAINT pk_facts PRIMARY KEY (workspace_id, epoch, xid, seq)
)
-- ;
CREATE INDEX ix_facts_conversation ON facts (workspace_id, conversation_id, epoch, xid, seq) WHERE conversation_id IS NOT NULL
-- ;
CREATE INDEX ix_facts_lane ON facts (lane, epoch, xid, seq)
-- ;
CREATE TABLE failed_facts (
	workspace_id UUID NOT NULL, 
	id UUID NOT NULL, 
	reader TEXT NOT NULL, 
	fact_id UUID NOT NULL, 
	fact_epoch INTEGER NOT NULL, 
	fact_xid xid8 NOT NULL, 
	fact_seq BIGINT NOT NULL, 
	kind TEXT NOT NULL, 
	conversation_id UUID, 
	error TEXT NOT NULL, 
	attempts INTEGER DEFAULT '1' NOT NULL, 
	at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_failed_facts PRIMARY KEY (workspace_id, id)
)
-- ;
CREATE TABLE files (
	workspace_id UUID NOT NULL, 
	id UUID NOT NULL, 
	sha256 TEXT NOT NULL, 
	name TEXT NOT NULL, 
	type TEXT NOT NULL, 
	size BIGINT NOT NULL, 
	width INTEGER, 
	height INTEGER, 
	thumbnail_sha256 TEXT, 
	owner_kind TEXT NOT NULL, 
	owner_id UUID, 
	used BOOLEAN DEFAULT false NOT NULL, 
	at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_files PRIMARY KEY (workspace_id, id)
)
-- ;
CREATE INDEX ix_files_sha256 ON files (workspace_id, sha256)
-- ;
CREATE INDEX ix_files_thumbnail ON files (workspace_id, thumbnail_sha256) WHERE thumbnail_sha256 IS NOT NULL
-- ;
CREATE INDEX ix_files_unused ON files (at) WHERE NOT used
-- ;
CREATE TABLE idempotency_keys (
	workspace_id UUID NOT NULL, 
	key TEXT NOT NULL, 
	caller TEXT NOT NULL, 
	request_hash TEXT NOT NULL, 
	status SMALLINT, 
	body BYTEA, 
	at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_idempotency_keys PRIMARY KEY (workspace_id, caller, key)
)
-- ;
CREATE INDEX ix_idempotency_keys_at ON idempotency_keys (at)
-- ;
CREATE TABLE installation_values (
	name TEXT NOT NULL, 
	value BYTEA NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_installation_values PRIMARY KEY (name)
)
-- ;
CREATE TABLE log_epochs (
	epoch SERIAL NOT NULL, 
	started_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	reason TEXT NOT NULL, 
	CONSTRAINT pk_log_epochs PRIMARY KEY (epoch)
)
-- ;
CREATE TABLE mail_seen (
	workspace_id UUID NOT NULL, 
	channel_id UUID NOT NULL, 
	correspondent TEXT NOT NULL, 
	at TIMESTAMP WITH TIME ZONE NOT NULL, 
	id UUID NOT NULL, 
	direction TEXT NOT NULL, 
	automatic BOOLEAN DEFAULT false NOT NULL, 
	subject_hash TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT pk_mail_seen PRIMARY KEY (workspace_id, id)
)
-- ;
CREATE INDEX ix_mail_seen_correspondent ON mail_seen (workspace_id, channel_id, correspondent, at DESC)
-- ;
CREATE TABLE personal_values (
	workspace_id UUID NOT NULL, 
	id UUID NOT NULL, 
	subject_kind TEXT NOT NULL, 
	subject_id UUID NOT NULL, 
	field TEXT NOT NULL, 
	value TEXT, 
	at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	erased_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_personal_values PRIMARY KEY (workspace_id, id)
)
-- ;
CREATE INDEX ix_personal_values_subject ON personal_values (workspace_id, subject_kind, subject_id)
-- ;
CREATE TABLE readers (
	reader TEXT NOT NULL, 
	lane SMALLINT NOT NULL, 
	epoch INTEGER DEFAULT '0' NOT NULL, 
	xid xid8 DEFAULT '0'::xid8 NOT NULL, 
	seq BIGINT DEFAULT '0' NOT NULL, 
	moved_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_readers PRIMARY KEY (reader, lane)
)
-- ;
CREATE TABLE search_documents (
	workspace_id UUID NOT NULL, 
	message_id UUID NOT NULL, 
	conversation_id UUID NOT NULL, 
	tokens TSVECTOR NOT NULL, 
	CONSTRAINT pk_search_documents PRIMARY KEY (workspace_id, message_id)
)
-- ;
CREATE INDEX ix_search_documents_tokens ON search_documents USING gin (tokens) WITH (gin_pending_list_limit = 256)
-- ;
CREATE TABLE tags (
	workspace_id UUID NOT NULL, 
	id UUID NOT NULL, 
	name TEXT NOT NULL, 
	name_key TEXT NOT NULL, 
	colour TEXT DEFAULT 'slate' NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	archived_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_tags PRIMARY KEY (workspace_id, id)
)
-- ;
CREATE UNIQUE INDEX uq_tags_name_key ON tags (workspace_id, name_key) WHERE archived_at IS NULL
-- ;
CREATE TABLE teams (
	workspace_id UUID NOT NULL, 
	id UUID NOT NULL, 
	name TEXT NOT NULL, 
	colour TEXT DEFAULT 'slate' NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	archived_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_teams PRIMARY KEY (workspace_id, id)
)
-- ;
CREATE TABLE views (
	workspace_id UUID NOT NULL, 
	id UUID NOT NULL, 
	name TEXT NOT NULL, 
	owner_id UUID, 
	shared BOOLEAN DEFAULT false NOT NULL, 
	position SMALLINT DEFAULT '0' NOT NULL, 
	filter JSONB DEFAULT '{}' NOT NULL, 
	sort TEXT DEFAULT 'newest' NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_views PRIMARY KEY (workspace_id, id)
)
-- ;
CREATE TABLE webhooks (
	workspace_id UUID NOT NULL, 
	id UUID NOT NULL, 
	url TEXT NOT NULL, 
	kinds TEXT[] DEFAULT '{}' NOT NULL, 
	secret BYTEA NOT NULL, 
	state TEXT DEFAULT 'active' NOT NULL, 
	failures INTEGER DEFAULT '0' NOT NULL, 
	last_error TEXT DEFAULT '' NOT NULL, 
	cursor_epoch INTEGER DEFAULT '0' NOT NULL, 
	cursor_xid BIGINT DEFAULT '0' NOT NULL, 
	cursor_seq BIGINT DEFAULT '0' NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	delivered_at TIMESTAMP WITH TIME ZONE, 
	failing_since TIMESTAMP WITH TIME ZONE, 
	retry_at TIMESTAMP WITH TIME ZONE, 
	announced BOOLEAN DEFAULT false NOT NULL, 
	paused_at TIMESTAMP WITH TIME ZONE, 
	lease_id UUID, 
	leased_until TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_webhooks PRIMARY KEY (workspace_id, id)
)
-- ;
CREATE TABLE worker_beats (
	worker TEXT NOT NULL, 
	moved_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_worker_beats PRIMARY KEY (worker)
)
-- ;
CREATE TABLE workspaces (
	workspace_id UUID NOT NULL, 
	name TEXT NOT NULL, 
	slug TEXT NOT NULL, 
	language TEXT DEFAULT 'en' NOT NULL, 
	time_zone TEXT DEFAULT 'UTC' NOT NULL, 
	settings JSONB DEFAULT '{}' NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_workspaces PRIMARY KEY (workspace_id), 
	CONSTRAINT uq_workspaces_slug UNIQUE (slug)
)
-- ;
CREATE TABLE bulk_batches (
	workspace_id UUID NOT NULL, 
	bulk_id UUID NOT NULL, 
	batch INTEGER NOT NULL, 
	conversation_ids UUID[] DEFAULT '{}' NOT NULL, 
	changes JSONB, 
	done BOOLEAN DEFAULT false NOT NULL, 
	undone BOOLEAN DEFAULT false NOT NULL, 
	CONSTRAINT pk_bulk_batches PRIMARY KEY (workspace_id, bulk_id, batch), 
	CONSTRAINT fk_bulk_batches_workspace_id_bulk_id FOREIGN KEY(workspace_id, bulk_id) REFERENCES bulk_acts (workspace_id, id)
)
-- ;
CREATE TABLE channels (
	workspace_id UUID NOT NULL, 
	id UUID NOT NULL, 
	plugin TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	name TEXT NOT NULL, 
	address TEXT DEFAULT '' NOT NULL, 
	public_key TEXT NOT NULL, 
	brand_id UUID, 
	state TEXT DEFAULT 'active' NOT NULL, 
	error TEXT DEFAULT '' NOT NULL, 
	settings JSONB DEFAULT '{}' NOT NULL, 
	secrets BYTEA, 
	position JSONB DEFAULT '{}' NOT NULL, 
	checked_at TIMESTAMP WITH TIME ZONE, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	deleted_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_channels PRIMARY KEY (workspace_id, id), 
	CONSTRAINT fk_channels_workspace_id_brand_id FOREIGN KEY(workspace_id, brand_id) REFERENCES brands (workspace_id, id)
)
-- ;
CREATE INDEX ix_channels_address ON channels (workspace_id, address)
-- ;
CREATE UNIQUE INDEX uq_channels_public_key ON channels (public_key)
-- ;
CREATE TABLE customers (
	workspace_id UUID NOT NULL, 
	id UUID NOT NULL, 
	name_id UUID, 
	note_id UUID, 
	language TEXT, 
	time_zone TEXT, 
	country TEXT, 
	vip BOOLEAN DEFAULT false NOT NULL, 
	avatar_colour TEXT DEFAULT 'slate' NOT NULL, 
	fields JSONB DEFAULT '{}' NOT NULL, 
	blocked_at TIMESTAMP WITH TIME ZONE, 
	merged_into_id UUID, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	seen_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_customers PRIMARY KEY (workspace_id, id), 
	CONSTRAINT fk_customers_workspace_id_name_id FOREIGN KEY(workspace_id, name_id) REFERENCES personal_values (workspace_id, id), 
	CONSTRAINT fk_customers_workspace_id_note_id FOREIGN KEY(workspace_id, note_id) REFERENCES personal_values (workspace_id, id), 
	CONSTRAINT fk_customers_workspace_id_merged_into_id FOREIGN KEY(workspace_id, merged_into_id) REFERENCES customers (workspace_id, id)
)
-- ;
CREATE INDEX ix_customers_blocked ON customers (workspace_id, id DESC) WHERE blocked_at IS NOT NULL
-- ;
CREATE INDEX ix_customers_created ON customers (workspace_id, id DESC)
-- ;
CREATE INDEX ix_customers_vip ON customers (workspace_id, id DESC) WHERE vip
-- ;
CREATE TABLE notifications (
	workspace_id UUID NOT NULL, 
	id UUID NOT NULL, 
	agent_id UUID NOT NULL, 
	kind TEXT NOT NULL, 
	conversation_id UUID, 
	message_id UUID, 
	data JSONB DEFAULT '{}' NOT NULL, 
	fact_id UUID, 
	channels TEXT[] DEFAULT '{}' NOT NULL, 
	at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	read_at TIMESTAMP WITH TIME ZONE, 
	mailed_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_notifications PRIMARY KEY (workspace_id, id), 
	CONSTRAINT fk_notifications_workspace_id_agent_id FOREIGN KEY(workspace_id, agent_id) REFERENCES agents (workspace_id, id)
)
-- ;
CREATE INDEX ix_notifications_agent ON notifications (workspace_id, agent_id, id DESC)
-- ;
CREATE UNIQUE INDEX uq_notifications_fact ON notifications (workspace_id, agent_id, fact_id, kind) WHERE fact_id IS NOT NULL
-- ;
CREATE TABLE one_time_tokens (
	workspace_id UUID NOT NULL, 
	id UUID NOT NULL, 
	purpose TEXT NOT NULL, 
	agent_id UUID, 
	token_hash TEXT NOT NULL, 
	data JSONB DEFAULT '{}' NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	expires_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	used_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_one_time_tokens PRIMARY KEY (workspace_id, id), 
	CONSTRAINT fk_one_time_tokens_workspace_id_agent_id FOREIGN KEY(workspace_id, agent_id) REFERENCES agents (workspace_id, id)
)
-- ;
CREATE UNIQUE INDEX uq_one_time_tokens_hash ON one_time_tokens (token_hash)
-- ;
CREATE TABLE passkeys (
	workspace_id UUID NOT NULL, 
	id UUID NOT NULL, 
	agent_id UUID NOT NULL, 
	name TEXT NOT NULL, 
	credential_id BYTEA NOT NULL, 
	public_key BYTEA NOT NULL, 
	sign_count BIGINT DEFAULT '0' NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	used_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_passkeys PRIMARY KEY (workspace_id, id), 
	CONSTRAINT fk_passkeys_workspace_id_agent_id FOREIGN KEY(workspace_id, agent_id) REFERENCES agents (workspace_id, id)
)
-- ;
CREATE UNIQUE INDEX uq_passkeys_credential ON passkeys (credential_id)
-- ;
CREATE TABLE push_subscriptions (
	workspace_id UUID NOT NULL, 
	id UUID NOT NULL, 
	agent_id UUID NOT NULL, 
	endpoint TEXT NOT NULL, 
	keys BYTEA NOT NULL, 
	user_agent TEXT DEFAULT '' NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	failures INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_push_subscriptions PRIMARY KEY (workspace_id, id), 
	CONSTRAINT fk_push_subscriptions_workspace_id_agent_id FOREIGN KEY(workspace_id, agent_id) REFERENCES agents (workspace_id, id)
)
-- ;
CREATE INDEX ix_push_subscriptions_agent ON push_subscriptions (workspace_id, agent_id)
-- ;
CREATE UNIQUE INDEX uq_push_subscriptions_endpoint ON push_subscriptions (workspace_id, endpoint)
-- ;
CREATE TABLE recovery_codes (
	workspace_id UUID NOT NULL, 
	id UUID NOT NULL, 
	agent_id UUID NOT NULL, 
	code_hash TEXT NOT NULL, 
	used_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_recovery_codes PRIMARY KEY (workspace_id, id), 
	CONSTRAINT fk_recovery_codes_workspace_id_agent_id FOREIGN KEY(workspace_id, agent_id) REFERENCES agents (workspace_id, id)
)
-- ;
CREATE INDEX ix_recovery_codes_agent ON recovery_codes (workspace_id, agent_id)
-- ;
CREATE TABLE sessions (
	workspace_id UUID NOT NULL, 
	id UUID NOT NULL, 
	agent_id UUID NOT NULL, 
	token_hash TEXT NOT NULL, 
	totp_pending BOOLEAN DEFAULT false NOT NULL, 
	must_enrol BOOLEAN DEFAULT false NOT NULL, 
	user_agent TEXT DEFAULT '' NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	seen_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	expires_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_sessions PRIMARY KEY (workspace_id, id), 
	CONSTRAINT fk_sessions_workspace_id_agent_id FOREIGN KEY(workspace_id, agent_id) REFERENCES agents (workspace_id, id)
)
-- ;
CREATE INDEX ix_sessions_agent ON sessions (workspace_id, agent_id)
-- ;
CREATE INDEX ix_sessions_expires ON sessions (expires_at)
-- ;
CREATE UNIQUE INDEX uq_sessions_token_hash ON sessions (token_hash)
-- ;
CREATE TABLE team_members (
	workspace_id UUID NOT NULL, 
	team_id UUID NOT NULL, 
	agent_id UUID NOT NULL, 
	CONSTRAINT pk_team_members PRIMARY KEY (workspace_id, team_id, agent_id), 
	CONSTRAINT fk_team_members_workspace_id_team_id FOREIGN KEY(workspace_id, team_id) REFERENCES teams (workspace_id, id) ON DELETE CASCADE, 
	CONSTRAINT fk_team_members_workspace_id_agent_id FOREIGN KEY(workspace_id, agent_id) REFERENCES agents (workspace_id, id)
)
-- ;
CREATE INDEX ix_team_members_agent ON team_members (workspace_id, agent_id)
-- ;
CREATE TABLE webhook_deliveries (
	workspace_id UUID NOT NULL, 
	id UUID NOT NULL, 
	webhook_id UUID NOT NULL, 
	fact_id UUID, 
	cursor TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	state TEXT NOT NULL, 
	attempts SMALLINT DEFAULT '0' NOT NULL, 
	status INTEGER, 
	error TEXT DEFAULT '' NOT NULL, 
	duration_ms INTEGER, 
	at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_webhook_deliveries PRIMARY KEY (workspace_id, id), 
	CONSTRAINT fk_webhook_deliveries_workspace_id_webhook_id FOREIGN KEY(workspace_id, webhook_id) REFERENCES webhooks (workspace_id, id) ON DELETE CASCADE
)
-- ;
CREATE INDEX ix_webhook_deliveries_at ON webhook_deliveries (at)
-- ;
CREATE INDEX ix_webhook_deliveries_hook ON webhook_deliveries (workspace_id, webhook_id, id DESC)
-- ;
CREATE TABLE conversations (
	workspace_id UUID NOT NULL, 
	id UUID NOT NULL, 
	number BIGINT NOT NULL, 
	customer_id UUID NOT NULL, 
	channel_id UUID NOT NULL, 
	channel_kind TEXT NOT NULL, 
	brand_id UUID, 
	subject_value_id UUID, 
	status TEXT DEFAULT 'open' NOT NULL, 
	priority SMALLINT DEFAULT '1' NOT NULL, 
	assignee_id UUID, 
	team_id UUID, 
	language TEXT, 
	custom_fields JSONB DEFAULT '{}' NOT NULL, 
	snoozed_until TIMESTAMP WITH TIME ZONE, 
	snoozed_until_reply BOOLEAN DEFAULT false NOT NULL, 
	waiting_since TIMESTAMP WITH TIME ZONE, 
	last_message_id UUID, 
	last_message_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	last_incoming_id UUID, 
	first_reply_at TIMESTAMP WITH TIME ZONE, 
	closed_at TIMESTAMP WITH TIME ZONE, 
	message_count INTEGER DEFAULT '0' NOT NULL, 
	rating SMALLINT, 
	rating_value_id UUID, 
	version BIGINT DEFAULT '1' NOT NULL, 
	merged_into_id UUID, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_conversations PRIMARY KEY (workspace_id, id), 
	CONSTRAINT fk_conversations_workspace_id_customer_id FOREIGN KEY(workspace_id, customer_id) REFERENCES customers (workspace_id, id), 
	CONSTRAINT fk_conversations_workspace_id_assignee_id FOREIGN KEY(workspace_id, assignee_id) REFERENCES agents (workspace_id, id), 
	CONSTRAINT fk_conversations_workspace_id_team_id FOREIGN KEY(workspace_id, team_id) REFERENCES teams (workspace_id, id), 
	CONSTRAINT fk_conversations_workspace_id_subject_value_id FOREIGN KEY(workspace_id, subject_value_id) REFERENCES personal_values (workspace_id, id), 
	CONSTRAINT uq_conversations_workspace_id_number UNIQUE (workspace_id, number)
)
-- ;
CREATE INDEX ix_conversations_assignee ON conversations (workspace_id, assignee_id, status, last_message_at DESC, id DESC)
-- ;
CREATE INDEX ix_conversations_customer ON conversations (workspace_id, customer_id, last_message_at DESC, id DESC)
-- ;
CREATE INDEX ix_conversations_newest ON conversations (workspace_id, last_message_at DESC, id DESC)
-- ;
CREATE INDEX ix_conversations_priority ON conversations (workspace_id, priority DESC, last_message_at DESC, id DESC) WHERE status = 'open'
-- ;
CREATE INDEX ix_conversations_status ON conversations (workspace_id, status, last_message_at DESC, id DESC)
-- ;
CREATE INDEX ix_conversations_team ON conversations (workspace_id, team_id, status, last_message_at DESC, id DESC) WHERE team_id IS NOT NULL
-- ;
CREATE INDEX ix_conversations_waiting ON conversations (workspace_id, waiting_since, id) WHERE waiting_since IS NOT NULL AND status = 'open'
-- ;
CREATE TABLE identities (
	workspace_id UUID NOT NULL, 
	id UUID NOT NULL, 
	customer_id UUID NOT NULL, 
	kind TEXT NOT NULL, 
	value TEXT, 
	value_key TEXT, 
	verified BOOLEAN DEFAULT false NOT NULL, 
	reason TEXT NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	seen_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_identities PRIMARY KEY (workspace_id, id), 
	CONSTRAINT fk_identities_workspace_id_customer_id FOREIGN KEY(workspace_id, customer_id) REFERENCES customers (workspace_id, id)
)
-- ;
CREATE INDEX ix_identities_value ON identities (workspace_id, kind, value_key)
-- ;
CREATE UNIQUE INDEX uq_identities_customer ON identities (workspace_id, customer_id, kind, value_key)
-- ;
CREATE UNIQUE INDEX uq_identities_verified ON identities (workspace_id, kind, value_key) WHERE verified
-- ;
CREATE TABLE inbound_items (
	workspace_id UUID NOT NULL, 
	id UUID NOT NULL, 
	channel_id UUID NOT NULL, 
	external_key TEXT NOT NULL, 
	sha256 TEXT NOT NULL, 
	file_id UUID, 
	envelope JSONB DEFAULT '{}' NOT NULL, 
	state TEXT NOT NULL, 
	error TEXT DEFAULT '' NOT NULL, 
	attempts SMALLINT DEFAULT '0' NOT NULL, 
	message_id UUID, 
	conversation_id UUID, 
	received_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	finished_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_inbound_items PRIMARY KEY (workspace_id, id), 
	CONSTRAINT fk_inbound_items_workspace_id_channel_id FOREIGN KEY(workspace_id, channel_id) REFERENCES channels (workspace_id, id), 
	CONSTRAINT uq_inbound_items_workspace_id_channel_id_external_key UNIQUE (workspace_id, channel_id, external_key)
)
-- ;
CREATE INDEX ix_inbound_items_open ON inbound_items (workspace_id, state, id) WHERE state IN ('stored', 'quarantined')
-- ;
CREATE TABLE senders (
	workspace_id UUID NOT NULL, 
	id UUID NOT NULL, 
	channel_id UUID NOT NULL, 
	name TEXT NOT NULL, 
	address TEXT NOT NULL, 
	signature_html TEXT DEFAULT '' NOT NULL, 
	is_default BOOLEAN DEFAULT false NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_senders PRIMARY KEY (workspace_id, id), 
	CONSTRAINT fk_senders_workspace_id_channel_id FOREIGN KEY(workspace_id, channel_id) REFERENCES channels (workspace_id, id), 
	CONSTRAINT uq_senders_workspace_id_channel_id_address UNIQUE (workspace_id, channel_id, address)
)
-- ;
CREATE TABLE visitors (
	workspace_id UUID NOT NULL, 
	id UUID NOT NULL, 
	channel_id UUID NOT NULL, 
	token_hash TEXT NOT NULL, 
	customer_id UUID, 
	identity_id UUID, 
	verified BOOLEAN DEFAULT false NOT NULL, 
	language TEXT, 
	time_zone TEXT, 
	page JSONB DEFAULT '{}' NOT NULL, 
	thread_id UUID, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	seen_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_visitors PRIMARY KEY (workspace_id, id), 
	CONSTRAINT fk_visitors_workspace_id_channel_id FOREIGN KEY(workspace_id, channel_id) REFERENCES channels (workspace_id, id), 
	CONSTRAINT fk_visitors_workspace_id_customer_id FOREIGN KEY(workspace_id, customer_id) REFERENCES customers (workspace_id, id)
)
-- ;
CREATE INDEX ix_visitors_thread ON visitors (workspace_id, thread_id)
-- ;
CREATE UNIQUE INDEX uq_visitors_token_hash ON visitors (token_hash)
-- ;
CREATE TABLE conversation_checklists (
	workspace_id UUID NOT NULL, 
	conversation_id UUID NOT NULL, 
	checklist_id UUID NOT NULL, 
	done JSONB DEFAULT '[]' NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_conversation_checklists PRIMARY KEY (workspace_id, conversation_id), 
	CONSTRAINT fk_conversation_checklists_workspace_id_conversation_id FOREIGN KEY(workspace_id, conversation_id) REFERENCES conversations (workspace_id, id), 
	CONSTRAINT fk_conversation_checklists_workspace_id_checklist_id FOREIGN KEY(workspace_id, checklist_id) REFERENCES checklists (workspace_id, id)
)
-- ;
CREATE TABLE conversation_tags (
	workspace_id UUID NOT NULL, 
	conversation_id UUID NOT NULL, 
	tag_id UUID NOT NULL, 
	at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_conversation_tags PRIMARY KEY (workspace_id, conversation_id, tag_id), 
	CONSTRAINT fk_conversation_tags_workspace_id_conversation_id FOREIGN KEY(workspace_id, conversation_id) REFERENCES conversations (workspace_id, id), 
	CONSTRAINT fk_conversation_tags_workspace_id_tag_id FOREIGN KEY(workspace_id, tag_id) REFERENCES tags (workspace_id, id)
)
-- ;
CREATE INDEX ix_conversation_tags_tag ON conversation_tags (workspace_id, tag_id, conversation_id)
-- ;
CREATE TABLE drafts (
	workspace_id UUID NOT NULL, 
	agent_id UUID NOT NULL, 
	conversation_id UUID NOT NULL, 
	kind TEXT NOT NULL, 
	html TEXT NOT NULL, 
	envelope JSONB DEFAULT '{}' NOT NULL, 
	file_ids UUID[] DEFAULT '{}' NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_drafts PRIMARY KEY (workspace_id, agent_id, conversation_id), 
	CONSTRAINT fk_drafts_workspace_id_agent_id FOREIGN KEY(workspace_id, agent_id) REFERENCES agents (workspace_id, id), 
	CONSTRAINT fk_drafts_workspace_id_conversation_id FOREIGN KEY(workspace_id, conversation_id) REFERENCES conversations (workspace_id, id)
)
-- ;
CREATE TABLE followers (
	workspace_id UUID NOT NULL, 
	conversation_id UUID NOT NULL, 
	agent_id UUID NOT NULL, 
	at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_followers PRIMARY KEY (workspace_id, conversation_id, agent_id), 
	CONSTRAINT fk_followers_workspace_id_conversation_id FOREIGN KEY(workspace_id, conversation_id) REFERENCES conversations (workspace_id, id)
)
-- ;
CREATE TABLE messages (
	workspace_id UUID NOT NULL, 
	id UUID NOT NULL, 
	conversation_id UUID NOT NULL, 
	thread_id UUID, 
	channel_id UUID, 
	channel_kind TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	direction TEXT NOT NULL, 
	author_kind TEXT NOT NULL, 
	author_id UUID, 
	external_id TEXT, 
	subject_value_id UUID, 
	html TEXT, 
	text TEXT, 
	quoted_html TEXT, 
	envelope JSONB, 
	state TEXT NOT NULL, 
	error TEXT, 
	automatic BOOLEAN DEFAULT false NOT NULL, 
	attachment_count INTEGER DEFAULT '0' NOT NULL, 
	remote_images INTEGER DEFAULT '0' NOT NULL, 
	mentions UUID[] DEFAULT '{}' NOT NULL, 
	raw_file_id UUID, 
	undo_until TIMESTAMP WITH TIME ZONE, 
	scheduled_for TIMESTAMP WITH TIME ZONE, 
	seen_at TIMESTAMP WITH TIME ZONE, 
	redacted_at TIMESTAMP WITH TIME ZONE, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_messages PRIMARY KEY (workspace_id, id), 
	CONSTRAINT fk_messages_workspace_id_conversation_id FOREIGN KEY(workspace_id, conversation_id) REFERENCES conversations (workspace_id, id)
)
-- ;
CREATE INDEX ix_messages_conversation ON messages (workspace_id, conversation_id, id)
-- ;
CREATE INDEX ix_messages_external_mail ON messages (workspace_id, external_id) WHERE channel_kind = 'email' AND external_id IS NOT NULL
-- ;
CREATE INDEX ix_messages_thread_pending ON messages (workspace_id, thread_id, id) WHERE state IN ('queued', 'sending', 'scheduled')
-- ;
CREATE UNIQUE INDEX uq_messages_external ON messages (workspace_id, channel_id, external_id) WHERE external_id IS NOT NULL
-- ;
CREATE TABLE read_marks (
	workspace_id UUID NOT NULL, 
	agent_id UUID NOT NULL, 
	conversation_id UUID NOT NULL, 
	message_id UUID, 
	at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_read_marks PRIMARY KEY (workspace_id, agent_id, conversation_id), 
	CONSTRAINT fk_read_marks_workspace_id_agent_id FOREIGN KEY(workspace_id, agent_id) REFERENCES agents (workspace_id, id), 
	CONSTRAINT fk_read_marks_workspace_id_conversation_id FOREIGN KEY(workspace_id, conversation_id) REFERENCES conversations (workspace_id, id)
)
-- ;
CREATE TABLE threads (
	workspace_id UUID NOT NULL, 
	id UUID NOT NULL, 
	conversation_id UUID NOT NULL, 
	channel_id UUID NOT NULL, 
	channel_kind TEXT NOT NULL, 
	identity_id UUID, 
	purpose TEXT DEFAULT 'customer' NOT NULL, 
	key TEXT NOT NULL, 
	token TEXT NOT NULL, 
	subject_value_id UUID, 
	participants JSONB DEFAULT '[]' NOT NULL, 
	seen_by_customer_at TIMESTAMP WITH TIME ZONE, 
	seen_message_id UUID, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	last_message_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_threads PRIMARY KEY (workspace_id, id), 
	CONSTRAINT fk_threads_workspace_id_conversation_id FOREIGN KEY(workspace_id, conversation_id) REFERENCES conversations (workspace_id, id), 
	CONSTRAINT fk_threads_workspace_id_identity_id FOREIGN KEY(workspace_id, identity_id) REFERENCES identities (workspace_id, id), 
	CONSTRAINT uq_threads_workspace_id_channel_id_key UNIQUE (workspace_id, channel_id, key)
)
-- ;
CREATE INDEX ix_threads_conversation ON threads (workspace_id, conversation_id)
-- ;
CREATE INDEX ix_threads_identity ON threads (workspace_id, identity_id, last_message_at DESC)
-- ;
CREATE UNIQUE INDEX uq_threads_token ON threads (workspace_id, token)
-- ;
CREATE TABLE attachments (
	workspace_id UUID NOT NULL, 
	id UUID NOT NULL, 
	message_id UUID NOT NULL, 
	file_id UUID NOT NULL, 
	name TEXT NOT NULL, 
	content_id TEXT, 
	inline BOOLEAN DEFAULT false NOT NULL, 
	position SMALLINT DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_attachments PRIMARY KEY (workspace_id, id), 
	CONSTRAINT fk_attachments_workspace_id_message_id FOREIGN KEY(workspace_id, message_id) REFERENCES messages (workspace_id, id), 
	CONSTRAINT fk_attachments_workspace_id_file_id FOREIGN KEY(workspace_id, file_id) REFERENCES files (workspace_id, id)
)
-- ;
CREATE INDEX ix_attachments_file ON attachments (workspace_id, file_id)
-- ;
CREATE INDEX ix_attachments_message ON attachments (workspace_id, message_id, position)
-- ;
CREATE TABLE deliveries (
	workspace_id UUID NOT NULL, 
	id UUID NOT NULL, 
	message_id UUID NOT NULL, 
	thread_id UUID NOT NULL, 
	conversation_id UUID NOT NULL, 
	channel_id UUID NOT NULL, 
	purpose TEXT NOT NULL, 
	state TEXT NOT NULL, 
	attempts SMALLINT DEFAULT '0' NOT NULL, 
	external_id TEXT, 
	error TEXT, 
	address JSONB, 
	not_before TIMESTAMP WITH TIME ZONE NOT NULL, 
	started_at TIMESTAMP WITH TIME ZONE, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	finished_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_deliveries PRIMARY KEY (workspace_id, id), 
	CONSTRAINT fk_deliveries_workspace_id_message_id FOREIGN KEY(workspace_id, message_id) REFERENCES messages (workspace_id, id), 
	CONSTRAINT uq_deliveries_workspace_id_message_id_purpose UNIQUE (workspace_id, message_id, purpose)
)
-- ;
CREATE INDEX ix_deliveries_external ON deliveries (workspace_id, external_id) WHERE external_id IS NOT NULL
-- ;
CREATE INDEX ix_deliveries_thread ON deliveries (workspace_id, thread_id, id) WHERE state IN ('queued', 'sending')
-- ;
CREATE INDEX ix_deliveries_trouble ON deliveries (workspace_id, id) WHERE state IN ('failed', 'unknown')
-- ;
CREATE TABLE mentions (
	workspace_id UUID NOT NULL, 
	agent_id UUID NOT NULL, 
	message_id UUID NOT NULL, 
	conversation_id UUID NOT NULL, 
	at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_mentions PRIMARY KEY (workspace_id, agent_id, message_id), 
	CONSTRAINT fk_mentions_workspace_id_message_id FOREIGN KEY(workspace_id, message_id) REFERENCES messages (workspace_id, id)
)
-- ;
CREATE INDEX ix_mentions_conversation ON mentions (workspace_id, agent_id, conversation_id)
-- ;
ALTER TABLE agents ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE agents FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON agents
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE api_tokens ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE api_tokens FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON api_tokens
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE audit_entries ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE audit_entries FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON audit_entries
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE brands ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE brands FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON brands
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE bulk_acts ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE bulk_acts FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON bulk_acts
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE business_hours ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE business_hours FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON business_hours
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE checklists ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE checklists FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON checklists
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE counters ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE counters FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON counters
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE custom_fields ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE custom_fields FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON custom_fields
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE decider_configs ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE decider_configs FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON decider_configs
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE decision_acts ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE decision_acts FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON decision_acts
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE decisions ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE decisions FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON decisions
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE demo_mails ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE demo_mails FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON demo_mails
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE demo_orders ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE demo_orders FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON demo_orders
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE facts ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE facts FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON facts
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE failed_facts ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE failed_facts FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON failed_facts
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE files ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE files FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON files
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE idempotency_keys ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE idempotency_keys FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON idempotency_keys
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE mail_seen ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE mail_seen FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON mail_seen
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE personal_values ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE personal_values FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON personal_values
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE tags ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE tags FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON tags
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE teams ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE teams FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON teams
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE views ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE views FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON views
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE webhooks ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE webhooks FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON webhooks
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE workspaces ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE workspaces FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON workspaces
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE bulk_batches ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE bulk_batches FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON bulk_batches
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE channels ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE channels FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON channels
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE customers ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE customers FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON customers
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE notifications ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE notifications FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON notifications
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE one_time_tokens ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE one_time_tokens FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON one_time_tokens
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE passkeys ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE passkeys FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON passkeys
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE push_subscriptions ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE push_subscriptions FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON push_subscriptions
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE recovery_codes ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE recovery_codes FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON recovery_codes
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE sessions ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE sessions FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON sessions
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE team_members ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE team_members FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON team_members
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE webhook_deliveries ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE webhook_deliveries FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON webhook_deliveries
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE conversations ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE conversations FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON conversations
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE identities ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE identities FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON identities
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE inbound_items ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE inbound_items FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON inbound_items
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE senders ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE senders FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON senders
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE visitors ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE visitors FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON visitors
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE conversation_checklists ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE conversation_checklists FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON conversation_checklists
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE conversation_tags ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE conversation_tags FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON conversation_tags
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE drafts ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE drafts FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON drafts
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE followers ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE followers FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON followers
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE messages ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE messages FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON messages
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE read_marks ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE read_marks FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON read_marks
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE threads ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE threads FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON threads
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE attachments ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE attachments FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON attachments
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE deliveries ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE deliveries FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON deliveries
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE mentions ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE mentions FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON mentions
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
INSERT INTO log_epochs (epoch, reason) VALUES (1, 'installation')
-- ;
CREATE TYPE pgqueuer_status AS ENUM ('queued', 'picked', 'successful', 'exception', 'canceled', 'deleted', 'failed')
-- ;
CREATE TABLE pgqueuer (
    id bigserial NOT NULL PRIMARY KEY,
    priority integer NOT NULL,
    queue_manager_id uuid,
    created timestamp with time zone NOT NULL DEFAULT now(),
    updated timestamp with time zone NOT NULL DEFAULT now(),
    heartbeat timestamp with time zone NOT NULL DEFAULT now(),
    execute_after timestamp with time zone NOT NULL DEFAULT now(),
    status pgqueuer_status NOT NULL,
    entrypoint text NOT NULL,
    dedupe_key text,
    payload bytea,
    headers jsonb,
    attempts integer NOT NULL DEFAULT 0,
    slot bigint
)
-- ;
CREATE TABLE pgqueuer_log (
    id bigint GENERATED BY DEFAULT AS IDENTITY NOT NULL PRIMARY KEY,
    created timestamp with time zone NOT NULL DEFAULT now(),
    job_id bigint NOT NULL,
    status pgqueuer_status NOT NULL,
    priority integer NOT NULL,
    entrypoint text NOT NULL,
    traceback jsonb,
    aggregated boolean DEFAULT false
)
-- ;
CREATE TABLE pgqueuer_schedules (
    id bigserial NOT NULL PRIMARY KEY,
    expression text NOT NULL,
    entrypoint text NOT NULL,
    heartbeat timestamp with time zone NOT NULL DEFAULT now(),
    created timestamp with time zone NOT NULL DEFAULT now(),
    updated timestamp with time zone NOT NULL DEFAULT now(),
    next_run timestamp with time zone NOT NULL DEFAULT now(),
    last_run timestamp with time zone,
    status pgqueuer_status DEFAULT 'queued'::pgqueuer_status,
    UNIQUE (expression, entrypoint)
)
-- ;
CREATE TABLE pgqueuer_statistics (
    id bigserial NOT NULL PRIMARY KEY,
    created timestamp with time zone NOT NULL DEFAULT date_trunc('sec'::text, now()),
    count bigint NOT NULL,
    priority integer NOT NULL,
    status pgqueuer_status NOT NULL,
    entrypoint text NOT NULL
)
-- ;
CREATE INDEX pgqueuer_ep_ea_idx ON pgqueuer USING btree (entrypoint, execute_after) WHERE (status = 'queued'::pgqueuer_status)
-- ;
CREATE INDEX pgqueuer_ep_prio_id_idx ON pgqueuer USING btree (entrypoint, priority DESC, id) WHERE (status = 'queued'::pgqueuer_status)
-- ;
CREATE INDEX pgqueuer_log_created ON pgqueuer_log USING btree (created)
-- ;
CREATE INDEX pgqueuer_log_job_id_status ON pgqueuer_log USING btree (job_id, created DESC)
-- ;
CREATE INDEX pgqueuer_log_not_aggregated ON pgqueuer_log USING btree ((1)) WHERE (NOT aggregated)
-- ;
CREATE INDEX pgqueuer_log_status ON pgqueuer_log USING btree (status)
-- ;
CREATE INDEX pgqueuer_picked_heartbeat_idx ON pgqueuer USING btree (heartbeat) WHERE (status = 'picked'::pgqueuer_status)
-- ;
CREATE UNIQUE INDEX pgqueuer_picked_slot_idx ON pgqueuer USING btree (entrypoint, slot) WHERE ((status = 'picked'::pgqueuer_status) AND (slot IS NOT NULL))
-- ;
CREATE INDEX pgqueuer_priority_id_id1_idx ON pgqueuer USING btree (priority, id DESC) INCLUDE (id) WHERE (status = 'queued'::pgqueuer_status)
-- ;
CREATE INDEX pgqueuer_queue_manager_id_idx ON pgqueuer USING btree (queue_manager_id) WHERE (queue_manager_id IS NOT NULL)
-- ;
CREATE UNIQUE INDEX pgqueuer_statistics_unique_count ON pgqueuer_statistics USING btree (priority, date_trunc('sec'::text, timezone('UTC'::text, created)), status, entrypoint)
-- ;
CREATE UNIQUE INDEX pgqueuer_unique_dedupe_key ON pgqueuer USING btree (dedupe_key) WHERE ((status = ANY (ARRAY['queued'::pgqueuer_status, 'picked'::pgqueuer_status])) AND (dedupe_key IS NOT NULL))
-- ;
CREATE INDEX pgqueuer_updated_id_id1_idx ON pgqueuer USING btree (updated, id DESC) INCLUDE (id) WHERE (status = 'picked'::pgqueuer_status)
-- ;
CREATE FUNCTION fn_pgqueuer_changed() RETURNS TRIGGER AS $$
DECLARE
    to_emit BOOLEAN := false;  -- Flag to decide whether to emit a notification
BEGIN
    -- Check operation type and set the emit flag accordingly
    IF TG_OP = 'UPDATE' AND OLD IS DISTINCT FROM NEW THEN
        to_emit := true;
    ELSIF TG_OP = 'DELETE' THEN
        to_emit := true;
    ELSIF TG_OP = 'INSERT' THEN
        to_emit := true;
    ELSIF TG_OP = 'TRUNCATE' THEN
        to_emit := true;
    END IF;

    -- Perform notification if the emit flag is set
    IF to_emit THEN
        PERFORM pg_notify(
            'ch_pgqueuer',
            json_build_object(
                'channel', 'ch_pgqueuer',
                'operation', lower(TG_OP),
                'sent_at', NOW(),
                'table', TG_TABLE_NAME,
                'type', 'table_changed_event'
            )::text
        );
    END IF;

    -- Return appropriate value based on the operation
    IF TG_OP IN ('INSERT', 'UPDATE') THEN
        RETURN NEW;
    ELSIF TG_OP = 'DELETE' THEN
        RETURN OLD;
    ELSE
        RETURN NULL; -- For TRUNCATE and other non-row-specific contexts
    END IF;

END;
$$ LANGUAGE plpgsql
-- ;
CREATE TRIGGER tg_pgqueuer_changed
AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON pgqueuer
EXECUTE FUNCTION fn_pgqueuer_changed()
-- ;
ALTER TABLE pgqueuer DISABLE TRIGGER tg_pgqueuer_changed
