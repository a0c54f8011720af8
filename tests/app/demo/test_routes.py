"""The demo store over HTTP, as a browser and as somebody who means harm."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from litestar import Litestar
from litestar.datastructures import State
from litestar.testing import TestClient
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from parley.app.demo.catalogue import load_catalogue
from parley.app.demo.orders import list_past_orders
from parley.app.demo.routes import demo_router, parse_number, parse_seen
from parley.app.demo.shop import DemoShop, find_version
from tests.app.demo.orders_in_memory import OrdersInMemory

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
ADDRESS = {
    "email": "ana@example.com",
    "name": "Ana Example",
    "line1": "Larch Lane 3",
    "postcode": "1000",
    "city": "Ljubljana",
    "country": "SI",
    "shipping": "standard",
}
SHELL = {"product": "ridgeline-rain-shell", "colour": "ember", "size": "M", "quantity": "2"}


@pytest.fixture
def orders() -> OrdersInMemory:
    return OrdersInMemory(list_past_orders(NOW))


@pytest.fixture
def client(orders: OrdersInMemory) -> Iterator[TestClient[Litestar]]:
    shop = DemoShop(orders, '<script async src="/widget.js"></script>', lambda: NOW)
    app = Litestar([demo_router], state=State({"demo": shop}))
    with TestClient(app, raise_server_exceptions=True) as opened:
        yield opened


def list_links(html: str) -> set[str]:
    """Everything a page of the shop leads to inside the shop."""
    nodes = HTMLParser(html).css("[href], [src], [srcset], form[action]")
    names = ("href", "src", "srcset", "action")
    found = {node.attributes.get(name) or "" for node in nodes for name in names}
    return {link.partition("#")[0] for link in found if link.startswith("/demo")}


def test_every_link_leads_somewhere(client: TestClient[Litestar]) -> None:
    waiting, seen = ["/demo", "/demo/pt-br"], set[str]()
    while waiting:
        address = waiting.pop()
        if address in seen:
            continue
        seen.add(address)
        answer = client.get(address)
        assert answer.status_code == 200, address
        if answer.headers["content-type"].startswith("text/html"):
            waiting += list_links(answer.text) - seen
    assert len(seen) > 150
    assert {f"/demo/products/{handle}" for handle in load_catalogue().products} <= seen


def test_help_links_point_at_chapters(client: TestClient[Litestar]) -> None:
    chapters: set[str | None] = set()
    for address in ("/demo/help", "/demo/pt-br/help"):
        tree = HTMLParser(client.get(address).text)
        chapters = {node.attributes["id"] for node in tree.css(".prose section[id]")}
        wanted = {(node.attributes["href"] or "")[1:] for node in tree.css(".toc a")}
        assert wanted == chapters
    linked = {
        link.partition("#")[2]
        for node in HTMLParser(client.get("/demo").text).css("a[href*='/help#']")
        if (link := node.attributes["href"] or "")
    }
    assert linked <= chapters


def test_buying_something(client: TestClient[Litestar], orders: OrdersInMemory) -> None:
    assert client.get("/demo/checkout", follow_redirects=False).headers["location"] == "/demo/cart"
    cart = client.post("/demo/cart", data=SHELL)
    assert cart.url.path == "/demo/cart"
    assert "Ridgeline Rain Shell" in cart.text
    assert "€378.00" in cart.text
    assert "−€37.80" in client.post("/demo/cart", data={"code": "pine10"}).text
    wrong = client.post("/demo/checkout", data={"email": "nope"})
    assert wrong.status_code == 422
    assert 'value="nope"' in wrong.text
    done = client.post("/demo/checkout", data=ADDRESS)
    assert done.url.path == "/demo/checkout/done"
    assert "Thank you, Ana" in done.text
    order = orders.orders[-1]
    assert (order.number, order.total, order.placed_at) == ("AP-1104", 34020, NOW)
    assert "Nothing in here yet" in client.get("/demo/cart").text
    assert "AP-1104" in client.get("/demo/orders/AP-1104").text
    assert client.post("/demo/checkout", data=ADDRESS).url.path == "/demo/cart", "a second press buys nothing"
    assert len(orders.orders) == 63


def test_the_brazilian_shop_sells_in_reais(client: TestClient[Litestar], orders: OrdersInMemory) -> None:
    client.post("/demo/pt-br/cart", data=SHELL)
    place = {**ADDRESS, "country": "BR", "shipping": "sedex"}
    done = client.post("/demo/pt-br/checkout", data=place)
    assert done.url.path == "/demo/pt-br/checkout/done"
    assert (orders.orders[-1].currency, orders.orders[-1].total) == ("BRL", 269800 + 4490)
    assert client.post("/demo/pt-br/cart", data=SHELL).status_code == 200
    assert client.post("/demo/pt-br/checkout", data=ADDRESS).status_code == 422


def test_a_script_gets_json(client: TestClient[Litestar]) -> None:
    answer = client.post("/demo/cart", data=SHELL, headers={"accept": "application/json"})
    assert answer.json() == {
        "count": 2,
        "text": "Added to your cart",
        "link": "View cart",
        "href": "/demo/cart",
    }
    missing = client.post("/demo/cart", data={**SHELL, "size": ""}, headers={"accept": "application/json"})
    assert missing.json()["count"] == 2
    assert missing.json()["text"] == "Please choose a size that is in stock."


def test_what_cannot_be_bought_is_said(client: TestClient[Litestar]) -> None:
    no_size = client.post("/demo/cart", data={"product": "ridgeline-rain-shell", "colour": "moss"})
    assert no_size.status_code == 422
    assert "Please choose a size" in no_size.text
    sold_out = client.post("/demo/cart", data={**SHELL, "colour": "tide"})
    assert sold_out.status_code == 422
    client.post("/demo/cart", data={**SHELL, "quantity": "10"})
    assert "already holds all" in client.post("/demo/cart", data=SHELL).text
    unknown = client.post("/demo/cart", data={"code": "<b>FREE"})
    assert unknown.status_code == 422
    assert "&lt;b&gt;FREE" in unknown.text


def test_an_order_is_shown_to_its_buyer_only(client: TestClient[Litestar]) -> None:
    right = {"number": "#ap-1093", "email": "Emma.Hughes@example.com"}
    shown = client.post("/demo/orders", data=right)
    assert shown.url.path == "/demo/orders/AP-1093"
    assert "East Midlands, GB" in shown.text
    assert "AP-1043" in shown.text, "her other order"
    assert "27 Rowan Close" in client.get("/demo/orders/AP-1043").text, "hers as well"
    assert "Track an order" in client.get("/demo/orders/AP-1094").text, "not hers"
    client.cookies.clear()
    assert "Sheffield" not in client.get("/demo/orders/AP-1093").text
    for wrong in ({**right, "email": "callum.reid@example.org"}, {**right, "number": ""}, {}):
        answer = client.post("/demo/orders", data=wrong)
        assert answer.status_code == 404
        assert "We cannot find an order" in answer.text


def test_pages_that_do_not_exist(client: TestClient[Litestar]) -> None:
    for address in ("/demo/nope", "/demo/a/b/c", "/demo/products/x", "/demo/collections/x", "/demo/pt-br/x"):
        answer = client.get(address)
        assert answer.status_code == 404, address
        assert "<h1>" in answer.text
    for address in (
        "/demo/assets/x.css",
        "/demo/assets/..%2Fshop.py",
        "/demo/art/x.svg",
        "/demo/art/scene-dusk.svg",
    ):
        assert client.get(address).status_code == 404, address


def test_headers(client: TestClient[Litestar]) -> None:
    page = client.get("/demo")
    policy = page.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert page.headers["cache-control"] == "no-store"
    kept = client.get(f"/demo/assets/shop.css?v={find_version()}")
    assert kept.headers["content-type"].startswith("text/css")
    assert "immutable" in kept.headers["cache-control"]
    assert client.get("/demo/assets/shop.css?v=old").headers["cache-control"] == "no-cache"
    assert client.get("/demo/art/gift-card.pine.svg").headers["content-type"].startswith("image/svg+xml")
    cookie = client.post("/demo/cart", data=SHELL, follow_redirects=False).headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "path=/demo" in cookie


@pytest.mark.parametrize("address", ["/demo/cart", "/demo/checkout", "/demo/orders"])
def test_forms_of_other_sites_are_refused(client: TestClient[Litestar], address: str) -> None:
    answer = client.post(address, data=SHELL, headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403
    assert "alder_cart" not in answer.cookies


@pytest.mark.parametrize("address", ["/demo/cart", "/demo/checkout", "/demo/orders"])
@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"\xff\xfe=\x00&%zz=%ff%fe", "application/x-www-form-urlencoded"),
        (b"email=%00%ff&number=%F0%28%8C%28", "application/x-www-form-urlencoded"),
        (b"{not json", "application/json"),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
        (b"--x\r\nbroken", "multipart/form-data"),
        (b"product=ridgeline-rain-shell&" * 2000, "application/x-www-form-urlencoded"),
        (b"", "text/plain"),
    ],
)
def test_rubbish_is_refused_politely(
    client: TestClient[Litestar], address: str, body: bytes, kind: str
) -> None:
    client.cookies.set("alder_cart", "RRS-EMB-M:1", path="/demo")
    answer = client.post(address, content=body, headers={"content-type": kind})
    assert answer.status_code < 500


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from([*ADDRESS, *SHELL, "code", "sku", "number"]), st.text(max_size=60)))
def test_no_form_breaks_the_shop(client: TestClient[Litestar], fields: dict[str, str]) -> None:
    typed = {name: value.encode("utf-8", "replace") for name, value in fields.items()}
    for address in ("/demo/cart", "/demo/checkout", "/demo/pt-br/orders"):
        assert client.post(address, data=typed).status_code < 500


@given(st.text(max_size=700))
def test_no_cookie_breaks_the_memory_of_an_order(value: str) -> None:
    seen = parse_seen(value)
    assert seen is None or isinstance(seen.email, str)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("#AP-1042", "AP-1042"),
        ("1042", "AP-1042"),
        (" ap 1042", "AP-1042"),
        ("", ""),
        ("none", ""),
        ("١٠٤٢", ""),
    ],
)
def test_order_numbers_as_people_type_them(typed: str, number: str) -> None:
    assert parse_number(typed) == number
