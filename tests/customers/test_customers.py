"""Customers over HTTP: lists, changes, addresses, blocking."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from parley.kit.clock import FixedClock
from parley.kit.ids import uuid7
from tests.support.app import Shop, body_of
from tests.support.inbox import Inbox

LIST = "/api/v1/customers"


@pytest.fixture
async def desk(shop: Shop) -> httpx.AsyncClient:
    """An agent's browser."""
    return await shop.signed_in()


async def names(desk: httpx.AsyncClient, **params: Any) -> list[str]:
    """Gives the names of a list."""
    answer = await desk.get(LIST, params=params)
    assert answer.status_code == 200, answer.text
    return [item["name"] for item in body_of(answer)["items"]]


async def test_pages_and_search(shop: Shop, inbox: Inbox, desk: httpx.AsyncClient) -> None:
    for name in ("Ana Novak", "Bo Berg", "김민수", "Zoë Novák"):
        await inbox.customer(f"{uuid7().hex[-6:]}@example.com", name)
    await inbox.read_log()
    assert await names(desk) == ["Zoë Novák", "김민수", "Bo Berg", "Ana Novak"]
    first = body_of(await desk.get(LIST, params={"limit": 3}))
    rest = body_of(await desk.get(LIST, params={"limit": 3, "after": first["next"]}))
    assert ([len(first["items"]), len(rest["items"])], rest["next"]) == ([3, 1], None)
    assert await names(desk, q="novak") == ["Zoë Novák", "Ana Novak"]
    assert await names(desk, q="nov zo") == []
    assert await names(desk, q="zoe nov") == ["Zoë Novák"]
    assert await names(desk, q="민수") == ["김민수"]
    page = body_of(await desk.get(LIST, params={"q": "nov", "limit": 1}))
    assert [c["name"] for c in page["items"]] == ["Zoë Novák"]
    assert await names(desk, q="nov", limit=1, after=page["next"]) == ["Ana Novak"]


async def test_the_cost_of_a_page_does_not_grow(shop: Shop, inbox: Inbox, desk: httpx.AsyncClient) -> None:
    for n in range(8):
        await inbox.receive(email=f"{n}@example.com", key=str(n))

    async def cost(**params: Any) -> int:
        shop.statements.clear()
        await names(desk, **params)
        return len(shop.statements)

    assert await cost(limit=1) == await cost(limit=8) <= 4


async def test_one_customer(shop: Shop, inbox: Inbox, desk: httpx.AsyncClient, clock: FixedClock) -> None:
    got = await inbox.receive(email="zoe@example.com")
    clock.advance(timedelta(days=1))
    await inbox.receive(email="zoe@example.com", key="another")
    customer_id = (await inbox.row(got.conversation_id))["customer_id"]
    shown = body_of(await desk.get(f"{LIST}/{customer_id}"))
    assert (shown["name"], shown["email"], shown["verified"]) == ("Zoë", "zoe@example.com", True)
    assert shown["conversations_count"] == 2
    assert shown["last_seen"] == clock.now().isoformat().replace("+00:00", "Z")
    assert [(i["kind"], i["value"], i["reason"]) for i in shown["identities"]] == [
        ("email", "zoe@example.com", "wrote")
    ]
    listed = body_of(await desk.get(f"{LIST}/{customer_id}/conversations", params={"limit": 1}))
    assert [c["number"] for c in listed["items"]] == [2]
    older = await desk.get(f"{LIST}/{customer_id}/conversations", params={"after": listed["next"]})
    assert [c["number"] for c in body_of(older)["items"]] == [1]
    assert (await desk.get(f"{LIST}/{uuid7()}")).status_code == 404


async def test_changes_are_told_by_ids_never_by_values(
    shop: Shop, inbox: Inbox, desk: httpx.AsyncClient
) -> None:
    customer_id = await inbox.customer()
    body = {
        "name": "  Zoë   Novak ",
        "notes": "Likes blue",
        "language": "pt-br",
        "zone": "America/Sao_Paulo",
        "country": "BR",
        "vip": True,
        "fields": {"size": "M", "gone": None},
    }
    answer = await desk.patch(f"{LIST}/{customer_id}", json=body)
    assert answer.status_code == 200, answer.text
    shown = body_of(answer)
    assert (shown["name"], shown["notes"], shown["vip"]) == ("Zoë Novak", "Likes blue", True)
    assert (shown["language"], shown["zone"], shown["country"]) == ("pt-BR", "America/Sao_Paulo", "BR")
    assert shown["fields"] == {"size": "M"}
    facts = await shop.facts("CustomerChanged")
    assert "Novak" not in repr(facts)
    assert "blue" not in repr(facts)
    told = len(facts)
    again = await desk.patch(f"{LIST}/{customer_id}", json=body)
    assert body_of(again) == shown
    assert len(await shop.facts("CustomerChanged")) == told
    cleared = await desk.patch(f"{LIST}/{customer_id}", json={"notes": "", "language": None})
    assert (body_of(cleared)["notes"], body_of(cleared)["language"]) == ("", None)
    assert await names(desk, vip=True) == ["Zoë Novak"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"language": "not a language"}, 422),
        ({"zone": "Mars/Base"}, 422),
        ({"country": "Brazil"}, 400),
        ({"vip": "yes"}, 400),
        ({"nothing": 1}, 400),
        ({"fields": {"a": {"b": 1}}}, 422),
    ],
)
async def test_bad_changes_change_nothing(
    shop: Shop, inbox: Inbox, desk: httpx.AsyncClient, body: dict[str, Any], status: int
) -> None:
    customer_id = await inbox.customer()
    assert (await desk.patch(f"{LIST}/{customer_id}", json=body)).status_code == status
    assert await shop.facts("CustomerChanged") == []


async def test_an_address_belongs_to_one_customer(shop: Shop, inbox: Inbox, desk: httpx.AsyncClient) -> None:
    zoe, max_ = await inbox.customer("zoe@example.com"), await inbox.customer("max@example.com", "Max")
    path = f"{LIST}/{zoe}/identities"
    added = body_of(await desk.post(path, json={"value": "Zoe.Work@Example.com"}))
    assert len(added["identities"]) == 2
    assert await inbox.customer("zoe.work@example.com") == zoe
    assert len(body_of(await desk.post(path, json={"value": "zoe.work@example.com"}))["identities"]) == 2
    taken = await desk.post(path, json={"value": "max@example.com"})
    assert (taken.status_code, body_of(taken)["code"]) == (409, "identity_taken")
    assert (await desk.post(path, json={"value": "nonsense"})).status_code == 422
    assert (await desk.post(path, json={"kind": "visitor", "value": "x"})).status_code == 400
    assert (await desk.post(f"{LIST}/{uuid7()}/identities", json={"value": "a@b.example"})).status_code == 404
    assert await inbox.customer("max@example.com") == max_


async def test_a_customer_entered_by_hand(shop: Shop, inbox: Inbox, desk: httpx.AsyncClient) -> None:
    made = body_of(await desk.post(LIST, json={"name": "Max", "email": "max@example.com"}))
    assert await inbox.customer("MAX@example.com") == UUID(made["id"])
    assert (await desk.post(LIST, json={"email": "max@example.com"})).status_code == 409
    assert (await desk.post(LIST, json={})).status_code == 422
    assert await shop.count("SELECT count(*) FROM customers") == 1


async def test_blocking(shop: Shop, inbox: Inbox, desk: httpx.AsyncClient) -> None:
    customer_id = await inbox.customer()
    assert body_of(await desk.post(f"{LIST}/{customer_id}/block"))["blocked"] is True
    at = body_of(await desk.post(f"{LIST}/{customer_id}/block"))["blocked_at"]
    assert await names(desk, blocked=True) == ["Zoë"]
    assert len(await shop.facts("CustomerChanged")) == 1
    assert at is not None
    assert body_of(await desk.post(f"{LIST}/{customer_id}/unblock"))["blocked_at"] is None


async def test_rights_and_walls(shop: Shop, neighbour: Shop, inbox: Inbox) -> None:
    customer_id = await inbox.customer()
    reader = await shop.signed_in("collaborator")
    assert (await reader.get(LIST)).status_code == 200
    assert (await reader.patch(f"{LIST}/{customer_id}", json={"vip": True})).status_code == 403
    assert (await reader.post(f"{LIST}/{customer_id}/block")).status_code == 403
    theirs = await neighbour.signed_in("owner")
    assert body_of(await theirs.get(LIST))["items"] == []
    for method, path, body in (
        ("GET", f"{LIST}/{customer_id}", None),
        ("PATCH", f"{LIST}/{customer_id}", {"vip": True}),
        ("PATCH", f"{LIST}/{customer_id}", {"name": "x"}),
        ("POST", f"{LIST}/{customer_id}/block", None),
        ("POST", f"{LIST}/{customer_id}/identities", {"value": "a@b.example"}),
    ):
        assert (await theirs.request(method, path, json=body)).status_code == 404, path
    assert await shop.facts("CustomerChanged") == []
