"""The words of order messages: whole in every language, with or without what an order may lack."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from parley.commerce.shapes import LineView, OrderView, ShipmentView
from parley.outreach.model import Planned
from parley.outreach.settings import DELAY_KINDS, STATUS_KINDS
from parley.outreach.texts import CATALOGUE, choose_language, write_text
from tests.outreach.test_deciding import NOW, ORDER, PARCEL, make_state

LANGUAGES = ("en", "pt-BR", "es", "de", "fr", "it", "sl", "ko", "zh-Hans", "ja")
PROMISED = datetime(2026, 3, 6, 12, tzinfo=UTC)
# March 9 as each language writes it.
NINTH = {
    "en": "March 9, 2026",
    "pt-BR": "9 de março de 2026",
    "es": "9 de marzo de 2026",
    "de": "9. März 2026",
    "fr": "9 mars 2026",
    "it": "9 marzo 2026",
    "sl": "9. marec 2026",
    "ko": "2026년 3월 9일",
    "zh-Hans": "2026年3月9日",
    "ja": "2026年3月9日",
}
OF_PARCEL = ("late", "shipped", "delivered", "pickup", "collect")


def make_view(**values: Any) -> OrderView:
    """Gives an order with a parcel."""
    parcel = ShipmentView(
        id=PARCEL, order_id=ORDER, direction="out", carrier="UPS", number="1Z999", url="https://ups.example/1Z999",
        status="in_transit", shipped_at=NOW, estimated_at=PROMISED + timedelta(days=3), delivered_at=None,
        read_at=NOW, events=[],
    )  # fmt: skip
    line = LineView(
        ref="l1", product_ref="p1", variant_ref="v1", sku="SH", title="Shirt <b>", variant_title="M", ordered=2,
        quantity=2, fulfilled=0, refunded=0, unit_price=3000, discount=0, tax=0, total=6000, image_url="", digital=False,
    )  # fmt: skip
    view = OrderView(
        id=ORDER, store_id=UUID(int=1), ref="1", number="#1001", customer_id=None, linked_by=None, email="zoe@example.com",
        name="Zoë", placed_at=NOW, currency="EUR", payment="paid", fulfilment="unfulfilled", subtotal=6000, discount=0,
        shipping=500, tax=0, total=6500, refunded=0, items=2, promised_at=PROMISED, cancelled_at=None, read_at=NOW,
        stale=False, deleted=False, phone="", language="", address=None, taxes_included=True, shipping_title="",
        cancel_reason="", discount_codes=[], note="", tags=[], gateway="", admin_url="", refundable=6500,
        status_url="https://shop.example/o/1001", lines=[line], shipments=[parcel], refunds=[],
    )  # fmt: skip
    return msgspec.structs.replace(view, **values)


def plan(kind: str) -> Planned:
    """Gives a planned message of a kind."""
    return Planned(
        id=UUID(int=2),
        order_id=ORDER,
        key=kind,
        kind=kind,
        shipment_id=PARCEL if kind in OF_PARCEL else None,
        line="l1" if kind == "stock_out" else None,
        promised_at=PROMISED if kind == "late" else None,
        days=1,
        due_at=NOW,
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", [*STATUS_KINDS, *DELAY_KINDS])
def test_every_kind_is_written_whole_in_every_language(language: str, kind: str) -> None:
    state = make_state(language=language)
    for view in (make_view(), make_view(name="", status_url="", lines=[], shipments=[])):
        text = write_text(plan(kind), view, state)
        assert "#1001" in text.subject
        assert text.language == language
        assert not re.search(r"[{}]|[:：] </p>|<p> *</p>|\b[a-z_]+\.(body|subject|expected)\b", text.html), (
            text.html
        )
        assert "#1001" in text.html
        assert "<b>" not in text.html
    assert set(CATALOGUE.languages()) == set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_days_are_written_as_the_reader_writes_them(language: str) -> None:
    text = write_text(plan("late"), make_view(), make_state(language=language))
    assert NINTH[language] in text.html
    assert "https://ups.example/1Z999" in text.html
    assert "https://shop.example/o/1001" in text.html


def test_no_day_is_promised_that_has_passed_or_was_promised_before() -> None:
    parcel = make_view().shipments[0]
    for estimated in (None, PROMISED, NOW - timedelta(days=1)):
        view = make_view(shipments=[msgspec.structs.replace(parcel, estimated_at=estimated)])
        assert "now expected" not in write_text(plan("late"), view, make_state()).html


@pytest.mark.parametrize(
    ("wanted", "chosen"),
    [
        ("en-GB", "en-GB"),
        ("pt", "pt"),
        ("zh-CN", "zh-CN"),
        ("ar", "en"),
        ("", "en"),
        ("no language", "en"),
        ("DE_at", "de-AT"),
    ],
)
def test_who_reads_none_of_our_languages_reads_english(wanted: str, chosen: str) -> None:
    assert choose_language(wanted) == chosen
    write_text(plan("late"), make_view(), make_state(language=wanted))


def test_links_lead_only_to_the_web() -> None:
    text = write_text(plan("late"), make_view(status_url="javascript:alert(1)"), make_state())
    assert "javascript" not in text.html
