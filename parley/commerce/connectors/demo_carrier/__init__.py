"""The demo store's own carrier, reached over HTTP like any other carrier."""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import quote

import msgspec
from msgspec import Meta

from parley.commerce.model import Address, Label, Parcel, Tracking
from parley.commerce.ports import BadSignatureError, Change, ConnectorManifest, Delivery, Link, Step
from parley.kit.failures import Refused

PREFIX = "1ZAP"


class DemoCarrierSettings(msgspec.Struct, kw_only=True):
    """How the demo carrier is reached."""

    url: Annotated[str, Meta(title="Address", description="Where the demo store's interface is.")]
    token: Annotated[str, Meta(title="Token", description="Opens the interface.", extra={"secret": True})]


class DemoCarrier:
    """The plug-in."""

    manifest = ConnectorManifest(
        slug="demo_carrier",
        kind="carrier",
        title="Demo carrier",
        description="Carries the parcels of the demo store.",
        settings=DemoCarrierSettings,
        webhooks=False,
    )

    async def test(self, link: Link, settings: DemoCarrierSettings) -> AsyncIterator[Step]:
        """Asks whose carrier it is."""
        answer = await link.http.request("GET", _at(settings, "store"), headers=_headers(settings))
        yield Step("connect", True, f"This is the carrier of {answer.json()['name']}.")

    def verify(
        self, _settings: DemoCarrierSettings, _headers: Mapping[str, str], _body: bytes, _now: datetime
    ) -> Delivery | None:
        """It posts nothing, so nothing is genuine."""
        raise BadSignatureError

    def read(self, _settings: DemoCarrierSettings, _delivery: Delivery, _body: bytes) -> list[Change]:
        """It posts nothing."""
        return []

    def answer(
        self, _settings: DemoCarrierSettings, _headers: Mapping[str, str], _body: bytes
    ) -> tuple[int, bytes] | None:
        """It asks nothing."""
        return None

    def recognises(self, _settings: DemoCarrierSettings, _carrier: str, number: str) -> bool:
        """Its numbers begin with 1ZAP."""
        return number.strip().upper().startswith(PREFIX)

    async def track(self, link: Link, settings: DemoCarrierSettings, _carrier: str, number: str) -> Tracking:
        """Gives where a parcel is; raises Refused for a number it does not know."""
        found = await _find(link, settings, f"parcels/{quote(number.strip(), safe='')}")
        if found is None:
            raise Refused("the carrier does not know this number")
        return msgspec.convert(found, Tracking)

    async def watch(
        self, _link: Link, _settings: DemoCarrierSettings, _parcels: list[tuple[str, str]]
    ) -> None:
        """One can only ask."""

    async def buy_label(
        self,
        link: Link,
        settings: DemoCarrierSettings,
        sender: Address,
        recipient: Address,
        parcel: Parcel,
        key: str,
    ) -> Label:
        """Buys a return label; under the same key it is the same one."""
        answer = await link.http.request(
            "POST",
            _at(settings, "labels"),
            headers=_headers(settings),
            json=msgspec.to_builtins(
                {"key": key, "sender": sender, "recipient": recipient, "grams": parcel.grams}
            ),
        )
        return msgspec.convert(answer.json(), Label)

    async def find_label(self, link: Link, settings: DemoCarrierSettings, key: str) -> Label | None:
        """Looks for the label bought under this key."""
        found = await _find(link, settings, f"labels/{quote(key, safe='')}")
        return msgspec.convert(found, Label) if found is not None else None

    async def void_label(
        self, link: Link, settings: DemoCarrierSettings, label_id: str, _number: str
    ) -> bool:
        """Gives a label back; False once the parcel is on its way."""
        answer = await link.http.request(
            "POST", _at(settings, f"labels/{quote(label_id, safe='')}/void"), headers=_headers(settings)
        )
        return bool(answer.json()["voided"])


def _at(settings: DemoCarrierSettings, path: str) -> str:
    return f"{settings.url.rstrip('/')}/{path}"


def _headers(settings: DemoCarrierSettings) -> dict[str, str]:
    return {"authorization": f"Bearer {settings.token}"}


async def _find(link: Link, settings: DemoCarrierSettings, path: str) -> Any:
    answer = await link.http.request("GET", _at(settings, path), headers=_headers(settings), accept=(404,))
    return None if answer.status == 404 else answer.json()


CONNECTOR = DemoCarrier()
