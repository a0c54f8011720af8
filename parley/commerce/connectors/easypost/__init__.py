"""EasyPost: trackers of many carriers, return labels at the lowest rate, signed webhooks."""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

import msgspec

from parley.commerce.connectors.easypost.client import EasyPostRefused, call
from parley.commerce.connectors.easypost.mapping import (
    build_shipment,
    choose_rate,
    is_bought,
    label_url,
    read_label,
    read_tracker,
    reference_of,
)
from parley.commerce.connectors.easypost.settings import EasyPostSettings
from parley.commerce.model import Address, Label, Parcel, Tracking
from parley.commerce.ports import BadSignatureError, Change, ConnectorManifest, Delivery, Link, Step
from parley.kit.failures import Failure, Refused
from parley.kit.ids import make_token
from parley.kit.signatures import is_easypost

# Somebody bought it already: with the same key that was we.
BOUGHT_ALREADY = "SHIPMENT.POSTAGE.EXISTS"
GIVEN_BACK = ("submitted", "refunded")


class EasyPostConnector:
    """The plug-in."""

    manifest = ConnectorManifest(
        slug="easypost",
        kind="carrier",
        title="EasyPost",
        description="Follows parcels of many carriers and buys return labels at the lowest rate.",
        settings=EasyPostSettings,
        many=True,
    )

    async def test(self, link: Link, settings: EasyPostSettings) -> AsyncIterator[Step]:
        """Asks for a few trackers."""
        try:
            await call(link, settings, "GET", "trackers", params={"page_size": "5"})
        except Failure as failure:
            yield Step("connect", False, failure.reason)
            return
        yield Step("connect", True, "EasyPost accepts the API key.")

    def recognises(self, settings: EasyPostSettings, _carrier: str, number: str) -> bool:
        """EasyPost finds the carrier by itself, so every number may be one of its."""
        return settings.follow and 6 <= len(clean(number)) <= 40

    async def track(self, link: Link, settings: EasyPostSettings, _carrier: str, number: str) -> Tracking:
        """Gives where a parcel is; one that EasyPost does not follow yet, it follows from now on."""
        wanted = clean(number)
        found = await call(link, settings, "POST", "trackers/batch", json={"tracking_codes": [wanted]})
        trackers = found.get("trackers") if isinstance(found, dict) else None
        if trackers:
            return read_tracker(max(trackers, key=lambda one: str(one.get("created_at", ""))))
        return read_tracker(await _follow(link, settings, wanted))

    async def watch(self, link: Link, settings: EasyPostSettings, parcels: list[tuple[str, str]]) -> None:
        """Has EasyPost follow parcels and tell of them; a number that is followed already stays one tracker."""
        await self._ensure_webhook(link, settings)
        for number in dict.fromkeys(clean(number) for _, number in parcels):
            try:
                await _follow(link, settings, number)
            except EasyPostRefused:
                # A number without a carrier is told of when it is asked after.
                continue

    async def _ensure_webhook(self, link: Link, settings: EasyPostSettings) -> None:
        """Subscribes `link.hook_url` once, with a secret of ours."""
        position = await link.load_position()
        if position.get("webhook_url") == link.hook_url and settings.webhook_secret:
            return
        secret = settings.webhook_secret or make_token("hook", 24)
        if not settings.webhook_secret:
            # Before EasyPost signs with it: what it posts at once must be believed.
            await link.save_secret("webhook_secret", secret)
        old = position.get("webhook_id")
        made = await call(
            link,
            settings,
            "POST",
            "webhooks",
            json={"webhook": {"url": link.hook_url, "webhook_secret": secret}},
        )
        await link.save_position({"webhook_url": link.hook_url, "webhook_id": made.get("id")})
        if old:
            try:
                await call(link, settings, "DELETE", f"webhooks/{quote(str(old), safe='')}")
            except EasyPostRefused:
                # It is gone already.
                return

    def verify(
        self, settings: EasyPostSettings, headers: Mapping[str, str], body: bytes, _now: datetime
    ) -> Delivery | None:
        """Header `x-hmac-signature`; raises BadSignatureError. The event's id is the same when it is repeated."""
        if not is_easypost(settings.webhook_secret, body, headers.get("x-hmac-signature", "")):
            raise BadSignatureError
        try:
            event = msgspec.json.decode(body)
            return Delivery(key=str(event["id"]), topic=str(event["description"]))
        except (msgspec.DecodeError, KeyError, TypeError):
            return None

    def read(self, _settings: EasyPostSettings, delivery: Delivery, body: bytes) -> list[Change]:
        """Reads a tracker that changed; other events tell nothing. Raises Refused when it is malformed."""
        if not delivery.topic.startswith("tracker."):
            return []
        try:
            result: Any = msgspec.json.decode(body)["result"]
        except (msgspec.DecodeError, KeyError, TypeError) as failure:
            raise Refused("the event is malformed") from failure
        tracking = read_tracker(result)
        return [Change(kind="parcel", external_id=tracking.number, snapshot=tracking)]

    def answer(
        self, _settings: EasyPostSettings, _headers: Mapping[str, str], _body: bytes
    ) -> tuple[int, bytes] | None:
        """EasyPost wants no answer of its own."""
        return None

    async def buy_label(
        self,
        link: Link,
        settings: EasyPostSettings,
        sender: Address,
        recipient: Address,
        parcel: Parcel,
        key: str,
    ) -> Label:
        """Buys a return label at the lowest rate, once per key.

        The shipment bears the key as its reference and can be bought only once, so whoever comes again finds it.
        """
        shipment = await _find_shipment(link, settings, key)
        if shipment is None:
            body = build_shipment(settings, sender, recipient, parcel, key)
            shipment = await call(link, settings, "POST", "shipments", json=body)
        if not is_bought(shipment):
            shipment = await _buy(link, settings, shipment)
        return await _fetch_label(link, shipment)

    async def find_label(self, link: Link, settings: EasyPostSettings, key: str) -> Label | None:
        """Looks for the label bought under this key, by the reference of its shipment."""
        shipment = await _find_shipment(link, settings, key)
        if shipment is None or not is_bought(shipment):
            return None
        return await _fetch_label(link, shipment)

    async def void_label(self, link: Link, settings: EasyPostSettings, label_id: str, _number: str) -> bool:
        """Asks for the money of a label back; False when EasyPost does not give it."""
        path = f"shipments/{quote(label_id, safe='')}"
        try:
            shipment = await call(link, settings, "POST", f"{path}/refund", json={})
        except EasyPostRefused as failure:
            if failure.status == 404:
                return False
            shipment = await call(link, settings, "GET", path)
        return shipment.get("refund_status") in GIVEN_BACK


async def _follow(link: Link, settings: EasyPostSettings, number: str) -> Any:
    return await call(link, settings, "POST", "trackers", json={"tracker": {"tracking_code": number}})


async def _find_shipment(link: Link, settings: EasyPostSettings, key: str) -> Any:
    try:
        return await call(link, settings, "GET", f"shipments/{reference_of(key)}")
    except EasyPostRefused as failure:
        if failure.status == 404:
            return None
        raise


async def _buy(link: Link, settings: EasyPostSettings, shipment: Any) -> Any:
    path = f"shipments/{quote(str(shipment['id']), safe='')}"
    rate = {"rate": {"id": choose_rate(settings, shipment)}}
    try:
        return await call(link, settings, "POST", f"{path}/buy", json=rate)
    except EasyPostRefused as failure:
        if failure.code != BOUGHT_ALREADY:
            raise
        return await call(link, settings, "GET", path)


async def _fetch_label(link: Link, shipment: Any) -> Label:
    """Gives the label with its file, which lies elsewhere and is fetched without the key."""
    url = label_url(shipment)
    if not url:
        raise Refused("EasyPost gives no file for this label")
    file = await link.http.request("GET", url)
    return read_label(shipment, file.body)


def clean(number: str) -> str:
    """Gives a number without what people put between."""
    return "".join(letter for letter in number.upper() if letter.isalnum())


CONNECTOR = EasyPostConnector()
