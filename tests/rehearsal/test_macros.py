"""Macros on trial: other acts, blanks, and messages that would not have left."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from parley.facts.automation import ChosenMacro, MacrosSent
from parley.kit.clock import FixedClock
from parley.kit.errors import Invalid
from parley.kit.log.fact import Actor
from parley.rehearsal.running import rehearse
from tests.automation.conftest import Settle
from tests.automation.macros.conftest import save
from tests.support.app import Shop, body_of
from tests.support.inbox import Inbox

BLANK = {"en": "<p>Your order {{ order.number }} is on its way.</p>"}


async def report(shop: Shop, clock: FixedClock, change: Any) -> dict[str, Any]:
    async with shop.runtime.ctx(shop.workspace_id) as ctx:
        begins, ends = clock.now() - timedelta(days=1), clock.now() + timedelta(days=1)
        return await rehearse(ctx, shop.runtime.decisions, {"macros": change}, begins, ends)


def counts(found: dict[str, Any]) -> dict[str, tuple[int, int]]:
    """Gives how often each act was done before and after."""
    return {one["act"]: (one["before"], one["after"]) for one in found["acts"]}


async def test_uses_by_an_agent(shop: Shop, inbox: Inbox, settle: Settle, clock: FixedClock) -> None:
    lead = await shop.signed_in("lead")
    tag = body_of(await lead.post("/api/v1/tags", json={"name": "Asked"}))["id"]
    macro = await save(lead, acts=[{"act": "set_priority", "priority": "high"}])
    asked = await inbox.receive("Where is it?")
    await settle()
    agent = await shop.agent()
    sent = await inbox.reply(asked.conversation_id, agent)
    async with inbox.ctx(Actor("agent", agent)) as ctx:
        fact = MacrosSent(
            conversation_id=asked.conversation_id,
            message_id=sent.message_id,
            agent_id=agent,
            macros=[ChosenMacro(UUID(macro["id"]))],
        )
        ctx.emit(fact)
    await settle()
    same = await report(shop, clock, {"put": [{"id": macro["id"]}]})
    assert (same["conversations"]["changed"], same["decisions"]) == (0, {"before": 1, "after": 1})
    other = {"id": macro["id"], "texts": BLANK, "acts": [{"act": "tag", "tag_ids": [tag]}]}
    found = await report(shop, clock, {"put": [other]})
    assert counts(found) == {"leave_blank": (0, 1), "set_priority": (1, 0), "tag": (0, 1)}
    (example,) = found["examples"]
    assert {(one["act"], one["value"]) for one in example["added"]} == {
        ("leave_blank", "Answer: order.number"),
        ("tag", tag),
    }
    assert found["fired"] == [{"id": macro["id"], "before": 1, "after": 1}]
    assert json.dumps(found) == json.dumps(await report(shop, clock, {"put": [other]}))
    gone = await report(shop, clock, {"remove": [macro["id"]]})
    assert counts(gone) == {"set_priority": (1, 0)}


async def test_answers_of_rules_that_would_have_been_held_back(
    shop: Shop, inbox: Inbox, settle: Settle, clock: FixedClock
) -> None:
    lead = await shop.signed_in("lead")
    macro = await save(lead)
    rule = {"when": "message_received", "then": [{"act": "reply", "macro": macro["id"]}]}
    saved = await lead.post("/api/v1/rules", json={"name": "Answer", "rule": rule, "enabled": True})
    assert saved.status_code == 201, saved.text
    await inbox.receive("Where is it?")
    await settle()
    uses = await shop.count("SELECT count(*) FROM macro_uses")
    assert uses == 1
    found = await report(shop, clock, {"put": [{"id": macro["id"], "texts": BLANK}]})
    assert counts(found) == {"hold_message": (0, 1), "reply": (1, 0)}
    assert found["messages"] == {"before": 1, "after": 0}
    assert await shop.count("SELECT count(*) FROM macro_uses") == uses


@pytest.mark.parametrize(
    "change",
    [
        {"more": 1},
        {"put": [{"id": "x"}]},
        {"put": [{"id": "00000000-0000-0000-0000-0000000000ff"}]},
        {"put": [{"name": "A", "texts": {"en": "<p>{{ no.such }}</p>"}}]},
        {"put": [{"name": "A", "acts": [{"act": "fly"}]}]},
        {"remove": ["x"]},
        [],
    ],
)
async def test_a_change_that_cannot_be_read_is_refused(shop: Shop, clock: FixedClock, change: Any) -> None:
    with pytest.raises(Invalid):
        await report(shop, clock, change)


async def test_what_nothing_is_tried_by_is_named(shop: Shop, clock: FixedClock) -> None:
    async with shop.runtime.ctx(shop.workspace_id) as ctx:
        with pytest.raises(Invalid, match="macros"):
            await rehearse(ctx, shop.runtime.decisions, {"makros": {}}, clock.now(), clock.now())
