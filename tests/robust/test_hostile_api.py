"""Nasty values in every place of every request, bodies that are none, repeated keys, bodies that are too large."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import msgspec
import pytest

from parley.kit.postgres import EmbeddedPostgres
from tests.accounts.test_hostile import NASTY, RAW, spoil
from tests.robust.laboratory import Laboratory, complain, open_laboratory
from tests.robust.operations import Bodies, Operation, describe, list_operations

JSON = {"Content-Type": "application/json"}
MORE = {
    "css": "</style><style>*{background:url(//x.example)}",
    "header": "x\r\nBcc: victim@x.example",
    "path": "../../../../etc/passwd",
    "format": "%(x)s {x.__class__} ${7*7} {{7*7}}",
    "regular expression": "(a+)+$" * 20,
    "like": "%_\\%%",
    "json path": "$.**",
    "text search": "a & b | !c <-> (:*",
    "bidi": "\u202e\u2066abc\u2069\u200f",
    "combining": "Z\u0351\u036b" * 300,
    "many lines": "\r\n" * 2000,
    "emoji": "\U0001f468\u200d\U0001f469\u200d\U0001f467" * 40,
}
HOSTILE = {**NASTY, **MORE}
QUERIES = [
    "%00",
    "%ff",
    "%F0%9F%98%80",
    "'",
    "-1",
    "99999999999999999999",
    "1.5",
    "%5B%5D",
    "x" * 3000,
    "%ED%A0%80",
]
NOT_JSON = [
    b"",
    b"{",
    b"null",
    b"[]",
    b'"x"',
    b"\xff\xfe",
    b'{"a":' * 5000,
    b"[" * 100_000,
    b'{"name":"\\ud800"}',
]


@pytest.fixture(scope="module")
async def laboratory(
    postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Laboratory]:
    """A full workspace where every try is undone."""
    async with open_laboratory(postgres, tmp_path_factory.mktemp("hostile")) as made:
        yield made


@pytest.fixture(scope="module")
def operations(laboratory: Laboratory) -> list[Operation]:
    """Every operation of the product."""
    return list_operations(laboratory.place.app)


def body_for(laboratory: Laboratory, operation: Operation) -> Any:
    """Makes a good body with as many fields as can be told."""
    assert operation.body is not None
    place = laboratory.place
    return Bodies(describe(place.app)["components"]["schemas"], place.ids).build(operation.body, every=True)


async def call(
    laboratory: Laboratory, operation: Operation, content: bytes, path: str = "", **headers: str
) -> httpx.Response:
    """Calls an operation and undoes what it did."""
    path = path or operation.fill(fill_all(laboratory, operation))
    async with laboratory.undone():
        return await laboratory.owner.request(
            operation.method, path, content=content, headers={**JSON, **headers}
        )


def fill_all(laboratory: Laboratory, operation: Operation) -> dict[str, str]:
    """Gives a value for everything a path takes."""
    return {**dict.fromkeys(operation.parameters, "x"), **laboratory.place.ids}


@pytest.mark.parametrize("kind", [*HOSTILE, *RAW])
async def test_nasty_values_in_every_field(
    laboratory: Laboratory, operations: list[Operation], kind: str
) -> None:
    nasty: Any = msgspec.Raw(RAW[kind]) if kind in RAW else HOSTILE[kind]
    tried, wrong = 0, []
    for operation in operations:
        if operation.body is None:
            continue
        for spoilt in spoil(body_for(laboratory, operation), nasty):
            answer = await call(laboratory, operation, msgspec.json.encode(spoilt))
            if said := complain(answer):
                wrong.append(f"{operation.name} {msgspec.json.encode(spoilt)[:200]!r}: {said[:200]}")
            tried += 1
    assert tried > 150
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("content", NOT_JSON, ids=range(len(NOT_JSON)))
async def test_bodies_that_are_none(
    laboratory: Laboratory, operations: list[Operation], content: bytes
) -> None:
    wrong = []
    for operation in operations:
        if operation.body is not None:
            answer = await call(laboratory, operation, content)
            if said := complain(answer):
                wrong.append(f"{operation.name}: {said[:200]}")
    assert not wrong, "\n".join(wrong)


async def test_nasty_paths_and_queries(laboratory: Laboratory, operations: list[Operation]) -> None:
    paths = describe(laboratory.place.app)["paths"]
    wrong = []
    for operation in operations:
        if operation.method != "GET" or operation.path == "/readyz":
            continue
        good = operation.fill(fill_all(laboratory, operation))
        described = paths.get(operation.path.replace(":uuid", "").replace(":str", ""), {}).get("get", {})
        names = [p["name"] for p in described.get("parameters", ()) if p["in"] == "query"] or ["e", "s", "t"]
        tries = [f"{good}?{name}={nasty}" for name in names for nasty in QUERIES]
        tries += [operation.fill(dict.fromkeys(operation.parameters, nasty)) for nasty in QUERIES]
        for path in tries:
            answer = await call(laboratory, operation, b"", path)
            if said := complain(answer):
                wrong.append(f"{path[:200]}: {said[:200]}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("kind", ["wrong", "none", "parameters", "xml", "form"])
async def test_other_kinds_of_content(laboratory: Laboratory, operations: list[Operation], kind: str) -> None:
    types = {
        "wrong": "application/x-msgpack",
        "none": "",
        "parameters": "application/json; charset=utf-16",
        "xml": "text/xml",
        "form": "multipart/form-data",
    }
    for operation in operations:
        if operation.method in ("POST", "PUT", "PATCH"):
            answer = await call(laboratory, operation, b"\x81\xa1a\x01", **{"Content-Type": types[kind]})
            wrong = complain(answer)
            assert wrong is None, f"{operation.name}: {wrong}"


async def test_bodies_over_the_limit(laboratory: Laboratory, operations: list[Operation]) -> None:
    content = b'{"name":"' + b"x" * 3_000_000 + b'"}'
    for operation in operations:
        if operation.body is not None and operation.described:
            answer = await call(laboratory, operation, content)
            assert answer.status_code == 413, (operation.name, answer.status_code, answer.text[:300])
            assert complain(answer) is None


async def test_uploads_over_the_limit(laboratory: Laboratory) -> None:
    place = laboratory.place
    large = b"x" * (place.runtime.settings.file_limit + 1)
    visitor = place.client(Authorization=f"Bearer {place.visitor}")
    for client, path in ((place.owner, "/api/v1/files"), (visitor, "/widget/api/files")):
        async with laboratory.undone():
            answer = await client.post(path, files={"file": ("a.txt", large, "text/plain")})
        assert answer.status_code == 413, answer.text
        assert complain(answer) is None


async def test_a_repeated_key_gives_the_same_answer_and_acts_once(
    laboratory: Laboratory, operations: list[Operation]
) -> None:
    """Every write of the API, twice with the same key, then with the key of another request."""
    succeeded = 0
    for operation in operations:
        if operation.access.public or operation.method == "GET" or not takes_key(operation):
            continue
        path = operation.fill(fill_all(laboratory, operation))
        options: dict[str, Any] = {}
        if operation.body is not None:
            options["json"] = SIMPLE.get(operation.name) or minimal(laboratory, operation)
        if operation.path == "/api/v1/files":
            options["files"] = {"file": ("a.txt", b"text", "text/plain")}
        async with laboratory.undone():
            key = {"Idempotency-Key": str(uuid4())}
            first = await laboratory.owner.request(operation.method, path, headers=key, **options)
            if first.status_code >= 300:
                continue
            count = await facts(laboratory)
            again = await laboratory.owner.request(operation.method, path, headers=key, **options)
            assert again.status_code == first.status_code, (operation.name, again.text)
            assert again.content == first.content, operation.name
            assert again.headers.get("content-type") == first.headers.get("content-type"), operation.name
            assert again.headers.get("idempotency-replayed") == "true", operation.name
            assert await facts(laboratory) == count, operation.name
            other = await laboratory.owner.request(
                "POST", "/api/v1/tags", headers=key, json={"name": str(uuid4())}
            )
            assert other.status_code == 422, operation.name
            assert other.json()["code"] == "idempotency_key_reused"
        succeeded += 1
    assert succeeded > 70, "too few writes succeed to prove anything"


def test_every_write_promises_a_key_or_is_known_not_to(
    laboratory: Laboratory, operations: list[Operation]
) -> None:
    paths = describe(laboratory.place.app)["paths"]
    for operation in operations:
        if operation.described and not operation.access.public and operation.method != "GET":
            plain = operation.path.replace(":uuid", "").replace(":str", "")
            named = paths[plain][operation.method.lower()].get("parameters", ())
            promised = any(p["name"].lower() == "idempotency-key" for p in named)
            assert promised == takes_key(operation), operation.name


# A second upload is a second file that is removed after a day unless it is used; the tests reach out only. Their
# description promises nothing of keys.
WITHOUT_KEYS = {
    "POST /api/v1/files",
    "POST /api/v1/channels/{channel_id:uuid}/test",
    "POST /api/v1/stores/{store_id:uuid}/test",
}


def takes_key(operation: Operation) -> bool:
    """Says whether a write keeps its answer under a key."""
    return operation.name not in WITHOUT_KEYS


async def facts(laboratory: Laboratory) -> int:
    """Counts the facts told so far."""
    place = laboratory.place
    return int(await place.count("SELECT count(*) FROM facts WHERE workspace_id = $1", place.workspace_id))


def minimal(laboratory: Laboratory, operation: Operation) -> Any:
    """Makes the smallest good body."""
    assert operation.body is not None
    place = laboratory.place
    return Bodies(describe(place.app)["components"]["schemas"], place.ids).build(operation.body)


SIMPLE: dict[str, Any] = {
    "POST /api/v1/agents": {"email": "new@x.example", "name": "New", "password": "correct horse battery"},
    "POST /api/v1/agents/invite": {"email": "newer@x.example"},
    "POST /api/v1/brands": {"name": "New", "languages": ["en"]},
    "POST /api/v1/custom-fields": {"label": "New", "type": "text"},
    "POST /api/v1/checklists": {"name": "New", "items": ["x"]},
    "POST /api/v1/business-hours": {"name": "New", "time_zone": "UTC"},
    "POST /api/v1/tokens": {"name": "New", "scopes": ["agents:read"]},
    "POST /api/v1/webhooks": {"url": "https://new.example/"},
    "POST /api/v1/webhooks/{webhook_id:uuid}/replay": {"after": ""},
    "POST /api/v1/channels": {"plugin": "chat", "name": "New"},
    "POST /api/v1/customers": {"name": "New"},
    "POST /api/v1/customers/{customer_id:uuid}/identities": {"value": "newest@x.example"},
    "POST /api/v1/conversations/{conversation_id:uuid}/messages": {"text": "New"},
    "PUT /api/v1/me/presence": {"state": "away"},
    "PATCH /api/v1/conversations/{conversation_id:uuid}": {"priority": "low"},
    "PATCH /api/v1/customers/{customer_id:uuid}": {"vip": True},
}


@pytest.mark.parametrize("key", ["", "x" * 201, "a\x7fb", "\u00e9" * 3])
async def test_keys_that_are_none(laboratory: Laboratory, key: str) -> None:
    headers = httpx.Headers([(b"idempotency-key", key.encode("latin-1"))])
    async with laboratory.undone():
        answer = await laboratory.owner.post("/api/v1/tags", json={"name": "x"}, headers=headers)
    assert answer.status_code in (201, 400), answer.text
    assert complain(answer) is None
