"""What the settings show of order messages: every kind in every language, whole."""

import re

import pytest

from parley.outreach.examples import list_languages, write_examples
from parley.outreach.settings import DELAY_KINDS, STATUS_KINDS
from tests.conftest import NOW
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
