"""What a conversation that takes in another shares with it: tags, followers, drafts, checklist, read marks.

The source keeps its own rows, which nobody sees meanwhile; the target gets copies, noted so that they can go again.
"""

from uuid import UUID

from parley.conversations.actions.carrying import list_items, note_items
from parley.conversations.actions.changing import tag_conversation
from parley.facts.conversations import ConversationFollowed
from parley.kit.ctx import Ctx

TAGS = """
SELECT s.tag_id FROM conversation_tags s WHERE s.workspace_id = $1 AND s.conversation_id = $2 AND NOT EXISTS (
  SELECT 1 FROM conversation_tags t WHERE t.workspace_id = $1 AND t.conversation_id = $3 AND t.tag_id = s.tag_id)
"""
FOLLOW = """
INSERT INTO followers (workspace_id, conversation_id, agent_id, at)
SELECT $1, $3, s.agent_id, $4 FROM followers s WHERE s.workspace_id = $1 AND s.conversation_id = $2
ON CONFLICT DO NOTHING RETURNING agent_id
"""
UNFOLLOW = """
DELETE FROM followers WHERE workspace_id = $1 AND conversation_id = $2 AND agent_id = ANY($3) RETURNING agent_id
"""
# Who has a draft in both gets the source's below his own; `data` keeps what was there before (null: nothing).
DRAFTS = """
WITH before AS (
  INSERT INTO conversation_merge_items (workspace_id, merge_id, kind, item_id, data)
  SELECT $1, $4, 'draft', s.agent_id, CASE WHEN t.agent_id IS NULL THEN NULL ELSE jsonb_build_object(
    'kind', t.kind, 'html', t.html, 'envelope', t.envelope, 'file_ids', t.file_ids, 'updated_at', t.updated_at) END
  FROM drafts s LEFT JOIN drafts t ON t.workspace_id = $1 AND t.conversation_id = $3 AND t.agent_id = s.agent_id
  WHERE s.workspace_id = $1 AND s.conversation_id = $2
)
INSERT INTO drafts AS d (workspace_id, agent_id, conversation_id, kind, html, envelope, file_ids, updated_at)
SELECT $1, s.agent_id, $3, s.kind, s.html, s.envelope, s.file_ids, $5 FROM drafts s
WHERE s.workspace_id = $1 AND s.conversation_id = $2
ON CONFLICT (workspace_id, agent_id, conversation_id) DO UPDATE SET
  html = d.html || '<blockquote>' || excluded.html || '</blockquote>',
  file_ids = d.file_ids || ARRAY(SELECT f FROM unnest(excluded.file_ids) f WHERE NOT f = ANY(d.file_ids)),
  updated_at = $5
"""
# A draft that was sent or dropped meanwhile does not come back in the source; one that was written on stays.
DRAFTS_GONE = """
DELETE FROM drafts s USING conversation_merge_items i
WHERE i.workspace_id = $1 AND i.merge_id = $4 AND i.kind = 'draft' AND s.workspace_id = $1
  AND s.conversation_id = $2 AND s.agent_id = i.item_id AND NOT EXISTS (
    SELECT 1 FROM drafts t WHERE t.workspace_id = $1 AND t.conversation_id = $3 AND t.agent_id = i.item_id)
"""
DRAFTS_TAKEN = """
DELETE FROM drafts t USING conversation_merge_items i
WHERE i.workspace_id = $1 AND i.merge_id = $3 AND i.kind = 'draft' AND i.data IS NULL AND t.workspace_id = $1
  AND t.conversation_id = $2 AND t.agent_id = i.item_id AND t.updated_at = $4
"""
DRAFTS_BACK = """
UPDATE drafts t SET kind = i.data->>'kind', html = i.data->>'html', envelope = i.data->'envelope',
  file_ids = ARRAY(SELECT jsonb_array_elements_text(i.data->'file_ids')::uuid),
  updated_at = (i.data->>'updated_at')::timestamptz
FROM conversation_merge_items i
WHERE i.workspace_id = $1 AND i.merge_id = $3 AND i.kind = 'draft' AND i.data IS NOT NULL AND t.workspace_id = $1
  AND t.conversation_id = $2 AND t.agent_id = i.item_id AND t.updated_at = $4
"""
CHECKLIST = """
INSERT INTO conversation_checklists (workspace_id, conversation_id, checklist_id, done, updated_at)
SELECT $1, $3, s.checklist_id, s.done, s.updated_at FROM conversation_checklists s
WHERE s.workspace_id = $1 AND s.conversation_id = $2
ON CONFLICT DO NOTHING RETURNING checklist_id
"""
# What was ticked meanwhile goes back with it.
CHECKLIST_BACK = """
WITH gone AS (
  DELETE FROM conversation_checklists t WHERE workspace_id = $1 AND conversation_id = $3 AND checklist_id = ANY($4)
  RETURNING checklist_id, done, updated_at
)
UPDATE conversation_checklists s SET done = gone.done, updated_at = gone.updated_at FROM gone
WHERE s.workspace_id = $1 AND s.conversation_id = $2 AND s.checklist_id = gone.checklist_id
"""
# Who has not read all of both has not read all of it: his mark is the smaller one.
MARKS = """
WITH sides AS (
  SELECT a.agent_id, s.message_id AS source, t.message_id AS target, t.at,
    $5::uuid IS NULL OR coalesce(s.message_id >= $5, false) AS read_source,
    $6::uuid IS NULL OR coalesce(t.message_id >= $6, false) AS read_target
  FROM (SELECT DISTINCT agent_id FROM read_marks WHERE workspace_id = $1 AND conversation_id IN ($2, $3)) a
  LEFT JOIN read_marks s ON s.workspace_id = $1 AND s.agent_id = a.agent_id AND s.conversation_id = $2
  LEFT JOIN read_marks t ON t.workspace_id = $1 AND t.agent_id = a.agent_id AND t.conversation_id = $3
), before AS (
  INSERT INTO conversation_merge_items (workspace_id, merge_id, kind, item_id, data)
  SELECT $1, $4, 'read_mark', agent_id,
    CASE WHEN at IS NOT NULL THEN jsonb_build_object('message_id', target, 'at', at) END FROM sides
)
INSERT INTO read_marks (workspace_id, agent_id, conversation_id, message_id, at)
SELECT $1, agent_id, $3, CASE WHEN read_source AND read_target THEN greatest($5::uuid, $6::uuid)
  WHEN read_source THEN target WHEN read_target THEN source ELSE least(source, target) END, $7
FROM sides
ON CONFLICT (workspace_id, agent_id, conversation_id) DO UPDATE SET message_id = excluded.message_id, at = excluded.at
"""
# A mark that was moved meanwhile says what has been read of either.
MARKS_SOURCE = """
UPDATE read_marks s SET message_id = $5, at = t.at
FROM read_marks t JOIN conversation_merge_items i ON i.workspace_id = $1 AND i.merge_id = $4
  AND i.kind = 'read_mark' AND i.item_id = t.agent_id
WHERE t.workspace_id = $1 AND t.conversation_id = $3 AND t.at > $6 AND s.workspace_id = $1
  AND s.conversation_id = $2 AND s.agent_id = t.agent_id AND t.message_id >= $5::uuid
"""
MARKS_GONE = """
DELETE FROM read_marks t USING conversation_merge_items i
WHERE i.workspace_id = $1 AND i.merge_id = $3 AND i.kind = 'read_mark' AND i.data IS NULL AND t.workspace_id = $1
  AND t.conversation_id = $2 AND t.agent_id = i.item_id AND t.at = $4
"""
MARKS_BACK = """
UPDATE read_marks t SET message_id = (i.data->>'message_id')::uuid, at = (i.data->>'at')::timestamptz
FROM conversation_merge_items i
WHERE i.workspace_id = $1 AND i.merge_id = $3 AND i.kind = 'read_mark' AND i.data IS NOT NULL AND t.workspace_id = $1
  AND t.conversation_id = $2 AND t.agent_id = i.item_id AND t.at = $4
"""


async def share_all(
    ctx: Ctx, merge_id: UUID, source: UUID, target: UUID, newest: tuple[UUID | None, UUID | None]
) -> None:
    """Lets the target have what the source has of tags, followers, drafts, checklist and read marks.

    `newest` are the newest incoming messages of source and target before.
    """
    tags = [row["tag_id"] for row in await ctx.tx.fetch(TAGS, ctx.workspace_id, source, target)]
    if tags:
        await tag_conversation(ctx, target, add=tags, remove=[])
    followers = await ctx.tx.fetch(FOLLOW, ctx.workspace_id, source, target, ctx.now)
    _tell_followers(ctx, target, [row["agent_id"] for row in followers], on=True)
    lists = await ctx.tx.fetch(CHECKLIST, ctx.workspace_id, source, target)
    await note_items(ctx, merge_id, "tag", tags)
    await note_items(ctx, merge_id, "follower", [row["agent_id"] for row in followers])
    await note_items(ctx, merge_id, "checklist", [row["checklist_id"] for row in lists])
    await ctx.tx.execute(DRAFTS, ctx.workspace_id, source, target, merge_id, ctx.now)
    await ctx.tx.execute(MARKS, ctx.workspace_id, source, target, merge_id, *newest, ctx.now)


async def share_no_more(
    ctx: Ctx, merge_id: UUID, source: UUID, target: UUID, at: object, newest_of_source: UUID | None
) -> None:
    """Takes from the target what it got from the source, unless somebody has changed it since `at`."""
    items = await list_items(ctx, merge_id)
    if items.get("tag"):
        await tag_conversation(ctx, target, add=[], remove=items["tag"])
    gone = await ctx.tx.fetch(UNFOLLOW, ctx.workspace_id, target, items.get("follower", []))
    _tell_followers(ctx, target, [row["agent_id"] for row in gone], on=False)
    await ctx.tx.execute(CHECKLIST_BACK, ctx.workspace_id, source, target, items.get("checklist", []))
    await ctx.tx.execute(DRAFTS_GONE, ctx.workspace_id, source, target, merge_id)
    await ctx.tx.execute(DRAFTS_TAKEN, ctx.workspace_id, target, merge_id, at)
    await ctx.tx.execute(DRAFTS_BACK, ctx.workspace_id, target, merge_id, at)
    await ctx.tx.execute(MARKS_SOURCE, ctx.workspace_id, source, target, merge_id, newest_of_source, at)
    await ctx.tx.execute(MARKS_GONE, ctx.workspace_id, target, merge_id, at)
    await ctx.tx.execute(MARKS_BACK, ctx.workspace_id, target, merge_id, at)
    # A draft is its writer's; the record keeps no copy of it.
    await ctx.tx.execute(
        """UPDATE conversation_merge_items SET data = NULL
           WHERE workspace_id = $1 AND merge_id = $2 AND kind = 'draft'""",
        ctx.workspace_id,
        merge_id,
    )


def _tell_followers(ctx: Ctx, conversation_id: UUID, agents: list[UUID], *, on: bool) -> None:
    for agent_id in sorted(agents):
        ctx.emit(ConversationFollowed(conversation_id=conversation_id, agent_id=agent_id, on=on))
