ALTER TABLE channels ADD COLUMN shares_address BOOLEAN DEFAULT false NOT NULL
-- ;
SET LOCAL parley.workspace = 'all'
-- ;
UPDATE channels c SET shares_address = true
WHERE c.kind = 'email' AND c.deleted_at IS NULL AND c.address <> '' AND EXISTS (
    SELECT 1 FROM channels o
    WHERE o.workspace_id = c.workspace_id AND o.kind = 'email' AND o.deleted_at IS NULL
      AND lower(o.address) = lower(c.address) AND (o.created_at, o.id) < (c.created_at, c.id))
-- ;
SET LOCAL parley.workspace = ''
-- ;
CREATE UNIQUE INDEX uq_channels_mail_address ON channels (workspace_id, lower(address)) WHERE kind = 'email' AND deleted_at IS NULL AND address <> '' AND NOT shares_address
