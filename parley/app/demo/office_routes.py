"""The demo store's own interface for programs, at /demo/api: what a store's admin interface is to its connector."""

from datetime import datetime
from typing import Any

import msgspec
from litestar import Request, Response, Router, get, post
from litestar.params import FromPath

from parley.app.demo.office_labels import LabelBody, buy_label, find_label, track_label, void_label
from parley.app.demo.office_store import Office
from parley.app.demo.showing import show_tracking
from parley.commerce.model import Kind, StoreInfo
from parley.commerce.ports import VendorStep
from parley.kit.failures import Refused
from parley.kit.ids import is_same_secret

AnyRequest = Request[Any, Any, Any]
KINDS: dict[str, Kind] = {
    "orders": "order", "products": "product", "customers": "customer", "subscriptions": "subscription",
}  # fmt: skip


class StepBody(msgspec.Struct, forbid_unknown_fields=True):
    """A step and the key under which it is carried out once."""

    step: VendorStep
    key: str


def _answer(value: Any, status: int = 200) -> Response[bytes]:
    return Response(msgspec.json.encode(value), status_code=status, media_type="application/json")


def _office(request: AnyRequest) -> Office | None:
    """Gives the office to whoever has its token."""
    office: Office | None = request.app.state.runtime.parts.get("demo_office")
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    return office if office is not None and is_same_secret(office.token, given) else None


@get("/store")
async def store_route(request: AnyRequest) -> Response[bytes]:
    """Says who the store is."""
    office = _office(request)
    if office is None:
        return _answer({"error": "wrong token"}, 401)
    domain = office.origin.partition("://")[2]
    info = StoreInfo(
        name="Alder & Pine",
        domain=f"{domain}/demo",
        currency="EUR",
        time_zone="Europe/Ljubljana",
        country="SI",
    )
    return _answer(info)


@get("/{kinds:str}")
async def list_route(request: AnyRequest, kinds: FromPath[str]) -> Response[bytes]:
    """Gives some of a kind after `after`, changed since `since`."""
    office = _office(request)
    if office is None or kinds not in KINDS:
        return _answer({"error": "wrong token or path"}, 401 if office is None else 404)
    try:
        since = request.query_params.get("since")
        found, following = await office.page(
            KINDS[kinds],
            request.query_params.get("after", ""),
            datetime.fromisoformat(since) if since else None,
        )
    except ValueError:
        return _answer({"error": "since is no time"}, 400)
    return _answer({"items": found, "next": following})


@get("/{kinds:str}/{external_id:str}")
async def get_route(request: AnyRequest, kinds: FromPath[str], external_id: FromPath[str]) -> Response[bytes]:
    """Gives one thing, a parcel's way, or what a key has brought about."""
    office = _office(request)
    if office is None:
        return _answer({"error": "wrong token"}, 401)
    found: Any = None
    if kinds == "parcels":
        order = await office.find_by_tracking(external_id)
        found = show_tracking(order) if order else await track_label(office, external_id)
    elif kinds == "steps":
        found = await office.find_effect(external_id)
    elif kinds in KINDS:
        found = await office.find(KINDS[kinds], external_id)
    return _answer(found) if found is not None else _answer({"error": "there is no such thing"}, 404)


@post("/steps", status_code=200)
async def step_route(request: AnyRequest) -> Response[bytes]:
    """Carries a step out, once per key."""
    office = _office(request)
    if office is None:
        return _answer({"error": "wrong token"}, 401)
    try:
        body = msgspec.json.decode(await request.body(), type=StepBody)
        return _answer(await office.perform(body.step, body.key))
    except (msgspec.DecodeError, Refused) as failure:
        return _answer({"error": str(failure)}, 422)


@post("/labels", status_code=200)
async def label_route(request: AnyRequest) -> Response[bytes]:
    """Makes a return label, once per key."""
    office = _office(request)
    if office is None:
        return _answer({"error": "wrong token"}, 401)
    try:
        return _answer(await buy_label(office, msgspec.json.decode(await request.body(), type=LabelBody)))
    except msgspec.DecodeError as failure:
        return _answer({"error": str(failure)}, 422)


@get("/labels/{key:str}")
async def find_label_route(request: AnyRequest, key: FromPath[str]) -> Response[bytes]:
    """Gives the label of a key."""
    office = _office(request)
    if office is None:
        return _answer({"error": "wrong token"}, 401)
    found = await find_label(office, key)
    return _answer(found) if found is not None else _answer({"error": "there is no such label"}, 404)


@post("/labels/{key:str}/void", status_code=200)
async def void_route(request: AnyRequest, key: FromPath[str]) -> Response[bytes]:
    """Takes a label back."""
    office = _office(request)
    if office is None:
        return _answer({"error": "wrong token"}, 401)
    return _answer({"voided": await void_label(office, key)})


office_router = Router(
    path="/demo/api",
    route_handlers=[
        store_route,
        list_route,
        get_route,
        step_route,
        label_route,
        find_label_route,
        void_route,
    ],
    include_in_schema=False,
)
