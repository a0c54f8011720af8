"""A conversation as a file."""

import contextlib
import mailbox
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from parley.conversations.exporting import build_mail, write_mbox
from parley.conversations.model import FileLink
from parley.conversations.shapes import Address, Author, Message
from parley.kit.clock import FixedClock
from parley.kit.files.actions import store_file
from parley.kit.ids import uuid7
from tests.conftest import NOW
from tests.support.app import Shop, body_of
from tests.support.inbox import Inbox

SOURCE = b"From: zoe@example.com\r\nSubject: Hi\r\n\r\nFrom here on\r\n>From there\r\nas it came\r\n"


@pytest.fixture
async def told(shop: Shop, inbox: Inbox, clock: FixedClock) -> tuple[UUID, Any]:
    """A conversation with a mail, a file, a note and a reply; gives it and an agent's browser."""
    files = []
    for name, data in (("source.eml", SOURCE), ("list.txt", b"one two three")):
        async with inbox.ctx() as ctx:
            made = await store_file(
                ctx,
                shop.runtime,
                name=name,
                data=data,
                claimed_type=None,
                owner_kind="channel",
                owner_id=None,
                used=True,
            )
        files.append(made.id)
    ana = await shop.agent(name="Ana <b>")
    got = await inbox.receive(
        "Where is <it>? 你好",
        html="<p>Where is &lt;it&gt;? 你好</p>",
        subject="Order & more",
        raw_file_id=files[0],
        name="Zoë",
    )
    clock.advance(timedelta(minutes=1))
    await inbox.note(got.conversation_id, ana, "Secret note")
    clock.advance(timedelta(minutes=1))
    await inbox.reply(got.conversation_id, ana, "Here", file_ids=[files[1]])
    return got.conversation_id, await shop.browser(ana)


async def export(told: tuple[UUID, Any], **params: Any) -> Any:
    """Exports and gives the answer."""
    conversation_id, desk = told
    answer = await desk.get(f"/api/v1/conversations/{conversation_id}/export", params=params)
    assert answer.status_code == 200, answer.text
    return answer


async def test_a_page_to_print(told: tuple[UUID, Any]) -> None:
    answer = await export(told, zone="Asia/Seoul")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-disposition"].startswith("inline")
    assert "script-src" not in answer.headers["content-security-policy"]
    assert "sandbox" in answer.headers["content-security-policy"]
    page = answer.text
    assert "#1 Order &amp; more" in page
    assert "Ana &lt;b&gt;" in page
    assert "Where is &lt;it&gt;? 你好" in page
    assert "2026-03-04 19:00 KST" in page
    assert "Secret note" in page
    assert "list.txt" in page
    assert "Secret note" not in (await export(told, notes=False)).text


async def test_plain_text(told: tuple[UUID, Any]) -> None:
    text = (await export(told, format="txt")).text
    assert text.startswith("#1 Order & more\nZoë zoe@example.com\n")
    assert "Ana <b> (note), 2026-03-04 10:01 UTC\n\nSecret note" in text
    assert "[list.txt, 13 bytes]" in text


async def test_json(told: tuple[UUID, Any]) -> None:
    data = body_of(await export(told, format="json"))
    assert [m["text"] for m in data["messages"]] == ["Where is <it>? 你好", "Secret note", "Here"]
    assert data["truncated"] is False


async def test_mbox_is_read_by_others(told: tuple[UUID, Any], tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes((await export(told, format="mbox")).content)
    with contextlib.closing(mailbox.mbox(tmp_path / "out", create=False)) as box:
        mails = list(box)
    assert len(mails) == 2
    assert b">From here on\n>>From there\nas it came" in mails[0].as_bytes()
    built = message_from_bytes(mails[1].as_bytes(), policy=policy.default)
    assert built["subject"] == "Order & more"
    body = built.get_body(("plain",))
    assert body is not None
    assert body.get_content().strip() == "Here"
    assert [part.get_filename() for part in built.iter_attachments()] == ["list.txt"]


async def test_the_source_comes_as_it_came(shop: Shop, told: tuple[UUID, Any], inbox: Inbox) -> None:
    conversation_id, desk = told
    row = await inbox.row(conversation_id)
    path = f"/api/v1/messages/{row['last_incoming_id']}/source"
    answer = await desk.get(path)
    assert (answer.content, answer.headers["content-type"]) == (SOURCE, "message/rfc822")
    assert (await desk.get(f"/api/v1/messages/{row['last_message_id']}/source")).status_code == 404


async def test_wrong_wishes(told: tuple[UUID, Any]) -> None:
    conversation_id, desk = told
    for params, status in (({"format": "exe"}, 400), ({"zone": "Mars/Base"}, 422)):
        answer = await desk.get(f"/api/v1/conversations/{conversation_id}/export", params=params)
        assert answer.status_code == status
    assert (await desk.get(f"/api/v1/conversations/{uuid7()}/export")).status_code == 404


def message(**values: Any) -> Message:
    """Builds a message."""
    given: dict[str, Any] = dict.fromkeys(Message.__struct_fields__)
    given |= {
        "id": uuid7(),
        "author": Author(kind="customer", id=None, name="Zoë\r\nBcc: all@example.com", avatar_colour="rose"),
        "html": "",
        "text": "Hi",
        "to": [],
        "cc": [],
        "created_at": NOW,
        **values,
    }
    return Message(**given)


def test_headers_cannot_be_smuggled_in() -> None:
    raw = build_mail(
        message(
            sender=Address("Zoë\nX-Evil: 1", "zoe@example.com\r\nBcc: a@b.example"),
            to=[Address("", "ok@example.com"), Address("Bad", "no address")],
            subject="Hello\r\nX-Evil: 2",
        ),
        "",
        [],
    )
    mail = message_from_bytes(raw, policy=policy.default)
    assert set(mail.keys()) >= {"From", "To", "Subject", "Date"}
    assert "X-Evil" not in mail
    assert "Bcc" not in mail
    assert mail["To"].addresses[0].addr_spec == "ok@example.com"


def test_an_empty_mbox() -> None:
    assert write_mbox([]) == b""
    assert (
        write_mbox([(NOW, b"A: b\r\n\r\nFrom x")])
        == b"From parley Wed Mar  4 10:00:00 2026\nA: b\n\n>From x\n\n"
    )


async def test_the_cost_does_not_grow(shop: Shop, inbox: Inbox, told: tuple[UUID, Any]) -> None:
    async def cost(kind: str) -> int:
        shop.statements.clear()
        await export(told, format=kind)
        return len(shop.statements)

    before = [await cost(kind) for kind in ("html", "mbox")]
    for n in range(5):
        await inbox.receive(f"More {n}")
    async with inbox.ctx() as ctx:
        made = await store_file(
            ctx,
            shop.runtime,
            name="x",
            data=b"x",
            claimed_type=None,
            owner_kind="channel",
            owner_id=None,
            used=True,
        )
    await inbox.receive("With file", files=[FileLink(made.id, "x")])
    assert [await cost(kind) for kind in ("html", "mbox")] == before
