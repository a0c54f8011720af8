"""Who takes part in a thread: whoever was on its mails may answer them."""

from collections.abc import Sequence
from uuid import UUID

from parley.kit.ctx import Ctx

MOST = 500
ADD = """
UPDATE threads t SET participants = t.participants || (
  SELECT coalesce(jsonb_agg(p ORDER BY n), '[]') FROM jsonb_array_elements($3::jsonb) WITH ORDINALITY AS given(p, n)
  WHERE NOT EXISTS (SELECT 1 FROM jsonb_array_elements(t.participants) o
                    WHERE lower(o->>'address') = lower(p->>'address')))
WHERE t.workspace_id = $1 AND t.id = $2 AND jsonb_array_length(t.participants) < $4
"""


async def add_participants(ctx: Ctx, thread_id: UUID, people: Sequence[dict[str, str]]) -> None:
    """Adds people, as {name, address}, to those who take part in a thread; known addresses stay as they are."""
    if people:
        await ctx.tx.execute(ADD, ctx.workspace_id, thread_id, list(people), MOST)
