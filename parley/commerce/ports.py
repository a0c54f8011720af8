"""What a connector is: a manifest, settings that become a form, and what it can ask of a store, carrier or bank.

Connectors see only this module, `model`, `intents` and the kit. They raise Retry (`uncertain=True`: it may have been
carried out), Refused and Misconfigured (kit.failures) from everything that reaches out.
"""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Any, Literal, Protocol, runtime_checkable
from uuid import UUID

import msgspec

from parley.commerce.intents import AnyIntent
from parley.commerce.model import (
    Address,
    AnySnapshot,
    Kind,
    Label,
    Parcel,
    StoreInfo,
    StoreOrder,
    StoreSubscription,
    Tracking,
)
from parley.kit.clock import Clock
from parley.kit.outbound import OutboundClient


class ConnectorManifest(msgspec.Struct, frozen=True, kw_only=True):
    """Who the connector is. `acts` are those it can carry out; `kinds` what it can mirror."""

    slug: str
    kind: Literal["store", "carrier", "payments"]
    title: str
    description: str
    settings: type[msgspec.Struct]
    acts: frozenset[str] = frozenset()
    kinds: tuple[Kind, ...] = ()
    oauth: bool = False
    webhooks: bool = True
    many: bool = False
    """Speaks for several carriers; where one of them is connected itself, that one is asked."""


class Link(Protocol):
    """What a connector may ask of Parley: where it stands, the clock, HTTP, and a place to keep its position."""

    connection_id: UUID
    clock: Clock
    http: OutboundClient
    hook_url: str
    """Where the other side shall post its webhooks: `<origin>/hooks/<connection id>`."""

    async def load_position(self) -> dict[str, Any]:
        """Gives what was saved last."""

    async def save_position(self, position: dict[str, Any]) -> None:
        """Keeps what the connector wants to remember, such as ids of its webhook subscriptions."""

    async def save_secret(self, name: str, value: str) -> None:
        """Keeps a renewed secret, such as an access token."""


class Step(msgspec.Struct, frozen=True):
    """One step of a connection test, in words a shop owner understands."""

    name: str
    ok: bool
    detail: str


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """A webhook that proved genuine: `key` is the same when it is repeated."""

    key: str
    topic: str
    at: datetime | None = None


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What a webhook says has changed. With `snapshot` it can be applied; without, it is fetched.

    `refund_failed` is a bank's word that a refund it had taken on (`external_id`) moved no money after all, and why
    (`note`).
    """

    kind: Kind | Literal["parcel", "uninstalled", "refund_failed"]
    external_id: str
    deleted: bool = False
    snapshot: AnySnapshot | Tracking | None = None
    note: str = ""


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """Some of what a store holds, and where to go on (`None`: that was all). `total` if the store says."""

    items: list[AnySnapshot]
    position: dict[str, Any] | None
    total: int | None = None
    read_at: datetime | None = None
    """When the store began to write this down, where that is earlier than the reading (a bulk export)."""


class VendorStep(msgspec.Struct, frozen=True, kw_only=True):
    """One call that has an effect at the vendor.

    `again` says that repeating it is harmless by itself. `undo` takes it back when a later step is refused. A name
    that begins with `payments.` or `carrier.` is carried out by the workspace's connection of that kind.
    """

    name: str
    args: dict[str, Any]
    again: bool = False
    undo: "VendorStep | None" = None


class Effect(msgspec.Struct, frozen=True, kw_only=True):
    """What a step brought about: the vendor's id for it, the money it moved (minor units), plain details."""

    external_id: str = ""
    amount: int = 0
    currency: str = ""
    details: dict[str, Any] = {}
    pending: bool = False
    """The vendor has taken it but not finished it (an asynchronous job): look again with `find_effect`."""


class Quote(msgspec.Struct, frozen=True, kw_only=True):
    """What the store says an intent would cost: `amount` moves to the customer (negative: he pays)."""

    amount: int
    currency: str
    details: dict[str, Any] = {}
    warnings: list[str] = []


class Hooked(Protocol):
    """Every connector that takes webhooks."""

    manifest: ConnectorManifest

    def verify(
        self, settings: Any, headers: Mapping[str, str], body: bytes, now: datetime
    ) -> Delivery | None:
        """Gives the delivery of a genuine webhook, None for a harmless ping; raises BadSignatureError. Pure."""

    def read(self, settings: Any, delivery: Delivery, body: bytes) -> list[Change]:
        """Reads what has changed; raises Refused when the body cannot be understood. Pure."""

    def answer(self, settings: Any, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes] | None:
        """Gives an answer of its own where the vendor wants one (a challenge), else None. Pure."""


class Connector(Hooked, Protocol):
    """What stores, carriers and banks have in common."""

    def test(self, link: Link, settings: Any) -> AsyncIterator[Step]:
        """Tries the connection step by step, without changing anything."""


class StoreConnector(Connector, Protocol):
    """A store."""

    async def describe(self, link: Link, settings: Any) -> StoreInfo:
        """Gives the store's name, currency and zone."""

    async def subscribe(self, link: Link, settings: Any) -> list[str]:
        """Makes sure that the store posts its webhooks to `link.hook_url`; safe to repeat. Gives the topics."""

    async def unsubscribe(self, link: Link, settings: Any) -> None:
        """Ends the webhooks; safe to repeat."""

    def pages(
        self,
        link: Link,
        settings: Any,
        kind: Kind,
        *,
        position: dict[str, Any] | None,
        since: datetime | None,
    ) -> AsyncIterator[Page]:
        """Reads everything of a kind (changed at or after `since`), oldest change first, from a saved position."""

    async def fetch(self, link: Link, settings: Any, kind: Kind, external_id: str) -> AnySnapshot | None:
        """Gives something as it is now; None when it is gone."""

    async def quote(
        self, link: Link, settings: Any, intent: AnyIntent, target: StoreOrder | StoreSubscription | None
    ) -> Quote | None:
        """Asks the store what an intent would cost; None when Parley's own reckoning is as good."""

    def steps(
        self, settings: Any, intent: AnyIntent, target: StoreOrder | StoreSubscription | None
    ) -> list[VendorStep]:
        """Parts an intent into vendor calls, in order; raises Refused when the store cannot do it. Pure."""

    async def perform(self, link: Link, settings: Any, step: VendorStep, key: str) -> Effect:
        """Carries a step out under an idempotency key (handed to the vendor where it takes keys or notes)."""

    async def find_effect(self, link: Link, settings: Any, step: VendorStep, key: str) -> Effect | None:
        """Looks whether the step with this key has been carried out; None: certainly not.

        Raises Refused when the vendor gives no way to know; the step is then shown to a person as unknown.
        """


@runtime_checkable
class InstallsByOAuth(Protocol):
    """What a store may offer besides: a person agrees there, and the token comes to us (`manifest.oauth`)."""

    def build_install_url(self, settings: Any, redirect_url: str, state: str) -> str:
        """Gives the address at which a person lets us in; raises Misconfigured when a setting for it is missing."""

    def verify_install(self, settings: Any, query: Mapping[str, str], state: str) -> str:
        """Gives the code that came back; raises Refused when it is not genuine, or not this store's. Pure."""

    async def exchange_code(self, link: Link, settings: Any, code: str) -> None:
        """Turns the code into a token and keeps it by `link.save_secret`."""

    def is_same_store(self, settings: Any, other: Any) -> bool:
        """Says whether two settings are about one store. Pure."""


class PaymentsConnector(Connector, Protocol):
    """A bank or payment provider that can give money back where the store cannot."""

    async def refund(
        self, link: Link, settings: Any, reference: str, amount: int, currency: str, key: str
    ) -> Effect:
        """Gives back so much of a payment, once per key."""

    async def find_refund(self, link: Link, settings: Any, reference: str, key: str) -> Effect | None:
        """Looks for the refund with this key."""


class CarrierConnector(Connector, Protocol):
    """A carrier or an aggregator of carriers."""

    def recognises(self, settings: Any, carrier: str, number: str) -> bool:
        """Says whether a parcel is probably this carrier's. Pure."""

    async def track(self, link: Link, settings: Any, carrier: str, number: str) -> Tracking:
        """Gives where a parcel is."""

    async def watch(self, link: Link, settings: Any, parcels: list[tuple[str, str]]) -> None:
        """Asks to be told about parcels (carrier, number); safe to repeat, and nothing where one can only ask."""

    async def buy_label(
        self, link: Link, settings: Any, sender: Address, recipient: Address, parcel: Parcel, key: str
    ) -> Label:
        """Buys a return label, once per key where the carrier has keys."""

    async def find_label(self, link: Link, settings: Any, key: str) -> Label | None:
        """Looks for the label bought under this key; raises Refused when the carrier cannot tell."""

    async def void_label(self, link: Link, settings: Any, label_id: str, number: str) -> bool:
        """Gives a label back; False when it was too late. Safe to repeat."""


class BadSignatureError(Exception):
    """A webhook does not come from where it says."""
