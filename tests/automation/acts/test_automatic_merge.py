"""Who writes again within the hour goes on in the conversation that is open; it can be taken back."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from parley.conversations.actions.changing import mark_spam
from parley.kit.clock import FixedClock
from tests.automation.conftest import Settle
from tests.support.app import Shop, body_of
from tests.support.inbox import Inbox


async def switch(shop: Shop, **values: Any) -> Any:
    """Switches it on and gives a lead's browser."""
    lead = await shop.signed_in("lead")
    body = {"enabled": True, "values": {"on": True, **values}}
    answer = await lead.put("/api/v1/deciders/automatic_merge", json=body)
    assert answer.status_code == 200, answer.text
    return lead


async def write_twice(
    inbox: Inbox, clock: FixedClock, settle: Settle, later: timedelta, *, aside: bool = False, **second: Any
) -> tuple[UUID, UUID]:
    """The customer opens two conversations, the second some time after the first."""
    first = await inbox.receive("Where is it?", key="first", subject="Order 7")
    await settle()
    if aside:
        async with inbox.ctx() as ctx:
            await mark_spam(ctx, first.conversation_id)
    clock.advance(later)
    given = {"key": "second", "subject": "order  7", **second}
    again = await inbox.receive("Hello?", **given)
    clock.advance(timedelta(seconds=1))
    await settle()
    return first.conversation_id, again.conversation_id


async def test_it_is_off_at_first(inbox: Inbox, clock: FixedClock, settle: Settle) -> None:
    _, again = await write_twice(inbox, clock, settle, timedelta(minutes=5))
    assert (await inbox.row(again))["merged_into_id"] is None


async def test_it_merges_and_can_be_undone(
    shop: Shop, inbox: Inbox, clock: FixedClock, settle: Settle
) -> None:
    lead = await switch(shop, same_subject=True, same_channel=True)
    first, again = await write_twice(inbox, clock, settle, timedelta(minutes=59))
    assert (await inbox.row(again))["merged_into_id"] == first
    lines = body_of(await lead.get(f"/api/v1/conversations/{first}/timeline"))["items"]
    joined = next(line for line in lines if line.get("kind") == "ConversationJoined")
    assert joined["decision_id"] is not None
    undone = await lead.post(f"/api/v1/decisions/{joined['decision_id']}/undo")
    assert undone.status_code == 200, undone.text
    assert (await inbox.row(again))["merged_into_id"] is None


@pytest.mark.parametrize(
    ("later", "values", "second", "aside"),
    [
        (timedelta(minutes=61), {}, {}, False),
        (timedelta(minutes=5), {"same_subject": True}, {"subject": "Order 8"}, False),
        (timedelta(minutes=5), {"same_channel": True}, {"channel_kind": "chat"}, False),
        (timedelta(minutes=5), {}, {"email": "somebody@else.example"}, False),
        (timedelta(minutes=5), {}, {"spam": True}, False),
        (timedelta(minutes=5), {}, {}, True),
    ],
    ids=["too late", "other subject", "other channel", "other customer", "spam", "into spam"],
)
async def test_when_it_does_not(
    shop: Shop,
    inbox: Inbox,
    clock: FixedClock,
    settle: Settle,
    later: timedelta,
    values: dict[str, Any],
    second: dict[str, Any],
    aside: bool,
) -> None:
    await switch(shop, **values)
    _, again = await write_twice(inbox, clock, settle, later, aside=aside, **second)
    assert (await inbox.row(again))["merged_into_id"] is None
