"""SQL statements of every request are counted, with little and with much: they grow neither with the page nor with history."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest

from parley.kit.ids import uuid7
from parley.kit.postgres import EmbeddedPostgres
from tests.robust.laboratory import Laboratory, open_door, open_laboratory
from tests.robust.operations import Operation, list_operations
from tests.robust.shopping import mirror, sell
from tests.robust.test_hostile_api import SIMPLE, fill_all, minimal
from tests.support.sockets import AsgiSocket

# Two more would be too many webhooks.
MANY = 48
CONVERSATION = "/api/v1/conversations/{conversation_id}"
MOST = {"hello": 12, "send": 8, "history": 3, "seen": 3}

# What everybody does all day is surely among what is counted.
MAIN = {
    "GET /api/v1/conversations",
    "GET /api/v1/conversations/{conversation_id:uuid}",
    "GET /api/v1/conversations/{conversation_id:uuid}/timeline",
    "GET /api/v1/acts",
    "GET /api/v1/acts/{act_id:uuid}",
    "GET /api/v1/customers",
    "GET /api/v1/customers/{customer_id:uuid}/orders",
    "GET /api/v1/customers/{customer_id:uuid}/shopping",
    "GET /api/v1/direct-threads",
    "GET /api/v1/facts",
    "GET /api/v1/orders",
    "GET /api/v1/orders/{order_id:uuid}",
    "GET /api/v1/order-messages",
    "GET /api/v1/products",
    "GET /api/v1/refunds",
    "GET /api/v1/returns",
    "GET /api/v1/returns/{return_id:uuid}",
    "GET /api/v1/search",
    "GET /api/v1/shipments",
    "GET /api/v1/stores",
    "GET /api/v1/subscriptions",
    "GET /api/v1/views",
    "PATCH /api/v1/conversations/{conversation_id:uuid}",
    "POST /api/v1/conversations/{conversation_id:uuid}/messages",
}


@pytest.fixture(scope="module")
async def laboratory(
    postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Laboratory]:
    """A full workspace where every try is undone."""
    async with open_laboratory(postgres, tmp_path_factory.mktemp("costs")) as made:
        yield made


async def post(laboratory: Laboratory, path: str, body: Any, method: str = "POST") -> dict[str, Any]:
    """Writes something that must succeed."""
    answer = await laboratory.owner.request(method, path.format(**laboratory.place.ids), json=body)
    assert answer.status_code < 300, (path, answer.text)
    found: dict[str, Any] = answer.json() if answer.content else {}
    return found


async def grow(laboratory: Laboratory) -> None:
    """Adds many of everything that a list shows, and a long history to the conversation and its customer."""
    ids = laboratory.place.ids
    for n in range(MANY):
        tag = await post(laboratory, "/api/v1/tags", {"name": f"Tag {n}"})
        agent_id = str(await laboratory.place.agent(name=f"Agent {n}"))
        await post(laboratory, "/api/v1/teams", {"name": f"Team {n}", "agent_ids": [agent_id]})
        await post(laboratory, "/api/v1/brands", {"name": f"Brand {n}", "languages": ["en"]})
        await post(laboratory, "/api/v1/custom-fields", {"label": f"Field {n}", "type": "text"})
        await post(laboratory, "/api/v1/checklists", {"name": f"List {n}", "items": ["x"]})
        await post(laboratory, "/api/v1/business-hours", {"name": f"Hours {n}", "time_zone": "UTC"})
        await post(laboratory, "/api/v1/views", {"name": f"View {n}", "shared": True})
        await post(laboratory, "/api/v1/tokens", {"name": f"Token {n}", "scopes": ["agents:read"]})
        await post(laboratory, "/api/v1/webhooks", {"url": f"https://hook{n}.example/"})
        await post(laboratory, "/api/v1/channels", {"plugin": "chat", "name": f"Chat {n}"})
        sender = {"address": f"sender{n}@x.example", "name": f"Sender {n}"}
        await post(laboratory, "/api/v1/channels/{mail_id}/senders", sender)
        await post(laboratory, "/api/v1/customers", {"name": f"Customer {n}"})
        identity = {"kind": "email", "value": f"more{n}@x.example"}
        await post(laboratory, "/api/v1/customers/{customer_id}/identities", identity)
        begin = {
            "channel_id": ids["mail_id"],
            "to": [{"address": f"to{n}@x.example"}],
            "html": "<p>Marker</p>",
        }
        begun = await post(laboratory, "/api/v1/conversations", begin)
        await post(
            laboratory,
            f"/api/v1/conversations/{begun['conversation']['id']}/tags",
            {"add": [tag["id"]]},
            "PUT",
        )
        await post(laboratory, f"{CONVERSATION}/tags", {"add": [tag["id"]]}, "PUT")
        await post(laboratory, f"{CONVERSATION}/followers", {"add": [agent_id]}, "PUT")
        await post(laboratory, f"{CONVERSATION}/messages", {"text": f"Marker {n}", "undo_seconds": 0})
        note = {"kind": "note", "text": f"Note {n}", "mentions": [ids["owner_id"], agent_id]}
        await post(laboratory, f"{CONVERSATION}/messages", note)
        await post(laboratory, CONVERSATION, {"priority": ("low", "high")[n % 2]}, "PATCH")
        await post(laboratory, "/api/v1/webhooks/{webhook_id}/test", {})
    await sell_more(laboratory)
    async with open_socket(laboratory) as socket:
        await socket.send("hello", token=laboratory.place.visitor)
        await socket.next("welcome")
        for n in range(MANY):
            await socket.send("send", id=str(uuid7()), text=f"Marker says {n}", files=[])
            await socket.next("ack")
    # As it was at first: read, and with a draft.
    await post(laboratory, f"{CONVERSATION}/read", None)
    await post(laboratory, f"{CONVERSATION}/draft", {"html": "<p>draft</p>"}, "PUT")


async def sell_more(laboratory: Laboratory) -> None:
    """Adds carriers, talks and orders of the same customer, each with its product, parcel, refund, act and return."""
    place, ids = laboratory.place, laboratory.place.ids
    paper = place.runtime.parts["commerce"].book.plugins["demo"]
    async with place.runtime.ctx(place.workspace_id) as ctx:
        for n in range(2, MANY + 2):
            await mirror(ctx, place, sell(place, paper, n))
        rows = await ctx.tx.fetch(
            "SELECT id FROM orders WHERE workspace_id = $1 AND id <> $2",
            ctx.workspace_id,
            UUID(ids["order_id"]),
        )
    assert len(rows) == MANY
    for n, row in enumerate(rows):
        order = f"/api/v1/orders/{row['id']}"
        await post(laboratory, f"{order}/link", {"customer_id": ids["customer_id"]})
        await post(laboratory, f"{order}/refund/plan", {"amount": 100})
        await post(laboratory, "/api/v1/orders/{order_id}/refund/plan", {"amount": 100})
        wanted = {"order_id": str(row["id"]), "lines": [{"line": "l1", "quantity": 1, "reason": "too_small"}]}
        await post(laboratory, "/api/v1/returns", wanted)
        await post(laboratory, "/api/v1/connections", {"plugin": "paper_labels", "name": f"Carrier {n}"})
        agent_id = str(await place.agent(name=f"Colleague {n}"))
        await post(laboratory, "/api/v1/direct-threads", {"agent_ids": [agent_id]})


def open_socket(laboratory: Laboratory) -> AsgiSocket:
    """Opens the visitor's widget."""
    return AsgiSocket(open_door(laboratory), "/widget/socket", f"channel={laboratory.place.keys['chat1']}")


async def count_request(laboratory: Laboratory, operation: Operation) -> int | None:
    """Counts the statements of a request that is made for the second time; None when it does not succeed."""
    ids = fill_all(laboratory, operation)
    path, options = operation.fill(ids), choose_options(laboratory, operation)
    statements: list[str] = laboratory.place.statements
    spent: list[int | None] = []
    for _ in range(2):
        async with laboratory.undone():
            statements.clear()
            answer = await laboratory.owner.request(operation.method, path, **options)
            spent.append(len(statements) if answer.status_code < 300 else None)
    return spent[-1]


def choose_options(laboratory: Laboratory, operation: Operation) -> dict[str, Any]:
    """Gives query, body or file that fit an operation."""
    if operation.path.endswith("/search"):
        return {"params": {"q": "marker"}}
    if operation.body is not None and operation.method != "GET":
        return {"json": SIMPLE.get(operation.name) or minimal(laboratory, operation)}
    if operation.name == "POST /api/v1/files":
        return {"files": {"file": ("a.txt", b"text", "text/plain")}}
    return {}


async def count_requests(laboratory: Laboratory) -> dict[str, int]:
    """Counts the statements of every request of the API that succeeds."""
    found = {}
    for operation in list_operations(laboratory.place.app):
        if operation.path.startswith("/api/v1/") and not operation.access.public:
            spent = await count_request(laboratory, operation)
            if spent is not None:
                found[operation.name] = spent
    return found


async def count_widget(laboratory: Laboratory) -> dict[str, int]:
    """Counts the statements of what a visitor does, without what happens to be done beside it."""
    visits = [await count_visit(laboratory) for _ in range(3)]
    return {kind: min(visit[kind] for visit in visits) for kind in visits[0]}


async def fall_quiet(statements: list[str]) -> None:
    """Waits until nothing is done any more because of what came before."""
    known = -1
    while len(statements) != known:
        known = len(statements)
        await asyncio.sleep(0.2)


async def count_visit(laboratory: Laboratory) -> dict[str, int]:
    """Counts the statements of what a visitor does who comes back."""
    statements: list[str] = laboratory.place.statements
    found = {}
    newest = ""
    async with laboratory.undone(), open_socket(laboratory) as socket:
        acts: list[tuple[str, dict[str, Any], str]] = [
            ("hello", {"token": laboratory.place.visitor}, "welcome"),
            ("send", {"id": str(uuid7()), "text": "Once more", "files": []}, "ack"),
            ("send", {"id": str(uuid7()), "text": "And again", "files": []}, "ack"),
            ("history", {"before": str(uuid7())}, "history"),
            ("seen", {"message": ""}, "pong"),
        ]
        for kind, fields, answer in acts:
            await fall_quiet(statements)
            statements.clear()
            await socket.send(kind, **({"message": newest} if kind == "seen" else fields))
            if answer == "pong":
                await socket.send("ping")
            frame = await socket.next(answer)
            newest = frame["messages"][-1]["id"] if kind == "history" else newest
            found[kind] = len(statements)
    return found


async def test_nothing_costs_more_where_there_is_more(laboratory: Laboratory) -> None:
    few, little = await count_requests(laboratory), await count_widget(laboratory)
    await grow(laboratory)
    many, much = await count_requests(laboratory), await count_widget(laboratory)
    assert len(few) > 110, sorted(few)
    assert few.keys() >= MAIN, sorted(MAIN - few.keys())
    # A page that is full of new lines may cost less than one with a file.
    grown = {name: (few[name], many.get(name)) for name in few if many.get(name, 10**6) > few[name]}
    assert not grown, grown
    assert all(much[kind] <= cost for kind, cost in little.items()), (little, much)
    assert all(much[name] <= most for name, most in MOST.items()), much
    assert max(many.values()) <= 30, sorted(many.items(), key=lambda item: item[1])[-5:]
