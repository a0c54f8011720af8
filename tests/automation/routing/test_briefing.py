"""The brief for who begins a shift."""

from datetime import UTC, datetime, timedelta

import pytest

from parley.accounts.hours import parse_hours
from parley.automation.routing.briefing import LOOKED_BACK, closed_since
from parley.kit.clock import FixedClock
from tests.automation.conftest import Settle
from tests.support.app import Shop, body_of
from tests.support.inbox import Inbox

WEEK = [{"day": day, "from": "09:00", "to": "17:00"} for day in range(5)]
HOURS = parse_hours({"time_zone": "UTC", "periods": WEEK})


@pytest.mark.parametrize(
    ("now", "closed"),
    [
        (datetime(2030, 1, 8, 8, tzinfo=UTC), datetime(2030, 1, 7, 17, tzinfo=UTC)),
        (datetime(2030, 1, 8, 12, tzinfo=UTC), datetime(2030, 1, 7, 17, tzinfo=UTC)),
        (datetime(2030, 1, 7, 9, tzinfo=UTC), datetime(2030, 1, 4, 17, tzinfo=UTC)),
        (datetime(2030, 1, 8, 17, tzinfo=UTC), datetime(2030, 1, 8, 17, tzinfo=UTC)),
    ],
)
def test_when_the_shop_closed_last(now: datetime, closed: datetime) -> None:
    assert closed_since(HOURS, now) == closed


def test_a_shop_that_never_closes() -> None:
    always = parse_hours(
        {"time_zone": "UTC", "periods": [{"day": d, "from": "00:00", "to": "24:00"} for d in range(7)]}
    )
    now = datetime(2030, 1, 8, tzinfo=UTC)
    assert closed_since(always, now) <= now - LOOKED_BACK + timedelta(days=15)


async def test_what_came_in_meanwhile_in_the_order_of_promises(
    shop: Shop, inbox: Inbox, settle: Settle, clock: FixedClock
) -> None:
    lead = await shop.signed_in("lead")
    calm = await inbox.receive("Where is my order?", email="a@example.com")
    clock.advance(timedelta(minutes=1))
    urgent = await inbox.receive("Hello", email="b@example.com")
    await settle()
    await lead.patch(f"/api/v1/conversations/{urgent.conversation_id}", json={"priority": "urgent"})
    answer = await lead.get("/api/v1/shift-brief")
    assert answer.status_code == 200, answer.text
    brief = body_of(answer)
    assert [one["id"] for one in brief["conversations"]] == [
        str(urgent.conversation_id),
        str(calm.conversation_id),
    ]
    assert (brief["summary"]["total"], brief["summary"]["channels"]) == (2, {"email": 2})
    assert sum(brief["summary"]["intents"].values()) == 2
    agent = await shop.agent()
    await inbox.reply(urgent.conversation_id, agent)
    assert body_of(await lead.get("/api/v1/shift-brief"))["summary"]["total"] == 1
