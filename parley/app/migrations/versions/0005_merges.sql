CREATE TABLE customer_merges (
	workspace_id UUID NOT NULL,
	id UUID NOT NULL,
	source_id UUID NOT NULL,
	target_id UUID NOT NULL,
	reason TEXT NOT NULL,
	automatic BOOLEAN DEFAULT false NOT NULL,
	taken JSONB DEFAULT '{}' NOT NULL,
	by_kind TEXT NOT NULL,
	by_id UUID,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	undone_at TIMESTAMP WITH TIME ZONE,
	undone_by_kind TEXT,
	undone_by_id UUID,
	CONSTRAINT pk_customer_merges PRIMARY KEY (workspace_id, id),
	CONSTRAINT fk_customer_merges_workspace_id_source_id FOREIGN KEY(workspace_id, source_id) REFERENCES customers (workspace_id, id),
	CONSTRAINT fk_customer_merges_workspace_id_target_id FOREIGN KEY(workspace_id, target_id) REFERENCES customers (workspace_id, id)
)
-- ;
CREATE INDEX ix_customer_merges_target ON customer_merges (workspace_id, target_id)
-- ;
CREATE UNIQUE INDEX uq_customer_merges_source ON customer_merges (workspace_id, source_id) WHERE undone_at IS NULL
-- ;
CREATE TABLE customer_merge_items (
	workspace_id UUID NOT NULL,
	merge_id UUID NOT NULL,
	kind TEXT NOT NULL,
	item_id UUID NOT NULL,
	CONSTRAINT pk_customer_merge_items PRIMARY KEY (workspace_id, merge_id, kind, item_id),
	CONSTRAINT fk_customer_merge_items_workspace_id_merge_id FOREIGN KEY(workspace_id, merge_id) REFERENCES customer_merges (workspace_id, id) ON DELETE CASCADE
)
-- ;
ALTER TABLE customer_merges ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE customer_merges FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON customer_merges
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE customer_merge_items ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE customer_merge_items FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON customer_merge_items
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
