"""Two workspaces in one installation: nothing of one is seen, changed or guessed from the other."""

import re
from typing import Any

import asyncpg
import httpx
import pytest

from parley.app.tables import TABLES
from parley.kit.ids import uuid7
from parley.kit.schema import SCOPE_SETTING
from tests.robust.operations import Bodies, Operation, ask, describe, list_operations
from tests.robust.world import ROLES, TENANT, Place, World, changed, furnish, snapshot
from tests.support.app import body_of

PUBLIC = {
    "GET /api/v1/session",
    "POST /api/v1/session",
    "DELETE /api/v1/session",
    "POST /api/v1/session/totp",
    "POST /api/v1/session/passkey/options",
    "POST /api/v1/session/passkey",
    "POST /api/v1/setup",
    "POST /api/v1/password-reset",
    "POST /api/v1/password-reset/confirm",
    "GET /api/v1/invitations/{token:str}",
    "POST /api/v1/invitations/{token:str}/accept",
    "GET /api/v1/push-key",
    "GET /files/{workspace:uuid}/{file:uuid}",
    "GET /widget.js",
    "GET /widget/assets/{name:str}",
    "GET /widget/frame",
    "POST /widget/api/files",
    "POST /hooks/{key:str}",
    "POST /forms/{key:str}",
    "OPTIONS /forms/{key:str}",
    "GET /api/schemas/policy.json",
    "GET /api/schemas/rule.json",
    "GET /public-pages.css",
    "GET /policies/{shop:str}/{page:str}",
    "GET /returns/{shop:str}",
    "POST /returns/{shop:str}/order",
    "POST /returns/{shop:str}/code",
    "GET /returns/{shop:str}/code/{request_id:uuid}",
    "POST /returns/{shop:str}/verify",
    "POST /returns/{shop:str}/leave",
    "GET /returns/{shop:str}/orders/{order_id:uuid}",
    "POST /returns/{shop:str}/orders/{order_id:uuid}",
    "GET /returns/{shop:str}/requests/{return_id:uuid}",
    "GET /returns/{shop:str}/requests/{return_id:uuid}/label",
    "POST /returns/{shop:str}/requests/{return_id:uuid}/cancel",
    "GET /healthz",
    "GET /readyz",
    "GET /metrics",
}
GUARDED_PAGES = {"GET /oauth/mail", "GET /oauth/stores"}
# The desk's own pages and files are the same for everybody.
PAGES = re.compile(r"GET /(?!api/|widget|files/|policies/|returns/|public-pages|healthz|readyz|metrics)")
# Full-text indexes that row security would make unusable; `test_statements` holds their queries to the workspace.
WITHOUT_ROW_SECURITY = {"search_documents", "customer_documents", "commerce_documents"}
# Answers that say "nothing" of what is not there, instead of 404.
NOTHING = {
    "DELETE /api/v1/conversations/{conversation_id:uuid}/draft": b"",
    "GET /api/v1/customers/{customer_id:uuid}/conversations": b'{"items":[],"next":null}',
    "GET /api/v1/customers/{customer_id:uuid}/orders": b'{"items":[],"next":null}',
    "GET /api/v1/customers/{customer_id:uuid}/shopping": (
        b'{"orders":0,"first_order_at":null,"last_order_at":null,"spent":[],"returns":0,"open_orders":0,'
        b'"accounts":[],"favourite_sizes":[],"favourite_kinds":[],"unproven_orders":0}'
    ),
    "GET /api/v1/channels/{channel_id:uuid}/senders": b'{"items":[],"next":null}',
}
# Bodies that the description alone does not make good.
GOOD: dict[str, Any] = {
    "POST /api/v1/webhooks/{webhook_id:uuid}/replay": {"after": ""},
    "POST /api/v1/customers/{customer_id:uuid}/identities": {"value": "q@x.example"},
}


@pytest.fixture(scope="module")
def operations(world: World) -> list[Operation]:
    """Every operation there is."""
    return list_operations(world.app)


def leaks(place: Place, text: str, *, said: str = "") -> list[str]:
    """Gives what a text tells of a workspace that the request did not say itself."""
    found = [place.marker] if place.marker in text else []
    return found + [
        f"{name} {value}"
        for name, value in place.ids.items()
        if value in text and value not in said and name not in ("name", "page")
    ]


async def attempt(
    client: httpx.AsyncClient,
    place: Place,
    operation: Operation,
    *,
    full: bool = False,
    path_of: Place | None = None,
) -> httpx.Response:
    """Calls an operation with the ids of a place in path and body."""
    ids = (path_of or place).ids
    path = operation.fill({**{name: str(uuid7()) for name in operation.parameters}, **ids})
    if operation.path == "/api/v1/files":
        return await client.post(path, files={"file": ("a.txt", b"text", "text/plain")})
    body = None
    if operation.body is not None:
        body = GOOD.get(operation.name) or Bodies(
            describe(place.app)["components"]["schemas"], place.ids
        ).build(operation.body, full=full)
    return await client.request(operation.method, path, json=body, params=ask(operation.path, ids))


def test_every_route_says_who_may_call_it(operations: list[Operation]) -> None:
    public = {o.name for o in operations if o.access.public}
    assert {name for name in public if not PAGES.match(name)} == PUBLIC
    guarded = {o.name for o in operations if not o.access.public}
    assert {name for name in guarded if not name.split(" ")[1].startswith("/api/v1/")} == GUARDED_PAGES


async def test_every_table_of_a_workspace_is_behind_row_security(world: World) -> None:
    async with world.runtime.db.transaction(None) as tx:
        rows = await tx.fetch(
            """SELECT c.relname AS name, c.relrowsecurity AND c.relforcerowsecurity
                      AND EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid) AS closed
               FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'workspace_id'
               WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace"""
        )
    assert {row["name"] for row in rows} == set(TENANT)
    assert {row["name"] for row in rows if not row["closed"]} == WITHOUT_ROW_SECURITY


async def test_keys_begin_with_the_workspace() -> None:
    for table in TABLES.sorted_tables:
        if "workspace_id" in table.c:
            assert next(iter(table.primary_key.columns)).name == "workspace_id", table.name
            for key in table.foreign_key_constraints:
                assert key.column_keys[0] == "workspace_id", (table.name, key.name)


async def test_without_a_scope_nothing_is_there_and_with_one_only_its_own(
    world: World, ours: Place, theirs: Place
) -> None:
    connection = await asyncpg.connect(world.runtime.db.dsn)
    try:
        closed = sorted(set(TENANT) - WITHOUT_ROW_SECURITY)
        for scope in ("", str(uuid7())):
            await connection.execute(f"SELECT set_config('{SCOPE_SETTING}', $1, false)", scope)
            for name in closed:
                assert await connection.fetchval(f"SELECT count(*) FROM {name}") == 0, (scope, name)
        await connection.execute(f"SELECT set_config('{SCOPE_SETTING}', $1, false)", str(ours.workspace_id))
        for name in closed:
            foreign = "SELECT count(*) FROM {} WHERE workspace_id <> $1"
            assert await connection.fetchval(foreign.format(name), ours.workspace_id) == 0, name
            move = f"UPDATE {name} SET workspace_id = $1"
            if await connection.fetchval(f"SELECT count(*) FROM {name}"):
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await connection.execute(move, theirs.workspace_id)
    finally:
        await connection.close()


async def test_the_world_is_full(ours: Place, theirs: Place, operations: list[Operation]) -> None:
    """What follows proves nothing unless the ids are good: their owner reads every one of them."""
    for operation in operations:
        if operation.method == "GET" and operation.parameters and operation.path.startswith("/api/"):
            answer = await attempt(theirs.owner, theirs, operation)
            assert answer.status_code == 200, (operation.name, answer.text)
    empty = {"demo_mails", "demo_orders", "demo_records", "recovery_codes", "webhook_deliveries"}
    empty |= {"broadcasts", "broadcast_targets"}
    counts = {
        name: await theirs.count(f"SELECT count(*) FROM {name} WHERE workspace_id = $1", theirs.workspace_id)
        for name in set(TENANT) - empty
    }
    assert sorted(name for name, count in counts.items() if not count) == []


@pytest.mark.parametrize("caller", ["session", "token"])
async def test_ids_of_another_workspace_do_not_exist(
    ours: Place, theirs: Place, operations: list[Operation], caller: str
) -> None:
    client = (
        ours.owner if caller == "session" else ours.client(Authorization=f"Bearer {ours.tokens['every']}")
    )
    before = await snapshot(theirs)
    for operation in operations:
        if operation.access.public or not operation.parameters or operation.parameters == ["name"]:
            continue
        answer = await attempt(client, theirs, operation)
        if answer.status_code >= 300 or NOTHING.get(operation.name) != answer.content:
            assert answer.status_code in (403, 404), (operation.name, answer.status_code, answer.text)
        said = str(answer.request.url)
        assert not leaks(theirs, answer.text, said=said), operation.name
    assert changed(before, await snapshot(theirs)) == []


async def test_references_into_another_workspace_are_refused_or_empty(
    world: World, theirs: Place, operations: list[Operation]
) -> None:
    ours = await furnish(world, "Gamma")
    before = await snapshot(theirs)
    for operation in operations:
        if operation.access.public or operation.body is None or operation.method == "DELETE":
            continue
        answer = await attempt(ours.owner, theirs, operation, full=True, path_of=ours)
        assert answer.status_code < 500, (operation.name, answer.text)
        said = str(answer.request.url) + answer.request.content.decode()
        assert not leaks(theirs, answer.text, said=said), operation.name
    assert changed(before, await snapshot(theirs)) == []
    await check_own_answers(ours, theirs, operations)
    await ours.close()


async def check_own_answers(ours: Place, theirs: Place, operations: list[Operation]) -> None:
    """Whatever one reads in one's own workspace, the other is not in it."""
    for operation in operations:
        if operation.method == "GET" and operation.path.startswith("/api/") and not operation.access.public:
            answer = await attempt(ours.owner, ours, operation)
            assert answer.status_code in (200, 404, 422), (operation.name, answer.text)
            assert theirs.marker not in answer.text, operation.name


async def test_lists_show_only_ones_own(ours: Place, theirs: Place, operations: list[Operation]) -> None:
    await check_own_answers(ours, theirs, operations)
    for query in ("Marker", "Beta", "asks", "is:open", "from:beta", "*"):
        answer = await ours.owner.get("/api/v1/search", params={"q": query})
        assert answer.status_code in (200, 400, 422), answer.text
        assert not leaks(theirs, answer.text), query
    found = await ours.owner.get("/api/v1/search", params={"q": "asks"})
    assert ours.ids["message_id"] in found.text, "the search finds nothing at all"
    for name in ("assignee", "team", "channel", "tag", "customer", "brand"):
        given = theirs.ids.get(f"{name}_id", theirs.ids["agent_id"])
        answer = await ours.owner.get("/api/v1/conversations", params={name: given})
        assert answer.status_code < 500
        assert body_of(answer).get("items", []) == [], name


async def test_callers_who_are_not_believed(ours: Place, theirs: Place, operations: list[Operation]) -> None:
    """Expired, revoked, mixed and invented credentials get no further than 401, anywhere."""
    before = await snapshot(ours), await snapshot(theirs)
    end = len("parley_") + 22
    mixed = ours.tokens["every"][:end] + theirs.tokens["every"][end:]
    own_cookie = ours.owner.cookies["parley_session"]
    their_cookie = theirs.owner.cookies["parley_session"]
    callers = {
        "nobody": ours.client(),
        "revoked": ours.client(Authorization=f"Bearer {ours.tokens['revoked']}"),
        "expired": ours.client(Authorization=f"Bearer {ours.tokens['expired']}"),
        "another's secret": ours.client(Authorization=f"Bearer {mixed}"),
        "invented": ours.client(Authorization="Bearer parley_AAAAAAAAAAAAAAAAAAAAAA_x"),
        "basic": ours.client(Authorization="Basic b3duZXI6b3duZXI="),
        "cookie as token": ours.client(Authorization=f"Bearer {own_cookie}"),
        "mixed cookie": ours.client(Cookie=f"parley_session={own_cookie[:22]}{their_cookie[22:]}"),
        "visitor": ours.client(Authorization=f"Bearer {ours.visitor}"),
        "nonsense": ours.client(),
    }
    callers["nonsense"].headers = httpx.Headers(
        [(b"authorization", b"Bearer \xff\xfe"), (b"cookie", b'parley_session=%00\xff; a="b')]
    )
    for operation in operations:
        if operation.access.public:
            continue
        for name, client in callers.items():
            answer = await attempt(client, ours, operation)
            assert answer.status_code == 401, (name, operation.name, answer.status_code, answer.text)
            assert answer.headers["content-type"] == "application/problem+json"
            assert not leaks(ours, answer.text), (name, operation.name)
    assert changed(before[0], await snapshot(ours)) == []
    assert changed(before[1], await snapshot(theirs)) == []


async def test_rights_that_are_missing(ours: Place, operations: list[Operation]) -> None:
    """A token without the scope and every role below the permission: 403, and nothing has changed."""
    before = await snapshot(ours)
    few = ours.client(Authorization=f"Bearer {ours.tokens['few']}")
    held = ours.runtime.parts["permissions"]
    tried = 0
    for operation in operations:
        permission = operation.access.permission
        if permission is None:
            continue
        callers = {role: ours.people[role] for role in ROLES if permission not in held[role]}
        if permission != "audit:read":
            callers["token"] = few
        for name, client in callers.items():
            answer = await attempt(client, ours, operation)
            assert answer.status_code == 403, (name, operation.name, answer.status_code, answer.text)
            assert not leaks(ours, answer.text), (name, operation.name)
            tried += 1
    assert tried > 100
    assert changed(before, await snapshot(ours)) == []


async def test_writes_without_the_csrf_value(ours: Place, operations: list[Operation]) -> None:
    before = await snapshot(ours)
    cookie = ours.client(Cookie=f"parley_session={ours.owner.cookies['parley_session']}")
    for operation in operations:
        if not operation.access.public and operation.method != "GET":
            answer = await attempt(cookie, ours, operation)
            assert (answer.status_code, body_of(answer)["code"]) == (403, "csrf"), operation.name
    assert changed(before, await snapshot(ours)) == []
