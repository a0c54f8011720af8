"""Macros in a conversation: filled in, suggested, sent, applied, taken back; and by rules."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx

from parley.kit.clock import FixedClock
from parley.kit.decisions.executor import undo_decision
from tests.automation.conftest import Settle
from tests.automation.macros.conftest import save
from tests.support.app import Shop, body_of
from tests.support.inbox import Inbox

USES = "SELECT count(*) FROM macro_uses WHERE workspace_id = $1"
TAGS = "SELECT count(*) FROM conversation_tags WHERE workspace_id = $1"


async def render(
    who: httpx.AsyncClient, macro: dict[str, Any], conversation_id: UUID, **more: Any
) -> dict[str, Any]:
    body = {"conversation_id": str(conversation_id), **more}
    answer = await who.post(f"/api/v1/macros/{macro['id']}/render", json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = body_of(answer)
    return found


async def new_tag(lead: httpx.AsyncClient, name: str = "Shipping") -> str:
    return str(body_of(await lead.post("/api/v1/tags", json={"name": name}))["id"])


async def set_intent(inbox: Inbox, conversation_id: UUID, intent: str) -> None:
    async with inbox.ctx() as ctx:
        await ctx.tx.execute(
            "UPDATE conversations SET intent = $3 WHERE workspace_id = $1 AND id = $2",
            inbox.workspace_id,
            conversation_id,
            intent,
        )


async def test_it_speaks_the_language_of_the_conversation(shop: Shop, inbox: Inbox) -> None:
    lead = await shop.signed_in("lead", name="Ana Souza")
    macro = await save(
        lead,
        texts={
            "en": "<p>Hello {{ customer.first_name }}, {{ agent.first_name }}</p>",
            "pt-BR": "<p>Oi {{ customer.first_name }}</p>",
            "de": "<p>Hallo</p>",
        },
    )
    asked = await inbox.receive("Hello", name="Zoë Quinn")
    made = await render(lead, macro, asked.conversation_id)
    assert (made["language"], made["html"], made["missing"]) == ("en", "<p>Hello Zoë, Ana</p>", [])
    assert (await render(lead, macro, asked.conversation_id, language="de"))["html"] == "<p>Hallo</p>"
    async with inbox.ctx() as ctx:
        await ctx.tx.execute(
            "UPDATE customers SET language = 'pt' WHERE workspace_id = $1", shop.workspace_id
        )
    assert (await render(lead, macro, asked.conversation_id))["language"] == "pt-BR"


async def test_a_missing_variable_is_a_blank(shop: Shop, inbox: Inbox) -> None:
    lead = await shop.signed_in("lead")
    text = "<p>{% if order %}about {{ order.number }}{% else %}Which order, {{ customer.first_name }}?{% endif %}</p>"
    macro = await save(lead, texts={"en": text})
    asked = await inbox.receive("Hello", name="no@name.example")
    made = await render(lead, macro, asked.conversation_id)
    assert made["missing"] == ["customer.first_name"]
    assert made["text"] == "Which order, \u27e6customer.first_name\u27e7?"


async def test_a_text_is_tried_while_it_is_written(shop: Shop, inbox: Inbox) -> None:
    lead = await shop.signed_in("lead")
    asked = await inbox.receive("Hello")
    body = {"conversation_id": str(asked.conversation_id), "text": "Hi {{ customer.name }}"}
    assert body_of(await lead.post("/api/v1/macros/try", json=body))["text"] == "Hi Zoë"
    wrong = await lead.post("/api/v1/macros/try", json={**body, "text": "{{ oops }}"})
    assert body_of(wrong)["errors"][0]["message"] == "In {{ oops }}: there is no variable oops."


async def test_sent_with_a_message_it_acts_counts_and_says_why(
    shop: Shop, inbox: Inbox, settle: Settle
) -> None:
    lead = await shop.signed_in("lead")
    tag = await new_tag(lead)
    acts = [{"act": "tag", "tag_ids": [tag]}, {"act": "set_priority", "priority": "high"}]
    macro = await save(lead, acts=acts)
    asked = await inbox.receive("Where is my parcel?")
    await settle()
    await set_intent(inbox, asked.conversation_id, "order_status")
    shown = await render(lead, macro, asked.conversation_id)
    assert [(act["act"], act["idle"]) for act in shown["acts"]] == [("tag", False), ("set_priority", False)]

    path = f"/api/v1/conversations/{asked.conversation_id}/messages"
    body = {"html": shown["html"], "macros": [{"id": macro["id"], "acts": [0]}]}
    sent = body_of(await lead.post(path, json=body))
    await settle()

    assert await shop.count(TAGS, shop.workspace_id) == 1
    assert (await inbox.row(asked.conversation_id))["priority"] == 1
    assert await shop.count(USES + " AND intent = 'order_status'", shop.workspace_id) == 1
    assert body_of(await lead.get(f"/api/v1/macros/{macro['id']}"))["uses"] == 1
    used = (await shop.facts("MacroUsed"))[0]
    assert (used["macro_id"], used["message_id"], used["version"]) == (macro["id"], sent["id"], 1)
    reasons = await shop.count(
        "SELECT reasons FROM decisions WHERE workspace_id = $1 AND decider = 'macro'", shop.workspace_id
    )
    assert reasons[0]["key"] == "macro.applied"
    assert (reasons[0]["values"]["name"], reasons[0]["values"]["acts"]) == ("Answer", [0])
    assert (await render(lead, macro, asked.conversation_id))["acts"][0]["idle"]


async def test_taken_back_before_it_left_nothing_has_happened(
    shop: Shop, inbox: Inbox, settle: Settle
) -> None:
    lead = await shop.signed_in("lead")
    macro = await save(lead, acts=[{"act": "tag", "tag_ids": [await new_tag(lead)]}])
    asked = await inbox.receive()
    path = f"/api/v1/conversations/{asked.conversation_id}/messages"
    body = {"html": "Hello", "undo_seconds": 10, "macros": [{"id": macro["id"]}]}
    sent = body_of(await lead.post(path, json=body))
    await settle()
    assert (await shop.count(USES, shop.workspace_id), await shop.count(TAGS, shop.workspace_id)) == (1, 1)
    assert (await lead.post(f"/api/v1/messages/{sent['id']}/undo")).status_code == 200
    await settle()
    assert (await shop.count(USES, shop.workspace_id), await shop.count(TAGS, shop.workspace_id)) == (0, 0)
    assert body_of(await lead.get(f"/api/v1/macros/{macro['id']}"))["uses"] == 0


async def test_a_colleagues_own_macro_cannot_be_used(shop: Shop, inbox: Inbox, settle: Settle) -> None:
    lead, agent = await shop.signed_in("lead"), await shop.signed_in()
    macro = await save(lead, mine=True, acts=[{"act": "tag", "tag_ids": [await new_tag(lead)]}])
    asked = await inbox.receive()
    path = f"/api/v1/conversations/{asked.conversation_id}"
    await agent.post(f"{path}/messages", json={"html": "Hello", "macros": [{"id": macro["id"]}]})
    await settle()
    assert await shop.count(TAGS, shop.workspace_id) == 0
    assert (await agent.post(f"{path}/macros/{macro['id']}/apply", json={})).status_code == 404


async def test_applied_without_a_text_and_undone(shop: Shop, inbox: Inbox) -> None:
    lead = await shop.signed_in("lead")
    macro = await save(
        lead,
        texts={},
        acts=[
            {"act": "tag", "tag_ids": [await new_tag(lead)]},
            {"act": "set_priority", "priority": "urgent"},
        ],
    )
    asked = await inbox.receive()
    path = f"/api/v1/conversations/{asked.conversation_id}/macros/{macro['id']}/apply"
    made = body_of(await lead.post(path, json={}))
    assert (made["done"], made["refused"]) == (["tag_conversation", "change_conversation"], [])
    assert (await inbox.row(asked.conversation_id))["priority"] == 3
    fact_id = await shop.count("SELECT fact_id FROM decisions WHERE workspace_id = $1", shop.workspace_id)
    async with inbox.ctx() as ctx:
        known = await ctx.tx.fetchval(
            "SELECT kind FROM facts WHERE workspace_id = $1 AND id = $2", shop.workspace_id, fact_id
        )
        assert known == "MacroUsed"
        await undo_decision(shop.runtime.decisions, ctx, UUID(made["decision_id"]))
    assert (await inbox.row(asked.conversation_id))["priority"] == 1
    assert await shop.count(TAGS, shop.workspace_id) == 0
    again = body_of(await lead.post(path, json={"acts": []}))
    assert (again["decision_id"], await shop.count(USES, shop.workspace_id)) == (None, 2)


async def test_suggestions_follow_intent_and_use(shop: Shop, inbox: Inbox, clock: FixedClock) -> None:
    lead = await shop.signed_in("lead")
    await save(lead, "Never used")
    by_intent = await save(lead, "For returns", intents=["return_request"])
    often = await save(lead, "Used for returns")
    other = await save(lead, "Used elsewhere")
    old = await save(lead, "Used long ago")
    elsewhere = await inbox.receive("a", email="a@example.com")
    asked = await inbox.receive("b", email="b@example.com")

    async def use(macro: dict[str, Any], conversation_id: UUID, times: int) -> None:
        for _ in range(times):
            path = f"/api/v1/conversations/{conversation_id}/macros/{macro['id']}/apply"
            assert (await lead.post(path, json={})).status_code == 200

    await use(old, elsewhere.conversation_id, 1)
    clock.advance(timedelta(days=91))
    lead = await shop.signed_in("lead")
    await use(other, elsewhere.conversation_id, 3)
    await set_intent(inbox, asked.conversation_id, "return_request")
    await use(often, asked.conversation_id, 2)
    path = f"/api/v1/conversations/{asked.conversation_id}/macros/suggested"
    await lead.get(path)
    shop.statements.clear()
    found = body_of(await lead.get(path))["items"]
    assert len([one for one in shop.statements if "macro" in one]) == 1
    assert [(one["macro"]["name"], one["why"], one["uses"]) for one in found] == [
        (by_intent["name"], "intent", 0),
        (often["name"], "used_for_intent", 2),
        (other["name"], "used", 3),
    ]


def rule(*acts: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": "Answer",
        "enabled": True,
        "rule": {
            "when": "message_received",
            "if": {"field": "message.text", "op": "contains", "value": ["parcel"]},
            "then": list(acts),
        },
    }


async def test_a_rule_sends_a_macro_with_its_acts(shop: Shop, inbox: Inbox, settle: Settle) -> None:
    lead = await shop.signed_in("lead")
    macro = await save(lead, acts=[{"act": "tag", "tag_ids": [await new_tag(lead)]}])
    saved = await lead.post("/api/v1/rules", json=rule({"act": "apply_macro", "macro": macro["id"]}))
    assert saved.status_code == 201, saved.text
    asked = await inbox.receive("Where is my parcel?")
    await settle()
    path = f"/api/v1/conversations/{asked.conversation_id}/messages"
    newest = body_of(await lead.get(path))["items"][0]
    assert (newest["direction"], newest["text"]) == ("out", "Hello Zoë")
    assert await shop.count(TAGS, shop.workspace_id) == 1
    assert await shop.count(USES + " AND agent_id IS NULL", shop.workspace_id) == 1
    decided = "SELECT id FROM decisions WHERE workspace_id = $1 AND decider = 'rules'"
    async with inbox.ctx() as ctx:
        await undo_decision(shop.runtime.decisions, ctx, await ctx.tx.fetchval(decided, shop.workspace_id))
    assert await shop.count(TAGS, shop.workspace_id) == 0


async def test_a_rule_never_sends_a_hole(shop: Shop, inbox: Inbox, settle: Settle) -> None:
    lead = await shop.signed_in("lead")
    macro = await save(lead, "Number", texts={"en": "Order {{ order.number }}"})
    await lead.post("/api/v1/rules", json=rule({"act": "reply", "macro": macro["id"]}))
    asked = await inbox.receive("Where is my parcel?")
    await settle()
    path = f"/api/v1/conversations/{asked.conversation_id}/messages"
    assert [one["direction"] for one in body_of(await lead.get(path))["items"]] == ["in"]
    result = "SELECT result FROM decision_acts WHERE workspace_id = $1 AND state = 'failed'"
    assert (await shop.count(result, shop.workspace_id))["detail"] == (
        "\u201cNumber\u201d was not sent: order.number is not known here."
    )
    assert await shop.count(USES, shop.workspace_id) == 0


async def test_a_rule_answers_with_a_macro(shop: Shop, inbox: Inbox, settle: Settle) -> None:
    lead = await shop.signed_in("lead")
    macro = await save(lead)
    await lead.post("/api/v1/rules", json=rule({"act": "reply", "macro": macro["id"]}))
    asked = await inbox.receive("Where is my parcel?")
    await settle()
    path = f"/api/v1/conversations/{asked.conversation_id}/messages"
    assert body_of(await lead.get(path))["items"][0]["text"] == "Hello Zoë"
