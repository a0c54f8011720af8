"""The cart: variant ids and quantities in a cookie, without any session.

The cookie reads `SKU:quantity.SKU:quantity~CODE`, for instance `RRS-EMB-M:1.CMS-SLA-3941:2~PINE10`. It is not
signed: it holds nothing but a wish, and prices always come from the catalogue.
"""

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct

from parley.app.demo.catalogue import Catalogue, ShippingOption, Variant, list_shipping

COOKIE = "alder_cart"
MAX_COOKIE = 1500
MAX_LINES = 20
MAX_QUANTITY = 10


class CartLine(Struct, frozen=True):
    """How many pieces of one variant."""

    sku: str
    quantity: int


class Cart(Struct, frozen=True):
    """What somebody wants to buy; `code` is a discount code known to the catalogue, in capitals."""

    lines: tuple[CartLine, ...] = ()
    code: str | None = None

    @property
    def count(self) -> int:
        """The number of pieces."""
        return sum(line.quantity for line in self.lines)


class Bill(Struct, frozen=True):
    """What a cart costs, in minor units of `currency`."""

    currency: Literal["EUR", "BRL"]
    subtotal: int
    discount: int
    shipping: int
    total: int


def limit_quantity(variant: Variant, quantity: int) -> int:
    """The quantity that may be in the cart: between none and what is in stock, at most ten."""
    return max(0, min(quantity, variant.stock, MAX_QUANTITY))


def build_cart(lines: Iterable[CartLine], code: str | None, catalogue: Catalogue) -> Cart:
    """Make a cart of valid lines only: unknown variants, empty lines and everything beyond the limits fall away."""
    wanted: dict[str, int] = {}
    for line in lines:
        if line.sku in catalogue.variants:
            wanted[line.sku] = wanted.get(line.sku, 0) + line.quantity
    kept = [
        CartLine(sku, allowed)
        for sku, quantity in wanted.items()
        if (allowed := limit_quantity(catalogue.variants[sku], quantity)) > 0
    ]
    known = (code or "").strip().upper()
    return Cart(tuple(kept[:MAX_LINES]), known if known in catalogue.codes else None)


def parse_quantity(value: str) -> int:
    """A whole number from a form or cookie, 0 when it is anything else."""
    return int(value) if value.isascii() and value.isdigit() and len(value) <= 4 else 0


def parse_cart(cookie: str | None, catalogue: Catalogue) -> Cart:
    """Read the cart from its cookie; whatever cannot be understood is left out, nothing is ever raised."""
    if not cookie or len(cookie) > MAX_COOKIE:
        return Cart()
    goods, _, code = cookie.partition("~")
    pairs = (part.partition(":") for part in goods.split("."))
    return build_cart(
        (CartLine(sku, parse_quantity(quantity)) for sku, _, quantity in pairs), code or None, catalogue
    )


def build_cookie(cart: Cart) -> str:
    """Write the cart as its cookie value, empty for an empty cart."""
    goods = ".".join(f"{line.sku}:{line.quantity}" for line in cart.lines)
    return f"{goods}~{cart.code}" if cart.code else goods


def add_to_cart(cart: Cart, sku: str, quantity: int, catalogue: Catalogue) -> Cart:
    """The cart with more of a variant; unchanged when the variant is unknown, sold out or the cart is full."""
    return build_cart([*cart.lines, CartLine(sku, max(0, quantity))], cart.code, catalogue)


def change_quantity(cart: Cart, sku: str, quantity: int, catalogue: Catalogue) -> Cart:
    """The cart with another quantity of a variant it already holds; 0 removes the line."""
    lines = [CartLine(line.sku, quantity if line.sku == sku else line.quantity) for line in cart.lines]
    return build_cart(lines, cart.code, catalogue)


def apply_code(cart: Cart, code: str, catalogue: Catalogue) -> Cart:
    """The cart with a discount code, or without any when the code is empty or unknown."""
    return build_cart(cart.lines, code, catalogue)


def is_digital(cart: Cart, catalogue: Catalogue) -> bool:
    """Whether everything in the cart is sent by e-mail."""
    return bool(cart.lines) and all(
        catalogue.products[catalogue.variants[line.sku].product].digital for line in cart.lines
    )


def list_cart_shipping(
    cart: Cart, currency: Literal["EUR", "BRL"], catalogue: Catalogue
) -> list[tuple[ShippingOption, int]]:
    """The shipping options for a cart, each with its price in minor units."""
    subtotal = price_cart(cart, currency, None, catalogue).subtotal
    options = list_shipping(catalogue, currency, digital=is_digital(cart, catalogue))
    return [(option, price_shipping(option, subtotal)) for option in options]


def price_shipping(option: ShippingOption, subtotal: int) -> int:
    """What an option costs for goods of this value."""
    return 0 if option.free_from is not None and subtotal >= option.free_from else option.price


def price_cart(
    cart: Cart, currency: Literal["EUR", "BRL"], option: ShippingOption | None, catalogue: Catalogue
) -> Bill:
    """Add up a cart; a discount code takes whole per cent off everything but gift cards, rounded half up."""
    subtotal = reducible = 0
    for line in cart.lines:
        variant = catalogue.variants[line.sku]
        amount = variant.prices[currency] * line.quantity
        subtotal += amount
        reducible += 0 if catalogue.products[variant.product].digital else amount
    percent = catalogue.codes[cart.code] if cart.code else 0
    discount = (reducible * percent + 50) // 100
    shipping = price_shipping(option, subtotal) if option else 0
    return Bill(currency, subtotal, discount, shipping, subtotal - discount + shipping)
