"""Promises in business hours: what an edited holiday moves, what one message costs, what screens are told."""

from datetime import timedelta
from typing import Any

from parley.automation.promises.firing import look_at_promise
from parley.conversations.queries.rows import list_rows
from parley.kit.clock import FixedClock
from tests.automation.conftest import Settle
from tests.automation.promises.conftest import AddSla, Pass
from tests.support.app import Shop, body_of
from tests.support.inbox import Inbox

MINUTE = timedelta(minutes=1)
ALWAYS = [{"day": day, "from": "00:00", "to": "24:00"} for day in range(7)]


async def save_hours(shop: Shop, **values: Any) -> str:
    """Stores the default business hours."""
    lead = await shop.signed_in("owner")
    body = {
        "name": "Shop",
        "time_zone": "UTC",
        "periods": ALWAYS,
        "holidays": [],
        "is_default": True,
        **values,
    }
    answer = await lead.post("/api/v1/business-hours", json=body)
    assert answer.status_code == 201, answer.text
    return str(body_of(answer)["id"])


async def test_a_holiday_entered_later_moves_what_falls_due(
    shop: Shop, inbox: Inbox, add_sla: AddSla, wait: Pass, clock: FixedClock
) -> None:
    hours = await save_hours(shop)
    await add_sla(targets={"first_reply": 180}, hours="default")
    asked = await inbox.receive()
    begin = clock.now()
    await wait(60 * MINUTE)
    row = await inbox.row(asked.conversation_id)
    assert row["promise_due_at"] == begin + 180 * MINUTE
    owner = await shop.signed_in("owner")
    holiday = [{"date": begin.date().isoformat(), "name": "Off", "periods": []}]
    changed = await owner.patch(f"/api/v1/business-hours/{hours}", json={"holidays": holiday})
    assert changed.status_code == 200, changed.text
    await wait(150 * MINUTE)
    row = await inbox.row(asked.conversation_id)
    midnight = (begin + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    assert row["promise_due_at"] == midnight + 180 * MINUTE
    state = "SELECT state FROM promises WHERE workspace_id = $1"
    assert await shop.count(state, shop.workspace_id) == "running"
    await wait(timedelta(days=1))
    assert await shop.count(state, shop.workspace_id) == "broken"


async def test_a_timer_that_comes_late_or_twice_does_nothing_twice(
    shop: Shop, inbox: Inbox, add_sla: AddSla, settle: Settle, clock: FixedClock
) -> None:
    await add_sla(targets={"first_reply": 60}, warn_minutes=[10])
    await inbox.receive()
    await settle()
    promise_id = await shop.count("SELECT id FROM promises WHERE workspace_id = $1", shop.workspace_id)

    async def look(minutes: int) -> str:
        async with inbox.ctx() as ctx:
            return await look_at_promise(ctx, shop.runtime.catalogue, promise_id, minutes)

    assert [await look(10), await look(0)] == ["early", "early"]
    clock.advance(50 * MINUTE)
    assert [await look(10), await look(0)] == ["warned", "early"]
    clock.advance(10 * MINUTE)
    assert [await look(10), await look(0), await look(0)] == ["early", "broken", "gone"]


async def test_a_message_costs_the_same_however_many_slas_and_promises_there_are(
    shop: Shop, inbox: Inbox, add_sla: AddSla, settle: Settle
) -> None:
    async def cost(who: str) -> int:
        await inbox.receive(email=f"{who}@example.com")
        await settle()
        await inbox.receive("More", email=f"{who}@example.com")
        shop.statements.clear()
        await settle()
        return len(shop.statements)

    await add_sla("One")
    await cost("warm")
    few = await cost("a")
    for number in range(20):
        await add_sla(
            f"S{number}", **{"if": {"all": [{"field": "conversation.priority", "op": "is", "value": "low"}]}}
        )
        await inbox.receive(email=f"n{number}@example.com")
    await cost("warm-again")
    # The condition of one of the SLAs needs the conversation's section.
    assert await cost("b") <= few + 1


async def test_screens_are_told_with_the_row(
    shop: Shop, inbox: Inbox, add_sla: AddSla, settle: Settle, clock: FixedClock
) -> None:
    await add_sla(targets={"first_reply": 60})
    asked = await inbox.receive()
    await settle()
    async with inbox.ctx() as ctx:
        kinds = await ctx.tx.fetch(
            """SELECT kind, data FROM facts WHERE workspace_id = $1 AND conversation_id = $2
               AND kind IN ('PromiseChanged', 'ConversationEdited') ORDER BY epoch, xid, seq""",
            shop.workspace_id,
            asked.conversation_id,
        )
    assert "PromiseChanged" in [row["kind"] for row in kinds]
    edited = [set(row["data"]["changes"]) for row in kinds if row["kind"] == "ConversationEdited"]
    assert {"promise_due_at", "promise_kind"} in edited
    async with shop.runtime.db.transaction(shop.workspace_id) as tx:
        (row,) = await list_rows(tx, shop.workspace_id, [asked.conversation_id], None)
    assert (row.promise_due_at, row.promise_kind) == (clock.now() + 60 * MINUTE, "first_reply")
    agent = await shop.signed_in("agent")
    shown = body_of(await agent.get(f"/api/v1/conversations/{asked.conversation_id}/timeline"))["items"]
    assert "ConversationEdited" not in [one.get("kind") for one in shown if one["type"] == "event"]
