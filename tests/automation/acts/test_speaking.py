"""What rules say: notes among ourselves, answers to the customer, and when they keep silent."""

from typing import Any
from uuid import UUID

import pytest

from parley.conversations.actions.changing import mark_spam
from parley.conversations.ports import SendingRules
from tests.automation.conftest import Settle
from tests.support.app import Shop, body_of
from tests.support.inbox import Inbox

OUTCOMES = """
SELECT a.act, a.state, a.result ->> 'code' AS code FROM decision_acts a
JOIN decisions d ON d.workspace_id = $1 AND d.id = a.decision_id AND d.decider = 'rules'
WHERE a.workspace_id = $1 ORDER BY a.at, d.id, a.position
"""


async def add_rule(shop: Shop, *acts: dict[str, Any], **body: Any) -> None:
    """Puts a rule into force."""
    lead = await shop.signed_in("lead")
    rule = {"when": "message_received", "then": list(acts), **body}
    saved = await lead.post("/api/v1/rules", json={"name": "Speaks", "rule": rule, "enabled": True})
    assert saved.status_code == 201, saved.text


async def outcomes(shop: Shop) -> list[tuple[str, str, str | None]]:
    """Gives what became of the acts of the rules."""
    async with shop.runtime.db.transaction(shop.workspace_id) as tx:
        return [tuple(row) for row in await tx.fetch(OUTCOMES, shop.workspace_id)]


async def sent(shop: Shop, conversation_id: UUID) -> list[dict[str, Any]]:
    """Gives what was said in a conversation besides what came in."""
    async with shop.runtime.db.transaction(shop.workspace_id) as tx:
        rows = await tx.fetch(
            """SELECT kind, text, automatic, author_kind, mentions, thread_id, envelope FROM messages
               WHERE workspace_id = $1 AND conversation_id = $2 AND direction <> 'in' ORDER BY id""",
            shop.workspace_id,
            conversation_id,
        )
    return [dict(row) for row in rows]


REPLY = {"act": "reply", "text": "We have your message.\nSomebody will answer soon."}


async def test_a_reply_goes_to_the_thread_that_was_written_in(
    shop: Shop, inbox: Inbox, settle: Settle
) -> None:
    await add_rule(shop, REPLY)
    asked = await inbox.receive()
    await settle()
    said = await sent(shop, asked.conversation_id)
    assert [(one["text"], one["automatic"], one["author_kind"]) for one in said] == [
        ("We have your message.\nSomebody will answer soon.", True, "system")
    ]
    assert said[0]["thread_id"] == asked.thread_id
    assert "decision_id" in said[0]["envelope"]
    assert (await inbox.row(asked.conversation_id))["waiting_since"] is not None, (
        "he still waits for a person"
    )


async def test_an_automatic_message_is_never_answered(shop: Shop, inbox: Inbox, settle: Settle) -> None:
    await add_rule(shop, REPLY, {"act": "set_priority", "priority": "low"})
    asked = await inbox.receive("I am out of office", automatic=True)
    await settle()
    assert await sent(shop, asked.conversation_id) == []
    assert await outcomes(shop) == [
        ("post_message", "failed", "automatic_message"),
        ("change_conversation", "done", None),
    ]


async def test_a_message_that_was_answered_by_another_decider_is_not_answered_again(
    shop: Shop, inbox: Inbox, settle: Settle
) -> None:
    await add_rule(shop, REPLY)
    asked = await inbox.receive()
    await inbox.reply(asked.conversation_id, await shop.agent(), "Automatic", automatic=True)
    await settle()
    assert await outcomes(shop) == [("post_message", "failed", "already_answered")]


async def test_spam_and_channels_that_take_no_reply_are_left_alone(
    shop: Shop, inbox: Inbox, settle: Settle
) -> None:
    await add_rule(shop, REPLY)
    asked = await inbox.receive()
    async with inbox.ctx() as ctx:
        await mark_spam(ctx, asked.conversation_id)
    await settle()
    inbox.port.rules = SendingRules(
        instant=False, undo_seconds=0, max_length=1_000, refusal="The window is closed."
    )
    await inbox.receive(email="bo@example.com")
    await settle()
    inbox.port.rules = SendingRules(instant=False, undo_seconds=0, max_length=10)
    await inbox.receive(email="cy@example.com")
    await settle()
    assert await outcomes(shop) == [
        ("post_message", "failed", "spam"),
        ("post_message", "failed", "cannot_reply"),
        ("post_message", "failed", "too_long"),
    ]


async def test_a_note_is_seen_by_those_it_names(shop: Shop, inbox: Inbox, settle: Settle) -> None:
    agent = await shop.agent()
    await add_rule(shop, {"act": "add_note", "text": "Look at this", "mentions": [str(agent)]})
    asked = await inbox.receive()
    await settle()
    said = await sent(shop, asked.conversation_id)
    assert [(one["kind"], one["text"], one["mentions"]) for one in said] == [
        ("note", "Look at this", [agent])
    ]


@pytest.mark.parametrize(
    ("act", "field"),
    [
        ({"act": "set_status", "status": "snoozed"}, "then.0.status"),
        ({"act": "snooze"}, "then.0.minutes"),
        ({"act": "snooze", "minutes": -5}, "then.0.minutes"),
        ({"act": "reply", "text": "  "}, "then.0.text"),
        ({"act": "set_field", "value": "x"}, "then.0.field"),
    ],
)
async def test_an_act_without_sense_is_refused(shop: Shop, act: dict[str, Any], field: str) -> None:
    lead = await shop.signed_in("lead")
    rule = {"when": "message_received", "then": [act]}
    answer = await lead.post("/api/v1/rules", json={"name": "Wrong", "rule": rule})
    assert answer.status_code == 422
    assert body_of(answer)["errors"][0]["field"] == field


async def test_every_form_does_what_it_says(shop: Shop, inbox: Inbox, settle: Settle) -> None:
    admin = await shop.signed_in("admin")
    await admin.post("/api/v1/custom-fields", json={"key": "size", "label": "Size", "type": "text"})
    await add_rule(
        shop,
        {"act": "set_language", "language": "pt-BR"},
        {"act": "set_field", "field": "size", "value": "XL"},
        {"act": "set_vip", "vip": True},
        {"act": "set_status", "status": "closed"},
        {"act": "snooze", "minutes": 90},
        **{"if": {"field": "message.text", "op": "contains", "value": ["resize"]}},
    )
    asked = await inbox.receive("Please resize it")
    await settle()
    row = await inbox.row(asked.conversation_id)
    assert (row["language"], row["custom_fields"], row["status"]) == ("pt-BR", {"size": "XL"}, "snoozed")
    assert (row["snoozed_until"] - inbox.now()).total_seconds() == 90 * 60
    vip = "SELECT vip FROM customers WHERE workspace_id = $1 AND id = $2"
    assert await shop.count(vip, shop.workspace_id, row["customer_id"]) is True


@pytest.mark.parametrize("act", ["reply", "apply_macro"])
async def test_a_macro_keeps_silent_where_a_text_would(
    shop: Shop, inbox: Inbox, settle: Settle, act: str
) -> None:
    lead = await shop.signed_in("lead")
    made = await lead.post("/api/v1/macros", json={"name": "Hello", "texts": {"en": "<p>Hello</p>"}})
    assert made.status_code == 201, made.text
    await add_rule(shop, {"act": act, "macro": body_of(made)["id"]})
    answered = await inbox.receive("Hello")
    await settle()
    assert [one["text"] for one in await sent(shop, answered.conversation_id)] == ["Hello"]
    automatic = await inbox.receive("I am out of office", email="bo@example.com", automatic=True)
    await settle()
    assert await sent(shop, automatic.conversation_id) == []
    assert (await outcomes(shop))[-1][1:] == ("failed", "automatic_message")
