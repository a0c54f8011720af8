"""A shopper's order and his returns: choosing lines, saying why, seeing what it comes to, following it."""

from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from anyio import to_thread
from litestar import Response
from litestar.response import Redirect

from parley.commerce.actions.returns import Request, move_return, request_return, weigh_return
from parley.commerce.model import StoreOrder
from parley.commerce.policies.answering import find_reason
from parley.commerce.portal.flow import (
    MOST_PHOTOS,
    Choice,
    Shelf,
    find_line,
    list_resolutions,
    list_shelves,
    offers_for,
    read_choices,
)
from parley.commerce.portal.forms import Sent, clean_picture
from parley.commerce.portal.words import pick
from parley.commerce.queries.orders import get_order
from parley.commerce.queries.policies import PolicyView, get_policy, policy_for
from parley.commerce.queries.returns import get_return, list_order_returns, load_situation
from parley.commerce.queries.snapshots import hold_order
from parley.commerce.returns.deciding import Decision, Situation
from parley.commerce.returns.following import list_progress
from parley.commerce.returns.shapes import ReturnView
from parley.commerce.routes.portal import status_of
from parley.commerce.routes.portal_visit import (
    AnyRequest,
    Visit,
    find_own_order,
    open_visit,
)
from parley.kit.ctx import Ctx
from parley.kit.errors import Conflict, Invalid
from parley.kit.files.actions import store_file
from parley.kit.http.access import PUBLIC
from parley.kit.http.routes import route
from parley.kit.ids import uuid7
from parley.kit.runtime import Runtime
from parley.kit.secrets import SecretError

PAGE: dict[str, Any] = {"in_schema": False, "media_type": "text/html"}
LARGEST = 40 * 1024 * 1024
KEY = "portal.return"
KEY_LASTS = timedelta(hours=12)
OWNER = "portal"
ADDRESS_PARTS = ("name", "company", "line1", "line2", "postcode", "city", "region", "country")
Answer = Response[Any] | Redirect


class Known(msgspec.Struct, frozen=True):
    """An order with what its policy says to each line."""

    order: StoreOrder
    policy: PolicyView
    seen: Situation
    shelves: list[Shelf]


@route("GET", "/returns/{shop:str}/orders/{order_id:uuid}", PUBLIC, **PAGE)
async def get_portal_order(request: AnyRequest, runtime: Runtime, shop: str, order_id: UUID) -> Answer:
    """Shows an order with its parcels, its returns, and what of it can be sent back."""
    visit = await open_visit(request, runtime, shop)
    if not isinstance(visit, Visit):
        return visit
    if visit.shopper is None:
        return visit.go()
    async with visit.ctx() as ctx:
        if not await find_own_order(visit, ctx, order_id):
            return visit.missing()
        return await show_order(visit, ctx, order_id)


@route(
    "POST",
    "/returns/{shop:str}/orders/{order_id:uuid}",
    PUBLIC,
    status=200,
    request_max_body_size=LARGEST,
    **PAGE,
)
async def post_portal_order(request: AnyRequest, runtime: Runtime, shop: str, order_id: UUID) -> Answer:
    """Takes a step of a return; every step is checked anew from what the form says."""
    visit = await open_visit(request, runtime, shop)
    if not isinstance(visit, Visit):
        return visit
    if visit.shopper is None:
        return visit.go()
    async with visit.ctx() as ctx:
        if not await find_own_order(visit, ctx, order_id):
            return visit.missing()
    sent = await visit.read_form()
    if sent is None:
        return visit.stale()
    pictures = await read_pictures(sent)
    async with visit.ctx() as ctx:
        return await take_step(visit, ctx, order_id, sent, pictures)


async def take_step(
    visit: Visit, ctx: Ctx, order_id: UUID, sent: Sent, pictures: dict[str, list[bytes | None]]
) -> Answer:
    """Says what comes after a form: the same page with its problems, the next one, or the return itself."""
    known = await load_known(ctx, order_id)
    choices = read_choices(sent, known.shelves, known.policy.terms)
    await keep_own_photos(visit, ctx, choices)
    if not choices or any(not one.reason for one in choices):
        problem = "reason" if choices else "nothing"
        return await show_order(visit, ctx, order_id, problem=problem, status=422)
    bad = await add_pictures(visit, ctx, choices, pictures)
    step = sent.get("step")
    if step == "options" or any(not one.resolution for one in choices) or bad:
        return show_options(visit, order_id, known, choices, ["problem.picture"] if bad else [])
    asked = build_request(visit, order_id, choices)
    decision = (await weigh_return(ctx, asked)).decision
    if decision.outcome == "refused":
        return show_refused(visit, order_id, known, choices, decision)
    if step == "send":
        return await send(visit, ctx, asked, sent.get("key"))
    key = visit.runtime.parts["signer"].sign(uuid7().bytes, KEY, ctx.now + KEY_LASTS)
    return visit.show("confirm.html", decision=decision, choices=choices, order_id=order_id, key=key)


async def send(visit: Visit, ctx: Ctx, asked: Request, key: str) -> Answer:
    """Opens the return; the same form sent twice opens one."""
    try:
        return_id = UUID(bytes=visit.runtime.parts["signer"].verify(key, KEY, ctx.now))
    except (SecretError, ValueError):
        return visit.stale()
    there = await ctx.tx.fetchval(
        "SELECT true FROM returns WHERE workspace_id = $1 AND id = $2", ctx.workspace_id, return_id
    )
    if not there:
        try:
            await request_return(ctx, asked, return_id)
        except Invalid:
            return await show_order(visit, ctx, asked.order_id, problem="changed", status=409)
    return visit.go(f"/requests/{return_id}")


@route("GET", "/returns/{shop:str}/requests/{return_id:uuid}", PUBLIC, **PAGE)
async def get_portal_return(request: AnyRequest, runtime: Runtime, shop: str, return_id: UUID) -> Answer:
    """Shows how a return stands, with its label."""
    visit = await open_visit(request, runtime, shop)
    if not isinstance(visit, Visit):
        return visit
    if visit.shopper is None:
        return visit.go()
    async with visit.ctx() as ctx:
        found = await find_own_return(visit, ctx, return_id)
        if found is None:
            return visit.missing()
        policy = (
            await get_policy(ctx.tx, ctx.workspace_id, found.policy_id)
            if found.policy_id
            else await policy_for(ctx.tx, ctx.workspace_id, found.store_id)
        )
    return show_return(visit, found, policy)


@route("GET", "/returns/{shop:str}/requests/{return_id:uuid}/label", PUBLIC, in_schema=False)
async def get_portal_label(request: AnyRequest, runtime: Runtime, shop: str, return_id: UUID) -> Answer:
    """Sends the label as a file."""
    visit = await open_visit(request, runtime, shop)
    if not isinstance(visit, Visit):
        return visit
    async with visit.ctx() as ctx:
        found = await find_own_return(visit, ctx, return_id)
        if found is None or found.label_file_id is None:
            return visit.missing()
        file = await ctx.tx.fetchrow(
            "SELECT sha256, name, type FROM files WHERE workspace_id = $1 AND id = $2",
            ctx.workspace_id,
            found.label_file_id,
        )
    if file is None:
        return visit.missing()
    data = await runtime.files.read(str(visit.shop.workspace_id), file["sha256"])
    name = "".join(
        letter for letter in file["name"] if letter.isascii() and letter.isprintable() and letter != '"'
    )
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return Response(data, media_type=file["type"], headers=headers)


@route("POST", "/returns/{shop:str}/requests/{return_id:uuid}/cancel", PUBLIC, status=303, **PAGE)
async def post_portal_cancel(request: AnyRequest, runtime: Runtime, shop: str, return_id: UUID) -> Answer:
    """Takes back a request that nobody has decided."""
    visit = await open_visit(request, runtime, shop)
    if not isinstance(visit, Visit):
        return visit
    if visit.shopper is None:
        return visit.go()
    if await visit.read_form() is None:
        return visit.stale()
    async with visit.ctx() as ctx:
        found = await find_own_return(visit, ctx, return_id)
        if found is None:
            return visit.missing()
        if found.state == "requested":
            with suppress(Conflict):
                await move_return(ctx, return_id, "cancelled")
    return visit.go(f"/requests/{return_id}")


async def load_known(ctx: Ctx, order_id: UUID) -> Known:
    """Gives an order with what its policy says."""
    held = await hold_order(ctx.tx, ctx.workspace_id, order_id)
    order = held.target
    assert isinstance(order, StoreOrder)  # noqa: S101 - hold_order holds orders
    policy = await policy_for(ctx.tx, ctx.workspace_id, held.store_id)
    seen = await load_situation(
        ctx.tx, ctx.workspace_id, order_id, held.store_id, order, now=ctx.now, version=policy.version
    )
    return Known(order, policy, seen, list_shelves(order, policy.terms, seen))


async def show_order(
    visit: Visit, ctx: Ctx, order_id: UUID, *, problem: str = "", status: int = 200
) -> Response[str]:
    """Shows the page of an order."""
    known = await load_known(ctx, order_id)
    view = await get_order(ctx.tx, ctx.workspace_id, order_id)
    returns = await list_order_returns(ctx.tx, ctx.workspace_id, [order_id])
    return visit.show(
        "order.html",
        status=status,
        order=known.order,
        order_id=order_id,
        shelves=known.shelves,
        reasons=known.policy.terms.returns.reasons,
        parcels=[parcel for parcel in view.shipments if parcel.direction == "out"],
        returns=returns,
        problem=problem,
        state=status_of(view),
        only=visit.shopper is not None and visit.shopper.order_id is not None,
    )


def show_options(
    visit: Visit, order_id: UUID, known: Known, choices: list[Choice], problems: list[str]
) -> Response[str]:
    """Asks what the shopper would like for each line; the amounts are those of each line alone."""
    terms = known.policy.terms
    rows = []
    for one in choices:
        reason = find_reason(terms, one.reason)
        offers = offers_for(find_line(known.order, one.line), known.seen)
        rows.append(
            {
                "choice": one,
                "reason": pick(reason.name, visit.language) if reason else "",
                "offers": offers,
                "resolutions": list_resolutions(known.order, terms, known.seen, one),
            }
        )
    bad = problems or [p for one in choices for p in one.problems]
    return visit.show(
        "options.html",
        status=422 if bad else 200,
        order_id=order_id,
        choices=rows,
        currency=known.order.currency,
        problems=problems,
    )


def show_refused(
    visit: Visit, order_id: UUID, known: Known, choices: list[Choice], decision: Decision
) -> Response[str]:
    """Shows at each line what speaks against it."""
    for one, line in zip(choices, decision.lines, strict=True):
        one.problems = [f"refused.{problem.code}" for problem in line.problems]
    return show_options(visit, order_id, known, choices, [f"refused.{p.code}" for p in decision.problems])


def show_return(visit: Visit, found: ReturnView, policy: PolicyView) -> Response[str]:
    """Shows the page of a return."""
    label = found.decision.get("label", "customer")
    given = policy.terms.returns.address
    coming = label == "shop" and found.label_file_id is None and found.state == "approved"
    return visit.show(
        "return.html",
        found=found,
        steps=list_progress(found),
        label=found.label_file_id is not None and found.state in ("approved", "in_transit"),
        waiting=coming and not found.error,
        late=coming and bool(found.error),
        self_send=label == "customer" and found.state == "approved" and found.label_file_id is None,
        address=[given[part] for part in ADDRESS_PARTS if given.get(part)],
        reasons={one.code: pick(one.name, visit.language) for one in policy.terms.returns.reasons},
        refund_when=found.decision.get("refund_when", "received"),
        may_cancel=found.state == "requested",
    )


def build_request(visit: Visit, order_id: UUID, choices: list[Choice]) -> Request:
    """Writes down what a shopper asks for."""
    return Request(
        order_id=order_id,
        lines=[one.wanted() for one in choices],
        files={one.line: one.photos for one in choices},
        language=visit.language,
    )


async def find_own_return(visit: Visit, ctx: Ctx, return_id: UUID) -> ReturnView | None:
    """Gives a return of an order that the visitor may see."""
    order_id = await ctx.tx.fetchval(
        "SELECT order_id FROM returns WHERE workspace_id = $1 AND id = $2", ctx.workspace_id, return_id
    )
    if order_id is None or not await find_own_order(visit, ctx, order_id):
        return None
    return await get_return(ctx.tx, ctx.workspace_id, return_id)


async def read_pictures(sent: Sent) -> dict[str, list[bytes | None]]:
    """Makes clean copies of the pictures a form carries; None stands for what is no picture."""
    return {
        name: [await to_thread.run_sync(clean_picture, data) for data in files[:MOST_PHOTOS]]
        for name, files in sent.files.items()
        if name.startswith("photo-")
    }


async def add_pictures(
    visit: Visit, ctx: Ctx, choices: list[Choice], pictures: dict[str, list[bytes | None]]
) -> bool:
    """Keeps the pictures of chosen lines for this session; True when one of them was no picture."""
    bad = False
    assert visit.shopper is not None  # noqa: S101 - the caller has looked
    for one in choices:
        for data in pictures.get(f"photo-{one.index}", []):
            if data is None:
                bad = True
                continue
            if len(one.photos) >= MOST_PHOTOS:
                continue
            kept = await store_file(
                ctx,
                visit.runtime,
                name="photo.jpg",
                data=data,
                claimed_type="image/jpeg",
                owner_kind=OWNER,
                owner_id=visit.shopper.session_id,
            )
            one.photos = [*one.photos, kept.id]
    return bad


async def keep_own_photos(visit: Visit, ctx: Ctx, choices: list[Choice]) -> None:
    """Takes out of the form every file that this session has not sent itself."""
    assert visit.shopper is not None  # noqa: S101 - the caller has looked
    asked = [file for one in choices for file in one.photos]
    if not asked:
        return
    rows = await ctx.tx.fetch(
        "SELECT id FROM files WHERE workspace_id = $1 AND id = ANY($2) AND owner_kind = $3 AND owner_id = $4",
        ctx.workspace_id,
        asked,
        OWNER,
        visit.shopper.session_id,
    )
    own = {row["id"] for row in rows}
    for one in choices:
        one.photos = [file for file in one.photos if file in own]


ROUTES = (
    get_portal_order,
    post_portal_order,
    get_portal_return,
    get_portal_label,
    post_portal_cancel,
)
