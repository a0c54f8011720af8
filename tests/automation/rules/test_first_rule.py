"""A rule over HTTP, a message, what was done, why, and back again."""

from parley.kit.decisions.executor import undo_decision
from tests.automation.conftest import Settle
from tests.support.app import Shop, body_of
from tests.support.inbox import Inbox

SIZE = {
    "when": "message_received",
    "if": {
        "all": [
            {"field": "message.text", "op": "contains", "value": ["change the size", "another size"]},
            {"not": {"field": "conversation.priority", "op": "is", "value": "urgent"}},
        ]
    },
    "then": [{"act": "set_priority", "priority": "urgent"}],
}


async def test_a_rule_acts_says_why_and_is_undone(shop: Shop, inbox: Inbox, settle: Settle) -> None:
    lead = await shop.signed_in("lead")
    tag = body_of(await lead.post("/api/v1/tags", json={"name": "Change of order"}))["id"]
    rule = {**SIZE, "then": [*SIZE["then"], {"act": "tag", "tag_ids": [tag]}]}
    saved = await lead.post("/api/v1/rules", json={"name": "Size", "rule": rule, "enabled": True})
    assert saved.status_code == 201, saved.text

    asked = await inbox.receive("Hello, could you please change the SIZE of my order?")
    await settle()

    row = await inbox.row(asked.conversation_id)
    assert row["priority"] == 3
    tags = "SELECT count(*) FROM conversation_tags WHERE workspace_id = $1 AND conversation_id = $2"
    assert await shop.count(tags, shop.workspace_id, asked.conversation_id) == 1
    async with inbox.ctx() as ctx:
        decision = await ctx.tx.fetchrow(
            "SELECT id, reasons, version, chain FROM decisions WHERE workspace_id = $1 AND decider = 'rules'",
            shop.workspace_id,
        )
        assert decision is not None
        reason = decision["reasons"][0]
        assert (reason["key"], reason["values"]["name"], decision["version"]) == ("rule.matched", "Size", 1)
        assert reason["values"]["acts"] == [0, 1]
        assert [test["field"] for test in reason["values"]["tests"]] == [
            "message.text",
            "conversation.priority",
        ]
        assert decision["chain"] == [body_of(saved)["id"]]
        assert await undo_decision(shop.runtime.decisions, ctx, decision["id"]) == [
            "tag_conversation",
            "change_conversation",
        ]
    assert (await inbox.row(asked.conversation_id))["priority"] == 1
    assert await shop.count(tags, shop.workspace_id, asked.conversation_id) == 0


async def test_other_messages_are_left_alone(shop: Shop, inbox: Inbox, settle: Settle) -> None:
    lead = await shop.signed_in("lead")
    await lead.post("/api/v1/rules", json={"name": "Size", "rule": SIZE, "enabled": True})
    asked = await inbox.receive("Where is my parcel?")
    await settle()
    assert (await inbox.row(asked.conversation_id))["priority"] == 1


async def test_a_wrong_rule_is_refused_with_its_place(shop: Shop) -> None:
    lead = await shop.signed_in("lead")
    wrong = {**SIZE, "then": [{"act": "set_priority", "priority": "topmost"}]}
    answer = await lead.post("/api/v1/rules", json={"name": "Size", "rule": wrong})
    assert answer.status_code == 422
    assert body_of(answer)["errors"][0]["field"] == "then.0.priority"
    assert await shop.count("SELECT count(*) FROM rules WHERE workspace_id = $1", shop.workspace_id) == 0
