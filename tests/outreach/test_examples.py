"""What the settings show of order messages: every kind in every language, whole."""

import re

import pytest

from parley.kit.clock import FixedClock
from parley.outreach.examples import list_languages, write_examples
from parley.outreach.settings import DELAY_KINDS, STATUS_KINDS, Words
from tests.conftest import NOW
from tests.outreach.conftest import Outlook
from tests.outreach.test_radar_running import DAY, make_late
from tests.support.app import Shop, body_of

KINDS = [*STATUS_KINDS, *DELAY_KINDS]


@pytest.mark.parametrize("language", list_languages())
def test_every_kind_is_written_in_every_language(language: str) -> None:
    found = write_examples(language, NOW)
    assert list(found) == KINDS
    for text in found.values():
        assert text.language == language
        assert "#1001" in text.subject
        # Nothing is left unfilled, and nothing but paragraphs and links is in it.
        assert "{" not in text.subject + text.html
        assert set(re.findall(r"</?([a-z0-9]+)", text.html)) <= {"p", "a"}
    assert len({text.html for text in found.values()}) == len(KINDS)
    assert "T-shirt" in found["stock_out"].html


LATE = {
    "subject": "Atraso em {number}\n{promised}",
    "body": "Olá <b>{name}</b>,\nsentimos.\n\n\nAté {expected}.",
}
OWN = {
    "pt-BR": {"late": LATE},
    "en": {
        "late": {"subject": "", "body": "{nothing} {name"},
        "stock_out": "not words",
        "shipped": {"body": 7},
    },
    "de": None,
}


async def test_own_words_are_written_where_they_are_set(shop: Shop) -> None:
    admin = await shop.signed_in("admin")
    path = "/api/v1/order-messages/texts?language="
    before = {one["kind"]: one for one in body_of(await admin.get(f"{path}pt-BR"))["items"]}
    assert "{number}" in before["late"]["words"]["subject"]
    assert before["late"]["own"] == {"subject": "", "body": ""}
    put = await admin.put("/api/v1/deciders/order_messages", json={"values": {"texts": OWN}})
    assert put.status_code == 200, put.text
    shown = body_of(await admin.get(f"{path}pt-BR"))
    after = {one["kind"]: one for one in shown["items"]}
    assert {"number", "promised"} <= set(shown["variables"])
    assert re.fullmatch(r"Atraso em #1001 \d+ de \w+ de \d{4}", after["late"]["subject"])
    assert "<p>Olá &lt;b&gt;Ana Silva&lt;/b&gt;,<br>sentimos.</p><p>Até " in after["late"]["html"]
    assert after["late"]["own"]["subject"].startswith("Atraso em {number}")
    assert {k: v for k, v in after.items() if k != "late"} == {k: v for k, v in before.items() if k != "late"}
    # What is wrong or missing is said in our words, and a message is written in any case.
    english = {one["kind"]: one for one in body_of(await admin.get(f"{path}en"))["items"]}
    assert english["late"]["subject"] == "Your order #1001 will be late"
    assert "<p>{nothing} {name</p>" in english["late"]["html"]
    assert english["stock_out"]["own"] == {"subject": "", "body": ""}


def test_own_words_hold_for_every_region_of_a_language() -> None:
    own = {("de", "late"): Words(subject="Später: {number}")}
    assert write_examples("de-AT", NOW, own)["late"].subject == "Später: #1001"
    assert write_examples("en-GB", NOW, own)["late"].subject != "Später: #1001"


async def test_own_words_leave_by_mail(shop: Shop, outlook: Outlook, clock: FixedClock) -> None:
    admin = await shop.signed_in("admin")
    texts = {"en": {"late": {"subject": "We are late with {number}", "body": "Sorry, {name}!"}}}
    await admin.put("/api/v1/deciders/order_messages", json={"values": {"texts": texts}})
    await outlook.mirror(make_late())
    clock.advance(3 * DAY)
    await outlook.work()
    (mail,) = outlook.outbox.mails
    assert mail["Subject"] == "We are late with #1001"
    plain = mail.get_body(("plain",))
    assert plain is not None
    assert "Sorry, Zoë Pike!" in plain.get_content()


async def test_the_texts_over_the_api(shop: Shop) -> None:
    admin = await shop.signed_in("admin")
    shown = body_of(await admin.get("/api/v1/order-messages/texts?language=pt-BR"))
    assert (shown["language"], shown["languages"][0]) == ("pt-BR", "en")
    assert [one["kind"] for one in shown["items"]] == KINDS
    assert "Ana Silva" in shown["items"][0]["html"]
    for none in ("tlh", "not a language", ""):
        unknown = body_of(await admin.get("/api/v1/order-messages/texts", params={"language": none}))
        assert unknown["language"] == "en"
    assert (await admin.get("/api/v1/order-messages/texts", params={"language": "x" * 36})).status_code == 400
    assert (await shop.client().get("/api/v1/order-messages/texts")).status_code == 401
