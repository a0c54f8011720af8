"""Reading mail of any quality: nothing crashes, nothing hostile passes, nothing is lost."""

import html
from email.message import EmailMessage
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parley.channels.email.reading import (
    Body,
    build_envelope,
    find_writer,
    is_shown,
    point_to_files,
    read_mail,
    say_kind,
)
from parley.channels.mail.authentication import Verdict
from parley.channels.mail.models import Attachment, UnparsableMail
from parley.kit.richtext import sanitise_html
from tests.support.app import Shop
from tests.support.jobs import run_jobs
from tests.support.mailroom import HELP, Mailroom, write_mail

SAMPLES = sorted((Path(__file__).parent.parent / "mail" / "samples").glob("*.eml"))
OWN = frozenset({HELP})


def check(data: bytes) -> None:
    """Reads bytes and holds the result against what everything after relies on."""
    try:
        reading = read_mail(data)
    except UnparsableMail:
        return
    body = reading.body
    for text in (body.html, body.text, body.quoted_html or ""):
        assert "\x00" not in text
        text.encode("utf-8")
    assert sanitise_html(body.html, images="cid") == body.html
    writer = find_writer(reading.mail, OWN)
    say_kind(reading.mail, OWN)
    envelope = msgspec.json.decode(msgspec.json.encode(build_envelope(reading, writer, {}, Verdict.UNKNOWN)))
    assert "\\u0000" not in msgspec.json.encode(envelope).decode()
    assert all(set(one) == {"name", "address"} for name in ("from", "to", "cc") for one in envelope[name])


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_samples_of_real_programs(path: Path) -> None:
    check(path.read_bytes())


@given(data=st.binary(max_size=2000))
def test_any_bytes(data: bytes) -> None:
    check(data)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    path=st.sampled_from(SAMPLES),
    cut=st.integers(0, 5000),
    noise=st.binary(max_size=20),
    at=st.integers(0, 5000),
)
def test_damaged_samples(path: Path, cut: int, noise: bytes, at: int) -> None:
    data = path.read_bytes()
    check(data[: len(data) - min(cut, len(data))])
    check(data[:at] + noise + data[at + len(noise) :])


async def test_every_sample_becomes_a_message_or_says_why_not(room: Mailroom) -> None:
    for number, path in enumerate(SAMPLES):
        await room.take_in(path.read_bytes(), key=str(number))
    await run_jobs(room.runtime, "channels.ingest")
    rows = await room.rows(
        "SELECT external_key, state, error, message_id FROM inbound_items WHERE workspace_id = $1"
    )
    unread = {SAMPLES[int(row["external_key"])].stem: row["error"] for row in rows if row["state"] != "done"}
    assert unread == {}
    silent = {SAMPLES[int(row["external_key"])].stem for row in rows if row["message_id"] is None}
    reports = {
        path.stem
        for path in SAMPLES
        if path.stem.startswith(("bounce", "delay", "complaint", "read_receipt", "receipt"))
    }
    assert silent == reports


def test_card_numbers_are_masked_everywhere() -> None:
    card = "4111 1111 1111 1111"
    mail = write_mail(
        f"My card is fine\n\nOn Wed, 4 Mar 2026 at 09:58, Ana <ana@shop.example> wrote:\n> You wrote {card}\n",
        subject=f"Card {card}",
    )
    reading = read_mail(mail.as_bytes())
    assert card not in (reading.body.quoted_html or "")
    assert "1111" in (reading.body.quoted_html or "")
    assert card not in str(build_envelope(reading, None, {}, Verdict.UNKNOWN)["subject"])


def test_pictures_are_found_whatever_their_spelling() -> None:
    picture = Attachment(name="a.png", content_type="image/png", data=b"x", content_id="Pic%1@x")
    body = Body(html='<p><img src="cid:pic%251@X"></p>', text="")
    found = point_to_files(body, (picture,))
    assert found.html == '<p><img src="cid:Pic%1@x"></p>'
    assert is_shown(found, "Pic%1@x")
    assert not is_shown(found, "other@x")
    assert not is_shown(found, None)


async def test_a_picture_that_is_shown_nowhere_is_listed(room: Mailroom) -> None:
    mail = write_mail("No pictures in this text")
    mail.add_attachment(b"GIF89a", maintype="image", subtype="gif", cid="<lost@x>", filename="lost.gif")
    item = await room.arrive(mail)
    row = await room.row(
        "SELECT inline FROM attachments WHERE workspace_id = $1 AND message_id = $2", item["message_id"]
    )
    assert row["inline"] is False


async def test_pictures_have_addresses_that_a_browser_can_open(room: Mailroom, shop: Shop) -> None:
    mail = write_mail("See", html='<p>See <img src="cid:photo@x" alt="photo"></p>')
    page = mail.get_payload()[1]  # type: ignore[index]
    assert isinstance(page, EmailMessage)
    page.add_related(
        b"GIF89a\x01\x00\x01\x00\x00\x00\x00;", "image", "gif", cid="<photo@x>", filename="p.gif"
    )
    item = await room.arrive(mail)
    agent = await shop.signed_in("agent")
    timeline = (await agent.get(f"/api/v1/conversations/{item['conversation_id']}/timeline")).json()
    message = next(one for one in timeline["items"] if one["type"] == "message")
    url = message["attachments"][0]["url"]
    assert f'src="{html.escape(url)}"' in message["html"]
    assert "cid:" not in message["html"]
    picture = await shop.client().get(url)
    assert (picture.status_code, picture.content[:3]) == (200, b"GIF")
