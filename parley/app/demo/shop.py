"""The pages of the demo store as pure functions: data in, HTML out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from msgspec import Struct

from parley.app.demo.cart import (
    MAX_QUANTITY,
    Cart,
    is_digital,
    limit_quantity,
    list_cart_shipping,
    price_cart,
    price_shipping,
)
from parley.app.demo.catalogue import (
    CURRENCY,
    LOW_STOCK,
    Catalogue,
    Collection,
    Product,
    Variant,
    count_stock,
    list_products,
    list_shipping,
    list_variants,
    load_catalogue,
)
from parley.app.demo.checkout import COUNTRIES, HOME, CheckoutForm
from parley.app.demo.orders import DemoOrder, DemoOrders
from parley.app.demo.urls import Urls
from parley.app.demo.words import (
    LANGUAGES,
    RIGHT_TO_LEFT,
    Lang,
    Text,
    find_country_name,
    format_day,
    format_moment,
    format_money,
    load_words,
    say,
)

PAGES = Path(__file__).parent / "pages"
STEPS = ("placed", "packed", "shipped", "out_for_delivery", "delivered")
PICKUP_STEPS = ("placed", "packed", "ready_for_pickup", "collected")
DIGITAL_STEPS = ("placed", "delivered")
STEP_OF = {"in_transit": "shipped", "customs": "shipped", "delayed": "shipped", "return_requested": "delivered",
           "return_received": "delivered", "refunded": "delivered"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class DemoShop:
    """What the application gives the shop: where orders are kept, the chat widget's script tag, the clock.

    `contact_slot` is HTML put on the contact page in place of its few words about e-mail.
    """

    orders: DemoOrders
    widget_snippet: str
    now: Callable[[], datetime]
    contact_slot: str = ""


class Page(Struct, frozen=True):
    """What every page needs: language, the pieces in the cart, the HTML put before `</body>`, the mount path."""

    lang: Lang
    cart_count: int = 0
    widget_snippet: str = ""
    base: str = "/demo"


@cache
def find_version() -> str:
    """A short hash over everything in `pages/` and the catalogue, for cache-busting addresses."""
    digest = sha256((Path(__file__).parent / "catalogue.json").read_bytes())
    for path in sorted(PAGES.rglob("*.*")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:10]


@pass_context
def translate(context: Context, key: str, **values: object) -> str:
    """`t("key")` in a template: the text in the page's language."""
    return say(context["lang"], key, **values)


@pass_context
def pick(context: Context, text: Text) -> str:
    """`text|pick` in a template: the page's language out of a product's texts."""
    return text[context["lang"]]


@cache
def load_templates() -> Environment:
    """The template environment: escaping on, undefined names are errors."""
    env = Environment(
        loader=FileSystemLoader(PAGES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.globals["t"] = translate
    env.filters.update(
        pick=pick, money=format_money, day=format_day, moment=format_moment, country=find_country_name
    )
    return env


def render(page: Page, template: str, path: str, *, alone: bool = False, **values: object) -> str:
    """Fill a template; `path` is the page's address without mount path and language, for the language switch.

    A page that is `alone` exists in one language and offers no other.
    """
    urls = Urls(page.base, page.lang, find_version())
    catalogue = load_catalogue()
    return (
        load_templates()
        .get_template(template)
        .render(
            page=page,
            path=path,
            lang=page.lang,
            dir="rtl" if page.lang in RIGHT_TO_LEFT else "ltr",
            urls=urls,
            others=[
                Urls(page.base, lang, find_version()) for lang in LANGUAGES if lang != page.lang and not alone
            ],
            catalogue=catalogue,
            currency=CURRENCY[page.lang],
            widget_snippet=page.widget_snippet,
            cart_count=page.cart_count,
            count_stock=count_stock,
            low_stock=LOW_STOCK,
            words=load_words()[page.lang],
            free_from=max(option.free_from or 0 for option in list_shipping(catalogue, CURRENCY[page.lang])),
            **values,
        )
    )


def render_home(page: Page) -> str:
    """The front page."""
    catalogue = load_catalogue()
    return render(
        page,
        "home.html",
        "/",
        bestsellers=list_products(catalogue, badge="bestseller"),
        arrivals=list_products(catalogue, badge="new"),
        outerwear=catalogue.collections["outerwear"],
    )


def sort_products(products: list[Product], order: str, page: Page) -> list[Product]:
    """Products as the shop shows them, or by price up or down for "price" and "-price"."""
    if order not in ("price", "-price"):
        return products
    currency = CURRENCY[page.lang]
    return sorted(products, key=lambda product: product.prices[currency], reverse=order == "-price")


def render_collection(page: Page, collection: Collection | None, order: str = "") -> str:
    """A collection, or everything the shop sells when it is None."""
    handle = collection.handle if collection else "all"
    products = list_products(load_catalogue(), collection.handle if collection else None)
    return render(
        page,
        "collection.html",
        f"/collections/{handle}",
        collection=collection,
        handle=handle,
        products=sort_products(products, order, page),
        order=order if order in ("price", "-price") else "",
    )


def list_neighbours(catalogue: Catalogue, product: Product, count: int = 4) -> list[Product]:
    """Other products that go with this one: first from its collections, then bestsellers."""
    shared = [
        other
        for other in catalogue.products.values()
        if other.handle != product.handle and set(other.collections) & set(product.collections)
    ]
    rest = [
        other for other in list_products(catalogue, badge="bestseller") if other not in (product, *shared)
    ]
    start = list(catalogue.products).index(product.handle) % max(1, len(shared))
    return (shared[start:] + shared[:start] + rest)[:count]


def find_first_colour(product: Product) -> str:
    """The first colour that is in stock, or simply the first."""
    return next((slug for slug in product.stock if count_stock(product, slug)), next(iter(product.stock)))


def render_product(page: Page, product: Product, colour: str = "", problem: str | None = None) -> str:
    """A product in one of its colours; `problem` is the key of a sentence about a failed attempt to buy."""
    catalogue = load_catalogue()
    chosen = colour if colour in product.stock else find_first_colour(product)
    return render(
        page,
        "product.html",
        f"/products/{product.handle}",
        product=product,
        colour=chosen,
        variants=list_variants(catalogue, product, chosen),
        neighbours=list_neighbours(catalogue, product),
        problem=problem,
        limit_quantity=limit_quantity,
    )


def list_cart_rows(cart: Cart, catalogue: Catalogue) -> list[tuple[Variant, Product, int]]:
    """The lines of a cart with their variant and product."""
    found = [(catalogue.variants[line.sku], line.quantity) for line in cart.lines]
    return [(variant, catalogue.products[variant.product], quantity) for variant, quantity in found]


def render_cart(page: Page, cart: Cart, problem: str | None = None, tried: str = "") -> str:
    """The cart; `problem` is the key of a sentence shown at the discount code, `tried` what was typed there."""
    catalogue = load_catalogue()
    currency = CURRENCY[page.lang]
    options = list_shipping(catalogue, currency, digital=is_digital(cart, catalogue))
    bill = price_cart(cart, currency, None, catalogue)
    threshold = options[0].free_from if options else None
    return render(
        page,
        "cart.html",
        "/cart",
        cart=cart,
        rows=list_cart_rows(cart, catalogue),
        bill=bill,
        missing=max(0, threshold - bill.subtotal) if threshold and cart.lines else None,
        threshold=threshold,
        problem=problem,
        tried=tried,
        limit_quantity=limit_quantity,
        max_quantity=MAX_QUANTITY,
        gifts=list_products(catalogue, "gifts")[:4],
    )


def render_checkout(
    page: Page, cart: Cart, form: CheckoutForm | None = None, errors: dict[str, str] | None = None
) -> str:
    """The checkout with what was typed and the sentences' keys for what is wrong with it."""
    catalogue = load_catalogue()
    currency = CURRENCY[page.lang]
    options = list_cart_shipping(cart, currency, catalogue)
    filled = form or CheckoutForm(country=HOME[page.lang], shipping=options[0][0].code if options else "")
    chosen = next((option for option, _ in options if option.code == filled.shipping), None)
    countries = sorted(COUNTRIES[page.lang], key=lambda code: find_country_name(code, page.lang))
    return render(
        page,
        "checkout.html",
        "/checkout",
        cart=cart,
        rows=list_cart_rows(cart, catalogue),
        bill=price_cart(cart, currency, chosen, catalogue),
        options=options,
        digital=is_digital(cart, catalogue),
        form=filled,
        errors=errors or {},
        countries=countries,
        price_shipping=price_shipping,
    )


def list_steps(order: DemoOrder) -> list[tuple[str, str]]:
    """The stages of an order, each "done", "now" or "ahead"; none for a cancelled order."""
    if any(event.kind == "cancelled" for event in order.events):
        return []
    steps: tuple[str, ...] = STEPS
    if order.address is None:
        steps = DIGITAL_STEPS
    elif order.shipping_code == "pickup":
        steps = PICKUP_STEPS
    reached = {"placed", *(STEP_OF.get(event.kind, event.kind) for event in order.events)}
    last = max(index for index, step in enumerate(steps) if step in reached)
    marks = ["done" if index < last else "now" if index == last else "ahead" for index in range(len(steps))]
    if last == len(steps) - 1:
        marks[last] = "done"
    return list(zip(steps, marks, strict=True))


def render_confirmation(page: Page, order: DemoOrder) -> str:
    """The page right after an order was placed."""
    return render(page, "confirmation.html", "/orders", shown=order, steps=list_steps(order))


def render_lookup(page: Page, number: str = "", email: str = "", problem: str | None = None) -> str:
    """The form that asks for order number and e-mail address."""
    return render(page, "lookup.html", "/orders", number=number, email=email, problem=problem)


def render_order(page: Page, order: DemoOrder, others: Sequence[DemoOrder] = ()) -> str:
    """The state of an order with what happened so far, and links to the same buyer's other orders."""
    rest = [other for other in others if other.number != order.number]
    return render(
        page, "order.html", f"/orders/{order.number}", shown=order, steps=list_steps(order), siblings=rest[:5]
    )


def render_help(page: Page) -> str:
    """The help page with the shop's policies."""
    catalogue = load_catalogue()
    return render(page, "help.html", "/help", options=list_shipping(catalogue, CURRENCY[page.lang]))


def render_contact(page: Page, slot: str = "") -> str:
    """The contact page; `slot` is HTML that takes the place of the few words about writing an e-mail."""
    return render(page, "contact.html", "/contact", slot=slot)


def render_not_found(page: Page) -> str:
    """The page for an address that leads nowhere."""
    return render(
        page, "not_found.html", "/", bestsellers=list_products(load_catalogue(), badge="bestseller")
    )
