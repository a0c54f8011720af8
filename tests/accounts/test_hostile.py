"""Nasty values in every text of every body, query and path: a clear refusal or a tidy record, never a 500."""

import re
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from tests.accounts.test_routes import BODIES, GUARDED, PUBLIC, fill
from tests.support.app import Shop

NASTY = {
    "nul": "\x00",
    "nul inside": "a\x00b@x.example",
    "right to left": "\u202eabc",
    "very long": "x" * 100_000,
    "sql": "'; DROP TABLE agents; --",
    "html": "<img src=x onerror=alert(1)>",
    "zalgo": "a" + "\u0301" * 5000,
    "astral": "\U0001f9d1\u200d\U0001f4bb" * 30,
    "empty": "",
    "spaces": "   ",
    "percent": "%00%ff%s{0}",
    "noncharacter": "\ufffe\uffff",
}
RAW = {
    "lone surrogate": b'"\\ud800"',
    "huge number": b"1e400",
    "big integer": b"99999999999999999999999999",
    "negative": b"-1",
    "null": b"null",
    "list": b"[[[[[]]]]]",
    "object": b'{"a":{"a":{}}}',
    "bad utf-8": b'"\xff\xfe"',
}
FULL: dict[tuple[str, str], Any] = {
    **BODIES,
    ("PATCH", "/api/v1/me"): {
        "name": "A",
        "language": "en",
        "time_zone": "UTC",
        "theme": "dark",
        "signature_html": "A",
        "notifications": {"quiet": {"from": "20:00"}},
    },
    ("PATCH", "/api/v1/workspace"): {"name": "A", "language": "en", "time_zone": "UTC", "undo_seconds": 3},
    ("POST", "/api/v1/views"): {"name": "A", "sort": "newest", "position": 1, "filter": {"assignee": "me"}},
    ("POST", "/api/v1/session"): {"email": "a@x.example", "password": "x", "workspace": "x"},
    ("POST", "/api/v1/session/totp"): {"code": "000000"},
    ("POST", "/api/v1/session/passkey"): {"credential": {"id": "x", "response": {"clientDataJSON": "x"}}},
    ("POST", "/api/v1/setup"): {
        "token": "x",
        "workspace_name": "A",
        "name": "A",
        "email": "a@x.example",
        "password": "correct horse",
        "language": "en",
        "time_zone": "UTC",
    },
    ("POST", "/api/v1/password-reset"): {"email": "a@x.example"},
    ("POST", "/api/v1/password-reset/confirm"): {"token": "x", "password": "correct horse"},
    ("POST", "/api/v1/invitations/{token:str}/accept"): {"name": "A", "password": "correct horse"},
    ("POST", "/api/v1/me/notifications/read"): {"ids": ["x"], "all": False},
    ("POST", "/api/v1/business-hours"): {
        "name": "A",
        "time_zone": "UTC",
        "periods": [{"day": 1, "from": "09:00", "to": "10:00"}],
        "holidays": [{"date": "2026-12-25", "name": "A"}],
    },
}


def spoil(value: Any, nasty: Any) -> Iterator[Any]:
    """Gives the value once for every leaf, with that leaf replaced."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from ({**value, name: spoilt} for spoilt in spoil(inner, nasty))
    elif isinstance(value, list):
        yield from ([spoilt] for inner in value for spoilt in spoil(inner, nasty))
    else:
        yield nasty


@pytest.mark.parametrize("kind", [*NASTY, *RAW])
async def test_nasty_bodies(shop: Shop, kind: str) -> None:
    nasty = msgspec.Raw(RAW[kind]) if kind in RAW else NASTY[kind]
    owner = await shop.signed_in("owner")
    for (method, path), body in FULL.items():
        for spoilt in spoil(body, nasty):
            answer = await owner.request(
                method,
                fill(path).replace("{token:str}", "x"),
                content=msgspec.json.encode(spoilt),
                headers={"Content-Type": "application/json"},
            )
            assert answer.status_code < 500 or answer.status_code == 503, (path, spoilt, answer.text)
    assert await shop.count("SELECT count(*) FROM agents") >= 1


@pytest.mark.parametrize("content", [b"", b"{", b"null", b"[]", b'"x"', b"\xff", b"{" * 5000, b"[" * 100_000])
async def test_bodies_that_are_none(shop: Shop, content: bytes) -> None:
    owner = await shop.signed_in("owner")
    for method, path in FULL:
        answer = await owner.request(method, fill(path).replace("{token:str}", "x"), content=content)
        assert 400 <= answer.status_code < 500 or answer.status_code in (200, 204, 503), (path, answer.text)


@pytest.mark.parametrize(
    "nasty", ["%00", "%ff", "x" * 3000, "%F0%9F%98%80", "'", "-1", "99999999999999999999", "1.5"]
)
async def test_nasty_paths_and_queries(shop: Shop, nasty: str) -> None:
    owner = await shop.signed_in("owner")
    gets = [path for method, path, _ in GUARDED if method == "GET"]
    gets += [path for method, path in PUBLIC if method == "GET"]
    for path in gets:
        for name in ("after", "limit", "state", "team", "kinds", "kind", "actor", "conversation", "archived"):
            answer = await owner.get(f"{fill(path).replace('{token:str}', 'x')}?{name}={nasty}")
            assert answer.status_code < 500, (path, name, answer.text)
        if "{" in path:
            answer = await owner.get(re.sub(r"\{[^}]*\}", nasty, path))
            assert answer.status_code < 500, (path, answer.text)
