"""Plain numbers against their definitions."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from parley.kit.clock import FixedClock
from parley.kit.ids import uuid7
from tests.support.app import Shop, body_of
from tests.support.inbox import Inbox


@pytest.fixture
async def ana(shop: Shop) -> UUID:
    """An agent."""
    return await shop.agent()


@pytest.fixture
async def desk(shop: Shop, ana: UUID) -> httpx.AsyncClient:
    """Her browser."""
    return await shop.browser(ana)


async def numbers(desk: httpx.AsyncClient, **params: Any) -> dict[str, Any]:
    """Asks for numbers."""
    answer = await desk.get("/api/v1/numbers", params=params)
    assert answer.status_code == 200, answer.text
    return body_of(answer)  # type: ignore[no-any-return]


async def test_volume_first_reply_and_backlog(
    inbox: Inbox, desk: httpx.AsyncClient, clock: FixedClock, ana: UUID
) -> None:
    start = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
    ids = []
    for n, minutes in enumerate((10, 20, 30, 40, 100)):
        clock.set(start + timedelta(hours=n))
        ids.append((await inbox.receive(f"Question {n}", key=f"k{n}")).conversation_id)
        await inbox.receive("I am away", key=f"k{n}", automatic=True)
        clock.advance(timedelta(minutes=minutes))
        await inbox.reply(ids[-1], ana)
    clock.advance(timedelta(minutes=1))
    unanswered = await inbox.receive("Nobody cares", key="last")
    await inbox.receive("Buy gold", key="spam", spam=True)
    await desk.patch(f"/api/v1/conversations/{ids[0]}", json={"status": "closed"})
    await desk.patch(f"/api/v1/conversations/{ids[1]}", json={"assignee_id": str(ana)})
    waiting_since = clock.now()
    found = await numbers(desk, **{"from": "2026-03-01", "to": "2026-03-02"})
    days = {day["day"]: day for day in found["days"]}
    assert days["2026-03-01"] == {
        "day": "2026-03-01",
        "opened": 1,
        "replied": 1,
        "messages_in": 1,
        "messages_out": 1,
        "first_reply_median": 10 * 60,
    }
    assert (found["opened"], found["messages_in"], found["messages_out"]) == (6, 7, 5)
    assert found["first_reply_median"] == 30 * 60
    assert found["first_reply_p90"] == pytest.approx((40 + 0.6 * 60) * 60)
    assert found["backlog_by_status"] == [{"key": "open", "count": 5}]
    assert found["backlog_by_assignee"] == [{"key": None, "count": 4}, {"key": str(ana), "count": 1}]
    assert found["backlog_by_channel"] == [{"key": str(inbox.channel_id), "count": 5}]
    assert found["waiting_longest_since"] == waiting_since.isoformat().replace("+00:00", "Z")
    assert unanswered.new
    local = await numbers(desk, **{"from": "2026-03-01", "to": "2026-03-02", "zone": "Europe/Ljubljana"})
    assert [day["opened"] for day in local["days"]] == [0, 6]
    other = await numbers(desk, **{"from": "2026-03-01", "to": "2026-03-02", "channel": str(uuid7())})
    assert (other["opened"], other["messages_in"], other["first_reply_median"]) == (0, 0, None)


async def test_summer_time_makes_a_day_of_23_hours(shop: Shop, inbox: Inbox, clock: FixedClock) -> None:
    for day, hour, minute in ((28, 22, 59), (28, 23, 1), (29, 21, 59), (29, 22, 1)):
        clock.set(datetime(2026, 3, day, hour, minute, tzinfo=UTC))
        await inbox.receive(key=f"{day} {hour}")
    desk = await shop.signed_in()
    params = {"from": "2026-03-28", "to": "2026-03-30", "zone": "Europe/Ljubljana"}
    found = await numbers(desk, **params)
    assert [day["opened"] for day in found["days"]] == [1, 2, 1]


async def test_the_last_four_weeks_by_default(desk: httpx.AsyncClient) -> None:
    found = await numbers(desk)
    assert (found["since"], found["until"], len(found["days"])) == ("2026-02-05", "2026-03-04", 28)


async def test_the_range_is_bounded(desk: httpx.AsyncClient) -> None:
    for params in (
        {"from": "2026-01-01", "to": "2026-04-03"},
        {"from": "2026-01-02", "to": "2026-01-01"},
        {"to": "0001-01-01"},
        {"from": "0001-01-01"},
        {"from": "9999-12-30", "to": "9999-12-31"},
    ):
        assert (await desk.get("/api/v1/numbers", params=params)).status_code == 422
    assert len((await numbers(desk, **{"from": "2026-01-01", "to": "2026-04-02"}))["days"]) == 92


async def test_the_cost_is_fixed(shop: Shop, inbox: Inbox, desk: httpx.AsyncClient) -> None:
    async def cost(**params: str) -> int:
        shop.statements.clear()
        await numbers(desk, **params)
        return len(shop.statements)

    one = await cost(**{"from": "2026-03-04", "to": "2026-03-04"})
    for n in range(5):
        await inbox.receive(key=str(n))
    assert await cost(**{"from": "2026-01-01", "to": "2026-03-04"}) == one <= 5


async def test_who_may_see_them(shop: Shop) -> None:
    assert (await (await shop.signed_in("collaborator")).get("/api/v1/numbers")).status_code == 403
