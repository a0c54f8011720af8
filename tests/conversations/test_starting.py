"""Writing first, and asking a supplier inside a conversation."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from parley.conversations.model import FileLink
from parley.kit.files.actions import store_file
from parley.kit.ids import uuid7
from tests.support.app import Shop, body_of
from tests.support.inbox import Inbox


@pytest.fixture
async def ana(shop: Shop) -> UUID:
    """An agent."""
    return await shop.agent()


@pytest.fixture
async def desk(shop: Shop, ana: UUID) -> httpx.AsyncClient:
    """Her browser."""
    return await shop.browser(ana)


async def test_a_conversation_begun_by_the_shop(
    shop: Shop, inbox: Inbox, desk: httpx.AsyncClient, ana: UUID
) -> None:
    body = {
        "channel_id": str(inbox.channel_id),
        "to": [{"address": "new@example.com", "name": "New Customer"}],
        "cc": [{"address": "partner@example.com"}],
        "subject": "Your order is late",
        "html": "<p>We are sorry.</p>",
        "assignee_id": str(ana),
    }
    answer = await desk.post("/api/v1/conversations", json=body)
    assert answer.status_code == 201, answer.text
    begun = body_of(answer)
    assert begun["conversation"]["subject"] == "Your order is late"
    assert begun["conversation"]["customer"]["name"] == "New Customer"
    assert begun["conversation"]["assignee_id"] == str(ana)
    assert begun["conversation"]["waiting_since"] is None
    assert [a["address"] for a in begun["message"]["to"] + begun["message"]["cc"]] == [
        "new@example.com",
        "partner@example.com",
    ]
    assert await shop.count("SELECT count(*) FROM deliveries WHERE state = 'queued'") == 1
    answered = await inbox.receive(
        "No problem", email="new@example.com", thread_id=UUID(begun["message"]["thread_id"])
    )
    assert str(answered.conversation_id) == begun["conversation"]["id"]


@pytest.mark.parametrize(
    "change", [{"to": []}, {"to": [{"address": "nobody"}]}, {"html": ""}, {"tags": [str(uuid7())]}]
)
async def test_a_bad_beginning_leaves_nothing_behind(
    shop: Shop, inbox: Inbox, desk: httpx.AsyncClient, change: dict[str, Any]
) -> None:
    body = {
        "channel_id": str(inbox.channel_id),
        "to": [{"address": "a@example.com"}],
        "html": "<p>x</p>",
        **change,
    }
    answer = await desk.post("/api/v1/conversations", json=body)
    assert answer.status_code in (400, 404, 422)
    for table in ("conversations", "threads", "messages", "customers"):
        assert await shop.count(f"SELECT count(*) FROM {table}") == 0


async def test_a_supplier_is_asked_and_answers_in_the_same_conversation(
    shop: Shop, inbox: Inbox, desk: httpx.AsyncClient, ana: UUID
) -> None:
    async with inbox.ctx() as ctx:
        file = await store_file(
            ctx,
            shop.runtime,
            name="broken.txt",
            data=b"a photo",
            claimed_type=None,
            owner_kind="channel",
            owner_id=None,
            used=True,
        )
    got = await inbox.receive("It came broken", files=[FileLink(file.id, "broken.txt", "c1", inline=True)])
    before = await inbox.row(got.conversation_id)
    answer = await desk.post(
        f"/api/v1/conversations/{got.conversation_id}/forward",
        json={
            "to": [{"address": "parts@supplier.example"}],
            "html": "<p>Can you replace it?</p>",
            "message_ids": [str(got.message_id)],
        },
    )
    assert answer.status_code == 201, answer.text
    message = body_of(answer)
    assert "Can you replace it?" in message["text"]
    assert "It came broken" in message["text"]
    assert [(a["name"], a["content_id"], a["inline"]) for a in message["attachments"]] == [
        ("broken.txt", "c1", True)
    ]
    row = await inbox.row(got.conversation_id)
    assert row["waiting_since"] == before["waiting_since"]
    assert row["first_reply_at"] is None
    threads = body_of(await desk.get(f"/api/v1/conversations/{got.conversation_id}"))["threads"]
    assert sorted(t["purpose"] for t in threads) == ["customer", "forward"]

    back = await inbox.receive(
        "We send a new one",
        email="parts@supplier.example",
        name="Parts Ltd",
        thread_id=UUID(message["thread_id"]),
    )
    assert back.conversation_id == got.conversation_id
    after = await inbox.row(got.conversation_id)
    assert (after["customer_id"], after["waiting_since"]) == (before["customer_id"], before["waiting_since"])
    reply = await inbox.reply(got.conversation_id, ana, "A new one is on its way")
    assert reply.thread_id == got.thread_id
    assert (await inbox.row(got.conversation_id))["waiting_since"] is None


async def test_what_cannot_be_forwarded(shop: Shop, inbox: Inbox, desk: httpx.AsyncClient) -> None:
    chat = await inbox.receive("Hi", channel_kind="chat")
    other = await inbox.receive("Other", key="other")

    async def forward(conversation_id: UUID, message_id: UUID) -> int:
        body = {"to": [{"address": "a@b.example"}], "message_ids": [str(message_id)]}
        answer = await desk.post(f"/api/v1/conversations/{conversation_id}/forward", json=body)
        return answer.status_code

    assert await forward(chat.conversation_id, chat.message_id) == 422
    assert await forward(other.conversation_id, chat.message_id) == 404
    assert await forward(uuid7(), other.message_id) == 404
    assert await forward(other.conversation_id, other.message_id) == 201


@pytest.mark.parametrize(("language", "word"), [("en", "Customer"), ("pt-BR", "Cliente")])
async def test_a_forwarded_chat_says_where_it_comes_from(
    shop: Shop, inbox: Inbox, desk: httpx.AsyncClient, language: str, word: str
) -> None:
    await shop.count("UPDATE workspaces SET name = 'Lamp & Co', language = $1 RETURNING 1", language)
    chat = await inbox.receive("Hi", name="", channel_kind="chat")
    number = (await inbox.row(chat.conversation_id))["number"]
    body = {
        "to": [{"address": "a@b.example"}],
        "channel_id": str(inbox.channel_id),
        "message_ids": [str(chat.message_id)],
    }
    answer = await desk.post(f"/api/v1/conversations/{chat.conversation_id}/forward", json=body)
    assert answer.status_code == 201, answer.text
    assert body_of(answer)["html"].startswith(f"<p>{word} · ")
    threads = body_of(await desk.get(f"/api/v1/conversations/{chat.conversation_id}"))["threads"]
    assert [t["subject"] for t in threads if t["purpose"] == "forward"] == [f"Fwd: Lamp & Co #{number}"]
