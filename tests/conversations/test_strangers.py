"""Who may not call a route learns that first, whatever is wrong with what he sent."""

from typing import Any, cast

import httpx
import pytest

from parley.kit.http.access import Access
from parley.kit.ids import uuid7
from tests.support.app import ORIGIN, Shop

BAD: dict[str, dict[str, Any]] = {
    "no JSON": {"content": b"{", "headers": {"content-type": "application/json"}},
    "broken UTF-8": {"content": b'{"text": "\xff"}', "headers": {"content-type": "application/json"}},
    "nested without end": {"content": b"[" * 100_000, "headers": {"content-type": "application/json"}},
    "wrong fields": {"json": {"nothing": [1]}},
    "wrong kind": {"json": [1, 2]},
    "nothing": {},
    "a form": {"files": {"file": ("a.txt", b"x")}},
}


def stranger(shop: Shop) -> httpx.AsyncClient:
    """A caller whom nobody knows."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=cast(Any, shop.app)), base_url=ORIGIN)


def list_guarded(shop: Shop) -> list[tuple[str, str]]:
    """Lists every route that is not for everybody: method and path, with made-up ids."""
    found = set()
    for route in shop.app.routes:
        for handler in getattr(route, "route_handlers", ()):
            access = handler.opt.get("access")
            if isinstance(access, Access) and not access.public:
                path = route.path_format
                for name in route.path_parameters:
                    path = path.replace(f"{{{name}}}", str(uuid7()))
                found |= {(method, path) for method in handler.http_methods}
    return sorted(found)


@pytest.mark.parametrize("kind", BAD)
async def test_strangers_are_told_so_before_their_body_is_judged(shop: Shop, kind: str) -> None:
    expired = {"Authorization": "Bearer parley_AAAAAAAAAAAAAAAAAAAAAA_x"}
    async with stranger(shop) as client:
        routes = list_guarded(shop)
        assert len(routes) > 60
        for method, path in routes:
            for more in ({}, expired):
                sent = {**BAD[kind], "headers": {**BAD[kind].get("headers", {}), **more}}
                answer = await client.request(method, path, **sent)
                assert answer.status_code == 401, (method, path, answer.text)
                assert answer.json()["code"] == "signed_out"
                assert answer.headers["content-type"] == "application/problem+json"


async def test_bad_values_of_a_path_or_query_are_no_news_for_strangers(shop: Shop) -> None:
    async with stranger(shop) as client:
        assert (await client.get("/api/v1/conversations?limit=many")).status_code == 401
        assert (await client.get("/api/v1/nothing")).status_code == 404


async def test_those_who_may_call_are_told_what_is_wrong(shop: Shop) -> None:
    path = f"/api/v1/conversations/{uuid7()}/messages"
    desk = await shop.signed_in()
    for kind in ("no JSON", "broken UTF-8", "nested without end", "wrong kind"):
        answer = await desk.post(path, **BAD[kind])
        assert answer.status_code == 400, (kind, answer.text)
        assert answer.headers["content-type"] == "application/problem+json"
    assert (await desk.get("/api/v1/conversations?limit=many")).status_code == 400


async def test_a_right_or_a_token_that_is_missing_comes_first_too(shop: Shop) -> None:
    path = f"/api/v1/conversations/{uuid7()}/messages"
    reader = await shop.program("conversations:read")
    refused = await reader.post(path, **BAD["no JSON"])
    assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")
    desk = await shop.signed_in()
    del desk.headers["x-csrf-token"]
    refused = await desk.post(path, **BAD["no JSON"])
    assert (refused.status_code, refused.json()["code"]) == (403, "csrf")
