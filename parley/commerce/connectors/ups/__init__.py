"""UPS: tracking, Track Alert pushes and return labels, over its REST interface with OAuth client credentials."""

import hashlib
import re
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from urllib.parse import quote

import msgspec

from parley.commerce.connectors.ups.client import UpsClient, UpsRefused
from parley.commerce.connectors.ups.labels import (
    build_recovery,
    build_shipment,
    read_recovery,
    read_shipment,
)
from parley.commerce.connectors.ups.mapping import read_push, read_tracking
from parley.commerce.connectors.ups.settings import UpsSettings
from parley.commerce.model import Address, Label, Parcel, Tracking
from parley.commerce.ports import BadSignatureError, Change, ConnectorManifest, Delivery, Link, Step
from parley.kit.failures import Failure, Refused
from parley.kit.signatures import is_same_token

AT_ONCE = 100
WATCHABLE = re.compile(r"1Z[0-9A-Z]{16}|1R[0-9A-Z]{14}|1R[0-9A-Z]{26}")
NUMBER = re.compile(r"1Z[0-9A-Z]{15}[0-9]")
NAME = re.compile(r"\bups\b", re.IGNORECASE)
# UPS's own example; whatever it answers to it, it has let us ask.
EXAMPLE = "1Z12345E0205271688"


class UpsConnector:
    """The plug-in."""

    manifest = ConnectorManifest(
        slug="ups",
        kind="carrier",
        title="UPS",
        description="Follows UPS parcels and buys return labels.",
        settings=UpsSettings,
    )

    def __init__(self) -> None:
        self._client = UpsClient()

    async def test(self, link: Link, settings: UpsSettings) -> AsyncIterator[Step]:
        """Signs in, then asks after a parcel that is nobody's."""
        try:
            await self._client.renew(link, settings, refused="")
        except Failure as failure:
            yield Step("connect", False, failure.reason)
            return
        yield Step("connect", True, "UPS accepts the Client ID and Secret.")
        try:
            await self.track(link, settings, "UPS", EXAMPLE)
        except Refused:
            pass
        except Failure as failure:
            yield Step("tracking", False, failure.reason)
            return
        yield Step("tracking", True, "Parcels can be followed.")

    def recognises(self, _settings: UpsSettings, carrier: str, number: str) -> bool:
        """Parcels that the store calls UPS's, and 1Z numbers whose last digit is right."""
        return bool(NAME.search(carrier)) or is_ups_number(clean(number))

    async def track(self, link: Link, settings: UpsSettings, _carrier: str, number: str) -> Tracking:
        """Gives where a parcel is; raises Refused for a number that UPS does not know (it forgets after 120 days)."""
        wanted = clean(number)
        if not 7 <= len(wanted) <= 34:
            raise Refused("a UPS number has 7 to 34 letters and digits")
        answer = await self._client.call(
            link, settings, "GET", f"/track/v1/details/{quote(wanted, safe='')}", params={"locale": "en_US"}
        )
        return read_tracking(answer, wanted)

    async def watch(self, link: Link, settings: UpsSettings, parcels: list[tuple[str, str]]) -> None:
        """Subscribes to Track Alert, a hundred numbers a call, for 14 days; safe to repeat.

        Raises Refused where no credential was agreed on, for then nothing would be believed.
        """
        if not settings.webhook_credential:
            raise Refused("Track Alert is not set up")
        numbers = [one for one in dict.fromkeys(clean(n) for _, n in parcels) if WATCHABLE.fullmatch(one)]
        for start in range(0, len(numbers), AT_ONCE):
            try:
                await self._client.call(
                    link,
                    settings,
                    "POST",
                    "/track/v2/subscription/standard/package",
                    json={"locale": "en_US", "trackingNumberList": numbers[start : start + AT_ONCE]},
                )
            except UpsRefused as failure:
                # None of them is a number that UPS knows: nothing to be told of, and no trouble.
                if failure.code != "VSS210":
                    raise

    def verify(
        self, settings: UpsSettings, headers: Mapping[str, str], body: bytes, _now: datetime
    ) -> Delivery | None:
        """Header `credential`, as entered at UPS; raises BadSignatureError. UPS gives no id: the body is its own key."""
        if not is_same_token(settings.webhook_credential, headers.get("credential")):
            raise BadSignatureError
        return Delivery(key=hashlib.sha256(body).hexdigest(), topic="track_alert")

    def read(self, _settings: UpsSettings, _delivery: Delivery, body: bytes) -> list[Change]:
        """Reads what happened to a parcel; raises Refused when the body cannot be understood."""
        try:
            told = msgspec.json.decode(body)
        except msgspec.DecodeError as failure:
            raise Refused("the event is not JSON") from failure
        tracking = read_push(told)
        return [Change(kind="parcel", external_id=tracking.number, snapshot=tracking)]

    def answer(
        self, _settings: UpsSettings, _headers: Mapping[str, str], _body: bytes
    ) -> tuple[int, bytes] | None:
        """UPS wants no answer of its own."""
        return None

    async def buy_label(
        self,
        link: Link,
        settings: UpsSettings,
        sender: Address,
        recipient: Address,
        parcel: Parcel,
        key: str,
    ) -> Label:
        """Buys a return label; the key goes along as reference number, but UPS does not hold to it by itself."""
        body = build_shipment(settings, sender, recipient, parcel, key)
        answer = await self._client.call(link, settings, "POST", "/shipments/v2409/ship", json=body)
        label, complete = read_shipment(answer)
        if complete:
            return label
        again = read_recovery(await self._recover(link, settings, number=label.number))
        return msgspec.structs.replace(label, data=again.data, type=again.type, url=label.url or again.url)

    async def find_label(self, link: Link, settings: UpsSettings, key: str) -> Label | None:
        """Looks for the label by our reference number (Label Recovery); its cost is not told there.

        Raises Refused when UPS shows none: it publishes no code that would mean "there certainly is none".
        """
        try:
            return read_recovery(await self._recover(link, settings, key=key))
        except UpsRefused as failure:
            raise Refused(f"UPS shows no label under our reference: {failure.reason}") from failure

    async def _recover(
        self, link: Link, settings: UpsSettings, *, number: str | None = None, key: str | None = None
    ) -> object:
        body = build_recovery(settings, number=number, key=key)
        found: object = await self._client.call(link, settings, "POST", "/labels/v1/recovery", json=body)
        return found

    async def void_label(self, link: Link, settings: UpsSettings, label_id: str, _number: str) -> bool:
        """Gives a label back; False when UPS does not take it any more. One given back already stays so."""
        path = f"/shipments/v2409/void/cancel/{quote(clean(label_id), safe='')}"
        try:
            answer = await self._client.call(link, settings, "DELETE", path)
        except UpsRefused as failure:
            return "already" in failure.reason and "void" in failure.reason.lower()
        try:
            return str(answer["VoidShipmentResponse"]["SummaryResult"]["Status"]["Code"]) == "1"
        except (KeyError, TypeError) as failure:
            raise Refused("UPS's answer cannot be read") from failure


def clean(number: str) -> str:
    """Gives a number in capitals without what people put between."""
    return "".join(letter for letter in number.upper() if letter.isalnum())


def is_ups_number(number: str) -> bool:
    """Says whether a 1Z number has the right check digit (letters count as digits: A is 2, B is 3 …)."""
    if not NUMBER.fullmatch(number):
        return False
    digits = [int(one) if one.isdigit() else (ord(one) - 63) % 10 for one in number[2:17]]
    total = sum(digits[0::2]) + 2 * sum(digits[1::2])
    return (10 - total % 10) % 10 == int(number[17])


CONNECTOR = UpsConnector()
