"""Words, pictures and pages of the demo store."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from string import Formatter
from xml.etree import ElementTree as ET

import pytest
from msgspec.structs import replace
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from parley.app.demo import shop
from parley.app.demo.art import build_scene, find_picture
from parley.app.demo.cart import CartLine, build_cart
from parley.app.demo.catalogue import find_variant, load_catalogue
from parley.app.demo.checkout import (
    CheckoutForm,
    list_checkout_errors,
    parse_checkout,
    parse_email,
    parse_text,
    place_order,
)
from parley.app.demo.orders import list_past_orders
from parley.app.demo.shop import PAGES, Page
from parley.app.demo.words import LANGUAGES, Lang, format_money, load_words

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
CATALOGUE = load_catalogue()
SNIPPET = '<script async src="/widget.js" data-channel="ch_test"></script>'
CART = build_cart([CartLine("RRS-EMB-M", 1), CartLine("SEM-PIN", 2)], "PINE10", CATALOGUE)
FORM = CheckoutForm(
    email="ana@example.com",
    name="Ana Example",
    line1="Larch Lane 3",
    postcode="1000",
    city="Ljubljana",
    country="SI",
    shipping="express",
)
ORDERS = list_past_orders(NOW)

PAGES_TO_RENDER: dict[str, Callable[[Page], str]] = {
    "home": shop.render_home,
    "collection": lambda page: shop.render_collection(page, CATALOGUE.collections["footwear"], "-price"),
    "everything": lambda page: shop.render_collection(page, None),
    "product": lambda page: shop.render_product(page, CATALOGUE.products["granite-hiking-boots"], "black"),
    "gift card": lambda page: shop.render_product(page, CATALOGUE.products["gift-card"]),
    "empty cart": lambda page: shop.render_cart(page, build_cart([], None, CATALOGUE)),
    "cart": lambda page: shop.render_cart(page, CART, "cart.code_unknown", "FREE"),
    "checkout": lambda page: shop.render_checkout(page, CART),
    "checkout with errors": lambda page: shop.render_checkout(
        page, CART, CheckoutForm(), list_checkout_errors(CheckoutForm(), CART, page.lang, CATALOGUE)
    ),
    "confirmation": lambda page: shop.render_confirmation(page, ORDERS[-1]),
    "lookup": lambda page: shop.render_lookup(page, "1042", "a@example.com", "lookup.problem"),
    "order": lambda page: shop.render_order(page, ORDERS[0], ORDERS),
    "help": shop.render_help,
    "contact": shop.render_contact,
    "not found": shop.render_not_found,
}


@pytest.fixture(params=LANGUAGES)
def lang(request: pytest.FixtureRequest) -> Lang:
    chosen: Lang = request.param
    return chosen


def list_fields(text: str) -> set[str]:
    """The names to be filled into a text."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_both_languages_say_the_same_things() -> None:
    english, portuguese = load_words()["en"], load_words()["pt-BR"]
    assert list(english) == list(portuguese)
    for key, text in english.items():
        assert list_fields(text) == list_fields(portuguese[key]), key
        assert text.strip()
        assert portuguese[key].strip()


def test_every_word_is_used_and_every_used_word_exists() -> None:
    sources = [*PAGES.rglob("*.html"), *PAGES.parent.glob("*.py")]
    text = "\n".join(path.read_text("utf-8") for path in sources)
    known = set(load_words()["en"])
    pages = "\n".join(path.read_text("utf-8") for path in PAGES.rglob("*.html"))
    assert set(re.findall(r'\bt\("([\w.-]+)"[,)]', pages)) <= known
    prefixes = tuple(set(re.findall(r't\("([\w-]+\.)" ~', text)) | {"checkout.error."})
    unused = {key for key in known if f'"{key}"' not in text and not key.startswith(prefixes)}
    assert unused <= {"collection.featured", "collection.price_up", "collection.price_down"}


def test_every_product_speaks_both_languages_and_costs_something() -> None:
    for product in CATALOGUE.products.values():
        for texts in (product.title, product.summary, product.description, product.details, product.fit):
            assert texts is None or set(texts) == set(LANGUAGES)
        assert set(product.collections) <= set(CATALOGUE.collections)
        assert all(price > 0 for price in product.prices.values())
        assert set(product.stock) <= set(CATALOGUE.colours)
        if product.was:
            assert all(product.was[currency] > product.prices[currency] for currency in product.was)
        colour, size = next(iter(product.stock)), product.sizes[0]
        variant = find_variant(CATALOGUE, product, colour, size)
        assert variant is not None
        assert (variant.product, variant.colour, variant.size) == (product.handle, colour, size)
        assert find_variant(CATALOGUE, product, colour, "9000") is None


@pytest.mark.parametrize("handle", sorted(CATALOGUE.products))
def test_every_colour_has_a_drawing_without_script_or_style(handle: str) -> None:
    for colour in CATALOGUE.products[handle].stock:
        picture = find_picture(handle, colour)
        assert picture is not None
        tags = {element.tag.rpartition("}")[2] for element in ET.fromstring(picture).iter()}
        assert not tags & {"script", "style", "image", "foreignObject"}
        assert "$" not in picture
        assert CATALOGUE.colours[colour].hex in picture
    assert find_picture(handle, "octarine") is None
    assert find_picture("../shop", "moss") is None


def test_the_scene_has_two_moods() -> None:
    assert ET.fromstring(build_scene("day")).tag.endswith("svg")
    assert build_scene("day") != build_scene("night")


@pytest.mark.parametrize("name", PAGES_TO_RENDER)
def test_pages_keep_the_rules(name: str, lang: Lang) -> None:
    html = PAGES_TO_RENDER[name](Page(lang, 3, SNIPPET))
    tree = HTMLParser(html)
    root = tree.css_first("html")
    assert root is not None
    assert (root.attributes["lang"], root.attributes["dir"]) == (lang, "ltr")
    assert len(tree.css("h1")) == 1
    assert len(tree.css("main")) == 1
    assert not tree.css("style"), "no inline style"
    assert all(script.attributes.get("src") for script in tree.css("script")), "no inline script"
    for element in tree.css("*"):
        names = set(element.attributes)
        assert not {attribute for attribute in names if attribute == "style" or attribute.startswith("on")}
    assert all("alt" in image.attributes for image in tree.css("img"))
    ids = [element.attributes["id"] for element in tree.css("[id]")]
    assert len(ids) == len(set(ids))
    labelled = {label.attributes.get("for") for label in tree.css("label")}
    for control in tree.css("select, textarea, input:not([type=hidden]):not([type=radio])"):
        assert control.attributes.get("id") in labelled
    assert html.index(SNIPPET) < html.index("</body>")
    assert html.rstrip().endswith("</html>")


def test_what_people_type_is_escaped() -> None:
    nasty = "<script>alert(1)</script>\"'"
    form = CheckoutForm(name=nasty, line1=nasty, note=nasty)
    order = replace(ORDERS[0], name=nasty, note=nasty, email=nasty)
    page = Page("en")
    for html in (
        shop.render_checkout(page, CART, form),
        shop.render_cart(page, CART, "cart.code_unknown", nasty),
        shop.render_lookup(page, nasty, nasty),
        shop.render_order(page, order),
        shop.render_confirmation(page, order),
    ):
        assert "<script>alert" not in html
        assert "&lt;script&gt;" in html


def test_a_sold_out_size_cannot_be_chosen() -> None:
    tree = HTMLParser(shop.render_product(Page("en"), CATALOGUE.products["granite-hiking-boots"], "black"))
    sold_out = [node.attributes["value"] for node in tree.css("input[name=size][disabled]")]
    assert sold_out == ["41"]
    gone = HTMLParser(shop.render_product(Page("en"), CATALOGUE.products["summit-enamel-mug"], "rust"))
    button = gone.css_first("[data-buy-button]")
    assert button is not None
    assert "disabled" in button.attributes


def test_nobody_asks_for_a_card(lang: Lang) -> None:
    html = shop.render_checkout(Page(lang), CART)
    names = {node.attributes.get("name") for node in HTMLParser(html).css("form#checkout [name]")}
    assert names == {"email", "name", "country", "line1", "postcode", "city", "region", "shipping", "note"}
    assert load_words()[lang]["checkout.payment_text"] in html


def test_money_is_written_for_its_reader() -> None:
    assert format_money(18900, "EUR", "en") == "€189.00"
    assert format_money(134900, "BRL", "pt-BR") == "R$\xa01.349,00"
    assert format_money(8800, "KRW", "en") == "₩8,800"


def test_every_past_order_has_its_steps() -> None:
    for order in ORDERS:
        marks = [mark for _, mark in shop.list_steps(order)]
        assert marks == sorted(marks, key=["done", "now", "ahead"].index)
        if any(event.kind == "cancelled" for event in order.events):
            assert marks == []
        elif any(event.kind in ("delivered", "collected") for event in order.events):
            assert set(marks) == {"done"}
        else:
            assert marks.count("now") == 1


def test_an_order_is_placed() -> None:
    order = place_order(CART, FORM, "en", CATALOGUE, NOW)
    assert (order.number, order.status, order.placed_at) == ("", "placed", NOW)
    assert (order.subtotal, order.discount, order.shipping, order.total) == (22100, 2210, 1690, 21580)
    assert order.address is not None
    assert (order.address.country, order.carrier) == ("SI", "UPS Express")
    assert [(line.title, line.quantity) for line in order.lines] == [
        ("Ridgeline Rain Shell", 1),
        ("Summit Enamel Mug", 2),
    ]


def test_a_gift_card_needs_no_address() -> None:
    cart = build_cart([CartLine("GFC-PIN-100", 1)], None, CATALOGUE)
    order = place_order(cart, CheckoutForm(email="ana@example.com", name="Ana"), "pt-BR", CATALOGUE, NOW)
    assert (order.address, order.shipping_code, order.total, order.currency) == (None, None, 60000, "BRL")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"email": "ana"}, "email"),
        ({"email": "ana@"}, "email"),
        ({"name": ""}, "name"),
        ({"line1": ""}, "line1"),
        ({"postcode": ""}, "postcode"),
        ({"city": ""}, "city"),
        ({"country": ""}, "country"),
        ({"country": "BR"}, "country"),
        ({"shipping": ""}, "shipping"),
        ({"shipping": "pac"}, "shipping"),
        ({"shipping": "pickup", "country": "DE"}, "shipping"),
    ],
)
def test_a_wrong_form_places_nothing(changes: dict[str, str], field: str) -> None:
    form = replace(FORM, **changes)
    assert list(list_checkout_errors(form, CART, "en", CATALOGUE)) == [field]
    with pytest.raises(ValueError, match="errors"):
        place_order(CART, form, "en", CATALOGUE, NOW)
    with pytest.raises(ValueError, match="empty"):
        place_order(build_cart([], None, CATALOGUE), FORM, "en", CATALOGUE, NOW)


def test_typed_text_is_cleaned() -> None:
    assert parse_text("  Ana\x00\r\n\tLarch \ud800 ", 100) == "Ana Larch"
    assert parse_text("abc def", 4) == "abc"
    assert parse_checkout({"name": "x" * 500, "card": "4111"}).name == "x" * 100
    assert parse_email("Ana@EXAMPLE.com") == "Ana@example.com"
    assert parse_email("demo@parley.example") == "demo@parley.example"
    assert parse_email("a@shop.test") == "a@shop.test"
    assert parse_email("a b@example.com") is None
