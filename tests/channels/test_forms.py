"""The contact form: from a page to a conversation that is answered by e-mail."""

from typing import Any
from uuid import UUID

import pytest

from parley.channels.actions.channels import NewChannel, create_channel
from parley.channels.adapters.contact_form import FormSettings
from parley.channels.forms.submission import is_allowed_origin
from parley.channels.routes import forms
from parley.kit.http.limits import Limiter
from tests.support.app import Shop, body_of
from tests.support.jobs import run_jobs
from tests.support.mailroom import HELP, Mailroom, write_mail
from tests.support.smtp import Mailbox

FORM = {"name": "Zoë", "email": "zoe@customer.example", "message": "Do you ship to Iceland?\nMany thanks"}


@pytest.fixture(autouse=True)
def fresh_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "BY_ADDRESS", Limiter(rate=0.001, burst=6))


async def add_form(room: Mailroom, **settings: Any) -> str:
    async with room.ctx() as ctx:
        channel_id = await create_channel(
            ctx, room.parts.book, NewChannel(plugin="contact_form", name="Form", settings=settings)
        )
    return (await room.channel(channel_id)).public_key


async def test_a_form_becomes_a_conversation_and_is_answered_by_mail(
    room: Mailroom, shop: Shop, outbox: Mailbox
) -> None:
    key = await add_form(room, fields=["Order number"], consent_text="I agree to the privacy policy.")
    answer = await shop.client().post(
        f"/forms/{key}",
        json={
            **FORM,
            "subject": "Shipping abroad",
            "fields": {"Order number": "A-77"},
            "consent": True,
            "page": "https://shop.example/contact",
        },
    )
    assert answer.status_code == 201
    await run_jobs(shop.runtime, "channels.ingest")
    message = await room.row("SELECT * FROM messages WHERE workspace_id = $1")
    assert message["channel_kind"] == "form"
    assert message["text"] == "Do you ship to Iceland?\nMany thanks\n\nOrder number: A-77"
    assert message["envelope"]["form"]["consent"] == "I agree to the privacy policy."
    conversation = await room.conversation(message["conversation_id"])
    assert conversation["channel_kind"] == "form"
    posted = await room.reply(message["conversation_id"], await shop.agent(), "We do.")
    await room.deliver()
    (mail,) = outbox.mails
    assert (mail["To"], mail["From"], mail["Subject"]) == (
        "=?utf-8?b?Wm/Dqw==?= <zoe@customer.example>",
        f"Test shop <{HELP}>",
        "Shipping abroad",
    ) or "zoe@customer.example" in str(mail["To"])
    again = await room.arrive(
        write_mail("Great!", subject="Re: Shipping abroad", answers=f"{posted.message_id}@shop.example")
    )
    assert again["conversation_id"] == message["conversation_id"]
    identity = await room.row("SELECT verified FROM identities WHERE workspace_id = $1")
    assert identity["verified"] is True


async def test_the_hosted_page_takes_a_form_with_files(room: Mailroom, shop: Shop) -> None:
    key = await add_form(room)
    client = shop.client(**{"Accept-Language": "pt-BR"})
    page = await client.get(f"/forms/{key}")
    assert page.status_code == 200
    assert 'lang="pt-BR"' in page.text
    assert "Fale com Test shop" in page.text
    assert 'class="wrong"' not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    sent = await client.post(
        f"/forms/{key}", data=FORM, files={"files": ("photo.txt", b"hello", "text/plain")}
    )
    assert (sent.status_code, sent.headers["location"]) == (303, f"/forms/{key}?sent=1")
    assert "Obrigado" in (await client.get(sent.headers["location"])).text
    await run_jobs(shop.runtime, "channels.ingest")
    file = await room.row(
        "SELECT a.name, f.used FROM attachments a JOIN files f ON f.id = a.file_id WHERE a.workspace_id = $1"
    )
    assert file == {"name": "photo.txt", "used": True}


async def test_the_same_form_twice_is_taken_once(room: Mailroom, shop: Shop) -> None:
    key = await add_form(room)
    for _ in range(2):
        answer = await shop.client().post(f"/forms/{key}", json={**FORM, "id": "one"})
        assert body_of(answer) == {"id": "one"}
    await run_jobs(shop.runtime, "channels.ingest")
    assert await room.count("messages") == 1


@pytest.mark.parametrize("email", ["nobody", "nobody@nowhere"])
async def test_wrong_fields_are_named_and_nothing_is_stored(room: Mailroom, shop: Shop, email: str) -> None:
    key = await add_form(room, consent_text="I agree.")
    answer = await shop.client().post(f"/forms/{key}", json={"email": email, "message": " "})
    assert answer.status_code == 422
    assert {error["field"] for error in body_of(answer)["errors"]} == {"email", "message", "consent"}
    page = await shop.client().post(f"/forms/{key}", data={"email": "<nobody>", "message": ""})
    assert page.status_code == 422
    assert "&lt;nobody&gt;" in page.text
    assert "Please look at the marked fields." in page.text
    assert await room.count("inbound_items") == 0


@pytest.mark.parametrize(
    "body", [b"[]", b"{", b"null", b'"x"', b"\xff\xfe", b'{"email": {"a": 1}, "message": []}']
)
async def test_broken_json_is_refused(room: Mailroom, shop: Shop, body: bytes) -> None:
    key = await add_form(room)
    answer = await shop.client().post(
        f"/forms/{key}", content=body, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code in (400, 422)


@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "multipart/form-data", "text/plain", ""])
async def test_broken_forms_are_refused(room: Mailroom, shop: Shop, kind: str) -> None:
    key = await add_form(room)
    answer = await shop.client().post(f"/forms/{key}", content=b"--x\r\nfoo", headers={"Content-Type": kind})
    assert answer.status_code == 422
    assert await room.count("inbound_items") == 0


async def test_programs_that_fill_in_the_trap_go_to_spam(room: Mailroom, shop: Shop) -> None:
    key = await add_form(room)
    await shop.client().post(f"/forms/{key}", json={**FORM, "website": "https://spam.example"})
    await run_jobs(shop.runtime, "channels.ingest")
    assert (await room.row("SELECT status FROM conversations WHERE workspace_id = $1"))["status"] == "spam"


async def test_only_allowed_pages_may_send(room: Mailroom, shop: Shop) -> None:
    key = await add_form(room, allowed_domains=["shop.example"])
    wrong = await shop.client(Origin="https://evil.example").post(f"/forms/{key}", json=FORM)
    assert wrong.status_code == 403
    asked = await shop.client(Origin="https://shop.example").options(f"/forms/{key}")
    assert (asked.status_code, asked.headers["access-control-allow-origin"]) == (204, "https://shop.example")
    right = await shop.client(Origin="https://shop.example").post(f"/forms/{key}", json=FORM)
    assert right.headers["access-control-allow-origin"] == "https://shop.example"
    assert right.status_code == 201


def test_allowed_domains() -> None:
    settings = FormSettings(allowed_domains=["https://shop.example/", "*.shops.example"])
    own = "https://desk.example"
    allowed = ["https://shop.example", "https://a.shops.example:8443", own, ""]
    assert all(is_allowed_origin(settings, origin, own) for origin in allowed)
    refused = [
        "https://evilshop.example",
        "https://shops.example",
        "null",
        "https://shop.example.evil.example",
    ]
    assert not any(is_allowed_origin(settings, origin, own) for origin in refused)


async def test_too_many_forms_are_turned_away(room: Mailroom, shop: Shop) -> None:
    key = await add_form(room)
    codes = [(await shop.client().post(f"/forms/{key}", json=FORM)).status_code for _ in range(8)]
    assert codes == [201] * 6 + [429] * 2


async def test_unknown_and_foreign_forms(room: Mailroom, shop: Shop) -> None:
    assert (await shop.client().get("/forms/nothing")).status_code == 404
    mail_key = (await room.channel()).public_key
    assert (await shop.client().post(f"/forms/{mail_key}", json=FORM)).status_code == 404


async def test_without_an_email_channel_the_desk_says_why_nothing_can_be_answered(
    room: Mailroom, shop: Shop
) -> None:
    async with room.ctx() as ctx:
        await ctx.tx.execute(
            "UPDATE channels SET deleted_at = now() WHERE workspace_id = $1", room.workspace_id
        )
    key = await add_form(room)
    await shop.client().post(f"/forms/{key}", json=FORM)
    await run_jobs(shop.runtime, "channels.ingest")
    conversation_id: UUID = (await room.row("SELECT id FROM conversations WHERE workspace_id = $1"))["id"]
    with pytest.raises(Exception, match="Nothing can be sent on this channel"):
        await room.reply(conversation_id, await shop.agent(), "Hello")
