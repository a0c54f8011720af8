"""SLAs on trial over the past: what would have been promised, the same each time."""

from datetime import timedelta

import pytest

from parley.kit.clock import FixedClock
from parley.kit.errors import Invalid
from parley.rehearsal.running import rehearse
from tests.automation.promises.conftest import AddSla, Pass
from tests.support.app import Shop
from tests.support.inbox import Inbox

MINUTE = timedelta(minutes=1)


async def test_an_sla_is_rehearsed_and_nothing_is_written(
    shop: Shop, inbox: Inbox, add_sla: AddSla, wait: Pass, clock: FixedClock
) -> None:
    await add_sla(targets={"first_reply": 60})
    begin = clock.now()
    agent = await shop.agent()
    for number in range(3):
        asked = await inbox.receive(email=f"c{number}@example.com")
        await wait(30 * MINUTE)
        await inbox.reply(asked.conversation_id, agent)
        await wait(MINUTE)
    before = await shop.count("SELECT count(*) FROM promises WHERE workspace_id = $1", shop.workspace_id)

    tighter = {"name": "Tight", "sla": {"targets": {"first_reply": 20}, "hours": None}}
    sla_id = await shop.count("SELECT id FROM slas WHERE workspace_id = $1", shop.workspace_id)
    change = {"promises": {"put": [{**tighter, "id": str(sla_id)}]}}
    reports = []
    for _ in range(2):
        async with inbox.ctx() as ctx:
            reports.append(await rehearse(ctx, shop.runtime.decisions, change, begin, clock.now() + MINUTE))
    assert reports[0] == reports[1]
    assert reports[0]["about"]["promises"]["slas_after"] == 1
    assert reports[0]["conversations"]["changed"] == 3
    counted = {one["act"]: (one["before"], one["after"]) for one in reports[0]["acts"]}
    assert counted == {"promise": (3, 3), "promise_met": (3, 0), "promise_broken": (0, 3)}
    after = await shop.count("SELECT count(*) FROM promises WHERE workspace_id = $1", shop.workspace_id)
    assert after == before


async def test_a_mistake_in_the_change_is_named(shop: Shop, inbox: Inbox, clock: FixedClock) -> None:
    change = {"promises": {"put": [{"name": "X", "sla": {"targets": {"first_reply": 0}}}]}}
    with pytest.raises(Invalid):
        async with inbox.ctx() as ctx:
            await rehearse(ctx, shop.runtime.decisions, change, clock.now() - MINUTE, clock.now())
