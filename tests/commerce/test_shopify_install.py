"""Connecting Shopify by agreeing there: from the desk to the store and back, and everybody who is refused."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import httpx
import pytest

from parley.kit.clock import FixedClock
from parley.kit.db import Database
from parley.kit.files.store import LocalStore
from parley.kit.outbound import OutboundClient, Times
from parley.kit.runtime import Runtime
from tests.commerce.conftest import SLICES
from tests.support.app import ORIGIN, Shop, body_of, build_test_runtime
from tests.support.fakes.shopify import CLIENT_ID, DOMAIN, SECRET, TOKEN, FakeShopify, fill, shopify
from tests.support.fakes.shopify_oauth import read_query
from tests.support.jobs import run_jobs

BACK = "/oauth/stores"


@pytest.fixture
async def runtime(db: Database, clock: FixedClock, tmp_path: Path) -> AsyncIterator[Runtime]:
    """A runtime that may call this machine, with little patience."""
    http = OutboundClient(allow=("127.0.0.1",), times=Times(connect=2, read=0.3, total=3), clock=clock)
    yield build_test_runtime(db, clock, SLICES, http=http, files=LocalStore(tmp_path))
    await http.close()


@pytest.fixture
async def fake() -> AsyncIterator[FakeShopify]:
    """A Shopify at which our app is registered with the address it sends people back to."""
    async with shopify() as made:
        fill(made, 2)
        made.door.redirects = {ORIGIN + BACK}
        yield made


class Admin:
    """An admin at his browser, who has begun to connect the store."""

    def __init__(self, shop: Shop, fake: FakeShopify, browser: httpx.AsyncClient) -> None:
        self.shop = shop
        self.fake = fake
        self.browser = browser

    async def begin(self, **changes: Any) -> str:
        """Begins and gives the address of the store's page."""
        settings = {
            "shop": DOMAIN,
            "client_id": CLIENT_ID,
            "api_secret": SECRET,
            "api_address": self.fake.url,
        }
        given = {"plugin": "shopify", "settings": {**settings, **changes.pop("settings", {})}, **changes}
        answer = await self.browser.post("/api/v1/stores/oauth", json=given)
        assert answer.status_code == 200, answer.text
        url: str = body_of(answer)["url"]
        return url

    async def agree(self, url: str) -> dict[str, str]:
        """Opens the store's page, where the merchant agrees; gives what the browser is sent back with."""
        page = urlsplit(url)
        assert (page.scheme, page.netloc, page.path) == ("https", DOMAIN, "/admin/oauth/authorize")
        async with httpx.AsyncClient() as person:
            answer = await person.get(f"{self.fake.url}{page.path}?{page.query}")
        assert answer.status_code == 302, answer.text
        assert answer.headers["location"].startswith(ORIGIN + BACK)
        return read_query(answer.headers["location"])

    async def back(self, query: dict[str, str]) -> str:
        """Comes back to the desk; gives where the browser goes from there."""
        answer = await self.browser.get(BACK, params=query)
        assert answer.status_code == 303, answer.text
        return str(answer.headers["location"])

    async def stores(self) -> Any:
        """The stores that are connected."""
        return body_of(await self.browser.get("/api/v1/stores"))["items"]


@pytest.fixture
async def admin(shop: Shop, fake: FakeShopify) -> Admin:
    """The admin."""
    return Admin(shop, fake, await shop.signed_in("admin"))


async def test_an_admin_connects_a_store_and_it_is_read(admin: Admin, fake: FakeShopify) -> None:
    url = await admin.begin(settings={"subscriptions": True})
    asked = read_query(url)
    assert (asked["client_id"], asked["redirect_uri"]) == (CLIENT_ID, ORIGIN + BACK)
    assert {"read_all_orders", "write_own_subscription_contracts"} < set(asked["scope"].split(","))
    assert await admin.stores() == []
    where = await admin.back(await admin.agree(url))
    (store,) = await admin.stores()
    assert where == f"/settings/stores/{store['id']}?connected=yes"
    assert (store["name"], store["currency"], store["state"]) == ("Loom & Co", "EUR", "active")
    assert {"access_token", "api_secret"} <= set(store["secrets_set"])
    assert {one["uri"] for one in fake.shop.webhooks.values()} == {f"{ORIGIN}/hooks/{store['id']}"}
    await run_jobs(admin.shop.runtime, "commerce.sync")
    assert await admin.shop.count("SELECT count(*) FROM orders") == 2


async def test_the_token_is_kept_where_nobody_reads_it(admin: Admin, fake: FakeShopify) -> None:
    fake.tokens.clear()
    await admin.back(await admin.agree(await admin.begin()))
    (token,) = fake.tokens
    (store,) = await admin.stores()
    assert token not in str(store)
    stored = await admin.shop.count("SELECT row(settings::text, secrets)::text FROM connections")
    assert token not in stored
    assert SECRET not in stored
    left = "SELECT count(*) FROM one_time_tokens WHERE purpose = 'store_install'"
    assert await admin.shop.count(left) == 0


async def test_what_waits_for_the_way_back_is_sealed(admin: Admin) -> None:
    url = await admin.begin()
    waiting = await admin.shop.count("SELECT data::text FROM one_time_tokens WHERE purpose = 'store_install'")
    assert SECRET not in waiting + url
    assert SECRET.encode().hex() not in waiting


async def test_one_changed_byte_is_refused(admin: Admin, fake: FakeShopify) -> None:
    for name in ("code", "hmac", "shop", "timestamp", "host"):
        query = await admin.agree(await admin.begin())
        query[name] = ("x" if query[name][0] != "x" else "y") + query[name][1:]
        assert await admin.back(query) == "/settings/stores?refused=not_genuine"
    query = await admin.agree(await admin.begin())
    assert await admin.back({**query, "extra": "1"}) == "/settings/stores?refused=not_genuine"
    query = await admin.agree(await admin.begin())
    changed = {**query, "state": "x" + query["state"][1:]}
    assert await admin.back(changed) == "/settings/stores?refused=state"
    assert await admin.stores() == []
    assert fake.tokens == {TOKEN}


async def test_a_state_is_good_once(admin: Admin, fake: FakeShopify) -> None:
    query = await admin.agree(await admin.begin())
    assert "connected=yes" in await admin.back(query)
    assert await admin.back(query) == "/settings/stores?refused=state"
    # Not with a new code that is signed well, either.
    fake.door.codes["code-9"] = "write_orders"
    signed = {name: value for name, value in query.items() if name != "hmac"}
    assert await admin.back(fake.door.sign({**signed, "code": "code-9"})) == "/settings/stores?refused=state"
    assert "code-9" in fake.door.codes


async def test_an_answer_that_was_refused_is_not_good_later(admin: Admin) -> None:
    query = await admin.agree(await admin.begin())
    await admin.back({**query, "hmac": "0" * 64})
    assert await admin.back(query) == "/settings/stores?refused=state"


async def test_a_state_is_good_for_a_quarter_of_an_hour(admin: Admin, clock: FixedClock) -> None:
    query = await admin.agree(await admin.begin())
    clock.advance(timedelta(minutes=16))
    assert await admin.back(query) == "/settings/stores?refused=state"


async def test_nobody_else_comes_back_with_it(admin: Admin, shop: Shop, neighbour: Shop) -> None:
    refused = "/settings/stores?refused=state"
    query = await admin.agree(await admin.begin())
    foreign = Admin(neighbour, admin.fake, await neighbour.signed_in("admin"))
    assert await foreign.back(query) == refused
    assert await foreign.stores() == []
    assert (await shop.client().get(BACK, params=query)).status_code == 401
    assert (await (await shop.signed_in("agent")).get(BACK, params=query)).status_code == 403
    colleague = Admin(shop, admin.fake, await shop.signed_in("admin", name="Other"))
    assert await colleague.back(query) == refused
    # Whoever tried has used it up.
    assert await admin.back(query) == refused
    assert await admin.stores() == []


async def test_the_answer_of_another_shop_is_refused(admin: Admin, fake: FakeShopify) -> None:
    for other in (
        "other.myshopify.com",
        "loom.myshopify.com.evil.example",
        "evil.example/loom.myshopify.com",
    ):
        query = await admin.agree(await admin.begin())
        signed = fake.door.sign({**{k: v for k, v in query.items() if k != "hmac"}, "shop": other})
        assert await admin.back(signed) == "/settings/stores?refused=not_genuine"
    assert await admin.stores() == []


async def test_a_merchant_who_says_no(admin: Admin, fake: FakeShopify) -> None:
    fake.door.agrees = False
    assert await admin.back(await admin.agree(await admin.begin())) == "/settings/stores?refused=declined"


@pytest.mark.parametrize(
    ("fault", "what", "said"),
    [
        ("down", "access_token", "unreachable"),
        ("silence_after", "access_token", "unreachable"),
        ("down", "Shop", "unreachable"),
    ],
)
async def test_a_store_that_does_not_answer_is_said(
    admin: Admin, fake: FakeShopify, fault: Any, what: str, said: str
) -> None:
    query = await admin.agree(await admin.begin())
    fake.faults.seconds = 0.5
    fake.faults.add(fault, what, times=20)
    assert await admin.back(query) == f"/settings/stores?refused={said}"
    assert await admin.stores() == []


async def test_a_code_that_is_not_taken(admin: Admin, fake: FakeShopify) -> None:
    query = await admin.agree(await admin.begin())
    fake.door.codes.clear()
    assert await admin.back(query) == "/settings/stores?refused=settings"


async def test_the_same_shop_again_is_the_same_store(admin: Admin, fake: FakeShopify) -> None:
    await admin.back(await admin.agree(await admin.begin()))
    (store,) = await admin.stores()
    fake.tokens.clear()
    where = await admin.back(
        await admin.agree(await admin.begin(settings={"shop": DOMAIN.upper()[:4] + DOMAIN[4:]}))
    )
    assert where == f"/settings/stores/{store['id']}?connected=yes"
    assert [one["id"] for one in await admin.stores()] == [store["id"]]
    tested = body_of(await admin.browser.post(f"/api/v1/stores/{store['id']}/test"))
    assert next(step for step in tested["steps"] if step["name"] == "store")["ok"]


async def test_a_store_is_let_in_again_from_its_own_page(admin: Admin, fake: FakeShopify) -> None:
    await admin.back(await admin.agree(await admin.begin()))
    (store,) = await admin.stores()
    fake.tokens.clear()
    # The page knows no secrets; what is left empty stays.
    given = {"plugin": "shopify", "store_id": store["id"], "settings": {"api_secret": "", "shop": DOMAIN}}
    started = await admin.browser.post("/api/v1/stores/oauth", json=given)
    where = await admin.back(await admin.agree(body_of(started)["url"]))
    assert where == f"/settings/stores/{store['id']}?connected=yes"
    assert len(fake.tokens) == 1
    query = await admin.agree(body_of(await admin.browser.post("/api/v1/stores/oauth", json=given))["url"])
    assert (await admin.browser.delete(f"/api/v1/stores/{store['id']}")).status_code == 204
    assert await admin.back(query) == "/settings/stores?refused=gone"


async def test_what_cannot_be_begun(admin: Admin, shop: Shop, neighbour: Shop) -> None:
    async def refuse(**given: Any) -> tuple[int, str]:
        answer = await admin.browser.post("/api/v1/stores/oauth", json=given)
        return answer.status_code, body_of(answer)["code"]

    settings = {"shop": DOMAIN, "client_id": CLIENT_ID, "api_secret": SECRET}
    assert await refuse(plugin="woocommerce", settings={}) == (422, "no_oauth")
    assert await refuse(plugin="nothing") == (404, "not_found")
    assert await refuse(plugin="shopify", settings={**settings, "shop": "evil.example"}) == (
        422,
        "bad_settings",
    )
    assert await refuse(plugin="shopify", settings={**settings, "client_id": ""}) == (422, "bad_settings")
    assert await refuse(plugin="shopify", settings=settings, store_id=str(UUID(int=7))) == (404, "not_found")
    agent = await shop.signed_in("agent")
    given = {"plugin": "shopify", "settings": settings}
    assert (await agent.post("/api/v1/stores/oauth", json=given)).status_code == 403
    program = await shop.program("stores:write")
    assert (await program.post("/api/v1/stores/oauth", json=given)).status_code == 403
