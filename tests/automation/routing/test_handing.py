"""Handing over: work goes on in the order of promises, with a brief; at the end of a shift by itself."""

from datetime import timedelta

from parley.automation.routing.handing import SHIFT_END, end_shift
from parley.kit.clock import FixedClock
from parley.kit.jobs.registry import Job
from parley.kit.log.fact import Actor
from tests.automation.conftest import Settle
from tests.automation.routing.test_routing import assignee, come
from tests.support.app import Shop, body_of
from tests.support.inbox import Inbox


async def test_work_is_handed_over_with_a_brief(shop: Shop, inbox: Inbox, settle: Settle) -> None:
    ana = await come(shop, "Ana")
    late = await inbox.receive(email="a@example.com")
    soon = await inbox.receive(email="b@example.com")
    await settle()
    ben = await come(shop, "Ben", capacity=1)
    lead = await shop.signed_in("lead")
    await lead.patch(f"/api/v1/conversations/{soon.conversation_id}", json={"priority": "high"})
    browser = await shop.browser(ana)
    notes = {str(soon.conversation_id): "Wants it before Friday."}
    given = await browser.post("/api/v1/handovers", json={"note": "Quiet day.", "notes": notes})
    assert given.status_code == 201, given.text
    brief = body_of(given)
    assert [line["note"] for line in brief["lines"]] == ["Wants it before Friday.", ""]
    assert (brief["handover"]["note"], brief["handover"]["conversations"]) == ("Quiet day.", 2)
    await settle()
    assert await assignee(inbox, soon.conversation_id) == ben
    assert await assignee(inbox, late.conversation_id) is None
    listed = body_of(await lead.get("/api/v1/handovers"))["items"]
    assert [one["id"] for one in listed] == [brief["handover"]["id"]]
    read = body_of(await lead.get(f"/api/v1/handovers/{brief['handover']['id']}"))
    assert read["lines"][0]["conversation"]["assignee_id"] == str(ben)


async def test_only_leads_hand_over_for_others(shop: Shop, inbox: Inbox, neighbour: Shop) -> None:
    ana = await come(shop, "Ana")
    other = await shop.signed_in("agent", name="Ben")
    assert (await other.post("/api/v1/handovers", json={"agent_id": str(ana)})).status_code == 403
    lead = await shop.signed_in("lead")
    assert (await lead.post("/api/v1/handovers", json={"agent_id": str(ana)})).status_code == 201
    stranger = await neighbour.signed_in("lead")
    assert (await stranger.post("/api/v1/handovers", json={"agent_id": str(ana)})).status_code == 404
    assert body_of(await stranger.get("/api/v1/handovers"))["items"] == []


async def test_at_the_end_of_a_shift_where_it_is_wanted(
    shop: Shop, inbox: Inbox, settle: Settle, clock: FixedClock
) -> None:
    now = clock.now()
    periods = [{"day": day, "from": "00:00", "to": "24:00"} for day in range(7)]
    ana = await come(shop, "Ana", time_zone="UTC", shifts=periods[now.weekday() : now.weekday() + 1])
    asked = await inbox.receive()
    await settle()
    assert await assignee(inbox, asked.conversation_id) == ana
    due = await shop.count(
        "SELECT due_at FROM timers WHERE workspace_id = $1 AND kind = $2", shop.workspace_id, SHIFT_END
    )
    assert due == (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)

    job = Job(shop.runtime, 1, SHIFT_END, shop.workspace_id, {"agent_id": str(ana)}, 1, False)
    clock.set(due) if hasattr(clock, "set") else clock.advance(due - clock.now())
    await end_shift(job)
    assert await assignee(inbox, asked.conversation_id) == ana

    lead = await shop.signed_in("lead")
    await lead.put("/api/v1/deciders/routing", json={"values": {"hand_over": True}})
    await end_shift(job)
    await settle()
    assert await assignee(inbox, asked.conversation_id) is None
    async with inbox.ctx(Actor("system")) as ctx:
        reason = await ctx.tx.fetchval(
            "SELECT reason FROM handovers WHERE workspace_id = $1", shop.workspace_id
        )
    assert reason == "shift"
