"""EasyPost: trackers, labels bought once whatever happens in between, signed webhooks."""

from datetime import timedelta

import pytest

from parley.commerce.connectors.easypost import CONNECTOR
from parley.commerce.connectors.easypost.tests.conftest import ACT, Desk
from parley.commerce.ports import BadSignatureError
from parley.kit.failures import Misconfigured, Refused, Retry
from tests.support.carrier_link import NOW
from tests.support.fakes.easypost import FILES, KINDS, build_event, detail, sign
from tests.support.fakes.serving import Kind

NUMBER = "EZ1000000001"
HOUR = timedelta(hours=1)


def fill(desk: Desk, status: str = "out_for_delivery") -> None:
    """A parcel that has come some way."""
    details = [
        detail(NOW - 20 * HOUR, "in_transit", "Arrived", "HOUSTON"),
        detail(NOW - 30 * HOUR, "pre_transit", "Shipping Label Created"),
        detail(NOW - HOUR, status, "The last of them", "CHARLESTON"),
    ]
    desk.fake.known[NUMBER] = (status, details)


async def test_a_parcel_is_followed_once_and_told_in_our_words(desk: Desk) -> None:
    fill(desk)
    found = await desk.track("ez 1000000001")
    assert found == await desk.track(NUMBER)
    assert (found.number, found.carrier, found.status) == (NUMBER, "USPS", "out_for_delivery")
    assert [event.status for event in found.events] == ["label_created", "in_transit", "out_for_delivery"]
    assert (found.events[-1].at, found.events[-1].place) == (NOW - HOUR, "CHARLESTON")
    assert found.delivered_at is None
    fill(desk, "delivered")
    found = await desk.track(NUMBER)
    assert (found.status, found.delivered_at) == ("delivered", NOW - HOUR)
    created = [one for one, _ in desk.fake.exchanges if one.path == "/v2/trackers"]
    assert len(created) == 1


async def test_an_unknown_number_is_refused(desk: Desk) -> None:
    with pytest.raises(Refused):
        await desk.track("NOBODYKNOWS")


async def test_faults_become_the_right_failures(desk: Desk) -> None:
    fill(desk)
    desk.fake.faults.add("throttle", "trackers")
    with pytest.raises(Retry) as slow:
        await desk.track(NUMBER)
    assert slow.value.after == timedelta(minutes=1)
    kinds: tuple[Kind, ...] = ("down", "break_before", "silence_before")
    for kind in kinds:
        desk.fake.faults.add(kind, "trackers")
        with pytest.raises(Retry):
            await desk.track(NUMBER)
    desk.settings.api_key = "wrong"
    with pytest.raises(Misconfigured) as failure:
        await desk.track(NUMBER)
    assert failure.value.field == "api_key"


async def test_the_connection_is_tested_without_changing_anything(desk: Desk) -> None:
    assert [step.ok async for step in CONNECTOR.test(desk.link, desk.settings)] == [True]
    desk.settings.api_key = "wrong"
    assert [step.ok async for step in CONNECTOR.test(desk.link, desk.settings)] == [False]
    assert {one.method for one, _ in desk.fake.exchanges} == {"GET"}


def test_every_number_may_be_one_of_easyposts_unless_it_shall_not(desk: Desk) -> None:
    assert CONNECTOR.recognises(desk.settings, "", "94001 00208303109500775")
    assert not CONNECTOR.recognises(desk.settings, "", "-")
    desk.settings.follow = False
    assert not CONNECTOR.recognises(desk.settings, "", NUMBER)


@pytest.mark.parametrize("form", ["PDF", "PNG", "ZPL"])
async def test_a_label_is_bought_at_the_lowest_rate(desk: Desk, form: str) -> None:
    desk.settings.label_format = form  # type: ignore[assignment]
    label = await desk.buy()
    assert (label.data, label.type) == (FILES[form], KINDS[form])
    assert (label.carrier, label.cost, label.currency) == ("FedEx", 595, "USD")
    (shipment,) = desk.fake.bought
    # From the customer to the shop, though EasyPost is told the way out.
    assert (shipment["from_address"]["city"], shipment["to_address"]["city"]) == ("Wayne", "Reno")
    assert shipment["is_return"]


async def test_only_the_wanted_carriers_are_asked(desk: Desk) -> None:
    desk.settings.carriers = ["usps"]
    assert (await desk.buy()).carrier == "USPS"
    desk.settings.carriers = ["DHL"]
    with pytest.raises(Refused):
        await desk.buy("another")


async def test_without_rates_nothing_is_bought(desk: Desk) -> None:
    desk.fake.no_rates = True
    with pytest.raises(Refused):
        await desk.buy()
    assert await desk.find() is None


@pytest.mark.parametrize("kind", ["silence_after", "break_after", "silence_before", "break_before", "down"])
@pytest.mark.parametrize("what", ["POST shipments", "/buy", "GET shipments"])
async def test_a_label_is_bought_once_whatever_breaks(desk: Desk, kind: Kind, what: str) -> None:
    desk.fake.faults.add(kind, what)
    with pytest.raises(Retry):
        await desk.buy()
    found = await desk.find()
    assert (found is not None) == (len(desk.fake.bought) == 1)
    label = await desk.buy()
    assert label == await desk.buy() == await desk.find()
    assert len(desk.fake.bought) == 1


async def test_one_that_is_bought_in_between_is_taken(desk: Desk) -> None:
    label = await desk.buy()
    (shipment,) = desk.fake.shipments.values()
    hidden, shipment["postage_label"] = shipment["postage_label"], None
    assert await desk.find() is None
    shipment["postage_label"] = hidden
    assert await desk.find() == label
    assert await desk.find("another") is None


async def test_labels_are_given_back_until_they_are_used(desk: Desk) -> None:
    first, second = await desk.buy(), await desk.buy("another")
    assert await desk.void(first)
    assert await desk.void(first)
    desk.fake.used.add(second.external_id)
    assert not await desk.void(second)


async def test_the_webhook_is_made_once_with_a_secret_of_ours(desk: Desk) -> None:
    fill(desk)
    for _ in range(2):
        await desk.watch(NUMBER, "NOBODYKNOWS")
    (hook,) = desk.fake.webhooks.values()
    assert hook["url"] == desk.link.hook_url
    assert desk.fake.secrets[hook["id"]] == desk.settings.webhook_secret
    assert len(desk.settings.webhook_secret) > 20
    assert set(desk.fake.trackers) == {NUMBER}
    desk.link.hook_url = "https://moved.example/hooks/8"
    await desk.watch(NUMBER)
    assert [one["url"] for one in desk.fake.webhooks.values()] == ["https://moved.example/hooks/8"]


async def test_a_webhook_is_believed_with_its_signature_only(desk: Desk) -> None:
    fill(desk)
    await desk.watch(NUMBER)
    body = build_event(desk.fake.trackers[NUMBER], "evt_1")
    headers = sign(desk.settings.webhook_secret, body)
    delivery = CONNECTOR.verify(desk.settings, headers, body, NOW)
    assert delivery is not None
    assert (delivery.key, delivery.topic) == ("evt_1", "tracker.updated")
    (change,) = CONNECTOR.read(desk.settings, delivery, body)
    assert (change.kind, change.external_id) == ("parcel", NUMBER)
    for wrong in (sign("another", body), {}, {"x-hmac-signature": ""}):
        with pytest.raises(BadSignatureError):
            CONNECTOR.verify(desk.settings, wrong, body, NOW)
    for at in range(0, len(body), 40):
        changed = body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :]
        with pytest.raises(BadSignatureError):
            CONNECTOR.verify(desk.settings, headers, changed, NOW)
    desk.settings.webhook_secret = ""
    with pytest.raises(BadSignatureError):
        CONNECTOR.verify(desk.settings, sign("", body), body, NOW)


@pytest.mark.parametrize("body", [b"[]", b"{}", b'{"result":null}', b'{"result":{"id":"1"}}', b"x"])
def test_an_event_that_makes_no_sense_is_refused(desk: Desk, body: bytes) -> None:
    desk.settings.webhook_secret = "secret"
    delivery = CONNECTOR.verify(
        desk.settings, sign("secret", build_event({}, ACT)), build_event({}, ACT), NOW
    )
    assert delivery is not None
    with pytest.raises(Refused):
        CONNECTOR.read(desk.settings, delivery, body)
