"""The order of the demo store whose parcel is put off: what the delay radar is shown with."""

from datetime import UTC, datetime

from parley.app.demo.catalogue import load_catalogue
from parley.app.demo.content import load_conversations
from parley.app.demo.office_loading import MESSAGES, PUT_OFF
from parley.app.demo.orders import build_past_order
from parley.app.demo.people import load_customers
from parley.app.demo.showing import show_order, show_tracking
from parley.outreach.quiet import is_quiet
from parley.outreach.settings import DEFAULTS, STATUS_KINDS, read_settings

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


def test_its_carrier_names_a_later_day_than_the_shop_has_promised() -> None:
    order = build_past_order(PUT_OFF, load_customers()[PUT_OFF.customer], load_catalogue(), NOW)
    shown, told = show_order(order, ""), show_tracking(order)
    assert [event.at for event in order.events] == sorted(event.at for event in order.events)
    assert told is not None
    assert shown.promised_at is not None
    assert told.estimated_at is not None
    assert (told.estimated_at - shown.promised_at).days == 3
    assert (shown.promised_at > NOW, shown.fulfilment, told.status) == (True, "fulfilled", "in_transit")


def test_nobody_has_asked_about_it_yet() -> None:
    written = [
        text for one in load_conversations() for text in [one.subject or "", *(m.text for m in one.messages)]
    ]
    assert not any("AP-2001" in text for text in written)


def test_the_demo_sends_every_message_at_every_hour() -> None:
    settings = read_settings({**DEFAULTS, **MESSAGES})
    assert settings.on >= set(STATUS_KINDS)
    assert not is_quiet(NOW.replace(hour=3), ("Europe/Ljubljana",), settings.quiet_from, settings.quiet_to)
