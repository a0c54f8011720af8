CREATE TABLE direct_threads (
	workspace_id UUID NOT NULL,
	id UUID NOT NULL,
	members_key TEXT NOT NULL,
	created_by UUID NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	last_message_id UUID,
	last_message_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_direct_threads PRIMARY KEY (workspace_id, id),
	CONSTRAINT fk_direct_threads_workspace_id_created_by FOREIGN KEY(workspace_id, created_by) REFERENCES agents (workspace_id, id),
	CONSTRAINT uq_direct_threads_workspace_id_members_key UNIQUE (workspace_id, members_key)
)
-- ;
CREATE TABLE direct_members (
	workspace_id UUID NOT NULL,
	thread_id UUID NOT NULL,
	agent_id UUID NOT NULL,
	read_id UUID,
	CONSTRAINT pk_direct_members PRIMARY KEY (workspace_id, thread_id, agent_id),
	CONSTRAINT fk_direct_members_workspace_id_thread_id FOREIGN KEY(workspace_id, thread_id) REFERENCES direct_threads (workspace_id, id) ON DELETE CASCADE,
	CONSTRAINT fk_direct_members_workspace_id_agent_id FOREIGN KEY(workspace_id, agent_id) REFERENCES agents (workspace_id, id)
)
-- ;
CREATE INDEX ix_direct_members_agent ON direct_members (workspace_id, agent_id)
-- ;
CREATE TABLE direct_messages (
	workspace_id UUID NOT NULL,
	id UUID NOT NULL,
	thread_id UUID NOT NULL,
	author_id UUID NOT NULL,
	text TEXT NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_direct_messages PRIMARY KEY (workspace_id, id),
	CONSTRAINT fk_direct_messages_workspace_id_thread_id FOREIGN KEY(workspace_id, thread_id) REFERENCES direct_threads (workspace_id, id) ON DELETE CASCADE,
	CONSTRAINT fk_direct_messages_workspace_id_author_id FOREIGN KEY(workspace_id, author_id) REFERENCES agents (workspace_id, id)
)
-- ;
CREATE INDEX ix_direct_messages_thread ON direct_messages (workspace_id, thread_id, id DESC)
-- ;
ALTER TABLE direct_threads ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE direct_threads FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON direct_threads
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE direct_members ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE direct_members FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON direct_members
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE direct_messages ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE direct_messages FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON direct_messages
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
