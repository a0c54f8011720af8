"""The demo store's addresses under `/demo`: pages in two languages, forms, pictures and files.

The application registers `demo_router` and puts a `DemoShop` into `app.state.demo`. Nothing here is an API.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from litestar import MediaType, Request, Response, Router, get, post
from litestar.datastructures import Cookie
from litestar.exceptions import ClientException, HTTPException, PermissionDeniedException
from litestar.params import FromPath
from litestar.response import Redirect

from parley.app.demo import art, cart, checkout, shop
from parley.app.demo.cart import Cart
from parley.app.demo.catalogue import Product, find_variant, load_catalogue
from parley.app.demo.shop import DemoShop, Page
from parley.app.demo.urls import PREFIX, Urls
from parley.app.demo.words import LANGUAGES, Lang, say

BASE = "/demo"
ORDER_COOKIE = "alder_order"
MONTH = 30 * 24 * 3600
MAX_BODY = 32_768
FILES = {
    "shop.css": "text/css",
    "shop.js": "text/javascript",
    "icon.svg": "image/svg+xml",
}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "media-src 'self' blob:; connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'self'"
)
PAGE_HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}

type_request = Request[Any, Any, Any]


class SeenOrder(msgspec.Struct, frozen=True):
    """The order looked at last, as kept in a cookie; it is believed only together with a look-up."""

    number: str
    email: str


@dataclass(frozen=True, slots=True)
class Visit:
    """One request: the shop, the language of the address, the cart of the cookie."""

    shop: DemoShop
    lang: Lang
    cart: Cart
    urls: Urls
    secure: bool

    def page(self, held: Cart | None = None) -> Page:
        """What every page needs; `held` is the cart as it is after this request."""
        count = (self.cart if held is None else held).count
        return Page(self.lang, count, self.shop.widget_snippet, BASE)

    def cookie(self, name: str, value: str) -> Cookie:
        """A cookie for the shop's pages only; an empty value removes it."""
        return Cookie(
            key=name,
            value=value,
            path=BASE,
            max_age=MONTH if value else 0,
            httponly=True,
            samesite="lax",
            secure=self.secure,
        )


def open_visit(request: type_request) -> Visit:
    """Read what a request says about its visitor."""
    lang: Lang = request.route_handler.opt["lang"]
    held = cart.parse_cart(request.cookies.get(cart.COOKIE), load_catalogue())
    urls = Urls(BASE, lang, shop.find_version())
    return Visit(request.app.state.demo, lang, held, urls, request.url.scheme == "https")


def show(html: str, status: int = 200, cookies: Sequence[Cookie] = ()) -> Response[str]:
    """Answer with a page."""
    return Response(
        html, status_code=status, media_type=MediaType.HTML, headers=PAGE_HEADERS, cookies=list(cookies)
    )


def go(address: str, cookies: Sequence[Cookie] = ()) -> Redirect:
    """Answer with "see there", which turns a form into a page that can be reloaded."""
    return Redirect(address, status_code=303, cookies=list(cookies), headers={"Cache-Control": "no-store"})


def show_missing(visit: Visit) -> Response[str]:
    """Answer that there is no such page."""
    return show(shop.render_not_found(visit.page()), 404)


async def read_form(request: type_request) -> dict[str, str]:
    """The text fields of a form, the last of each name; raises a 403 for another site's form, a 400 for rubbish."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise PermissionDeniedException("This form was sent from another site.")
    try:
        form = await request.form()
    except HTTPException:
        raise
    except ValueError as error:
        raise ClientException("The form could not be read.") from error
    return {name: value for name, value in form.multi_items() if isinstance(value, str)}


def build_seen(number: str, email: str) -> str:
    """The value of the cookie that remembers an order."""
    return urlsafe_b64encode(msgspec.json.encode(SeenOrder(number, email))).decode().rstrip("=")


def parse_seen(value: str | None) -> SeenOrder | None:
    """The order remembered by a cookie, None when it says nothing sensible."""
    if not value or len(value) > 600:
        return None
    try:
        return msgspec.json.decode(urlsafe_b64decode(value + "=" * (-len(value) % 4)), type=SeenOrder)
    except ValueError:
        return None


def parse_number(value: str) -> str:
    """An order number as stored, from "#ap-1042", "AP 1042" or "1042"."""
    digits = "".join(letter for letter in value[:40] if letter.isascii() and letter.isdigit())
    return f"AP-{digits}" if digits else ""


@get("/")
async def home_page(request: type_request) -> Response[str]:
    """The front page."""
    return show(shop.render_home(open_visit(request).page()))


@get("/collections/{handle:str}")
async def collection_page(request: type_request, handle: FromPath[str]) -> Response[str]:
    """A collection, or everything for "all"."""
    visit = open_visit(request)
    collection = load_catalogue().collections.get(handle)
    if collection is None and handle != "all":
        return show_missing(visit)
    return show(shop.render_collection(visit.page(), collection, request.query_params.get("sort", "")))


@get("/products/{handle:str}")
async def product_page(request: type_request, handle: FromPath[str]) -> Response[str]:
    """A product."""
    visit = open_visit(request)
    product = load_catalogue().products.get(handle)
    if product is None:
        return show_missing(visit)
    return show(shop.render_product(visit.page(), product, request.query_params.get("colour", "")))


@get("/cart")
async def cart_page(request: type_request) -> Response[str]:
    """The cart."""
    visit = open_visit(request)
    return show(shop.render_cart(visit.page(), visit.cart))


def answer_purchase(
    request: type_request, visit: Visit, product: Product, fields: dict[str, str]
) -> Response[Any]:
    """Put a chosen variant into the cart and say so, as JSON to a script and by showing the cart to a form."""
    catalogue = load_catalogue()
    variant = find_variant(catalogue, product, fields.get("colour", ""), fields.get("size", ""))
    held = visit.cart
    if variant is not None:
        wanted = max(1, cart.parse_quantity(fields.get("quantity", "1")))
        held = cart.add_to_cart(visit.cart, variant.sku, wanted, catalogue)
    problem = None
    if variant is None or not variant.stock:
        problem = "product.problem.choose"
    elif held == visit.cart:
        problem = "product.problem.full"
    cookies = [visit.cookie(cart.COOKIE, cart.build_cookie(held))]
    if "application/json" in request.headers.get("accept", ""):
        text = say(visit.lang, problem or "toast.added")
        body = {
            "count": held.count,
            "text": text,
            "link": say(visit.lang, "toast.link"),
            "href": visit.urls.cart,
        }
        return Response(
            body, media_type=MediaType.JSON, cookies=cookies, headers={"Cache-Control": "no-store"}
        )
    if problem:
        return show(shop.render_product(visit.page(), product, fields.get("colour", ""), problem), 422)
    return go(visit.urls.cart, cookies)


@post("/cart", status_code=200)
async def change_cart(request: type_request) -> Response[Any]:
    """Take one of the forms about the cart: add a variant, change a quantity, enter a discount code."""
    visit, fields, catalogue = open_visit(request), await read_form(request), load_catalogue()
    product = catalogue.products.get(fields.get("product", ""))
    if product is not None:
        return answer_purchase(request, visit, product, fields)
    held = visit.cart
    if "sku" in fields:
        held = cart.change_quantity(
            held, fields["sku"], cart.parse_quantity(fields.get("quantity", "")), catalogue
        )
    tried = checkout.parse_text(fields.get("code", ""), 20)
    if "code" in fields:
        held = cart.apply_code(held, tried, catalogue)
        if tried and held.code is None:
            page = visit.page()
            return show(shop.render_cart(page, visit.cart, "cart.code_unknown", tried), 422)
    return go(visit.urls.cart, [visit.cookie(cart.COOKIE, cart.build_cookie(held))])


@get("/checkout")
async def checkout_page(request: type_request) -> Response[Any]:
    """The checkout; an empty cart leads back to the cart."""
    visit = open_visit(request)
    if not visit.cart.lines:
        return go(visit.urls.cart)
    return show(shop.render_checkout(visit.page(), visit.cart))


@post("/checkout", status_code=200)
async def submit_order(request: type_request) -> Response[Any]:
    """Place the order, empty the cart and remember the order; with errors the form comes back as it was."""
    visit, catalogue = open_visit(request), load_catalogue()
    form = checkout.parse_checkout(await read_form(request))
    if not visit.cart.lines:
        return go(visit.urls.cart)
    errors = checkout.list_checkout_errors(form, visit.cart, visit.lang, catalogue)
    if errors:
        return show(shop.render_checkout(visit.page(), visit.cart, form, errors), 422)
    draft = checkout.place_order(visit.cart, form, visit.lang, catalogue, visit.shop.now())
    order = await visit.shop.orders.add(draft)
    cookies = [
        visit.cookie(cart.COOKIE, ""),
        visit.cookie(ORDER_COOKIE, build_seen(order.number, order.email)),
    ]
    return go(visit.urls.confirmation, cookies)


@get("/checkout/done")
async def confirmation_page(request: type_request) -> Response[Any]:
    """The order that was just placed."""
    visit = open_visit(request)
    seen = parse_seen(request.cookies.get(ORDER_COOKIE))
    order = await visit.shop.orders.get(seen.number, seen.email) if seen else None
    return show(shop.render_confirmation(visit.page(), order)) if order else go(visit.urls.orders)


@get("/orders")
async def lookup_page(request: type_request) -> Response[str]:
    """The form that asks for an order."""
    return show(shop.render_lookup(open_visit(request).page()))


@post("/orders", status_code=200)
async def find_order(request: type_request) -> Response[Any]:
    """Look an order up by number and e-mail address."""
    visit, fields = open_visit(request), await read_form(request)
    number = parse_number(fields.get("number", ""))
    email = checkout.parse_email(checkout.parse_text(fields.get("email", ""), 254))
    order = await visit.shop.orders.get(number, email) if number and email else None
    if order is None:
        shown = (
            checkout.parse_text(fields.get("number", ""), 20),
            checkout.parse_text(fields.get("email", ""), 254),
        )
        return show(shop.render_lookup(visit.page(), *shown, problem="lookup.problem"), 404)
    return go(
        visit.urls.order(order.number), [visit.cookie(ORDER_COOKIE, build_seen(order.number, order.email))]
    )


@get("/orders/{number:str}")
async def order_page(request: type_request, number: FromPath[str]) -> Response[str]:
    """The state of an order to somebody who has looked one up with the same e-mail address; else the form."""
    visit = open_visit(request)
    seen = parse_seen(request.cookies.get(ORDER_COOKIE))
    order = await visit.shop.orders.get(parse_number(number), seen.email) if seen else None
    if seen is None or order is None:
        return show(shop.render_lookup(visit.page(), parse_number(number)))
    return show(shop.render_order(visit.page(), order, await visit.shop.orders.list_for(seen.email)))


@get("/help")
async def help_page(request: type_request) -> Response[str]:
    """The shop's policies."""
    return show(shop.render_help(open_visit(request).page()))


@get("/contact")
async def contact_page(request: type_request) -> Response[str]:
    """How to reach the shop."""
    visit = open_visit(request)
    return show(shop.render_contact(visit.page(), visit.shop.contact_slot))


@get("/{path:path}")
async def missing_page(request: type_request) -> Response[str]:
    """Anything else."""
    return show_missing(open_visit(request))


def serve(request: type_request, body: str | bytes, media_type: str) -> Response[str | bytes]:
    """Answer with a file: for ever when the address carries its version, else to be asked for again."""
    fixed = request.query_params.get("v") == shop.find_version()
    headers = {
        "Cache-Control": "public, max-age=31536000, immutable" if fixed else "no-cache",
        "Content-Security-Policy": "default-src 'none'",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(body, media_type=media_type, headers=headers)


@get("/assets/{name:str}")
async def asset_file(request: type_request, name: FromPath[str]) -> Response[Any]:
    """The shop's style sheet, script and icon."""
    if name not in FILES:
        return Response("", status_code=404, media_type=MediaType.TEXT)
    return serve(request, (shop.PAGES / name).read_bytes(), FILES[name])


@get("/art/{name:str}")
async def picture_file(request: type_request, name: FromPath[str]) -> Response[Any]:
    """A drawing: "<product>.<colour>.svg" or "scene-day.svg"."""
    first, _, colour = name.removesuffix(".svg").partition(".")
    picture = art.find_picture(first, colour)
    if name in ("scene-day.svg", "scene-night.svg"):
        picture = art.build_scene("day" if name == "scene-day.svg" else "night")
    if picture is None:
        return Response("", status_code=404, media_type=MediaType.TEXT)
    return serve(request, picture, "image/svg+xml")


PAGE_HANDLERS = [
    home_page, collection_page, product_page, cart_page, change_cart, checkout_page, submit_order,
    confirmation_page, lookup_page, find_order, order_page, help_page, contact_page, missing_page,
]  # fmt: skip

demo_router = Router(
    path=BASE,
    route_handlers=[
        asset_file,
        picture_file,
        *(
            Router(path=PREFIX[lang] or "/", route_handlers=PAGE_HANDLERS, opt={"lang": lang})
            for lang in LANGUAGES
        ),
    ],
    include_in_schema=False,
    request_max_body_size=MAX_BODY,
)
