"""What hours will bring: the rhythm of the week is found, growth is followed, clocks that change do not confuse it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.automation.routing.forecasting import HOURS, forecast
from tests.automation.conftest import Settle
from tests.support.app import Shop, body_of
from tests.support.inbox import Inbox

NOW = datetime(2030, 3, 27, 10, 20, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
START = NOW.replace(minute=0)


def made(weeks: int, count: object, zone: ZoneInfo = BERLIN) -> dict[datetime, int]:
    """Counts by a function of the local time and of how many weeks ago it was."""
    hours = (START - timedelta(hours=n) for n in range(1, weeks * HOURS + 1))
    return {hour: count(hour.astimezone(zone), (START - hour).days // 7) for hour in hours}  # type: ignore[operator]


def test_the_rhythm_of_the_week_goes_on_by_the_clock_on_the_wall() -> None:
    """The clocks go forward on 31 March 2030; nine in the morning stays nine in the morning."""
    counts = made(8, lambda local, _: 20 if local.weekday() < 5 and 9 <= local.hour < 17 else 2)
    for one in forecast(counts, NOW, BERLIN):
        local = one.hour.astimezone(BERLIN)
        busy = local.weekday() < 5 and 9 <= local.hour < 17
        assert one.expected == pytest.approx(20 if busy else 2, rel=0.05), local
        assert one.low < one.expected < one.high


def test_growth_is_followed() -> None:
    counts = made(8, lambda _, weeks: int(10 * 1.1 ** (8 - weeks)))
    flat = sum(one.expected for one in forecast(made(8, lambda *_: 20), NOW, BERLIN))
    grown = sum(one.expected for one in forecast(counts, NOW, BERLIN))
    assert grown > flat * 0.8
    assert forecast(counts, NOW, BERLIN)[0].expected > 15


def test_less_than_a_week_says_nothing() -> None:
    assert forecast({}, NOW, BERLIN) == []
    assert forecast({START - timedelta(days=6): 3}, NOW, BERLIN) == []


def test_agents_are_counted_by_their_pace() -> None:
    counts = made(3, lambda *_: 10)
    assert {one.agents for one in forecast(counts, NOW, BERLIN, pace=4.0)} == {3}


@given(
    st.dictionaries(st.integers(1, 8 * HOURS), st.integers(0, 500), max_size=300),
    st.sampled_from((BERLIN, ZoneInfo("UTC"))),
)
def test_it_is_never_below_nothing_and_always_the_same(ago: dict[int, int], zone: ZoneInfo) -> None:
    counts = {START - timedelta(hours=n): count for n, count in ago.items()}
    found = forecast(counts, NOW, zone)
    assert found == forecast(counts, NOW, zone)
    assert all(0 <= one.low <= one.expected <= one.high for one in found)
    assert len(found) in (0, HOURS)


async def test_it_is_read_over_http(shop: Shop, inbox: Inbox, settle: Settle) -> None:
    await inbox.receive()
    await settle()
    agent = await shop.signed_in("lead")
    answer = await agent.get("/api/v1/forecast")
    assert answer.status_code == 200, answer.text
    assert body_of(answer)["items"] == []
    async with inbox.ctx() as ctx:
        await ctx.tx.execute("UPDATE conversations SET created_at = created_at - interval '9 days'")
    # A row's id keeps its time; the forecast reads by id and by time.
    assert len(body_of(await agent.get("/api/v1/forecast"))["items"]) in (0, HOURS)
