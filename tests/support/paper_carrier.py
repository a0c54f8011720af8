"""A carrier on paper: it tells of parcels what a test has written down, and pushes when asked to watch."""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Any

import msgspec

from parley.commerce.model import Address, Label, Parcel, Tracking
from parley.commerce.ports import BadSignatureError, Change, ConnectorManifest, Delivery, Link, Step
from parley.kit.failures import Failure, Refused


class PaperCarrierSettings(msgspec.Struct, kw_only=True):
    """Numbers of this carrier begin with `prefix`."""

    prefix: str = ""


class PaperCarrier:
    """Keeps what it was asked. `answers` by number are what it tells or raises, `always` what it raises in any case."""

    def __init__(self, slug: str = "paper_carrier", *, many: bool = False) -> None:
        self.manifest = ConnectorManifest(
            slug=slug,
            kind="carrier",
            title="Paper carrier",
            description="A carrier for tests.",
            settings=PaperCarrierSettings,
            many=many,
        )
        self.answers: dict[str, Tracking | Exception] = {}
        self.always: Failure | None = None
        self.asked: list[str] = []
        self.watched: list[list[str]] = []

    async def test(self, _link: Link, _settings: Any) -> AsyncIterator[Step]:
        """All is well."""
        yield Step("connect", True, "It is paper.")

    def verify(self, _s: Any, headers: Mapping[str, str], _body: bytes, _now: datetime) -> Delivery | None:
        """Believes whoever says that he is genuine."""
        if headers.get("x-paper") != "genuine":
            raise BadSignatureError
        return Delivery(key=headers["x-key"], topic="parcel")

    def read(self, _settings: Any, _delivery: Delivery, body: bytes) -> list[Change]:
        """The body is where a parcel is."""
        told = msgspec.json.decode(body, type=Tracking)
        return [Change(kind="parcel", external_id=told.number, snapshot=told)]

    def answer(self, _s: Any, _headers: Mapping[str, str], _body: bytes) -> None:
        """Asks for no answer of its own."""

    def recognises(self, settings: PaperCarrierSettings, _carrier: str, number: str) -> bool:
        """Knows its own by their prefix."""
        return number.startswith(settings.prefix)

    async def track(self, _link: Link, _settings: Any, _carrier: str, number: str) -> Tracking:
        """Tells what was written down."""
        self.asked.append(number)
        if self.always is not None:
            raise self.always
        found = self.answers.get(number)
        if found is None:
            raise Refused("there is no such parcel")
        if isinstance(found, Exception):
            raise found
        return found

    async def watch(self, _link: Link, _settings: Any, parcels: list[tuple[str, str]]) -> None:
        """Notes what it shall tell of."""
        self.watched.append([number for _, number in parcels])

    async def buy_label(
        self, _link: Link, _settings: Any, _sender: Address, _recipient: Address, _parcel: Parcel, _key: str
    ) -> Label:
        """Sells none."""
        raise Refused("there are no labels")

    async def find_label(self, _link: Link, _settings: Any, _key: str) -> Label | None:
        """Has sold none."""
        return None

    async def void_label(self, _link: Link, _settings: Any, _label_id: str, _number: str) -> bool:
        """Takes none back."""
        return False
