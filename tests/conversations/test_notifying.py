"""Whom to tell about what."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from parley.conversations.notifying import Situation, decide_notifications
from parley.facts.conversations import ConversationAssigned, MessageFailed, MessageReceived, NoteAdded
from parley.kit.clock import FixedClock
from parley.kit.ids import uuid7
from parley.kit.log.fact import SYSTEM, Actor, Fact
from tests.support.app import Shop
from tests.support.inbox import Inbox

ANA, BO, CID, MID = uuid7(), uuid7(), uuid7(), uuid7()
CUSTOMER = Actor("customer", uuid7())


def received(*, first: bool = False, status: str | None = None, automatic: bool = False) -> MessageReceived:
    """A message of a customer."""
    return MessageReceived(
        conversation_id=CID,
        message_id=MID,
        thread_id=MID,
        channel_id=MID,
        channel_kind="email",
        customer_id=MID,
        automatic=automatic,
        changes={"message_count": 1, **({"status": status} if status else {})},
        previous={"message_count": 0 if first else 3},
    )


def noted(*mentions: UUID) -> NoteAdded:
    """A note that mentions agents."""
    return NoteAdded(
        conversation_id=CID,
        message_id=MID,
        author_kind="agent",
        author_id=ANA,
        mentions=list(mentions),
        changes={},
        previous={},
    )


def assigned(agent: UUID | None) -> ConversationAssigned:
    """An assignment."""
    return ConversationAssigned(
        conversation_id=CID, changes={"assignee_id": agent}, previous={"assignee_id": None}
    )


FAILED = MessageFailed(conversation_id=CID, message_id=MID, channel_id=MID, purpose="reply", unknown=True)


def now(**values: Any) -> Situation:
    """The conversation as it is now."""
    return Situation(**{"number": 7, "status": "open", **values})


@pytest.mark.parametrize(
    ("fact", "situation", "actor", "expected"),
    [
        (noted(BO), now(), Actor("agent", ANA), {"mentioned": [BO]}),
        (noted(ANA, BO), now(), Actor("agent", ANA), {"mentioned": [BO]}),
        (noted(), now(assignee_id=BO), Actor("agent", ANA), {}),
        (assigned(ANA), now(assignee_id=ANA), Actor("agent", BO), {"assigned": [ANA]}),
        (assigned(ANA), now(assignee_id=ANA), Actor("decider", uuid7()), {"assigned": [ANA]}),
        (assigned(ANA), now(assignee_id=ANA), Actor("agent", ANA), {}),
        (assigned(ANA), now(assignee_id=BO), Actor("agent", BO), {}),
        (assigned(None), now(), Actor("agent", BO), {}),
        (received(), now(assignee_id=ANA), CUSTOMER, {"reply_in_mine": [ANA]}),
        (received(), now(assignee_id=ANA, followers=[BO, ANA]), CUSTOMER, {"reply_in_mine": [ANA, BO]}),
        (received(automatic=True), now(assignee_id=ANA), CUSTOMER, {}),
        (received(), now(assignee_id=ANA, status="spam"), CUSTOMER, {}),
        (received(first=True), now(here=[ANA, BO]), CUSTOMER, {"unassigned_new": [ANA, BO]}),
        (received(status="open"), now(here=[ANA]), CUSTOMER, {"unassigned_new": [ANA]}),
        (received(), now(here=[ANA]), CUSTOMER, {}),
        (received(first=True), now(here=[BO], assignee_id=ANA), CUSTOMER, {"reply_in_mine": [ANA]}),
        (
            received(first=True),
            now(here=[ANA, BO], followers=[BO]),
            CUSTOMER,
            {"reply_in_mine": [BO], "unassigned_new": [ANA]},
        ),
        (FAILED, now(author_id=ANA, assignee_id=BO), SYSTEM, {"failed": [ANA, BO]}),
        (FAILED, now(author_id=ANA, assignee_id=ANA), SYSTEM, {"failed": [ANA]}),
        (FAILED, now(), SYSTEM, {}),
    ],
)
def test_decisions(fact: Fact, situation: Situation, actor: Actor, expected: dict[str, list[UUID]]) -> None:
    told = decide_notifications(fact, situation, actor)
    assert {notice.kind: notice.agent_ids for notice in told} == expected


async def raised(shop: Shop) -> list[tuple[str, UUID]]:
    """Gives what agents have been told, in order."""
    async with shop.runtime.db.transaction(shop.workspace_id) as tx:
        rows = await tx.fetch("SELECT kind, agent_id FROM notifications ORDER BY id")
    return [(row["kind"], row["agent_id"]) for row in rows]


async def test_from_the_log_to_the_agents(shop: Shop, inbox: Inbox, clock: FixedClock) -> None:
    ana, bo = await shop.agent(), await shop.agent(name="Bo")
    async with inbox.ctx() as ctx:
        await ctx.tx.execute(
            """UPDATE agents SET presence = 'online', presence_at = $2,
                 notification_prefs = '{"events": {"unassigned_new": true}}' WHERE id = $1""",
            ana,
            clock.now(),
        )
    got = await inbox.receive("New")
    await inbox.read_log()
    assert await raised(shop) == [("unassigned_new", ana)]
    browser = await shop.browser(bo)
    await browser.patch(f"/api/v1/conversations/{got.conversation_id}", json={"assignee_id": str(ana)})
    await inbox.note(got.conversation_id, bo, "Look, @Ana", mentions=[ana, bo])
    clock.advance(timedelta(minutes=1))
    await inbox.receive("Hello?")
    await inbox.read_log()
    assert (await raised(shop))[1:] == [("assigned", ana), ("mentioned", ana), ("reply_in_mine", ana)]
    hers = await shop.browser(ana)
    await hers.post(f"/api/v1/conversations/{got.conversation_id}/read")
    assert await shop.count("SELECT count(*) FROM notifications WHERE read_at IS NULL") == 0
