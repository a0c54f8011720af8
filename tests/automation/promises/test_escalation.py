"""What follows when a promise is warned of or broken: acts with reasons, people told, rules asked."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from parley.conversations.actions.changing import assign_conversation
from tests.automation.promises.conftest import AddSla, Pass
from tests.support.app import Shop, body_of
from tests.support.inbox import Inbox

MINUTE = timedelta(minutes=1)


async def notices(inbox: Inbox) -> list[tuple[UUID, str]]:
    """Gives who was told what of promises, in order."""
    async with inbox.ctx() as ctx:
        rows = await ctx.tx.fetch(
            "SELECT agent_id, data FROM notifications WHERE workspace_id = $1 AND kind = 'sla' ORDER BY id",
            inbox.workspace_id,
        )
    return [(row["agent_id"], row["data"]["wording"]) for row in rows]


async def decisions(inbox: Inbox, decider: str) -> list[dict[str, Any]]:
    """Gives the decisions of a decider."""
    async with inbox.ctx() as ctx:
        rows = await ctx.tx.fetch(
            "SELECT reasons, acts FROM decisions WHERE workspace_id = $1 AND decider = $2 ORDER BY id",
            inbox.workspace_id,
            decider,
        )
    return [dict(row) for row in rows]


async def test_acts_of_the_sla_are_performed_with_reasons(inbox: Inbox, add_sla: AddSla, wait: Pass) -> None:
    acts = [{"act": "set_priority", "priority": "high"}, {"act": "set_priority", "priority": "high"}]
    await add_sla(
        targets={"first_reply": 60},
        warn_minutes=15,
        escalate={"warned": acts, "broken": [{"act": "set_priority", "priority": "urgent"}]},
    )
    asked = await inbox.receive()
    await wait(50 * MINUTE)
    assert (await inbox.row(asked.conversation_id))["priority"] == 2
    await wait(20 * MINUTE)
    assert (await inbox.row(asked.conversation_id))["priority"] == 3
    first, second = await decisions(inbox, "escalation")
    assert first["reasons"][0]["key"] == "promise.escalated_warned"
    assert first["reasons"][0]["values"]["skipped"] == [{"act": "set_priority", "why": "nothing_to_do"}]
    assert (second["reasons"][0]["key"], len(second["acts"])) == ("promise.escalated_broken", 1)


async def test_nothing_escalates_after_the_answer(
    shop: Shop, inbox: Inbox, add_sla: AddSla, wait: Pass
) -> None:
    await add_sla(targets={"first_reply": 60}, escalate=[{"act": "set_priority", "priority": "urgent"}])
    asked = await inbox.receive()
    await wait(10 * MINUTE)
    await inbox.reply(asked.conversation_id, await shop.agent())
    await wait(100 * MINUTE)
    assert (await inbox.row(asked.conversation_id))["priority"] == 1
    assert await notices(inbox) == []


async def test_who_has_it_is_told_else_the_leads(
    shop: Shop, inbox: Inbox, add_sla: AddSla, wait: Pass
) -> None:
    await add_sla(targets={"first_reply": 60}, warn_minutes=10)
    agent, lead = await shop.agent(), await shop.agent("lead")
    mine = await inbox.receive()
    async with inbox.ctx() as ctx:
        await assign_conversation(ctx, mine.conversation_id, agent_id=agent, team_id=None)
    await wait(70 * MINUTE)
    assert await notices(inbox) == [(agent, "sla_warned_first_reply"), (agent, "sla_broken_first_reply")]
    browser = await shop.browser(agent)
    shown = body_of(await browser.get("/api/v1/me/notifications"))["items"]
    assert [one["text"] for one in shown if one["kind"] == "sla"] == [
        "The first reply in conversation #1 is overdue",
        "conversation #1 needs its first reply soon",
    ]
    await inbox.receive(email="bo@example.com")
    await wait(55 * MINUTE)
    assert (await notices(inbox))[2:] == [(lead, "sla_warned_first_reply")]


async def test_rules_are_asked_about_promises(shop: Shop, inbox: Inbox, add_sla: AddSla, wait: Pass) -> None:
    lead = await shop.signed_in("lead")
    for event, priority in (("promise_warned", "high"), ("promise_broken", "urgent")):
        rule = {
            "when": event,
            "if": {
                "all": [
                    {"field": "promise.kind", "op": "is", "value": "first_reply"},
                    {"field": "promise.minutes_left", "op": "at_most", "value": 10},
                ]
            },
            "then": [{"act": "set_priority", "priority": priority}],
        }
        saved = await lead.post("/api/v1/rules", json={"name": event, "rule": rule, "enabled": True})
        assert saved.status_code == 201, saved.text
    await add_sla(targets={"first_reply": 60, "resolution": 65}, warn_minutes=10)
    asked = await inbox.receive()
    await wait(52 * MINUTE)
    assert (await inbox.row(asked.conversation_id))["priority"] == 2
    await wait(9 * MINUTE)
    assert (await inbox.row(asked.conversation_id))["priority"] == 3
