"""A carrier on paper that sells labels: files of a few bytes, once per key, with the faults of the paper store."""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Any

import msgspec

from parley.commerce.model import Address, Label, Parcel, Tracking
from parley.commerce.ports import BadSignatureError, Change, ConnectorManifest, Delivery, Link, Step
from parley.kit.failures import Refused, Retry
from tests.support.paper_store import Killed

PDF = b"%PDF-1.4\n1 0 obj <</Type /Catalog>> endobj\ntrailer <</Root 1 0 R>>\n%%EOF\n"


class PaperLabelSettings(msgspec.Struct):
    """There is nothing to set."""


class PaperLabels:
    """Keeps labels in memory; `faults` are used up one per label."""

    manifest = ConnectorManifest(
        slug="paper_labels",
        kind="carrier",
        title="Paper carrier",
        description="A carrier for tests.",
        settings=PaperLabelSettings,
        webhooks=False,
    )

    def __init__(self) -> None:
        self.labels: dict[str, Label] = {}
        self.asked: list[tuple[Address, Address, int]] = []
        self.faults: list[str] = []

    async def test(self, _link: Link, _settings: Any) -> AsyncIterator[Step]:
        """All is well."""
        yield Step("connect", True, "It is paper.")

    def verify(self, _s: Any, _headers: Mapping[str, str], _body: bytes, _now: datetime) -> Delivery | None:
        """Believes nobody."""
        raise BadSignatureError

    def read(self, _settings: Any, _delivery: Delivery, _body: bytes) -> list[Change]:
        """Posts nothing."""
        return []

    def answer(self, _s: Any, _headers: Mapping[str, str], _body: bytes) -> None:
        """Asks nothing."""

    def recognises(self, _settings: Any, _carrier: str, number: str) -> bool:
        """Its numbers begin with PC."""
        return number.startswith("PC")

    async def track(self, _link: Link, _settings: Any, carrier: str, number: str) -> Tracking:
        """Has seen nothing yet."""
        return Tracking(number=number, carrier=carrier, status="unknown")

    async def watch(self, _link: Link, _settings: Any, parcels: list[tuple[str, str]]) -> None:
        """Tells nothing by itself."""

    async def buy_label(
        self, _link: Link, _settings: Any, sender: Address, recipient: Address, parcel: Parcel, key: str
    ) -> Label:
        """Sells a label, once per key."""
        fault = self.faults.pop(0) if self.faults else "none"
        if fault == "killed before":
            raise Killed
        if fault == "before":
            raise Retry(None, "busy")
        if fault == "refuse":
            raise Refused("the carrier says no")
        if key in self.labels:
            raise AssertionError(f"{key} was bought twice")
        self.asked.append((sender, recipient, parcel.grams))
        number = f"PC{len(self.labels) + 1:08d}"
        label = Label(
            external_id=f"lbl-{number}",
            number=number,
            carrier="Paper",
            data=PDF,
            type="application/pdf",
            cost=450,
            currency="EUR",
        )
        self.labels[key] = label
        if fault == "killed after":
            raise Killed
        if fault == "after":
            raise Retry(None, "no answer came", uncertain=True)
        return label

    async def find_label(self, _link: Link, _settings: Any, key: str) -> Label | None:
        """Looks a key up."""
        return self.labels.get(key)

    async def void_label(self, _link: Link, _settings: Any, label_id: str, number: str) -> bool:
        """Gives a label back."""
        return True
