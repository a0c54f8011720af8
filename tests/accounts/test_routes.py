"""Every route of the slice: who may call it, and that a refused call changes nothing."""

import re
from typing import Any

import httpx
import pytest
from litestar.handlers import HTTPRouteHandler

from parley.accounts.slice import ACCOUNTS
from parley.kit.http.access import Access
from parley.kit.ids import uuid7
from parley.kit.slices import ROLES
from tests.support.app import Shop, body_of

PUBLIC = {
    ("GET", "/api/v1/session"),
    ("POST", "/api/v1/session"),
    ("DELETE", "/api/v1/session"),
    ("POST", "/api/v1/session/totp"),
    ("POST", "/api/v1/session/passkey/options"),
    ("POST", "/api/v1/session/passkey"),
    ("POST", "/api/v1/setup"),
    ("POST", "/api/v1/password-reset"),
    ("POST", "/api/v1/password-reset/confirm"),
    ("GET", "/api/v1/invitations/{token:str}"),
    ("POST", "/api/v1/invitations/{token:str}/accept"),
    ("GET", "/api/v1/push-key"),
}


def describe(handler: HTTPRouteHandler) -> tuple[str, str, Access]:
    """Gives method, path and access of a route."""
    [path] = handler.paths
    [method] = handler.http_methods
    access: Access = handler.opt["access"]
    return method, path, access


# Bodies that are good, so that nothing but the caller is wrong.
BODIES: dict[tuple[str, str], Any] = {
    ("POST", "/api/v1/agents"): {"email": "a@x.example", "name": "A", "password": "correct horse"},
    ("POST", "/api/v1/agents/invite"): {"email": "a@x.example"},
    ("POST", "/api/v1/teams"): {"name": "A"},
    ("POST", "/api/v1/tags"): {"name": "A"},
    ("POST", "/api/v1/brands"): {"name": "A", "languages": ["en"]},
    ("POST", "/api/v1/custom-fields"): {"label": "A", "type": "text"},
    ("POST", "/api/v1/views"): {"name": "A"},
    ("POST", "/api/v1/checklists"): {"name": "A", "items": ["x"]},
    ("POST", "/api/v1/business-hours"): {"name": "A", "time_zone": "UTC"},
    ("POST", "/api/v1/tokens"): {"name": "A", "scopes": ["agents:read"]},
    ("POST", "/api/v1/webhooks"): {"url": "https://a.example/"},
    ("POST", "/api/v1/webhooks/{webhook_id:uuid}/replay"): {"after": ""},
    ("POST", "/api/v1/me/password"): {"password": "correct horse"},
    ("PUT", "/api/v1/me/presence"): {"state": "online"},
    ("POST", "/api/v1/me/totp/confirm"): {"code": "000000"},
    ("POST", "/api/v1/me/passkeys"): {"credential": {}},
    ("POST", "/api/v1/me/push-subscriptions"): {
        "endpoint": "https://a.example/",
        "keys": {"p256dh": "", "auth": ""},
    },
}


async def call(client: httpx.AsyncClient, method: str, path: str) -> httpx.Response:
    """Calls a route with a good body."""
    body = None if method in ("GET", "DELETE") else BODIES.get((method, path), {})
    return await client.request(method, fill(path), json=body)


ALL = [describe(handler) for handler in ACCOUNTS.routes]
GUARDED = [(method, path, access) for method, path, access in ALL if not access.public]
WITH_PERMISSION = [(m, p, a.permission) for m, p, a in GUARDED if a.permission is not None]


def fill(path: str) -> str:
    """Puts ids into a path."""
    return re.sub(r"\{\w+:uuid\}", str(uuid7()), path)


async def everything(shop: Shop) -> Any:
    """Counts every row of the workspace and gives those of agents and sessions in full."""
    tables = await shop.count(
        "SELECT array_agg(tablename::text ORDER BY tablename) FROM pg_tables WHERE schemaname = 'public'"
    )
    counts = " UNION ALL ".join(f"SELECT '{table}' AS name, count(*) AS n FROM {table}" for table in tables)
    rows = await shop.count(f"SELECT jsonb_object_agg(name, n) FROM ({counts}) AS counted")
    people = await shop.count("SELECT jsonb_agg(to_jsonb(a) ORDER BY id) FROM agents a")
    sessions = await shop.count("SELECT jsonb_agg(to_jsonb(s) ORDER BY id) FROM sessions s")
    return rows, people, sessions


def test_public_routes_are_those_meant_to_be() -> None:
    assert {(method, path) for method, path, access in ALL if access.public} == PUBLIC


def test_every_permission_is_declared_and_every_declared_one_is_used_somewhere() -> None:
    declared = {p.name for p in ACCOUNTS.permissions}
    used = {permission for _, _, permission in WITH_PERMISSION}
    assert used <= declared
    assert declared - used == {"work:read", "work:write"}, "those are used by the application's own route"


async def test_signed_out_callers_get_no_further(shop: Shop) -> None:
    nobody = shop.client()
    before = await everything(shop)
    for method, path, _ in GUARDED:
        answer = await call(nobody, method, path)
        assert (answer.status_code, body_of(answer)["code"]) == (401, "signed_out"), (method, path)
    assert await everything(shop) == before


@pytest.mark.parametrize("role", ROLES)
async def test_roles_without_the_permission_are_refused_and_change_nothing(shop: Shop, role: str) -> None:
    held = shop.runtime.parts["permissions"][role]
    caller = await shop.signed_in(role)
    before = await everything(shop)
    for method, path, permission in WITH_PERMISSION:
        if permission not in held:
            answer = await call(caller, method, path)
            assert (answer.status_code, body_of(answer)["code"]) == (403, "not_allowed"), (method, path)
    assert await everything(shop) == before


async def test_tokens_have_no_account_of_their_own(shop: Shop) -> None:
    program = await shop.program("agents:read", "settings:read", "settings:write")
    for method, path, access in GUARDED:
        if access.permission is not None or method != "GET":
            continue
        answer = await program.get(fill(path))
        assert (answer.status_code, body_of(answer)["code"]) == (403, "agents_only"), path
    view = await program.post("/api/v1/views", json={"name": "x"})
    assert body_of(view)["code"] == "agents_only"


async def test_writes_without_the_csrf_value_change_nothing(shop: Shop) -> None:
    owner = await shop.signed_in("owner")
    del owner.headers["X-CSRF-Token"]
    before = await everything(shop)
    for method, path, _ in GUARDED:
        if method != "GET":
            answer = await call(owner, method, path)
            assert (answer.status_code, body_of(answer)["code"]) == (403, "csrf"), (method, path)
    assert await everything(shop) == before


def test_the_description_of_the_interface_can_be_made(shop: Shop) -> None:
    schema = shop.app.openapi_schema.to_schema()
    for method, path, _ in ALL:
        shown = re.sub(r"\{(\w+):\w+\}", r"{\1}", path)
        operation = schema["paths"][shown][method.lower()]
        assert operation["summary"], path
    assert schema["components"]["schemas"]
