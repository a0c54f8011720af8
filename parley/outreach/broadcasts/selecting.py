"""Who is affected: conversations or orders are looked at in portions by keyset, each customer is told once."""

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from uuid import UUID

from parley.conversations.ports import ChannelPort
from parley.kit.conditions.catalogue import Catalogue, Subject
from parley.kit.conditions.compiling import compile_condition
from parley.kit.conditions.model import fields_of
from parley.kit.ctx import Ctx
from parley.kit.errors import Invalid
from parley.kit.ids import uuid7
from parley.kit.log.fact import Fact, Recorded
from parley.outreach.broadcasts.model import (
    MOST,
    BroadcastSelection,
    BroadcastTexts,
    Target,
    choose_language,
    parse_selection,
)
from parley.outreach.broadcasts.placing import Place, Places

BATCH = 500
LOOK_BACK = timedelta(days=90)
FIRST, LAST = UUID(int=0), UUID(int=2**128 - 1)
CONVERSATIONS = """
SELECT id, customer_id FROM conversations
WHERE workspace_id = $1 AND status IN ('open', 'snoozed') AND merged_into_id IS NULL AND id < $2
ORDER BY id DESC LIMIT $3
"""
NAMED_CONVERSATIONS = """
SELECT id, customer_id FROM conversations
WHERE workspace_id = $1 AND id = ANY($4) AND merged_into_id IS NULL AND id < $2 ORDER BY id DESC LIMIT $3
"""
ORDERS = """
SELECT o.id, o.customer_id, o.placed_at FROM orders o
WHERE o.workspace_id = $1 AND o.placed_at >= $2 AND (o.placed_at, o.id) < ($3, $4)
  AND o.deleted_at IS NULL
  AND ($6::uuid[] IS NULL OR o.id = ANY($6)) AND ($7::uuid IS NULL OR o.store_id = $7)
  AND (cardinality($8::text[] || $9::text[]) = 0 OR EXISTS (
    SELECT 1 FROM order_lines l WHERE l.workspace_id = $1 AND l.order_id = o.id AND l.quantity > 0
      AND (l.product_ref = ANY($8) OR l.variant_ref = ANY($9))))
ORDER BY o.placed_at DESC, o.id DESC LIMIT $5
"""


class Affected(Fact, frozen=True, kw_only=True):
    """What a selection is asked about. It is never told."""

    conversation_id: UUID | None = None
    customer_id: UUID | None = None
    order_id: UUID | None = None


async def select_targets(
    ctx: Ctx, catalogue: Catalogue, port: ChannelPort, selection: BroadcastSelection, texts: BroadcastTexts
) -> list[Target]:
    """Gives everybody who is affected, sorted: to be told, or with the reason why not. Nothing is written.

    The number of statements is that of portions and sections; of a customer only a few ids are kept. Raises Invalid
    for a condition that cannot be read, and for more customers than a broadcast may have.
    """
    condition = parse_selection(selection, catalogue)
    holds = compile_condition(condition, catalogue.fields)
    sections = sorted({name.partition(".")[0] for name in fields_of(condition)})
    places = Places(ctx, port)
    chosen: dict[str, Place] = {}
    async for batch in _list_batches(ctx, selection):
        subjects = [_subject(ctx, one) for one in batch]
        await catalogue.load(ctx, subjects, sections)
        matched = [
            one
            for one, subject in zip(batch, subjects, strict=True)
            if not sections or holds(subject.sheet())
        ]
        for place in await _place(places, selection, matched):
            known = chosen.get(place.key)
            if known is None or _is_better(place, known):
                chosen[place.key] = place
        if len(chosen) > MOST:
            raise Invalid("too_many", f"More than {MOST} customers are affected; narrow the selection.")
    skipped: frozenset[UUID | None] = frozenset(selection.skip)
    return [_target(chosen[key], texts, skipped) for key in sorted(chosen)]


async def _place(places: Places, selection: BroadcastSelection, matched: Sequence[Affected]) -> list[Place]:
    if selection.of == "conversations":
        return await places.in_conversations([one.conversation_id for one in matched if one.conversation_id])
    return await places.of_orders([one.order_id for one in matched if one.order_id])


def _is_better(one: Place, other: Place) -> bool:
    """Where he can be told, and of those the newest."""
    return (one.reason is None, one.at, str(one.conversation_id)) > (
        other.reason is None,
        other.at,
        str(other.conversation_id),
    )


def _target(place: Place, texts: BroadcastTexts, skipped: frozenset[UUID | None]) -> Target:
    named = {place.customer_id, place.order_id if place.customer_id is None else None}
    reason = "skipped" if named & skipped else place.reason
    return Target(
        customer_id=place.customer_id,
        conversation_id=place.conversation_id,
        order_id=place.order_id,
        channel_kind=place.channel_kind,
        language=place.language,
        text_language=choose_language(texts, place.language),
        reason=reason,
    )


async def _list_batches(ctx: Ctx, selection: BroadcastSelection) -> AsyncIterator[list[Affected]]:
    # No id is below the first, so that what was placed at the very end of the time is left out.
    last = FIRST if selection.of == "orders" else LAST
    at = selection.placed_before or ctx.now + timedelta(days=1)
    since = selection.placed_from or ctx.now - LOOK_BACK
    while True:
        if selection.of == "orders":
            rows = await ctx.tx.fetch(
                ORDERS, ctx.workspace_id, since, at, last, BATCH, selection.ids, selection.store_id,
                selection.product_refs, selection.variant_refs,
            )  # fmt: skip
            found = [Affected(order_id=row["id"], customer_id=row["customer_id"]) for row in rows]
        else:
            named = [] if selection.ids is None else [selection.ids]
            sql = NAMED_CONVERSATIONS if named else CONVERSATIONS
            rows = await ctx.tx.fetch(sql, ctx.workspace_id, last, BATCH, *named)
            found = [Affected(conversation_id=row["id"], customer_id=row["customer_id"]) for row in rows]
        if found:
            yield found
        if len(rows) < BATCH:
            return
        last = rows[-1]["id"]
        if selection.of == "orders":
            at = rows[-1]["placed_at"]


def _subject(ctx: Ctx, about: Affected) -> Subject:
    recorded = Recorded(
        workspace_id=ctx.workspace_id,
        epoch=0,
        xid=0,
        seq=0,
        id=uuid7(),
        kind="Affected",
        at=ctx.now,
        lane=0,
        conversation_id=about.conversation_id,
        subject_id=None,
        actor_kind=ctx.actor.kind,
        actor_id=ctx.actor.id,
        cause_id=None,
        depth=0,
        data={},
    )
    return Subject(about, recorded, ctx.now)
