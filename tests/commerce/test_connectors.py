"""Connectors that are asked for by name."""

from uuid import UUID

import pytest

from parley.commerce.actions.connections import set_connection_health
from tests.support.app import Shop, body_of


@pytest.mark.parametrize("path", ["/api/v1/stores", "/api/v1/connections"])
async def test_a_connector_that_is_not_there_is_answered_with_those_that_are(shop: Shop, path: str) -> None:
    owner = await shop.signed_in("owner")
    known = [one["slug"] for one in body_of(await owner.get("/api/v1/connectors"))["items"]]
    answer = await owner.post(path, json={"plugin": "nothing", "name": "x"})
    assert answer.status_code == 404
    assert body_of(answer)["detail"] == f"There is no such connector; there are {', '.join(sorted(known))}."


async def test_connections_are_listed_with_their_state_and_without_their_secrets(
    shop: Shop, neighbour: Shop, store_id: UUID
) -> None:
    owner, reader = await shop.signed_in("owner"), await shop.signed_in("collaborator")
    settings = {"client_id": "ours", "client_secret": "nobody may read this"}
    made = []
    for name in ("North", "South"):
        body = {"plugin": "ups", "name": name, "settings": settings}
        made.append(body_of(await owner.post("/api/v1/connections", json=body)))
    async with shop.runtime.ctx(shop.workspace_id) as ctx:
        book = shop.runtime.parts["commerce"].book
        await set_connection_health(ctx, book, UUID(made[1]["id"]), "the key is wrong")

    answer = await reader.get("/api/v1/connections")
    assert "nobody may read this" not in answer.text
    listed = body_of(answer)["items"]
    assert [(x["name"], x["kind"], x["plugin"]) for x in listed] == [
        ("North", "carrier", "ups"),
        ("South", "carrier", "ups"),
    ]
    assert [(x["state"], x["error"]) for x in listed] == [("active", ""), ("error", "the key is wrong")]
    assert (listed[0]["settings"]["client_id"], listed[0]["secrets_set"]) == ("ours", ["client_secret"])
    assert listed[0]["hook_url"].endswith(f"/hooks/{listed[0]['id']}")
    # A store is a connection too, but has a list of its own.
    assert str(store_id) not in answer.text

    first = body_of(await reader.get("/api/v1/connections?limit=1"))
    rest = body_of(await reader.get(f"/api/v1/connections?limit=1&after={first['next']}"))
    assert [x["id"] for x in (*first["items"], *rest["items"])] == [x["id"] for x in listed]
    assert rest["next"] is None

    await owner.delete(f"/api/v1/connections/{made[0]['id']}")
    assert [x["name"] for x in body_of(await reader.get("/api/v1/connections"))["items"]] == ["South"]
    stranger = await neighbour.signed_in("owner")
    assert body_of(await stranger.get("/api/v1/connections"))["items"] == []
    assert (await (await shop.program("orders:read")).get("/api/v1/connections")).status_code == 403
