"""Who is believed: sessions and tokens, living, expired, revoked and foreign."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.accounts.authentication import SESSION_LIFE
from parley.accounts.credentials import (
    make_api_token,
    make_session_secret,
    workspace_of_session,
    workspace_of_token,
)
from parley.kit.clock import FixedClock
from parley.kit.ids import uuid7
from tests.support.app import Shop, body_of


@given(st.uuids())
def test_secrets_name_their_workspace(workspace_id: object) -> None:
    assert workspace_of_session(make_session_secret(workspace_id)) == workspace_id  # type: ignore[arg-type]
    assert workspace_of_token(make_api_token(workspace_id)) == workspace_id  # type: ignore[arg-type]


@given(st.text(max_size=80))
def test_anything_else_names_none_or_a_workspace_of_its_own_spelling(text: str) -> None:
    assert workspace_of_token(text) is None
    assert workspace_of_session(text.replace(".", "")) is None


async def test_session_opens_me(shop: Shop) -> None:
    browser = await shop.signed_in("lead", name="Ana")
    answer = await browser.get("/api/v1/me")
    assert answer.status_code == 200
    me = body_of(answer)
    assert (me["name"], me["role"]) == ("Ana", "lead")
    assert "settings:write" in me["permissions"]
    assert "tokens:write" not in me["permissions"]


async def test_a_request_authenticates_in_one_statement(shop: Shop) -> None:
    browser = await shop.signed_in()
    await browser.get("/api/v1/me")
    shop.statements.clear()
    await browser.get("/api/v1/me")
    assert len(shop.statements) == 2


async def test_nobody_and_strangers_are_refused(shop: Shop) -> None:
    callers: tuple[dict[str, Any], ...] = (
        {},
        {"Authorization": "Bearer x"},
        {"Authorization": f"Bearer {make_api_token(shop.workspace_id)}"},
        {"Authorization": f"Bearer {make_api_token(uuid7())}"},
        {"Authorization": "Basic YTpi"},
        {"Cookie": f"parley_session={make_session_secret(shop.workspace_id)}"},
        {"Cookie": "parley_session=\u00e9.\u00e9".encode()},
    )
    for headers in callers:
        answer = await shop.client().get("/api/v1/me", headers=headers)
        assert answer.status_code == 401, headers
        assert body_of(answer)["code"] == "signed_out"


async def test_session_slides_and_expires(shop: Shop, clock: FixedClock) -> None:
    browser = await shop.signed_in()
    for _ in range(3):
        clock.advance(SESSION_LIFE - timedelta(minutes=1))
        assert (await browser.get("/api/v1/me")).status_code == 200
    clock.advance(SESSION_LIFE)
    assert (await browser.get("/api/v1/me")).status_code == 401


async def test_session_is_touched_at_most_hourly(shop: Shop, clock: FixedClock) -> None:
    browser = await shop.signed_in()
    started = clock.now()
    clock.advance(timedelta(minutes=59))
    await browser.get("/api/v1/me")
    assert await shop.count("SELECT seen_at FROM sessions") == started
    clock.advance(timedelta(minutes=2))
    await browser.get("/api/v1/me")
    assert await shop.count("SELECT seen_at FROM sessions") == clock.now()


async def test_disabled_agent_is_out_at_once(shop: Shop) -> None:
    agent_id = await shop.agent()
    browser = await shop.browser(agent_id)
    async with shop.runtime.db.transaction(shop.workspace_id) as tx:
        await tx.execute("UPDATE agents SET state = 'disabled' WHERE id = $1", agent_id)
    assert (await browser.get("/api/v1/me")).status_code == 401


async def test_token_holds_its_scopes_that_exist(shop: Shop) -> None:
    program = await shop.program("settings:read")
    answer = await program.get("/api/v1/me")
    assert answer.status_code == 403
    assert body_of(answer)["code"] == "agents_only"


async def test_token_of_another_workspace_sees_only_that(shop: Shop, neighbour: Shop) -> None:
    secret = (await shop.program("settings:read")).headers["authorization"].removeprefix("Bearer ")
    foreign = make_api_token(neighbour.workspace_id)[:29] + secret[29:]
    answer = await shop.client(Authorization=f"Bearer {foreign}").get("/api/v1/me")
    assert answer.status_code == 401


@pytest.mark.parametrize("sent", [None, "wrong", ""])
async def test_writes_need_the_csrf_value(shop: Shop, sent: str | None) -> None:
    browser = await shop.signed_in()
    del browser.headers["X-CSRF-Token"]
    headers = {} if sent is None else {"X-CSRF-Token": sent}
    answer = await browser.patch("/api/v1/me", json={"name": "Changed"}, headers=headers)
    assert answer.status_code in (403, 405)
    assert await shop.count("SELECT count(*) FROM agents WHERE name = 'Changed'") == 0


async def test_session_state_follows_the_life_of_an_installation(runtime: object, shop: Shop) -> None:
    nobody = shop.client()
    assert body_of(await nobody.get("/api/v1/session"))["state"] == "signed_out"
    browser = await shop.signed_in("owner")
    answer = await browser.get("/api/v1/session")
    state = body_of(answer)
    assert state["state"] == "signed_in"
    assert state["csrf"] == browser.headers["X-CSRF-Token"]
    assert state["workspace"]["name"] == "Test shop"
    cookie = answer.headers.get_list("set-cookie")
    assert any("parley_session=" in c and "HttpOnly" in c and "SameSite=lax" in c for c in cookie)
    assert any("parley_csrf=" in c and "HttpOnly" not in c for c in cookie)
    assert (await browser.delete("/api/v1/session")).status_code == 204
    browser.cookies.clear()
    assert body_of(await browser.get("/api/v1/session"))["state"] == "signed_out"
    assert await shop.count("SELECT count(*) FROM sessions") == 0
