"""What the demo store's office does besides changing orders: drafts, codes, replacements, subscriptions."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from parley.app.demo.catalogue import load_catalogue
from parley.app.demo.office import Impossible, edit_order, open_return
from parley.app.demo.orders import DemoOrder
from parley.app.demo.store import insert_order
from parley.commerce.intents import (
    ChangeDate,
    CreateDiscount,
    CreateDraft,
    DuplicateOrder,
    EditOrder,
    NewLine,
    OpenReturn,
    SkipDelivery,
    SwapVariant,
)
from parley.commerce.model import StoreSubscription
from parley.commerce.ports import Effect
from parley.kit.ctx import Ctx

if TYPE_CHECKING:
    from parley.app.demo.office_store import Office

Maker = Callable[["Office", Ctx, dict[str, Any], str], Awaitable[Effect]]
DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}


async def duplicate(office: "Office", ctx: Ctx, args: dict[str, Any], key: str) -> Effect:
    """Places the order again: for nothing, or as a draft that is to be paid."""
    wanted = msgspec.convert(args["intent"], DuplicateOrder)
    order = await office.find_order(ctx.tx, args["order"])
    if order is None:
        raise Impossible("there is no such order")
    if not wanted.free:
        lines = wanted.lines or [NewLine(line.sku, line.quantity) for line in order.lines]
        plain = {
            "act": "draft",
            "lines": msgspec.to_builtins(lines),
            "email": order.email,
            "note": wanted.note,
        }
        return await draft(office, ctx, {"intent": plain}, key)
    copy = _replacement(order, wanted, ctx)
    stored = await insert_order(ctx.tx, office.workspace_id, copy)
    office.tell(ctx, "order", stored.number)
    return Effect(external_id=stored.number, details={"number": stored.number})


def _replacement(order: DemoOrder, wanted: DuplicateOrder, ctx: Ctx) -> DemoOrder:
    blank = msgspec.structs.replace(
        order,
        number="",
        placed_at=ctx.now,
        events=(),
        tracking=None,
        refunded=0,
        refunds=(),
        returns=(),
        note=wanted.note,
        replacement_for=order.number,
        changed_at=None,
        lines=() if wanted.lines else tuple(msgspec.structs.replace(x, removed=0) for x in order.lines),
    )
    if wanted.lines:
        blank, _ = edit_order(blank, EditOrder(add=wanted.lines), "", ctx.now)
    subtotal = sum(line.unit_price * line.quantity for line in blank.lines)
    return msgspec.structs.replace(
        blank, subtotal=subtotal, discount=subtotal, shipping=0, total=0, changed_at=None
    )


async def take_back(office: "Office", ctx: Ctx, args: dict[str, Any], key: str) -> Effect:
    """Notes that pieces are coming back; what goes out instead is an order of its own, for nothing."""
    wanted = msgspec.convert(args["intent"], OpenReturn)
    order = await office.find_order(ctx.tx, args["order"])
    if order is None:
        raise Impossible("there is no such order")
    after, effect = open_return(order, wanted, key, ctx.now)
    await office.write_order(ctx, after)
    if not wanted.exchange:
        return effect
    copy = _replacement(order, DuplicateOrder(lines=wanted.exchange, note="Exchange"), ctx)
    stored = await insert_order(ctx.tx, office.workspace_id, copy)
    office.tell(ctx, "order", stored.number)
    return msgspec.structs.replace(effect, details={"replacement": stored.number})


async def draft(office: "Office", ctx: Ctx, args: dict[str, Any], key: str) -> Effect:
    """Writes a draft order down; the shop's cart page opens with it."""
    wanted = msgspec.convert(args["intent"], CreateDraft)
    variants = load_catalogue().variants
    total = sum(variants[line.variant].prices["EUR"] * line.quantity for line in wanted.lines)
    total -= total * wanted.percent_off // 100
    await office.keep(ctx, "draft", key, {"lines": wanted.lines, "email": wanted.email, "total": total})
    url = f"{office.origin}/demo/cart?draft={key}"
    return Effect(external_id=key, currency="EUR", details={"url": url, "total": total})


async def discount(office: "Office", ctx: Ctx, args: dict[str, Any], _key: str) -> Effect:
    """Makes a discount code; one that exists with other terms is refused."""
    wanted = msgspec.convert(args["intent"], CreateDiscount)
    code = wanted.code.strip().upper()
    if code in load_catalogue().codes or await office.record(ctx.tx, "discount", code):
        raise Impossible(f"the code {code} exists already")
    await office.keep(ctx, "discount", code, wanted)
    return Effect(external_id=code, details={"code": code})


async def _change(
    office: "Office", ctx: Ctx, args: dict[str, Any], change: Callable[[StoreSubscription], StoreSubscription]
) -> Effect:
    ref = args["subscription"]
    found = await office.record(ctx.tx, "subscription", ref)
    if not found:
        raise Impossible("there is no such subscription")
    after = msgspec.structs.replace(change(msgspec.convert(found, StoreSubscription)), updated_at=ctx.now)
    await office.keep(ctx, "subscription", ref, after)
    office.tell(ctx, "subscription", ref)
    return Effect(external_id=ref)


def _status(status: str) -> Maker:
    async def run(office: "Office", ctx: Ctx, args: dict[str, Any], _key: str) -> Effect:
        return await _change(office, ctx, args, lambda s: msgspec.structs.replace(s, status=status))

    return run


async def skip(office: "Office", ctx: Ctx, args: dict[str, Any], _key: str) -> Effect:
    """Leaves a delivery out: the next one comes a period later. One that is over already stays as it is."""
    wanted = msgspec.convert(args["intent"], SkipDelivery)

    def change(known: StoreSubscription) -> StoreSubscription:
        if known.next_at is None or known.next_at > wanted.at:
            return known
        return msgspec.structs.replace(
            known, next_at=known.next_at + timedelta(days=DAYS[known.unit] * known.every)
        )

    return await _change(office, ctx, args, change)


async def move(office: "Office", ctx: Ctx, args: dict[str, Any], _key: str) -> Effect:
    """Moves the next delivery to a day."""
    at = msgspec.convert(args["intent"], ChangeDate).at
    return await _change(office, ctx, args, lambda s: msgspec.structs.replace(s, next_at=at))


async def swap(office: "Office", ctx: Ctx, args: dict[str, Any], _key: str) -> Effect:
    """Puts another variant into a line."""
    wanted = msgspec.convert(args["intent"], SwapVariant)
    catalogue = load_catalogue()
    variant = catalogue.variants[wanted.variant]
    line = {
        "line": wanted.line,
        "variant": variant.sku,
        "title": catalogue.products[variant.product].title["en"],
        "quantity": wanted.quantity,
    }
    price = variant.prices["EUR"] * wanted.quantity

    def change(known: StoreSubscription) -> StoreSubscription:
        lines = [line if one.get("line") == wanted.line else one for one in known.lines]
        return msgspec.structs.replace(known, lines=lines, price=price)

    return await _change(office, ctx, args, change)


MAKERS: dict[str, Maker] = {
    "return": take_back,
    "duplicate": duplicate,
    "draft": draft,
    "discount": discount,
    "pause": _status("paused"),
    "resume": _status("active"),
    "end": _status("cancelled"),
    "skip": skip,
    "date": move,
    "swap": swap,
}
