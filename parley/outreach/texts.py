"""The words of order messages, in the shopper's language, with the order's own variables. Pure."""

import re
from collections.abc import Mapping
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
from parley.outreach.settings import DELAY_KINDS, Words

CATALOGUE = load_catalogue([Path(__file__).parent / "locales"])
VARIABLES = ("name", "number", "date", "items", "item", "parcel", "promised", "expected")
Own = Mapping[tuple[str, str], Words]
_VARIABLE = re.compile(r"\{([a-z]+)\}")


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


def read_words(language: str, kind: str) -> Words:
    """Gives our words for a message with the names of the variables in their places."""
    values = {name: f"{{{name}}}" for name in VARIABLES}
    subject, body = (
        CATALOGUE.translate(language, f"{kind}.{part}", **values) for part in ("subject", "body")
    )
    return Words(subject, body)


def write_text(planned: Planned, order: OrderView, state: OrderState, own: Own | None = None) -> Text:
    """Writes a message about an order, in the workspace's own words where there are any in the language.

    What the order does not say is left out. A subject is one line; a body of several paragraphs has empty lines.
    """
    language = choose_language(state.language)
    zone = zones_of(state.time_zone, state.country, state.store_zone)[0]
    values = _values(planned, order, language, zone)

    def say(key: str) -> str:
        return CATALOGUE.translate(language, key, **values)

    kind = planned.kind
    tongue = fallback_chain(language, CATALOGUE.languages())[0]
    words = (own or {}).get((tongue, kind), Words())
    subject = " ".join(_fill(words.subject, values).split()) or say(f"{kind}.subject")
    body = [one for one in re.split(r"\n\s*\n", _fill(words.body, values)) if one.strip()]
    paragraphs = [say("greeting" if values["name"] else "greeting.unnamed"), *(body or [say(f"{kind}.body")])]
    if values["expected"] and kind in ("late", "shipped", "confirmation"):
        paragraphs.append(say(f"{kind}.expected"))
    if kind not in ("stock_out", "delivered") and values["items"]:
        paragraphs.append(say("items"))
    if planned.shipment_id is not None and values["parcel"]:
        paragraphs.append(say("parcel"))
    html = "".join(f"<p>{'<br>'.join(escape(one.strip()).splitlines())}</p>" for one in paragraphs)
    html += _link(values["track"], say("track")) if planned.shipment_id else ""
    html += _link(values["link"], say("see"))
    closing = "closing.delay" if kind in DELAY_KINDS else "closing"
    html += f"<p>{escape(say(closing))}</p>"
    return Text(language=language, subject=subject, html=html)


def _fill(text: str, values: Mapping[str, str]) -> str:
    """Puts the variables in; what is none stays as it was written, for whoever looks at the preview to see."""
    return _VARIABLE.sub(lambda found: values[found[1]] if found[1] in VARIABLES else found[0], text)


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
