"""UPS: parcels in Parley's words, tokens, pushes, labels, and what goes wrong between."""

import asyncio
import json
from datetime import timedelta

import pytest

from parley.commerce.connectors.ups import CONNECTOR, is_ups_number
from parley.commerce.connectors.ups.labels import reference_of
from parley.commerce.connectors.ups.mapping import read_push, read_status
from parley.commerce.connectors.ups.settings import UpsSettings
from parley.commerce.connectors.ups.tests.conftest import ANA, KEY, SHOP, Desk
from parley.commerce.model import Address, Label, ShipmentStatus
from parley.commerce.ports import BadSignatureError, Delivery
from parley.kit.failures import Misconfigured, Refused, Retry
from tests.support.carrier_link import NOW
from tests.support.fakes.ups import CREDENTIAL, PICTURES, FakeUps, Parcel, activity, push

NUMBER = "1Z999AA10123456784"
HOUR = timedelta(hours=1)


def fill(fake: FakeUps) -> None:
    """A parcel that is out for delivery."""
    fake.parcels[NUMBER] = Parcel(
        NUMBER,
        [
            activity(NOW - HOUR, "I", "OT", "021", "Out For Delivery Today", "Ljubljana"),
            activity(NOW - 2 * HOUR, "U", "UD", "", "The delivery date has changed."),
            activity(NOW - 20 * HOUR, "I", "AR", "010", "Arrived at Facility ", "Villach"),
            activity(NOW - 30 * HOUR, "M", "MP", "003", "Shipper created a label"),
        ],
        current={"code": "021", "description": "Out For Delivery Today"},
        dates=[{"type": "SDD", "date": "20261121"}, {"type": "RDD", "date": "20261122"}],
        time={"type": "EDW", "startTime": "140000", "endTime": "180000"},
    )


async def test_a_parcel_is_told_in_our_words(desk: Desk) -> None:
    fill(desk.fake)
    found = await desk.track(" 1z 999-AA10123456784")
    assert (found.number, found.carrier, found.status) == (NUMBER, "UPS", "out_for_delivery")
    assert [event.status for event in found.events] == [
        "label_created",
        "in_transit",
        "unknown",
        "out_for_delivery",
    ]
    assert (found.events[-1].at, found.events[-1].place) == (NOW - HOUR, "Ljubljana, SI")
    # Rescheduled for 18 o'clock two hours east of Greenwich.
    assert found.estimated_at == NOW.replace(hour=16)
    assert found.delivered_at is None

    known = desk.fake.parcels[NUMBER]
    known.activities.insert(0, activity(NOW, "D", "FS", "011", "DELIVERED", "Ljubljana"))
    known.current = {"code": "011", "description": "Delivered"}
    found = await desk.track(NUMBER)
    assert (found.status, found.delivered_at) == ("delivered", NOW)


@pytest.mark.parametrize("number", ["1Z0000000000000000", "short", "1Z" + "9" * 60])
async def test_an_unknown_number_is_refused(desk: Desk, number: str) -> None:
    with pytest.raises(Refused):
        await desk.track(number)


@pytest.mark.parametrize(
    ("kind", "code", "text", "status"),
    [
        ("D", "011", "", "delivered"),
        ("D", "", "Delivered", "delivered"),
        ("D", "", "Loaded on Delivery Vehicle", "out_for_delivery"),
        ("I", "21", "", "out_for_delivery"),
        ("I", "", "Departed", "in_transit"),
        ("MV", "", "", "cancelled"),
        ("M", "", "", "label_created"),
        ("X", "023", "", "failed"),
        ("X", "", "Weather", "in_transit"),
        ("U", "011", "", "unknown"),
        ("?", "", "", "unknown"),
        ("", "017", "", "ready_for_pickup"),
    ],
)
def test_statuses(kind: str, code: str, text: str, status: ShipmentStatus) -> None:
    assert read_status(kind, code, text) == status


def test_numbers_are_recognised_by_their_check_digit() -> None:
    settings = UpsSettings(client_id="", client_secret="")
    assert is_ups_number("1Z12345E6605272234")
    assert not is_ups_number("1Z12345E6605272235")
    assert CONNECTOR.recognises(settings, "", "1z 999 aa1 0123 4567 84")
    assert CONNECTOR.recognises(settings, "UPS Standard", "92055")
    assert not CONNECTOR.recognises(settings, "Groups Ltd", "1ZAP10424037721866")
    assert not CONNECTOR.recognises(settings, "USPS", "9400100208303109500775")


async def test_a_token_is_fetched_once_and_anew_when_it_is_refused(desk: Desk) -> None:
    fill(desk.fake)
    await asyncio.gather(*(desk.track(NUMBER) for _ in range(4)))
    assert len(desk.fake.tokens) == 1
    assert desk.link.secrets == [("access_token", desk.fake.tokens[0])]
    desk.fake.expire()
    await asyncio.gather(*(desk.track(NUMBER) for _ in range(4)))
    assert len(desk.fake.tokens) == 2
    desk.link.fixed.advance(timedelta(hours=4))
    await desk.track(NUMBER)
    assert len(desk.fake.tokens) == 3


async def test_a_token_kept_in_the_settings_is_used_after_a_restart(desk: Desk) -> None:
    fill(desk.fake)
    desk.fake.tokens = ["kept"]
    desk.settings.access_token = "kept"
    await desk.track(NUMBER)
    assert desk.fake.tokens == ["kept"]


async def test_wrong_credentials_are_named(desk: Desk) -> None:
    desk.settings.client_secret = "wrong"
    with pytest.raises(Misconfigured) as failure:
        await desk.track(NUMBER)
    assert failure.value.field == "client_secret"
    steps = [step async for step in desk.connector.test(desk.link, desk.settings)]
    assert [step.ok for step in steps] == [False]
    desk.settings.client_secret = "secret"
    steps = [step async for step in desk.connector.test(desk.link, desk.settings)]
    assert [step.ok for step in steps] == [True, True]


async def test_faults_become_the_right_failures(desk: Desk) -> None:
    fill(desk.fake)
    await desk.track(NUMBER)
    desk.fake.faults.add("throttle", "details")
    with pytest.raises(Retry) as slow:
        await desk.track(NUMBER)
    assert slow.value.after == timedelta(minutes=2)
    for kind in ("down", "break_before", "silence_before"):
        desk.fake.faults.add(kind, "details")
        with pytest.raises(Retry) as failure:
            await desk.track(NUMBER)
        assert failure.value.after is None


async def test_watching_takes_a_hundred_at_a_time(desk: Desk) -> None:
    numbers = [f"1Z999AA1{number:010d}" for number in range(150)]
    desk.fake.parcels = {number: Parcel(number) for number in numbers}
    others = ["92055", "1ZNOBODYKNOWSTHIS1"]
    await desk.connector.watch(
        desk.link, desk.settings, [("UPS", one) for one in [*numbers, *others, *numbers]]
    )
    assert [len(one) for one in desk.fake.watched] == [100, 51]
    await desk.connector.watch(desk.link, desk.settings, [("UPS", one) for one in others])
    desk.settings.webhook_credential = ""
    with pytest.raises(Refused):
        await desk.connector.watch(desk.link, desk.settings, [("UPS", numbers[0])])


def test_a_push_is_believed_with_the_credential_only() -> None:
    settings = UpsSettings(client_id="", client_secret="", webhook_credential=CREDENTIAL)
    body = push(NUMBER, NOW, "D", "FS", "011", "Delivered")
    delivery = CONNECTOR.verify(settings, {"credential": CREDENTIAL}, body, NOW)
    assert delivery == CONNECTOR.verify(settings, {"credential": CREDENTIAL}, body, NOW + HOUR)
    assert delivery is not None
    for headers in ({}, {"credential": ""}, {"credential": CREDENTIAL + "x"}):
        with pytest.raises(BadSignatureError):
            CONNECTOR.verify(settings, headers, body, NOW)
    settings.webhook_credential = ""
    with pytest.raises(BadSignatureError):
        CONNECTOR.verify(settings, {"credential": ""}, body, NOW)
    (change,) = CONNECTOR.read(settings, delivery, body)
    told = change.snapshot
    assert (change.kind, change.external_id) == ("parcel", NUMBER)
    assert told is not None
    assert (told.status, told.delivered_at, told.events[0].place) == ("delivered", NOW, "Charlotte, NC, US")  # type: ignore[union-attr]


async def test_a_push_and_the_answer_tell_of_the_same_event(desk: Desk) -> None:
    fill(desk.fake)
    asked = (await desk.track(NUMBER)).events[-1]
    pushed = read_push(json.loads(push(NUMBER, NOW - HOUR, "I", "OT", "021", "Out for Delivery"))).events[0]
    assert (asked.at, asked.code, asked.status) == (pushed.at, pushed.code, pushed.status)


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b'{"trackingNumber":1}', b'{"trackingNumber":"1","activityStatus":{}}']
)
def test_a_push_that_makes_no_sense_is_refused(body: bytes) -> None:
    with pytest.raises(Refused):
        CONNECTOR.read(UpsSettings(client_id="", client_secret=""), Delivery(key="", topic=""), body)


@pytest.mark.parametrize(("form", "type"), [("GIF", "image/gif"), ("ZPL", "application/zpl")])
async def test_a_label_is_bought(desk: Desk, form: str, type: str) -> None:  # noqa: A002 - the field's name
    desk.settings.label_format = form  # type: ignore[assignment]
    label = await desk.buy()
    assert (label.data, label.type) == (PICTURES[form], type)
    # By contract, not by list.
    assert (label.cost, label.currency) == (735, "EUR")
    (bought,) = desk.fake.labels
    assert (bought.number, bought.service, bought.reference) == (label.number, "9", reference_of(KEY))


async def test_an_electronic_label_whose_picture_did_not_come_is_asked_for_again(desk: Desk) -> None:
    desk.settings.return_service = "electronic"
    desk.fake.without_picture = True
    label = await desk.buy()
    assert (label.data, label.type, label.cost) == (PICTURES["PDF"], "application/pdf", 735)
    assert desk.fake.labels[0].service == "8"


@pytest.mark.parametrize("kind", ["silence_after", "break_after"])
async def test_a_label_whose_answer_never_came_is_found_by_its_key(desk: Desk, kind: str) -> None:
    desk.fake.faults.add(kind, "ship")  # type: ignore[arg-type]
    with pytest.raises(Retry) as failure:
        await desk.buy()
    assert failure.value.uncertain
    found = await desk.find()
    assert isinstance(found, Label)
    assert (found.number, found.data, found.cost) == (desk.fake.labels[0].number, PICTURES["PDF"], 0)


async def test_nobody_says_that_there_is_certainly_no_label(desk: Desk) -> None:
    with pytest.raises(Refused):
        await desk.find()
    await desk.buy()
    await desk.buy()
    with pytest.raises(Refused, match="several"):
        await desk.find()


async def test_an_expired_token_buys_no_second_label(desk: Desk) -> None:
    await desk.buy()
    desk.fake.expire()
    await desk.buy("another")
    assert len(desk.fake.labels) == 2


async def test_labels_are_given_back_until_they_are_used(desk: Desk) -> None:
    first, second = await desk.buy(), await desk.buy("another")
    assert await desk.void(first.external_id)
    assert await desk.void(first.external_id)
    desk.fake.labels[1].used = True
    assert not await desk.void(second.external_id)


async def test_what_ups_refuses_is_said_in_its_words(desk: Desk) -> None:
    desk.settings.shipper_number = "ZZZZZZ"
    with pytest.raises(Refused, match="shipper number"):
        await desk.buy()
    desk.settings.shipper_number = ""
    with pytest.raises(Misconfigured) as failure:
        await desk.buy()
    assert failure.value.field == "shipper_number"


async def test_long_and_empty_addresses_fit(desk: Desk) -> None:
    long = Address(
        name="N" * 90, line1="L" * 90, city="C" * 90, region="A whole region", postcode="1" * 30, country="US"
    )
    for sender in (long, Address(country="SI"), ANA):
        await desk.buy(sender=sender, recipient=SHOP)
    request, _ = next(one for one in desk.fake.exchanges if one[0].path.endswith("/ship"))
    sent = json.loads(request.body)["ShipmentRequest"]["Shipment"]["ShipFrom"]
    assert len(sent["Name"]) == 35
    assert "StateProvinceCode" not in sent["Address"]


def test_references_are_short_and_differ() -> None:
    found = {reference_of(f"{KEY}{number}") for number in range(100)}
    assert len(found) == 100
    assert all(len(one) <= 35 and one.isalnum() for one in found)
