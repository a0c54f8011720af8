"""Passkeys: registering, signing in, and everything that must not work."""

from datetime import timedelta

import httpx

from parley.kit.clock import FixedClock
from tests.support.app import ORIGIN, Shop, body_of
from tests.support.authenticator import SoftwareKey


async def register(browser: httpx.AsyncClient, key: SoftwareKey) -> httpx.Response:
    """Registers a key for the agent of a browser."""
    options = body_of(await browser.post("/api/v1/me/passkeys/options"))
    credential = key.create(options)
    return await browser.post("/api/v1/me/passkeys", json={"credential": credential, "name": "My key"})


async def sign_in(browser: httpx.AsyncClient, key: SoftwareKey, *, verified: bool = True) -> httpx.Response:
    """Signs in with a key."""
    options = body_of(await browser.post("/api/v1/session/passkey/options"))
    credential = key.get(options, verified=verified)
    return await browser.post("/api/v1/session/passkey", json={"credential": credential})


async def test_a_passkey_signs_in_without_a_password(shop: Shop) -> None:
    key, browser = SoftwareKey(ORIGIN), await shop.signed_in("agent", name="Ana")
    answer = await register(browser, key)
    assert answer.status_code == 201, answer.text
    assert [p["name"] for p in body_of(await browser.get("/api/v1/me"))["passkeys"]] == ["My key"]
    stranger = shop.client()
    state = body_of(await sign_in(stranger, key))
    assert (state["state"], state["agent"]["name"]) == ("signed_in", "Ana")
    assert (await stranger.get("/api/v1/me")).status_code == 200


async def test_unknown_removed_and_unverified_keys_are_refused(shop: Shop) -> None:
    key, browser = SoftwareKey(ORIGIN), await shop.signed_in()
    passkey_id = body_of(await register(browser, key))["id"]
    assert (await sign_in(shop.client(), SoftwareKey(ORIGIN))).status_code == 401
    assert (await sign_in(shop.client(), key, verified=False)).status_code == 401
    assert (await sign_in(shop.client(), key)).status_code == 200
    stranger = await shop.signed_in("owner")
    assert (await stranger.delete(f"/api/v1/me/passkeys/{passkey_id}")).status_code == 404
    assert (await browser.delete(f"/api/v1/me/passkeys/{passkey_id}")).status_code == 204
    assert (await sign_in(shop.client(), key)).status_code == 401


async def test_a_phishing_page_gets_nothing(shop: Shop) -> None:
    key, browser = SoftwareKey(ORIGIN), await shop.signed_in()
    await register(browser, key)
    key.origin = "http://desk.test.evil.example"
    assert (await sign_in(shop.client(), key)).status_code == 401
    elsewhere = SoftwareKey("http://evil.example")
    assert (await register(browser, elsewhere)).status_code == 422


async def test_a_challenge_is_used_once_and_for_five_minutes(shop: Shop, clock: FixedClock) -> None:
    key, browser = SoftwareKey(ORIGIN), await shop.signed_in()
    await register(browser, key)
    client = shop.client()
    options = body_of(await client.post("/api/v1/session/passkey/options"))
    first = key.get(options)
    assert (await client.post("/api/v1/session/passkey", json={"credential": first})).status_code == 200
    again = key.get(options)
    assert (await client.post("/api/v1/session/passkey", json={"credential": again})).status_code == 401
    late = body_of(await client.post("/api/v1/session/passkey/options"))
    clock.advance(timedelta(minutes=6))
    answer = await client.post("/api/v1/session/passkey", json={"credential": key.get(late)})
    assert answer.status_code == 401


async def test_a_cloned_key_is_noticed(shop: Shop) -> None:
    key, browser = SoftwareKey(ORIGIN), await shop.signed_in()
    await register(browser, key)
    assert (await sign_in(shop.client(), key)).status_code == 200
    assert (await sign_in(shop.client(), key)).status_code == 200
    key.counts = 0
    assert (await sign_in(shop.client(), key)).status_code == 401


async def test_one_agents_options_do_not_register_for_another(shop: Shop) -> None:
    ana, ben = await shop.signed_in(), await shop.signed_in()
    options = body_of(await ana.post("/api/v1/me/passkeys/options"))
    credential = SoftwareKey(ORIGIN).create(options)
    answer = await ben.post("/api/v1/me/passkeys", json={"credential": credential})
    assert (answer.status_code, body_of(answer)["code"]) == (422, "bad_passkey")
    assert await shop.count("SELECT count(*) FROM passkeys") == 0


async def test_rubbish_is_refused_clearly(shop: Shop) -> None:
    browser = await shop.signed_in()
    for rubbish in ({}, {"response": 1}, {"response": {"clientDataJSON": "%%"}}, {"id": 5, "response": {}}):
        assert (await browser.post("/api/v1/me/passkeys", json={"credential": rubbish})).status_code == 422
        answer = await shop.client().post("/api/v1/session/passkey", json={"credential": rubbish})
        assert answer.status_code == 422


async def test_passkey_satisfies_a_workspace_that_demands_more(shop: Shop) -> None:
    agent_id = await shop.agent()
    async with shop.runtime.db.transaction(shop.workspace_id) as tx:
        await tx.execute("""UPDATE workspaces SET settings = '{"require_totp": true}'::jsonb""")
    browser, key = await shop.browser(agent_id), SoftwareKey(ORIGIN)
    assert body_of(await browser.get("/api/v1/me"))["permissions"] == []
    passkey_id = body_of(await register(browser, key))["id"]
    assert body_of(await browser.get("/api/v1/me"))["permissions"] != []
    await browser.delete(f"/api/v1/me/passkeys/{passkey_id}")
    assert body_of(await browser.get("/api/v1/me"))["permissions"] == []
