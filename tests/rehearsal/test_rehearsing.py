"""A change of rules on the past: what it would have done, beside what agents did."""

import json
from datetime import timedelta
from typing import Any

import pytest

from parley.conversations.actions.changing import close_conversation
from parley.kit.clock import FixedClock
from parley.kit.errors import Invalid
from parley.kit.log.fact import Actor
from parley.rehearsal.running import rehearse
from tests.automation.conftest import Settle
from tests.automation.routing.test_routing import come
from tests.support.app import Shop, body_of
from tests.support.inbox import Inbox


def rule(text: str, *acts: dict[str, Any], **more: Any) -> dict[str, Any]:
    condition = {"field": "message.text", "op": "contains", "value": [text]}
    return {"when": "message_received", "if": {"all": [condition]}, "then": list(acts), **more}


async def report(shop: Shop, clock: FixedClock, change: dict[str, Any]) -> dict[str, Any]:
    async with shop.runtime.ctx(shop.workspace_id) as ctx:
        begins, ends = clock.now() - timedelta(days=30), clock.now() + timedelta(days=1)
        return await rehearse(ctx, shop.runtime.decisions, {"rules": change}, begins, ends)


async def test_what_a_new_rule_would_have_done(
    shop: Shop, inbox: Inbox, settle: Settle, clock: FixedClock
) -> None:
    lead = await shop.signed_in("lead")
    tag = body_of(await lead.post("/api/v1/tags", json={"name": "Refund"}))["id"]
    first = await inbox.receive("I want a refund", email="a@example.com")
    second = await inbox.receive("Refund, please", email="b@example.com")
    third = await inbox.receive("Where is my parcel?", email="c@example.com")
    await settle()
    # An agent tagged one of those that the rule would have, and another.
    for one in (first, third):
        put = await lead.put(
            f"/api/v1/conversations/{one.conversation_id}/tags", json={"add": [tag], "remove": []}
        )
        assert put.status_code < 300, put.text
    await settle()
    change = {"put": [{"name": "Refunds", "rule": rule("refund", {"act": "tag", "tag_ids": [tag]})}]}
    found = await report(shop, clock, change)

    assert found["conversations"] == {"seen": 3, "changed": 2}
    assert found["decisions"] == {"before": 0, "after": 2}
    (tags,) = [act for act in found["acts"] if act["act"] == "tag"]
    assert (tags["after"], tags["by_agents"], tags["agreed"]) == (2, 2, 1)
    assert (tags["precision"], tags["recall"]) == (0.5, 0.5)
    assert {one["conversation_id"] for one in found["examples"]} == {
        str(first.conversation_id),
        str(second.conversation_id),
    }
    assert found["examples"][0]["added"] == [
        {"decider": "rules", "act": "tag", "value": tag, "why": ["Refunds"]}
    ]
    # Nothing was written.
    assert await shop.count("SELECT count(*) FROM decisions WHERE decider = 'rules'") == 0
    again = await report(shop, clock, change)
    assert json.dumps(found) == json.dumps(again)


async def test_conditions_see_the_state_of_their_moment(
    shop: Shop, inbox: Inbox, settle: Settle, clock: FixedClock
) -> None:
    """A rule that asks for the priority sees what it was then, not what it became."""
    lead = await shop.signed_in("lead")
    asked = await inbox.receive("A refund")
    await settle()
    await lead.patch(f"/api/v1/conversations/{asked.conversation_id}", json={"priority": "urgent"})
    await inbox.receive("The refund!")
    await settle()
    was_normal = rule("refund", {"act": "set_priority", "priority": "high"})
    was_normal["if"]["all"].append({"field": "conversation.priority", "op": "is", "value": "normal"})
    found = await report(shop, clock, {"put": [{"name": "High", "rule": was_normal}]})
    assert found["decisions"]["after"] == 1


async def test_a_rule_that_stands_is_compared_with_its_new_text(
    shop: Shop, inbox: Inbox, settle: Settle, clock: FixedClock
) -> None:
    lead = await shop.signed_in("lead")
    standing = rule("refund", {"act": "set_priority", "priority": "high"})
    saved = body_of(await lead.post("/api/v1/rules", json={"name": "R", "rule": standing, "enabled": True}))
    await inbox.receive("A refund")
    await settle()
    same = await report(shop, clock, {"put": [{"id": saved["id"], "name": "R", "rule": standing}]})
    assert (same["decisions"], same["conversations"]["changed"]) == ({"before": 1, "after": 1}, 0)
    gone = await report(shop, clock, {"remove": [saved["id"]]})
    assert (gone["decisions"], gone["conversations"]["changed"]) == ({"before": 1, "after": 0}, 1)
    assert gone["fired"] == [{"id": saved["id"], "before": 1, "after": 0}]


@pytest.mark.parametrize(
    "change",
    [{"put": [{"name": "x"}]}, {"put": [{"rule": {"when": "never"}}]}, {"remove": ["x"]}, {"more": 1}, []],
)
async def test_a_change_that_cannot_be_read_is_refused(shop: Shop, clock: FixedClock, change: Any) -> None:
    with pytest.raises(Invalid):
        await report(shop, clock, change)


async def test_another_shop_sees_nothing(
    shop: Shop, neighbour: Shop, inbox: Inbox, settle: Settle, clock: FixedClock
) -> None:
    await inbox.receive("A refund")
    await settle()
    put = [{"name": "High", "rule": rule("refund", {"act": "set_priority", "priority": "high"})}]
    assert (await report(neighbour, clock, {"put": put}))["facts"] == 0


async def test_another_way_of_routing(shop: Shop, inbox: Inbox, settle: Settle, clock: FixedClock) -> None:
    """Ana has all of it, since she has the fewest open; in turn Ben would have got the second."""
    ana, ben = await come(shop, "Ana"), await come(shop, "Ben", takes_work=False)
    for number in range(3):
        asked = await inbox.receive(email=f"{number}@example.com")
        await settle()
        clock.advance(timedelta(minutes=1))
        await inbox.reply(asked.conversation_id, ana)
        await inbox.note(asked.conversation_id, ben)
        async with inbox.ctx(Actor("agent", ana)) as ctx:
            await close_conversation(ctx, asked.conversation_id)
        await settle()
    lead = await shop.signed_in("lead")
    await lead.put(f"/api/v1/routing/agents/{ben}", json={})
    begins, ends = clock.now() - timedelta(days=1), clock.now() + timedelta(days=1)
    async with shop.runtime.ctx(shop.workspace_id) as ctx:
        found = await rehearse(
            ctx, shop.runtime.decisions, {"routing": {"mode": "round_robin"}}, begins, ends
        )
    (assigned,) = [act for act in found["acts"] if act["act"] == "assign_agent"]
    # Nobody had done anything yet when the first came in.
    assert (assigned["before"], assigned["after"]) == (2, 2)
    with pytest.raises(Invalid):
        async with shop.runtime.ctx(shop.workspace_id) as ctx:
            await rehearse(ctx, shop.runtime.decisions, {"routing": {"mode": "by dice"}}, begins, ends)
