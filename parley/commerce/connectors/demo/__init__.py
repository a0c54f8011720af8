"""The built-in demo store, reached over HTTP like any other store."""

import hashlib
import hmac
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from parley.commerce.intents import (
    ORDER_ACTS,
    STORE_ACTS,
    SUBSCRIPTION_ACTS,
    AnyIntent,
    act_of,
)
from parley.commerce.model import (
    AnySnapshot,
    Kind,
    StoreCustomer,
    StoreInfo,
    StoreOrder,
    StoreProduct,
    StoreSubscription,
)
from parley.commerce.ports import (
    BadSignatureError,
    Change,
    ConnectorManifest,
    Delivery,
    Effect,
    Link,
    Page,
    Quote,
    Step,
    VendorStep,
)
from parley.kit.failures import Refused
from parley.kit.ids import is_same_secret

TYPES: dict[str, type[AnySnapshot]] = {
    "order": StoreOrder, "product": StoreProduct, "customer": StoreCustomer, "subscription": StoreSubscription,
}  # fmt: skip
# Every step is kept by the store under its key, so asking again brings nothing about a second time.
ACTS = frozenset({*ORDER_ACTS, *STORE_ACTS, *SUBSCRIPTION_ACTS} - {"label"})


class DemoSettings(msgspec.Struct, kw_only=True):
    """How the demo store is reached."""

    url: Annotated[str, Meta(title="Address", description="Where the store's interface is.")]
    token: Annotated[str, Meta(title="Token", description="Opens the interface.", extra={"secret": True})]
    secret: Annotated[
        str, Meta(title="Signing secret", description="Signs the store's webhooks.", extra={"secret": True})
    ]


class DemoConnector:
    """The plug-in."""

    manifest = ConnectorManifest(
        slug="demo",
        kind="store",
        title="Demo store",
        description="The shop that comes with Parley for looking around.",
        settings=DemoSettings,
        acts=ACTS,
        kinds=("product", "customer", "order", "subscription"),
    )

    async def describe(self, link: Link, settings: DemoSettings) -> StoreInfo:
        """Gives the store's name, currency and zone."""
        return msgspec.convert(await _get(link, settings, "store"), StoreInfo)

    async def test(self, link: Link, settings: DemoSettings) -> AsyncIterator[Step]:
        """Asks the store who it is."""
        info = await self.describe(link, settings)
        yield Step("connect", True, f"This is {info.name}.")

    async def subscribe(self, _link: Link, _settings: DemoSettings) -> list[str]:
        """The store posts its webhooks by itself."""
        return ["order.changed", "subscription.changed"]

    async def unsubscribe(self, _link: Link, _settings: DemoSettings) -> None:
        """There is nothing to end."""

    def verify(
        self, settings: DemoSettings, headers: Mapping[str, str], body: bytes, _now: datetime
    ) -> Delivery | None:
        """Header `x-demo-signature`: `sha256=` and the HMAC-SHA256 of the body in hex."""
        expected = "sha256=" + hmac.new(settings.secret.encode(), body, hashlib.sha256).hexdigest()
        if not is_same_secret(expected, headers.get("x-demo-signature", "")):
            raise BadSignatureError
        return Delivery(key=headers.get("x-demo-delivery", ""), topic=headers.get("x-demo-topic", ""))

    def read(self, _settings: DemoSettings, _delivery: Delivery, body: bytes) -> list[Change]:
        """Reads which thing has changed, with its copy."""
        try:
            told = msgspec.json.decode(body)
            kind: Kind = told["kind"]
            copy = msgspec.convert(told["snapshot"], TYPES[kind]) if told["snapshot"] else None
            return [Change(kind=kind, external_id=told["external_id"], snapshot=copy, deleted=copy is None)]
        except (msgspec.MsgspecError, KeyError, TypeError) as failure:
            raise Refused("the webhook is malformed") from failure

    def answer(
        self, _settings: DemoSettings, _headers: Mapping[str, str], _body: bytes
    ) -> tuple[int, bytes] | None:
        """The store wants no answer of its own."""
        return None

    async def pages(
        self,
        link: Link,
        settings: DemoSettings,
        kind: Kind,
        *,
        position: dict[str, Any] | None,
        since: datetime | None,
    ) -> AsyncIterator[Page]:
        """Reads everything of a kind, fifty at a time."""
        after = (position or {}).get("after", "")
        while True:
            params = {"after": after, **({"since": since.isoformat()} if since else {})}
            found = await _get(link, settings, f"{kind}s", params)
            items: list[AnySnapshot] = [msgspec.convert(one, TYPES[kind]) for one in found["items"]]
            after = found["next"]
            yield Page(items=items, position={"after": after} if after else None)
            if not after:
                return

    async def fetch(
        self, link: Link, settings: DemoSettings, kind: Kind, external_id: str
    ) -> AnySnapshot | None:
        """Gives something as it is now."""
        found = await _get(link, settings, f"{kind}s/{external_id}", missing=True)
        return msgspec.convert(found, TYPES[kind]) if found is not None else None

    async def quote(
        self, _link: Link, _settings: DemoSettings, _intent: AnyIntent, _target: Any
    ) -> Quote | None:
        """Parley's own reckoning is as good as the store's."""
        return None

    def steps(
        self, _settings: DemoSettings, intent: AnyIntent, target: StoreOrder | StoreSubscription | None
    ) -> list[VendorStep]:
        """Every act is one step."""
        args: dict[str, Any] = {"intent": msgspec.to_builtins(intent)}
        if isinstance(target, StoreOrder):
            args["order"] = target.external_id
        elif isinstance(target, StoreSubscription):
            args["subscription"] = target.external_id
        return [VendorStep(name=act_of(intent), args=args, again=True)]

    async def perform(self, link: Link, settings: DemoSettings, step: VendorStep, key: str) -> Effect:
        """Has the store carry a step out under a key."""
        answer = await link.http.request(
            "POST",
            f"{settings.url.rstrip('/')}/steps",
            headers=_headers(settings),
            json={"step": msgspec.to_builtins(step), "key": key},
            accept=(422,),
        )
        if answer.status == 422:
            raise Refused(str(answer.json().get("error", "the store refused")))
        return msgspec.convert(answer.json(), Effect)

    async def find_effect(
        self, link: Link, settings: DemoSettings, _step: VendorStep, key: str
    ) -> Effect | None:
        """Asks the store what the key has brought about."""
        found = await _get(link, settings, f"steps/{key}", missing=True)
        return msgspec.convert(found, Effect) if found is not None else None


def _headers(settings: DemoSettings) -> dict[str, str]:
    return {"authorization": f"Bearer {settings.token}"}


async def _get(
    link: Link,
    settings: DemoSettings,
    path: str,
    params: dict[str, str] | None = None,
    *,
    missing: bool = False,
) -> Any:
    answer = await link.http.request(
        "GET",
        f"{settings.url.rstrip('/')}/{path}",
        params=params,
        headers=_headers(settings),
        accept=(404,) if missing else (),
    )
    return None if answer.status == 404 else answer.json()


CONNECTOR = DemoConnector()
