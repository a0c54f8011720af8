"""Signing in: password, second factor, recovery codes, limits."""

from datetime import timedelta

import httpx
import pyotp
import pytest

from parley.accounts.actions.agents import create_agent
from parley.accounts.actions.second_factor import find_step
from parley.accounts.passwords import check_password
from parley.kit.clock import FixedClock
from parley.kit.errors import Invalid
from tests.support.app import Shop, body_of
from tests.support.jobs import run_jobs

PASSWORD = "correct horse battery"


@pytest.fixture
async def ana(shop: Shop) -> str:
    """An agent with a password; gives her e-mail address."""
    async with shop.runtime.ctx(shop.workspace_id) as ctx:
        await create_agent(ctx, email="Ana@Shop.example", name="Ana", role="owner", password=PASSWORD)
    return "ana@shop.example"


async def sign_in(browser: httpx.AsyncClient, email: str, password: str) -> httpx.Response:
    """Sends the form and keeps the CSRF value."""
    answer = await browser.post("/api/v1/session", json={"email": email, "password": password})
    if answer.status_code == 200:
        browser.headers["X-CSRF-Token"] = body_of(answer)["csrf"]
    return answer


async def enrol(browser: httpx.AsyncClient, clock: FixedClock) -> tuple[str, list[str]]:
    """Switches the second factor on; gives the secret and the recovery codes."""
    offer = body_of(await browser.post("/api/v1/me/totp"))
    assert offer["uri"].startswith("otpauth://totp/")
    assert offer["qr_svg"].startswith("<svg")
    code = pyotp.TOTP(offer["secret"]).at(clock.now())
    answer = await browser.post("/api/v1/me/totp/confirm", json={"code": code})
    assert answer.status_code == 200, answer.text
    return offer["secret"], body_of(answer)["recovery_codes"]


async def test_password_opens_a_session(shop: Shop, ana: str) -> None:
    browser = shop.client()
    state = body_of(await sign_in(browser, " ANA@shop.example ", PASSWORD))
    assert state["state"] == "signed_in"
    assert state["agent"]["email"] == "Ana@shop.example"
    assert (await browser.get("/api/v1/me")).status_code == 200
    assert await shop.count("SELECT count(*) FROM audit_entries WHERE action = 'signed_in'") == 1


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("ana@shop.example", "wrong horse battery"),
        ("nobody@shop.example", PASSWORD),
        ("\u202e", PASSWORD),
        ("", ""),
    ],
)
async def test_wrong_password_and_unknown_people_look_the_same(
    shop: Shop, ana: str, email: str, password: str
) -> None:
    answer = await sign_in(shop.client(), email, password)
    assert answer.status_code == 401
    assert body_of(answer)["code"] == "wrong_password"
    assert "set-cookie" not in answer.headers
    assert await shop.count("SELECT count(*) FROM sessions") == 0
    assert await run_jobs(shop.runtime) == 1, "the same work for known and unknown people"
    noted = await shop.count("SELECT count(*) FROM audit_entries WHERE action = 'sign_in_failed'")
    assert noted == (1 if email == ana else 0)


async def test_disabled_and_invited_people_cannot_sign_in(shop: Shop, ana: str) -> None:
    for state in ("disabled", "invited"):
        async with shop.runtime.db.transaction(shop.workspace_id) as tx:
            await tx.execute("UPDATE agents SET state = $1", state)
        assert (await sign_in(shop.client(), ana, PASSWORD)).status_code == 401


async def test_guessing_is_slowed_down_per_person(shop: Shop, ana: str) -> None:
    codes = [(await sign_in(shop.client(), ana, "wrong" * 3)).status_code for _ in range(12)]
    assert codes[:10] == [401] * 10
    answer = await sign_in(shop.client(), ana, PASSWORD)
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) >= 1


async def test_same_person_in_two_workspaces_chooses(shop: Shop, neighbour: Shop, ana: str) -> None:
    async with neighbour.runtime.ctx(neighbour.workspace_id) as ctx:
        await create_agent(ctx, email=ana, name="Ana", role="agent", password=PASSWORD)
    answer = await sign_in(shop.client(), ana, PASSWORD)
    assert answer.status_code == 409
    assert {w["slug"] for w in body_of(answer)["workspaces"]} == {"test-shop", "neighbour"}
    browser = shop.client()
    answer = await browser.post(
        "/api/v1/session", json={"email": ana, "password": PASSWORD, "workspace": "neighbour"}
    )
    assert body_of(answer)["workspace"]["slug"] == "neighbour"
    wrong = await browser.post(
        "/api/v1/session", json={"email": ana, "password": "x", "workspace": "neighbour"}
    )
    assert wrong.status_code == 401


async def test_another_sites_page_cannot_sign_in_or_out(shop: Shop, ana: str) -> None:
    browser = shop.client(**{"Sec-Fetch-Site": "cross-site"})
    assert (await sign_in(browser, ana, PASSWORD)).status_code == 403
    inside = await shop.signed_in()
    inside.headers["Sec-Fetch-Site"] = "cross-site"
    assert (await inside.delete("/api/v1/session")).status_code == 403
    assert await shop.count("SELECT count(*) FROM sessions") == 1


async def test_second_factor_stands_between_password_and_desk(
    shop: Shop, ana: str, clock: FixedClock
) -> None:
    first = shop.client()
    await sign_in(first, ana, PASSWORD)
    secret, _ = await enrol(first, clock)

    browser = shop.client()
    assert body_of(await sign_in(browser, ana, PASSWORD))["state"] == "totp"
    assert body_of(await browser.get("/api/v1/session"))["state"] == "totp"
    assert (await browser.get("/api/v1/me")).status_code == 401
    wrong = await browser.post("/api/v1/session/totp", json={"code": "000000"})
    assert (wrong.status_code, body_of(wrong)["code"]) == (401, "wrong_code")

    used = pyotp.TOTP(secret).at(clock.now())
    assert (await browser.post("/api/v1/session/totp", json={"code": used})).status_code == 401, "used up"
    clock.advance(timedelta(seconds=30))
    pending = browser.cookies["parley_session"]
    answer = await browser.post("/api/v1/session/totp", json={"code": pyotp.TOTP(secret).at(clock.now())})
    assert body_of(answer)["state"] == "signed_in"
    assert browser.cookies["parley_session"] != pending
    assert (await browser.get("/api/v1/me")).status_code == 200


async def test_pending_session_ends_after_ten_minutes(shop: Shop, ana: str, clock: FixedClock) -> None:
    first = shop.client()
    await sign_in(first, ana, PASSWORD)
    secret, _ = await enrol(first, clock)
    browser = shop.client()
    await sign_in(browser, ana, PASSWORD)
    clock.advance(timedelta(minutes=11))
    answer = await browser.post("/api/v1/session/totp", json={"code": pyotp.TOTP(secret).at(clock.now())})
    assert (answer.status_code, body_of(answer)["code"]) == (401, "signed_out")


async def test_recovery_code_works_once(shop: Shop, ana: str, clock: FixedClock) -> None:
    first = shop.client()
    await sign_in(first, ana, PASSWORD)
    _, codes = await enrol(first, clock)
    assert len(set(codes)) == 10
    for expected in (200, 401):
        browser = shop.client()
        await sign_in(browser, ana, PASSWORD)
        answer = await browser.post("/api/v1/session/totp", json={"code": codes[0].upper()})
        assert answer.status_code == expected
    assert body_of(await first.get("/api/v1/me"))["recovery_codes_left"] == 9
    fresh = body_of(await first.post("/api/v1/me/recovery-codes"))["recovery_codes"]
    assert not set(fresh) & set(codes)
    assert body_of(await first.get("/api/v1/me"))["recovery_codes_left"] == 10


async def test_codes_are_slowed_down(shop: Shop, ana: str, clock: FixedClock) -> None:
    first = shop.client()
    await sign_in(first, ana, PASSWORD)
    await enrol(first, clock)
    browser = shop.client()
    await sign_in(browser, ana, PASSWORD)
    tries = [
        (await browser.post("/api/v1/session/totp", json={"code": f"{n:06}"})).status_code for n in range(6)
    ]
    assert tries[-1] == 429


async def test_secret_is_sealed_in_the_table(shop: Shop, ana: str, clock: FixedClock) -> None:
    browser = shop.client()
    await sign_in(browser, ana, PASSWORD)
    secret, codes = await enrol(browser, clock)
    stored = await shop.count("SELECT totp_secret FROM agents WHERE name = 'Ana'")
    assert secret.encode() not in stored
    hashes = await shop.count("SELECT string_agg(code_hash, ' ') FROM recovery_codes")
    assert not any(code in hashes or code.replace("-", "") in hashes for code in codes)


async def test_second_factor_can_be_switched_off_and_on_again(
    shop: Shop, ana: str, clock: FixedClock
) -> None:
    browser = shop.client()
    await sign_in(browser, ana, PASSWORD)
    await enrol(browser, clock)
    assert (await browser.post("/api/v1/me/totp")).status_code == 409
    assert (await browser.delete("/api/v1/me/totp")).status_code == 204
    assert (await browser.delete("/api/v1/me/totp")).status_code == 404
    assert body_of(await sign_in(shop.client(), ana, PASSWORD))["state"] == "signed_in"
    await enrol(browser, clock)


async def test_password_change_ends_other_sessions(shop: Shop, ana: str) -> None:
    here, there = shop.client(), shop.client()
    await sign_in(here, ana, PASSWORD)
    await sign_in(there, ana, PASSWORD)
    wrong = await here.post("/api/v1/me/password", json={"current": "no", "password": "another long one"})
    assert (wrong.status_code, body_of(wrong)["code"]) == (422, "wrong_password")
    assert (await there.get("/api/v1/me")).status_code == 200
    weak = await here.post("/api/v1/me/password", json={"current": PASSWORD, "password": "short"})
    assert (weak.status_code, body_of(weak)["errors"][0]["field"]) == (422, "password")
    done = await here.post("/api/v1/me/password", json={"current": PASSWORD, "password": "another long one"})
    assert done.status_code == 204
    assert (await here.get("/api/v1/me")).status_code == 200
    assert (await there.get("/api/v1/me")).status_code == 401
    assert (await sign_in(there, ana, PASSWORD)).status_code == 401
    assert (await sign_in(there, ana, "another long one")).status_code == 200


async def test_sessions_are_listed_and_revoked(shop: Shop, ana: str) -> None:
    here, there = shop.client(), shop.client()
    await sign_in(here, ana, PASSWORD)
    await sign_in(there, ana, PASSWORD)
    sessions = body_of(await here.get("/api/v1/me/sessions"))["items"]
    assert [s["current"] for s in sessions].count(True) == 1
    other = next(s["id"] for s in sessions if not s["current"])
    stranger = await shop.signed_in("owner")
    assert (await stranger.delete(f"/api/v1/me/sessions/{other}")).status_code == 404
    assert (await there.get("/api/v1/me")).status_code == 200
    assert (await here.delete(f"/api/v1/me/sessions/{other}")).status_code == 204
    assert (await there.get("/api/v1/me")).status_code == 401


async def test_who_has_signed_out_everywhere_is_not_there(shop: Shop, ana: str, clock: FixedClock) -> None:
    here, there = shop.client(), shop.client()
    await sign_in(here, ana, PASSWORD)
    await sign_in(there, ana, PASSWORD)
    async with shop.runtime.db.transaction(shop.workspace_id) as tx:
        await tx.execute("UPDATE agents SET presence_at = $1 WHERE email_key = $2", clock.now(), ana)
    seen = "SELECT presence_at FROM agents WHERE email_key = $1"
    await here.delete("/api/v1/session")
    assert await shop.count(seen, ana) == clock.now()
    await there.delete("/api/v1/session")
    assert await shop.count(seen, ana) is None


async def test_workspace_can_demand_a_second_factor(shop: Shop, ana: str, clock: FixedClock) -> None:
    browser = shop.client()
    await sign_in(browser, ana, PASSWORD)
    async with shop.runtime.db.transaction(shop.workspace_id) as tx:
        await tx.execute("""UPDATE workspaces SET settings = '{"require_totp": true}'::jsonb""")
    await sign_in(browser, ana, PASSWORD)
    me = body_of(await browser.get("/api/v1/me"))
    assert (me["must_enrol_totp"], me["permissions"]) == (True, [])
    await enrol(browser, clock)
    me = body_of(await browser.get("/api/v1/me"))
    assert me["must_enrol_totp"] is False
    assert "settings:write" in me["permissions"]


def test_steps_admit_a_little_drift_and_no_more(clock: FixedClock) -> None:
    secret = pyotp.random_base32()
    at = clock.now()
    step = int(at.timestamp()) // 30
    for drift, expected in ((-2, None), (-1, step - 1), (0, step), (1, step + 1), (2, None)):
        code = pyotp.TOTP(secret).at(at + timedelta(seconds=30 * drift))
        assert find_step(secret, code, at) == expected
    for bad in ("", "12345", "1234567", "١٢٣٤٥٦", "abcdef"):
        assert find_step(secret, bad, at) is None


@pytest.mark.parametrize("password", ["short", "a" * 300, "aaaaaaaaaaaa", "ana@shop.example"])
def test_weak_passwords_are_refused(password: str) -> None:
    with pytest.raises(Invalid):
        check_password(password, "Ana", "ana@shop.example")
