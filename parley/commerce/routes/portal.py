"""The portal's door and its list of orders: signing in by order number or by code, without any script."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Response
from litestar.response import Redirect

from parley.commerce.portal.codes import can_send
from parley.commerce.portal.pages import read_style
from parley.commerce.portal.sessions import ask_code, end_session, open_by_code, open_by_order
from parley.commerce.queries.orders import ROW
from parley.commerce.routes.portal_visit import COOKIE, AnyRequest, Visit, open_visit
from parley.commerce.shapes import OrderRow
from parley.kit.http.access import PUBLIC
from parley.kit.http.limits import Limiter
from parley.kit.http.routes import route
from parley.kit.http.webfiles import FOREVER
from parley.kit.runtime import Runtime

PAGE: dict[str, Any] = {"in_schema": False, "media_type": "text/html"}
# Guesses by one caller and at one address; codes cost the shop a mail.
BY_CALLER = Limiter(rate=1 / 5, burst=30)
BY_ADDRESS = Limiter(rate=1 / 120, burst=10)
MAILS = Limiter(rate=1 / 300, burst=3)
MOST_ORDERS = 50
OWN = f"""
SELECT {ROW} FROM orders o WHERE o.workspace_id = $1 AND o.store_id = $2 AND o.email_key = $3 AND o.deleted_at IS NULL
  AND ($4::uuid IS NULL OR o.id = $4) ORDER BY o.placed_at DESC, o.id DESC LIMIT $5
"""
Page = Response[Any] | Redirect


@route("GET", "/public-pages.css", PUBLIC, in_schema=False)
async def get_style() -> Response[bytes]:
    """Sends the style of the public pages."""
    return Response(read_style(), media_type="text/css", headers={"Cache-Control": FOREVER})


@route("GET", "/returns/{shop:str}", PUBLIC, **PAGE)
async def get_portal(request: AnyRequest, runtime: Runtime, shop: str) -> Page:
    """Shows the door, or to whoever is signed in his orders."""
    visit = await open_visit(request, runtime, shop)
    if not isinstance(visit, Visit):
        return visit
    me = visit.shopper
    if me is None:
        return await show_door(visit)
    if me.order_id is not None:
        return visit.go(f"/orders/{me.order_id}")
    async with visit.ctx() as ctx:
        rows = await ctx.tx.fetch(
            OWN, ctx.workspace_id, visit.shop.store_id, me.email_key, me.order_id, MOST_ORDERS
        )
    orders = [msgspec.convert(dict(row), OrderRow) for row in rows]
    return visit.show("orders.html", orders=orders, status_of=status_of)


@route("POST", "/returns/{shop:str}/order", PUBLIC, status=303, **PAGE)
async def post_order_door(request: AnyRequest, runtime: Runtime, shop: str) -> Page:
    """Signs in by order number and address, for this one order."""
    visit = await open_visit(request, runtime, shop)
    if not isinstance(visit, Visit):
        return visit
    sent = await visit.read_form()
    if sent is None:
        return visit.stale()
    number, email = sent.get("number"), sent.get("email")
    if may_not_try(visit, email):
        return await show_door(visit, "too_many", number, email, status=429)
    async with visit.ctx() as ctx:
        token = await open_by_order(ctx, visit.shop.store_id, number, email, visit.language)
    if token is None:
        return await show_door(visit, "not_found", number, email, status=422)
    return visit.sign_in(token)


@route("POST", "/returns/{shop:str}/code", PUBLIC, status=303, **PAGE)
async def post_code_door(request: AnyRequest, runtime: Runtime, shop: str) -> Page:
    """Has a code sent; the answer is the same whether anybody has this address."""
    visit = await open_visit(request, runtime, shop)
    if not isinstance(visit, Visit):
        return visit
    sent = await visit.read_form()
    if sent is None:
        return visit.stale()
    email = sent.get("email")
    if may_not_try(visit, email) or MAILS.take(f"{visit.shop.store_id}:{email.lower()}") > 0:
        return await show_door(visit, "too_many", "", email, status=429)
    if "@" not in email:
        return await show_door(visit, "not_found", "", email, status=422)
    async with visit.ctx() as ctx:
        request_id = await ask_code(ctx, runtime.box, visit.shop, email, visit.language)
    return visit.go(f"/code/{request_id}")


@route("GET", "/returns/{shop:str}/code/{request_id:uuid}", PUBLIC, **PAGE)
async def get_code_form(request: AnyRequest, runtime: Runtime, shop: str, request_id: UUID) -> Page:
    """Asks for the code."""
    visit = await open_visit(request, runtime, shop)
    if not isinstance(visit, Visit):
        return visit
    return visit.show("code.html", request_id=request_id, problem="")


@route("POST", "/returns/{shop:str}/verify", PUBLIC, status=303, **PAGE)
async def post_verify(request: AnyRequest, runtime: Runtime, shop: str) -> Page:
    """Signs in by a code."""
    visit = await open_visit(request, runtime, shop)
    if not isinstance(visit, Visit):
        return visit
    sent = await visit.read_form()
    if sent is None:
        return visit.stale()
    try:
        request_id = UUID(sent.get("request"))
    except ValueError:
        return visit.missing()
    if BY_CALLER.take(caller_of(visit)) > 0:
        return visit.show("code.html", request_id=request_id, problem="too_many", status=429)
    async with visit.ctx() as ctx:
        token = await open_by_code(ctx, visit.shop.store_id, request_id, sent.get("code"))
    if token is None:
        return visit.show("code.html", request_id=request_id, problem="wrong_code", status=422)
    return visit.sign_in(token)


@route("POST", "/returns/{shop:str}/leave", PUBLIC, status=303, **PAGE)
async def post_leave(request: AnyRequest, runtime: Runtime, shop: str) -> Page:
    """Signs out."""
    visit = await open_visit(request, runtime, shop)
    if not isinstance(visit, Visit):
        return visit
    if await visit.read_form() is None:
        return visit.stale()
    if visit.shopper is not None:
        async with visit.ctx() as ctx:
            await end_session(ctx, visit.shopper)
    return visit.go(cookies=[visit.cookie(COOKIE, "", 0)])


async def show_door(
    visit: Visit, problem: str = "", number: str = "", email: str = "", *, status: int = 200
) -> Response[str]:
    """Shows the two ways in, with what was typed before."""
    number = number or visit.request.query_params.get("number", "")[:60]
    by_code = await can_send(visit.runtime, visit.shop.workspace_id, visit.shop.store_id)
    return visit.show(
        "signin.html", problem=problem, number=number, email=email, by_code=by_code, status=status
    )


def may_not_try(visit: Visit, email: str) -> bool:
    """Counts a try by this caller and at this address; True when there were too many."""
    address = f"{visit.shop.store_id}:{email.strip().lower()[:320]}"
    return BY_CALLER.take(caller_of(visit)) > 0 or BY_ADDRESS.take(address) > 0


def caller_of(visit: Visit) -> str:
    """Gives the network address of the caller."""
    return visit.request.client.host if visit.request.client else ""


def status_of(order: Any) -> str:
    """Gives the one word for how an order stands."""
    if order.cancelled_at is not None:
        return "cancelled"
    if order.payment == "refunded":
        return "refunded"
    return str(order.fulfilment)


ROUTES = (
    get_style,
    get_portal,
    post_order_door,
    post_code_door,
    get_code_form,
    post_verify,
    post_leave,
)
