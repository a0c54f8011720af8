ALTER TABLE conversations ADD COLUMN preview_message_id UUID
-- ;
SET LOCAL parley.workspace = 'all'
-- ;
UPDATE conversations c SET preview_message_id = (
    SELECT m.id FROM messages m
    WHERE m.workspace_id = c.workspace_id AND m.conversation_id = c.id AND m.kind = 'message' AND NOT m.automatic
      AND m.state <> 'cancelled'
    ORDER BY m.id DESC LIMIT 1)
WHERE c.status IN ('open', 'snoozed')
-- ;
SET LOCAL parley.workspace = ''
-- ;
CREATE INDEX ix_conversations_snoozed ON conversations (snoozed_until, id) WHERE status = 'snoozed' AND snoozed_until IS NOT NULL
-- ;
CREATE INDEX ix_deliveries_due ON deliveries (not_before, id) WHERE state IN ('queued', 'sending')
