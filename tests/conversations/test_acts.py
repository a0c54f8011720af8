"""Drafts, redaction, followers, checklists, spam, blocking: over HTTP, with their rights."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from parley.conversations.jobs import sweep_all
from parley.kit.clock import FixedClock
from parley.kit.files.actions import store_file
from parley.kit.files.store import LocalStore
from parley.kit.ids import uuid7
from parley.kit.log.fact import Actor
from tests.conftest import NOW
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


async def test_a_draft_is_kept_as_typed_and_belongs_to_its_writer(
    shop: Shop, inbox: Inbox, desk: httpx.AsyncClient
) -> None:
    got = await inbox.receive()
    path = f"/api/v1/conversations/{got.conversation_id}"
    draft = {
        "html": "<p>Dear <b>Zoë</b><script>x</script>",
        "to": [{"address": "zoe@example.com"}],
        "subject": "Re",
    }
    saved = await desk.put(f"{path}/draft", json={**draft, "thread_id": str(got.thread_id)})
    assert saved.status_code == 200, saved.text
    shown = body_of(await desk.get(path))["draft"]
    assert shown["html"] == "<p>Dear <strong>Zoë</strong></p>"
    assert (shown["subject"], shown["thread_id"]) == ("Re", str(got.thread_id))
    assert shown["to"] == [{"name": "", "address": "zoe@example.com"}]
    assert body_of(saved) == shown == body_of(await desk.get(f"{path}/draft"))
    colleague = await shop.signed_in(name="Bo")
    assert body_of(await colleague.get(path))["draft"] is None
    assert (await colleague.get(f"{path}/draft")).status_code == 404
    assert len(body_of(await desk.get("/api/v1/conversations", params={"view": "drafts"}))["items"]) == 1
    assert (await desk.put(f"{path}/draft", json={"html": "", "file_ids": [str(uuid7())]})).status_code == 422
    assert (await desk.delete(f"{path}/draft")).status_code == 204
    assert (await desk.get(f"{path}/draft")).status_code == 404
    assert (await desk.put(f"/api/v1/conversations/{uuid7()}/draft", json={})).status_code == 404


async def test_sending_ends_the_draft_and_taking_back_brings_it_again(
    inbox: Inbox, desk: httpx.AsyncClient
) -> None:
    got = await inbox.receive()
    path = f"/api/v1/conversations/{got.conversation_id}"
    await desk.put(f"{path}/draft", json={"html": "<p>Half</p>"})
    sent = await desk.post(
        f"{path}/messages", json={"html": "<p>Whole</p>", "undo_seconds": 10, "then": "close"}
    )
    assert sent.status_code == 201, sent.text
    message = body_of(sent)
    assert (message["state"], message["undo_until"] is not None) == ("scheduled", True)
    assert body_of(await desk.get(path))["draft"] is None
    assert body_of(await desk.get(path))["conversation"]["status"] == "closed"
    assert (await desk.post(f"/api/v1/messages/{message['id']}/undo")).status_code == 200
    details = body_of(await desk.get(path))
    assert details["draft"]["html"] == "<p>Whole</p>"
    assert details["conversation"]["status"] == "open"


async def receive_with_everything(shop: Shop, inbox: Inbox) -> tuple[Any, list[UUID]]:
    """Receives a mail with a file and a source; gives it and the files' ids."""
    ids = []
    for name, data in (("cv.txt", b"My whole life"), ("source.eml", b"Subject: x\r\n\r\nMy secret")):
        async with inbox.ctx() as ctx:
            stored = await store_file(
                ctx,
                shop.runtime,
                name=name,
                data=data,
                claimed_type=None,
                owner_kind="channel",
                owner_id=None,
                used=True,
            )
        ids.append(stored.id)
    from parley.conversations.model import FileLink

    got = await inbox.receive(
        "My secret pin",
        files=[FileLink(ids[0], "cv.txt")],
        raw_file_id=ids[1],
        quoted_html="<p>secret quote</p>",
        envelope={"subject": "Secret subject", "from": [{"address": "zoe@example.com"}]},
    )
    return got, ids


async def test_redaction_leaves_nothing_behind(shop: Shop, inbox: Inbox) -> None:
    got, _ = await receive_with_everything(shop, inbox)
    await inbox.read_log()
    lead = await shop.signed_in("lead")
    before = (await inbox.row(got.conversation_id))["version"]
    answer = await lead.post(
        f"/api/v1/messages/{got.message_id}/redact", json={"reason": "asked by customer"}
    )
    assert answer.status_code == 200, answer.text
    shown = body_of(answer)
    assert (shown["redacted"], shown["html"], shown["text"], shown["attachments"]) == (True, "", "", [])
    assert (shown["quoted_html"], shown["has_source"], shown["subject"]) == (None, False, None)
    row = await inbox.message(got.message_id)
    assert "ecret" not in repr(row)
    assert (
        await shop.count("SELECT count(*) FROM search_documents WHERE workspace_id = $1", shop.workspace_id)
        == 0
    )
    assert (await inbox.row(got.conversation_id))["version"] > before
    listed = body_of(await lead.get("/api/v1/conversations"))["items"][0]
    assert listed["preview"]["text"] == ""
    assert (await lead.get(f"/api/v1/messages/{got.message_id}/source")).status_code == 404
    await sweep_all(shop.runtime)
    store: LocalStore = shop.runtime.files  # type: ignore[assignment]
    assert [f async for f in store.iter(str(shop.workspace_id))] == []
    assert await shop.count(
        "SELECT data->>'reason' FROM audit_entries WHERE action = 'message_redacted'"
    ) == ("asked by customer")
    await inbox.read_log()
    assert (
        await shop.count("SELECT count(*) FROM search_documents WHERE workspace_id = $1", shop.workspace_id)
        == 0
    )
    told = len(await shop.facts("MessageRedacted"))
    await lead.post(f"/api/v1/messages/{got.message_id}/redact", json={"reason": "again"})
    assert len(await shop.facts("MessageRedacted")) == told == 1


async def test_a_file_that_was_forwarded_stays_where_it_went(shop: Shop, inbox: Inbox, ana: UUID) -> None:
    got, (file_id, _) = await receive_with_everything(shop, inbox)
    kept = await inbox.reply(got.conversation_id, ana, "As you sent it", file_ids=[file_id])
    lead = await shop.signed_in("lead")
    await lead.post(f"/api/v1/messages/{got.message_id}/redact", json={"reason": "x"})
    await sweep_all(shop.runtime)
    shown = body_of(await lead.get(f"/api/v1/messages/{kept.message_id}"))
    assert (await shop.client().get(shown["attachments"][0]["url"])).content == b"My whole life"


async def test_redacting_what_has_not_left_takes_it_back(
    shop: Shop, inbox: Inbox, clock: FixedClock, ana: UUID
) -> None:
    got = await inbox.receive()
    posted = await inbox.reply(
        got.conversation_id, ana, "Password: 123", send_at=clock.now() + timedelta(hours=1)
    )
    lead = await shop.signed_in("lead")
    await lead.post(f"/api/v1/messages/{posted.message_id}/redact", json={"reason": "x"})
    assert (await inbox.message(posted.message_id))["state"] == "cancelled"
    assert await shop.count("SELECT count(*) FROM drafts") == 0


async def test_only_leads_redact(shop: Shop, inbox: Inbox, desk: httpx.AsyncClient) -> None:
    got = await inbox.receive("Keep me")
    answer = await desk.post(f"/api/v1/messages/{got.message_id}/redact", json={"reason": "x"})
    assert answer.status_code == 403
    assert (await inbox.message(got.message_id))["text"] == "Keep me"
    lead = await shop.signed_in("lead")
    assert (await lead.post(f"/api/v1/messages/{uuid7()}/redact", json={"reason": "x"})).status_code == 404


async def test_followers(shop: Shop, inbox: Inbox, desk: httpx.AsyncClient, ana: UUID) -> None:
    got = await inbox.receive()
    path = f"/api/v1/conversations/{got.conversation_id}/followers"
    assert body_of(await desk.put(path, json={"add": [str(ana), str(uuid7())]}))["followers"] == [str(ana)]
    await desk.put(path, json={"add": [str(ana)]})
    assert body_of(await desk.put(path, json={"remove": [str(ana)]}))["followers"] == []
    assert [f["on"] for f in await shop.facts("ConversationFollowed")] == [True, False]


async def test_checklists(shop: Shop, inbox: Inbox, desk: httpx.AsyncClient) -> None:
    got = await inbox.receive()
    checklist = uuid7()
    async with inbox.ctx() as ctx:
        await ctx.tx.execute(
            "INSERT INTO checklists (workspace_id, id, name, items) VALUES ($1, $2, 'Return', $3)",
            shop.workspace_id,
            checklist,
            ["Ask for photo", "Send label"],
        )
    path = f"/api/v1/conversations/{got.conversation_id}/checklist"
    body = {"checklist_id": str(checklist), "done": [1, 1]}
    shown = body_of(await desk.put(path, json=body))["checklist"]
    assert shown == {
        "checklist_id": str(checklist),
        "name": "Return",
        "items": ["Ask for photo", "Send label"],
        "done": [1],
    }
    assert (await desk.put(path, json={**body, "done": [2]})).status_code == 422
    assert (await desk.put(path, json={"checklist_id": str(uuid7())})).status_code == 404
    assert body_of(await desk.put(path, json={"checklist_id": None}))["checklist"] is None


async def test_spam_and_back(inbox: Inbox, desk: httpx.AsyncClient) -> None:
    got = await inbox.receive()
    waiting = (await inbox.row(got.conversation_id))["waiting_since"]
    path = f"/api/v1/conversations/{got.conversation_id}"
    assert body_of(await desk.post(f"{path}/spam"))["status"] == "spam"
    assert (await inbox.row(got.conversation_id))["waiting_since"] is None
    assert body_of(await desk.patch(path, json={"status": "open"}))["status"] == "open"
    assert (await inbox.row(got.conversation_id))["waiting_since"] == waiting


async def test_blocking_sends_everything_of_a_customer_to_spam(
    shop: Shop, inbox: Inbox, desk: httpx.AsyncClient, ana: UUID
) -> None:
    one, two = await inbox.receive(key="1"), await inbox.receive(key="2")
    other = await inbox.receive(email="max@example.com")
    answer = await desk.post(f"/api/v1/conversations/{one.conversation_id}/block")
    assert answer.status_code == 200, answer.text
    assert (body_of(answer)["status"], body_of(answer)["customer"]["blocked"]) == ("spam", True)
    await inbox.read_log()
    assert (await inbox.row(two.conversation_id))["status"] == "spam"
    assert (await inbox.row(other.conversation_id))["status"] == "open"
    async with inbox.ctx() as ctx:
        by = await ctx.tx.fetch(
            "SELECT actor_kind, actor_id FROM facts WHERE kind = 'ConversationMarkedSpam'"
        )
    assert {(r["actor_kind"], r["actor_id"]) for r in by} == {("agent", ana)}
    again = await inbox.receive("Let me in", key="3")
    assert (await inbox.row(again.conversation_id))["status"] == "spam"
    await desk.post(f"/api/v1/conversations/{one.conversation_id}/unblock")
    free = await inbox.receive("Thanks", key="4")
    assert (await inbox.row(free.conversation_id))["status"] == "open"


async def test_closing_twice_changes_nothing(
    shop: Shop, inbox: Inbox, desk: httpx.AsyncClient, clock: FixedClock
) -> None:
    got = await inbox.receive()
    path = f"/api/v1/conversations/{got.conversation_id}"
    await desk.patch(path, json={"status": "closed"})
    closed = await inbox.row(got.conversation_id)
    clock.advance(timedelta(minutes=1))
    await desk.patch(path, json={"status": "closed"})
    assert await inbox.row(got.conversation_id) == closed


async def test_a_sleeping_conversation_wakes_at_its_time(shop: Shop, inbox: Inbox, clock: FixedClock) -> None:
    from parley.conversations.actions.changing import snooze_conversation, wake_conversation

    got = await inbox.receive()
    async with inbox.ctx() as ctx:
        await snooze_conversation(
            ctx, got.conversation_id, until=clock.now() + timedelta(hours=2), until_reply=False
        )
    for hours, status in ((1, "snoozed"), (1, "open"), (1, "open")):
        clock.advance(timedelta(hours=hours))
        async with inbox.ctx(Actor("system")) as ctx:
            await wake_conversation(ctx, got.conversation_id)
        assert (await inbox.row(got.conversation_id))["status"] == status


async def test_times_need_a_zone_and_an_end(inbox: Inbox, desk: httpx.AsyncClient) -> None:
    got = await inbox.receive()
    path = f"/api/v1/conversations/{got.conversation_id}"
    for until, status in (
        ("2026-04-01T10:00:00", 400),
        ("9999-12-31T00:00:00Z", 422),
        ("2026-04-01T10:00:00Z", 200),
    ):
        body = {"status": "snoozed", "snoozed_until": until}
        assert (await desk.patch(path, json=body)).status_code == status, until
    for send_at, status in (("2026-04-01T10:00:00", 400), ("9999-12-31T00:00:00Z", 422)):
        body = {"html": "<p>x</p>", "send_at": send_at}
        assert (await desk.post(f"{path}/messages", json=body)).status_code == status, send_at
    assert (await desk.patch(path, json={"language": "not a language"})).status_code == 422
    assert body_of(await desk.patch(path, json={"subject": " two\n lines "}))["subject"] == "two lines"


async def test_custom_fields_take_what_fits(shop: Shop, inbox: Inbox, desk: httpx.AsyncClient) -> None:
    got = await inbox.receive()
    async with inbox.ctx() as ctx:
        for key, kind, options in (
            ("order", "text", []),
            ("size", "select", ["S", "M"]),
            ("day", "date", []),
        ):
            await ctx.tx.execute(
                "INSERT INTO custom_fields (workspace_id, id, key, label, type, options) VALUES ($1, $2, $3, $3, $4, $5)",
                shop.workspace_id,
                uuid7(),
                key,
                kind,
                options,
            )
    path = f"/api/v1/conversations/{got.conversation_id}"

    async def change(**fields: Any) -> int:
        return (await desk.patch(path, json={"custom_fields": fields})).status_code

    assert await change(order="1001", size="M") == 200
    assert await change(day="2026-03-04", size=None) == 200
    assert (await inbox.row(got.conversation_id))["custom_fields"] == {"order": "1001", "day": "2026-03-04"}
    assert [
        await change(**bad) for bad in ({"size": "XL"}, {"day": "soon"}, {"nothing": 1}, {"order": 5})
    ] == [422] * 4


@pytest.mark.parametrize(
    "body",
    [
        {"snooze_until_reply": True},
        {"snoozed_until": (NOW + timedelta(days=1)).isoformat()},
        {"status": "snoozed", "snooze_until_reply": True},
    ],
)
async def test_naming_the_end_of_the_sleep_is_enough(
    inbox: Inbox, desk: httpx.AsyncClient, body: dict[str, Any]
) -> None:
    got = await inbox.receive()
    row = body_of(await desk.patch(f"/api/v1/conversations/{got.conversation_id}", json=body))
    assert row["status"] == "snoozed"
    assert row["snoozed_until_reply"] is ("snooze_until_reply" in body)
