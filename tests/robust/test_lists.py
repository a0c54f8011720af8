"""Every list of the API pages alike: bounds of `limit`, cursors that are ours, nothing twice and nothing left out."""

from typing import Any

import pytest

from parley.kit.http.limits import Limiter
from tests.robust.operations import Operation, describe, list_operations
from tests.robust.world import Place, World
from tests.support.app import body_of

FEWEST_LISTS = 30


def find_lists(world: World) -> list[Operation]:
    """Gives the operations whose answer is `{"items": […], "next": …}`."""
    schema = describe(world.app)
    found = []
    for operation in list_operations(world.app):
        if operation.method != "GET" or not operation.described:
            continue
        plain = operation.path.replace(":uuid", "").replace(":str", "")
        answer = schema["paths"][plain]["get"]["responses"]["200"]["content"].get("application/json", {})
        name = answer.get("schema", {}).get("$ref", "").rsplit("/", 1)[-1]
        fields = schema["components"]["schemas"].get(name, {}).get("properties", {})
        if {"items", "next"} <= fields.keys():
            found.append(operation)
    return found


async def read(place: Place, operation: Operation, **query: Any) -> Any:
    """Asks for a page; gives the status and the body."""
    given = {"q": place.marker, **query} if operation.path.endswith("/search") else query
    answer = await place.owner.get(operation.fill(place.ids), params=given)
    return answer.status_code, body_of(answer)


@pytest.fixture(scope="module")
async def lists(world: World, ours: Place) -> list[Operation]:
    """All lists that can be asked for in this world."""
    # This many questions in a few seconds are no abuse.
    world.runtime.parts["limiter"] = Limiter(rate=10_000, burst=100_000)
    found = [one for one in find_lists(world) if set(one.parameters) <= ours.ids.keys()]
    assert len(found) >= FEWEST_LISTS, [one.path for one in found]
    return found


async def test_a_wrong_limit_or_cursor_is_refused(ours: Place, lists: list[Operation]) -> None:
    wrong = [
        (one.path, query)
        for one in lists
        for query in ({"limit": "0"}, {"limit": "-1"}, {"limit": "201"}, {"limit": "abc"}, {"after": "zzz"})
        if (await read(ours, one, **query))[0] != 400
    ]
    assert not wrong


async def test_pages_of_one_give_the_whole_list(ours: Place, lists: list[Operation]) -> None:
    for one in lists:
        status, whole = await read(ours, one, limit="200")
        assert status == 200, (one.path, whole)
        status, empty = await read(ours, one, limit="200", after="")
        assert status == 200, (one.path, empty)
        assert len(empty["items"]) == len(whole["items"]), one.path
        # A page of the timeline is measured in messages; a search names a conversation again for older hits.
        if one.path.endswith(("/timeline", "/search")) or len(whole["items"]) > 60:
            continue
        found: list[Any] = []
        after: str | None = ""
        for _ in range(len(whole["items"]) * 10 + 10):
            status, page = await read(ours, one, limit="1", **({"after": after} if after else {}))
            assert status == 200, (one.path, page)
            assert len(page["items"]) <= 1, one.path
            found += page["items"]
            after = page["next"]
            if after is None:
                break
        assert after is None, one.path
        assert [key_of(item) for item in found] == [key_of(item) for item in whole["items"]], one.path


def key_of(item: Any) -> Any:
    """Tells an item from the others of its list."""
    if not isinstance(item, dict):
        return item
    named = [
        item[name] for name in ("id", "cursor", "seq", "slug", "name", "key") if item.get(name) is not None
    ]
    return named or item.get("message_id")
