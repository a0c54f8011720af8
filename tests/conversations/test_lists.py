"""Lists of conversations: filters, orders, paging, views with counts, the timeline."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from parley.accounts.records import ViewFilter
from parley.conversations.filters import Filter
from parley.kit.clock import FixedClock
from parley.kit.ids import uuid7
from tests.support.app import Shop, body_of
from tests.support.inbox import Inbox

LIST = "/api/v1/conversations"


@pytest.fixture
async def ana(shop: Shop) -> UUID:
    """An agent."""
    return await shop.agent()


@pytest.fixture
async def desk(shop: Shop, ana: UUID) -> httpx.AsyncClient:
    """Her browser."""
    return await shop.browser(ana)


async def numbers(desk: httpx.AsyncClient, **params: Any) -> list[int]:
    """Gives the numbers of the conversations of a list."""
    answer = await desk.get(LIST, params=params)
    assert answer.status_code == 200, answer.text
    return [item["number"] for item in body_of(answer)["items"]]


async def fill(inbox: Inbox, clock: FixedClock, number: int) -> list[UUID]:
    """Receives conversations, some in the same moment."""
    ids = []
    for n in range(number):
        if n % 3:
            clock.advance(timedelta(seconds=1))
        ids.append((await inbox.receive(f"Message {n}", key=f"k{n}")).conversation_id)
    return ids


@pytest.mark.parametrize("sort", ["newest", "oldest", "waiting", "priority"])
async def test_pages_give_every_conversation_once_and_in_order(
    inbox: Inbox, desk: httpx.AsyncClient, clock: FixedClock, sort: str
) -> None:
    ids = await fill(inbox, clock, 11)
    for n, conversation_id in enumerate(ids):
        priority = ("low", "normal", "high")[n % 3]
        await desk.patch(f"{LIST}/{conversation_id}", json={"priority": priority})
    whole = await numbers(desk, sort=sort)
    assert sorted(whole) == list(range(1, 12))
    for limit in (1, 4):
        got: list[int] = []
        after = None
        while True:
            params = {"sort": sort, "limit": limit, **({"after": after} if after else {})}
            page = body_of(await desk.get(LIST, params=params))
            got += [item["number"] for item in page["items"]]
            after = page["next"]
            if after is None:
                break
        assert got == whole
    if sort == "newest":
        assert whole[0] == 11
    if sort == "priority":
        assert whole[0] % 3 == 0


async def test_filters(
    shop: Shop, inbox: Inbox, desk: httpx.AsyncClient, ana: UUID, clock: FixedClock
) -> None:
    ids = await fill(inbox, clock, 4)
    tag, team = uuid7(), uuid7()
    async with inbox.ctx() as ctx:
        scope = shop.workspace_id
        await ctx.tx.execute(
            "INSERT INTO tags (workspace_id, id, name, name_key) VALUES ($1, $2, 'a', 'a')", scope, tag
        )
        await ctx.tx.execute("INSERT INTO teams (workspace_id, id, name) VALUES ($1, $2, 'A')", scope, team)
        await ctx.tx.execute(
            "INSERT INTO team_members (workspace_id, team_id, agent_id) VALUES ($1, $2, $3)", scope, team, ana
        )
    await desk.patch(f"{LIST}/{ids[0]}", json={"assignee_id": str(ana)})
    await desk.patch(f"{LIST}/{ids[1]}", json={"team_id": str(team), "priority": "high"})
    await desk.put(f"{LIST}/{ids[2]}/tags", json={"add": [str(tag)]})
    await desk.patch(f"{LIST}/{ids[3]}", json={"status": "closed", "language": "sl"})
    await desk.post(f"{LIST}/{ids[0]}/read")
    await inbox.note(ids[2], await shop.agent(name="Bo"), mentions=[ana])
    for params, expected in (
        ({"view": "mine"}, [1]),
        ({"assignee": str(ana)}, [1]),
        ({"assignee": "none", "status": "open"}, [3, 2]),
        ({"team": "mine"}, [2]),
        ({"team": str(team)}, [2]),
        ({"tag": str(tag)}, [3]),
        ({"priority": ["high", "urgent"]}, [2]),
        ({"status": ["closed"]}, [4]),
        ({"language": "sl"}, [4]),
        ({"unread": True}, [4, 3, 2]),
        ({"waiting": True}, [3, 2, 1]),
        ({"view": "mentions"}, [3]),
        ({"view": "unassigned", "priority": ["normal"]}, [3]),
        ({"channel": str(uuid7())}, []),
    ):
        assert await numbers(desk, **params) == expected, params
    await desk.post(f"{LIST}/{ids[0]}/unread")
    assert await numbers(desk, unread=True) == [4, 3, 2, 1]


async def test_wrong_filters_say_so(desk: httpx.AsyncClient) -> None:
    for params, status in (
        ({"status": "burnt"}, 422),
        ({"assignee": "somebody"}, 422),
        ({"view": "nowhere"}, 404),
        ({"after": "xyz"}, 400),
        ({"limit": 0}, 400),
        ({"limit": 201}, 400),
    ):
        assert (await desk.get(LIST, params=params)).status_code == status, params


async def test_views_are_counted_in_one_statement(
    shop: Shop, inbox: Inbox, desk: httpx.AsyncClient, ana: UUID, clock: FixedClock
) -> None:
    ids = await fill(inbox, clock, 3)
    await desk.patch(f"{LIST}/{ids[0]}", json={"assignee_id": str(ana)})
    await desk.post(f"{LIST}/{ids[0]}/read")
    await desk.patch(f"{LIST}/{ids[1]}", json={"status": "closed"})
    shop.statements.clear()
    await desk.get("/api/v1/views")
    few = len(shop.statements)
    for name, wanted in (("Mine", {"assignee": "me"}), ("German", {"language": "de"})):
        saved = await desk.post("/api/v1/views", json={"name": name, "filter": wanted})
        assert saved.status_code == 201, saved.text
    shop.statements.clear()
    views = {view["key"]: view for view in body_of(await desk.get("/api/v1/views"))["items"]}
    assert len(shop.statements) == few
    counts = {key: (view["count"], view["unread"]) for key, view in views.items()}
    expected = {"mine": (1, 0), "unassigned": (1, 1), "all_open": (2, 1), "closed": (1, 0), "all": (3, 0)}
    assert {key: counts[key] for key in expected} == expected
    saved_views = {view["name"]: (view["count"], view["unread"]) for view in views.values() if view["id"]}
    assert saved_views == {"Mine": (1, 0), "German": (0, 0)}
    assert await numbers(desk, view=next(key for key, view in views.items() if view["name"] == "Mine")) == [1]


async def test_views_of_others_are_theirs(shop: Shop, desk: httpx.AsyncClient) -> None:
    made = body_of(await desk.post("/api/v1/views", json={"name": "Mine", "filter": {"assignee": "me"}}))
    colleague = await shop.signed_in(name="Bo")
    listed = body_of(await colleague.get("/api/v1/views"))["items"]
    assert all(view["id"] is None for view in listed)
    assert (await colleague.get(LIST, params={"view": made["id"]})).status_code == 404


def test_what_can_be_saved_can_be_asked() -> None:
    assert set(ViewFilter.__struct_fields__) <= set(Filter.__struct_fields__)


async def test_the_cost_of_a_page_does_not_grow(
    shop: Shop, inbox: Inbox, desk: httpx.AsyncClient, clock: FixedClock, ana: UUID
) -> None:
    ids = await fill(inbox, clock, 12)
    for n in range(12):
        clock.advance(timedelta(seconds=1))
        await inbox.reply(ids[0], ana, f"Reply {n}")

    async def cost(path: str, **params: Any) -> int:
        shop.statements.clear()
        assert (await desk.get(path, params=params)).status_code == 200
        return len(shop.statements)

    assert await cost(LIST, limit=1) == await cost(LIST, limit=12) <= 5
    timeline = f"{LIST}/{ids[0]}/timeline"
    assert await cost(timeline, limit=1) == await cost(timeline, limit=12) <= 6
    assert await cost(f"{LIST}/{ids[0]}") == await cost(f"{LIST}/{ids[1]}") <= 7


async def test_the_timeline_tells_everything_once_in_order(
    inbox: Inbox, desk: httpx.AsyncClient, clock: FixedClock, ana: UUID
) -> None:
    got = await inbox.receive("One")
    path = f"{LIST}/{got.conversation_id}"
    for n in range(5):
        clock.advance(timedelta(microseconds=1500))
        await inbox.reply(got.conversation_id, ana, f"Reply {n}")
        await desk.patch(path, json={"priority": ("low", "high")[n % 2]})
        await desk.patch(path, json={"status": ("closed", "open")[n % 2]})
    whole = body_of(await desk.get(f"{path}/timeline", params={"limit": 200}))
    assert whole["next"] is None
    for limit in (1, 2, 4):
        pages: list[Any] = []
        after = None
        while True:
            params = {"limit": limit, **({"after": after} if after else {})}
            page = body_of(await desk.get(f"{path}/timeline", params=params))
            pages = page["items"] + pages
            after = page["next"]
            if after is None:
                break
        assert [item["id"] for item in pages] == [item["id"] for item in whole["items"]]
    kinds = [item.get("kind") for item in whole["items"]]
    assert kinds[:3] == ["ConversationOpened", "ThreadStarted", "message"]
    assert kinds[3:6] == ["message", "ConversationEdited", "ConversationClosed"]
    assert (await desk.get(f"{LIST}/{uuid7()}/timeline")).status_code == 404


async def test_another_workspace_sees_nothing(shop: Shop, neighbour: Shop, inbox: Inbox) -> None:
    got = await inbox.receive()
    theirs = await neighbour.signed_in("owner")
    path = f"{LIST}/{got.conversation_id}"
    assert body_of(await theirs.get(LIST))["items"] == []
    for method, url, body in (
        ("GET", path, None),
        ("GET", f"{path}/timeline", None),
        ("GET", f"{path}/export", None),
        ("PATCH", path, {"status": "closed"}),
        ("PUT", f"{path}/tags", {"add": []}),
        ("PUT", f"{path}/draft", {}),
        ("PUT", f"{path}/followers", {}),
        ("PUT", f"{path}/checklist", {"checklist_id": None}),
        ("POST", f"{path}/read", None),
        ("POST", f"{path}/unread", None),
        ("POST", f"{path}/spam", None),
        ("POST", f"{path}/block", None),
        ("POST", f"{path}/messages", {"html": "<p>x</p>"}),
        ("POST", f"{path}/messages", {"html": "<p>x</p>", "kind": "note"}),
        (
            "POST",
            f"{path}/forward",
            {"to": [{"address": "a@b.example"}], "message_ids": [str(got.message_id)]},
        ),
        ("GET", f"/api/v1/messages/{got.message_id}", None),
        ("POST", f"/api/v1/messages/{got.message_id}/redact", {"reason": "x"}),
        ("POST", f"/api/v1/messages/{got.message_id}/retry", None),
    ):
        answer = await theirs.request(method, url, json=body)
        assert answer.status_code == 404, (method, url, answer.text)
    before = await inbox.row(got.conversation_id)
    done = await theirs.post(
        f"{LIST}/bulk", json={"ids": [str(got.conversation_id)], "act": {"status": "closed"}}
    )
    assert done.status_code == 200
    assert await inbox.row(got.conversation_id) == before
