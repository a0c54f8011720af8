CREATE TABLE order_messages (
	workspace_id UUID NOT NULL, 
	id UUID NOT NULL, 
	order_id UUID NOT NULL, 
	key TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	shipment_id UUID, 
	line TEXT, 
	state TEXT NOT NULL, 
	language TEXT NOT NULL, 
	promised_at TIMESTAMP WITH TIME ZONE, 
	days INTEGER DEFAULT '0' NOT NULL, 
	due_at TIMESTAMP WITH TIME ZONE, 
	decision_id UUID, 
	conversation_id UUID, 
	message_id UUID, 
	reasons JSONB DEFAULT '[]' NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	finished_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_order_messages PRIMARY KEY (workspace_id, id), 
	CONSTRAINT fk_order_messages_workspace_id_order_id FOREIGN KEY(workspace_id, order_id) REFERENCES orders (workspace_id, id) ON DELETE CASCADE, 
	CONSTRAINT uq_order_messages_workspace_id_order_id_key UNIQUE (workspace_id, order_id, key)
)
-- ;
CREATE INDEX ix_order_messages_due ON order_messages (due_at, id) WHERE state = 'planned'
-- ;
CREATE INDEX ix_order_messages_message ON order_messages (workspace_id, message_id) WHERE message_id IS NOT NULL
-- ;
CREATE INDEX ix_order_messages_newest ON order_messages (workspace_id, id DESC)
-- ;
CREATE INDEX ix_order_messages_sent ON order_messages (workspace_id, finished_at) WHERE message_id IS NOT NULL
-- ;
CREATE TABLE radar_checks (
	workspace_id UUID NOT NULL, 
	order_id UUID NOT NULL, 
	kind TEXT NOT NULL, 
	subject TEXT NOT NULL, 
	store_id UUID NOT NULL, 
	variant_ref TEXT, 
	due_at TIMESTAMP WITH TIME ZONE, 
	found_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_radar_checks PRIMARY KEY (workspace_id, order_id, kind, subject), 
	CONSTRAINT fk_radar_checks_workspace_id_order_id FOREIGN KEY(workspace_id, order_id) REFERENCES orders (workspace_id, id) ON DELETE CASCADE
)
-- ;
CREATE INDEX ix_radar_checks_due ON radar_checks (due_at, workspace_id, order_id) WHERE due_at IS NOT NULL AND found_at IS NULL
-- ;
CREATE INDEX ix_radar_checks_variant ON radar_checks (workspace_id, store_id, variant_ref) WHERE variant_ref IS NOT NULL AND found_at IS NULL
-- ;
ALTER TABLE order_messages ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE order_messages FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON order_messages
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE radar_checks ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE radar_checks FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON radar_checks
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
