"""Order messages as they would be written about an order that there is not, for the settings. Pure."""

from datetime import datetime, timedelta
from uuid import UUID

from parley.commerce.shapes import LineView, OrderView, ShipmentView
from parley.outreach.model import OrderState, Planned
from parley.outreach.settings import DELAY_KINDS, STATUS_KINDS
from parley.outreach.texts import CATALOGUE, Own, Text, choose_language, write_text

ORDER = UUID(int=1)
PARCEL = UUID(int=2)
OF_PARCEL = ("shipped", "delivered", "late", "pickup", "collect")
LINK = "https://shop.example/orders/1001"


def list_languages() -> list[str]:
    """Lists the languages that there are words in, English first."""
    return sorted(CATALOGUE.languages(), key=lambda language: (language != "en", language))


def write_examples(language: str, now: datetime, own: Own | None = None) -> dict[str, Text]:
    """Writes a message of every kind in a language; English where there are no words in it."""
    chosen = choose_language(language)
    return {kind: _write(kind, chosen, now, own) for kind in (*STATUS_KINDS, *DELAY_KINDS)}


def _write(kind: str, language: str, now: datetime, own: Own | None) -> Text:
    promised = now - timedelta(days=1) if kind in DELAY_KINDS else now + timedelta(days=3)
    planned = Planned(
        id=ORDER,
        order_id=ORDER,
        key=kind,
        kind=kind,
        shipment_id=PARCEL if kind in OF_PARCEL else None,
        line="1" if kind == "stock_out" else None,
        promised_at=promised if kind in DELAY_KINDS else None,
        days=1,
        due_at=now,
    )
    return write_text(planned, _order(now, promised), _state(language, now, promised), own)


def _order(now: datetime, promised: datetime) -> OrderView:
    return OrderView(
        id=ORDER,
        store_id=ORDER,
        ref="1001",
        number="#1001",
        customer_id=None,
        linked_by=None,
        email="ana@example.com",
        name="Ana Silva",
        placed_at=now - timedelta(days=4),
        currency="EUR",
        payment="paid",
        fulfilment="fulfilled",
        subtotal=6000,
        discount=0,
        shipping=500,
        tax=0,
        total=6500,
        refunded=0,
        items=2,
        promised_at=promised,
        cancelled_at=None,
        read_at=now,
        stale=False,
        deleted=False,
        refundable=6500,
        phone="",
        language="",
        address=None,
        taxes_included=True,
        shipping_title="",
        cancel_reason="",
        discount_codes=[],
        note="",
        tags=[],
        gateway="",
        admin_url="",
        status_url=LINK,
        lines=[_line()],
        shipments=[_parcel(now)],
        refunds=[],
    )


def _line() -> LineView:
    return LineView(
        ref="1",
        product_ref=None,
        variant_ref=None,
        sku="",
        title="T-shirt",
        variant_title="M",
        ordered=2,
        quantity=2,
        fulfilled=0,
        refunded=0,
        unit_price=3000,
        discount=0,
        tax=0,
        total=6000,
        image_url="",
        digital=False,
    )


def _parcel(now: datetime) -> ShipmentView:
    return ShipmentView(
        id=PARCEL,
        order_id=ORDER,
        direction="out",
        carrier="UPS",
        number="1Z999AA10123456784",
        url=LINK,
        status="in_transit",
        shipped_at=now - timedelta(days=2),
        estimated_at=now + timedelta(days=2),
        delivered_at=None,
        read_at=now,
        events=[],
    )


def _state(language: str, now: datetime, promised: datetime) -> OrderState:
    return OrderState(
        id=ORDER,
        store_id=ORDER,
        brand_id=None,
        customer_id=None,
        number="#1001",
        email="ana@example.com",
        name="Ana Silva",
        language=language,
        time_zone="UTC",
        country="",
        store_zone="UTC",
        connected_at=now - timedelta(days=30),
        placed_at=now - timedelta(days=4),
        promised_at=promised,
        cancelled=False,
        refunded=False,
        deleted=False,
        blocked=False,
        waiting=[],
        parcels=[],
        processing=None,
    )
