"""What the desk is told about a mail: what was left out, what is missing, and whether the sender is who he says."""

from typing import Any

import httpx
import pytest

from parley.channels.email import reading
from parley.conversations.queries.messages import read_omitted_count, read_sender_check
from tests.support.app import Shop, body_of
from tests.support.mailroom import Mailroom, write_mail

FILES = 303


@pytest.fixture
async def desk(shop: Shop) -> httpx.AsyncClient:
    """An agent's browser."""
    return await shop.signed_in()


async def look(desk: httpx.AsyncClient, item: dict[str, Any]) -> dict[str, Any]:
    """Gives the message of an item as the API shows it."""
    timeline = body_of(await desk.get(f"/api/v1/conversations/{item['conversation_id']}/timeline"))["items"]
    (found,) = [one for one in timeline if one["id"] == str(item["message_id"])]
    return dict(found)


async def test_an_ordinary_mail_has_no_marks(room: Mailroom, desk: httpx.AsyncClient) -> None:
    shown = await look(desk, await room.arrive(write_mail()))
    assert (shown["omitted"], shown["omitted_count"], shown["cut"]) == ([], 0, False)
    assert shown["sender_check"] == "unknown"


async def test_files_beyond_the_limit_are_named_and_counted(room: Mailroom, desk: httpx.AsyncClient) -> None:
    mail = write_mail()
    for number in range(FILES):
        mail.add_attachment(b"x", maintype="application", subtype="pdf", filename=f"{number}.pdf")
    item = await room.arrive(mail)
    shown = await look(desk, item)
    assert len(shown["attachments"]) == 300
    assert (shown["omitted_count"], [one["name"] for one in shown["omitted"]]) == (
        3,
        ["300.pdf", "301.pdf", "302.pdf"],
    )
    assert {one["type"] for one in shown["omitted"]} == {"application/pdf"}
    assert all(one["size"] > 0 for one in shown["omitted"])
    await room.rows("UPDATE messages SET redacted_at = now() WHERE workspace_id = $1 RETURNING id")
    shown = await look(desk, item)
    assert (shown["omitted"], shown["omitted_count"]) == ([], 0)


async def test_a_text_that_is_too_long_is_marked(
    room: Mailroom, desk: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MAX_TEXT", 100)
    assert (await look(desk, await room.arrive(write_mail("A long story. " * 20))))["cut"] is True


@pytest.mark.parametrize(
    ("headers", "check"),
    [
        ({"Authentication_Results": "mx.shop.example; dmarc=pass header.from=customer.example"}, "confirmed"),
        ({"Authentication_Results": "mx.shop.example; dmarc=fail"}, "failed"),
        ({"Authentication_Results": "mx.shop.example; spf=softfail"}, "unconfirmed"),
        ({"sender": "noreply@forms.example", "Reply_To": "zoe@customer.example"}, "named"),
    ],
)
async def test_what_is_known_about_the_sender(
    room: Mailroom, desk: httpx.AsyncClient, headers: dict[str, str], check: str
) -> None:
    item = await room.arrive(write_mail(**headers, Received="from x by mx.shop.example"))
    assert (await look(desk, item))["sender_check"] == check


async def test_answers_and_notes_have_no_sender_to_check(
    room: Mailroom, desk: httpx.AsyncClient, shop: Shop
) -> None:
    item = await room.arrive(write_mail())
    posted = await room.reply(item["conversation_id"], await shop.agent())
    assert (await look(desk, {**item, "message_id": posted.message_id}))["sender_check"] is None


def test_mail_of_earlier_versions() -> None:
    assert read_sender_check("email", "in", {"forged": True}) == "failed"
    assert read_sender_check("email", "in", {}) == "unknown"
    assert read_sender_check("email", "in", {"sender_check": "hm"}) == "unknown"
    assert read_sender_check("chat", "in", {"sender_check": "failed"}) is None
    assert read_omitted_count({"omitted": [{}, {}]}) == 2
