"""The words of order messages, in the shopper's language, with the order's own variables. Pure."""

from datetime import datetime
from html import escape
from pathlib import Path

import msgspec

from parley.commerce.shapes import OrderView
from parley.commerce.variables import fill_order_variables
from parley.kit.i18n.catalogue import load_catalogue
from parley.kit.i18n.formats import format_date
from parley.kit.i18n.locales import BASE_LANGUAGE, fallback_chain, normalise_tag
from parley.outreach.model import OrderState, Planned
from parley.outreach.quiet import zones_of
from parley.outreach.settings import DELAY_KINDS

CATALOGUE = load_catalogue([Path(__file__).parent / "locales"])


class Text(msgspec.Struct, frozen=True, kw_only=True):
    """A message, written."""

    language: str
    subject: str
    html: str


def choose_language(wanted: str) -> str:
    """Gives the language to write in: the shopper's where there are words in it (his region's dates), else English."""
    try:
        wanted = normalise_tag(wanted)
    except ValueError:
        return BASE_LANGUAGE
    chosen = fallback_chain(wanted, CATALOGUE.languages())[0]
    return wanted if wanted.split("-")[0] == chosen.split("-")[0] else chosen


def write_text(planned: Planned, order: OrderView, state: OrderState) -> Text:
    """Writes a message about an order; what the order does not say is left out."""
    language = choose_language(state.language)
    zone = zones_of(state.time_zone, state.country, state.store_zone)[0]
    values = _values(planned, order, language, zone)

    def say(key: str) -> str:
        return CATALOGUE.translate(language, key, **values)

    kind = planned.kind
    paragraphs = [say("greeting" if values["name"] else "greeting.unnamed"), say(f"{kind}.body")]
    if values["expected"] and kind in ("late", "shipped", "confirmation"):
        paragraphs.append(say(f"{kind}.expected"))
    if kind not in ("stock_out", "delivered") and values["items"]:
        paragraphs.append(say("items"))
    if planned.shipment_id is not None and values["parcel"]:
        paragraphs.append(say("parcel"))
    html = "".join(f"<p>{escape(one)}</p>" for one in paragraphs)
    html += _link(values["track"], say("track")) if planned.shipment_id else ""
    html += _link(values["link"], say("see"))
    closing = "closing.delay" if kind in DELAY_KINDS else "closing"
    html += f"<p>{escape(say(closing))}</p>"
    return Text(language=language, subject=say(f"{kind}.subject"), html=html)


def _values(planned: Planned, order: OrderView, language: str, zone: str) -> dict[str, str]:
    shown = order
    if planned.shipment_id is not None:
        shown = msgspec.structs.replace(
            order, shipments=[one for one in order.shipments if one.id == planned.shipment_id]
        )
    filled = fill_order_variables(shown, language, zone)
    parcel = next(iter(shown.shipments), None) if planned.shipment_id else None
    expected = parcel.estimated_at if parcel else None
    if planned.kind in ("confirmation", "shipped"):
        expected = expected or order.promised_at
    return {
        "name": filled["customer.name"] or "",
        "number": order.number,
        "date": filled["order.date"] or "",
        "items": filled["order.items"] or "",
        "item": _item(order, planned.line),
        "parcel": " ".join(filter(None, [filled["shipment.carrier"], filled["shipment.number"]])),
        "track": filled["shipment.link"] or "",
        "link": filled["order.link"] or "",
        "promised": _day(planned.promised_at, language, zone),
        "expected": _day(expected if _is_ahead(planned, expected) else None, language, zone),
    }


def _is_ahead(planned: Planned, expected: datetime | None) -> bool:
    """Says whether an expected day is still one to wait for, and another than the one that was promised."""
    if expected is None or expected < planned.due_at:
        return False
    return planned.promised_at is None or expected > planned.promised_at


def _day(at: datetime | None, language: str, zone: str) -> str:
    return format_date(language, at, time_zone=zone, width="long") if at else ""


def _item(order: OrderView, ref: str | None) -> str:
    line = next((one for one in order.lines if one.ref == ref), None)
    return ", ".join(filter(None, [line.title, line.variant_title])) if line else ""


def _link(address: str, words: str) -> str:
    if not address.startswith(("https://", "http://")):
        return ""
    return f'<p><a href="{escape(address)}">{escape(words)}</a></p>'
