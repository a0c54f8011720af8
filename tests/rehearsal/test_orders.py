"""Ordering a rehearsal, its progress, its end and its cancelling."""

from datetime import timedelta
from typing import Any

import httpx

from parley.kit.clock import FixedClock
from parley.kit.jobs.registry import Job
from parley.rehearsal.actions import JOB, run_rehearsal
from tests.automation.conftest import Settle
from tests.rehearsal.test_rehearsing import rule
from tests.support.app import Shop, body_of
from tests.support.inbox import Inbox

CHANGE = {
    "rules": {"put": [{"name": "High", "rule": rule("refund", {"act": "set_priority", "priority": "high"})}]}
}


def order(lead: httpx.AsyncClient, clock: FixedClock, **more: Any) -> Any:
    body = {
        "title": "Refunds first",
        "change": CHANGE,
        "from": (clock.now() - timedelta(days=7)).isoformat(),
        "to": (clock.now() + timedelta(days=1)).isoformat(),
        **more,
    }
    return lead.post("/api/v1/rehearsals", json=body)


async def run(shop: Shop, rehearsal_id: str) -> None:
    payload = {"rehearsal_id": rehearsal_id}
    await run_rehearsal(Job(shop.runtime, 1, JOB, shop.workspace_id, payload, 1, False))


async def test_it_is_ordered_run_and_read(
    shop: Shop, inbox: Inbox, settle: Settle, clock: FixedClock
) -> None:
    await inbox.receive("A refund")
    await settle()
    lead = await shop.signed_in("lead")
    ordered = await order(lead, clock)
    assert ordered.status_code == 201, ordered.text
    assert (body_of(ordered)["state"], body_of(ordered)["report"]) == ("queued", None)
    rehearsal_id = body_of(ordered)["id"]
    await run(shop, rehearsal_id)
    read = body_of(await lead.get(f"/api/v1/rehearsals/{rehearsal_id}"))
    assert (read["state"], read["done"], read["total"]) == ("done", read["total"], read["total"])
    assert read["report"]["decisions"] == {"before": 0, "after": 1}
    states = [one["state"] for one in await shop.facts("RehearsalProgressed")]
    assert (states[0], states[-1]) == ("queued", "done")
    listed = body_of(await lead.get("/api/v1/rehearsals"))["items"]
    assert [one["id"] for one in listed] == [rehearsal_id]
    assert "report" not in listed[0]
    # Run again by the queue it does nothing.
    await run(shop, rehearsal_id)
    assert len(await shop.facts("RehearsalProgressed")) == len(states)


async def test_it_is_cancelled(shop: Shop, clock: FixedClock) -> None:
    lead = await shop.signed_in("lead")
    rehearsal_id = body_of(await order(lead, clock))["id"]
    cancelled = await lead.post(f"/api/v1/rehearsals/{rehearsal_id}/cancel")
    assert body_of(cancelled)["state"] == "cancelled"
    await run(shop, rehearsal_id)
    assert body_of(await lead.get(f"/api/v1/rehearsals/{rehearsal_id}"))["report"] is None
    assert (await lead.post(f"/api/v1/rehearsals/{rehearsal_id}/cancel")).status_code == 409


async def test_what_is_wrong_is_said_at_once(shop: Shop, clock: FixedClock, neighbour: Shop) -> None:
    lead = await shop.signed_in("lead")
    backwards = await order(lead, clock, to=(clock.now() - timedelta(days=9)).isoformat())
    assert (backwards.status_code, body_of(backwards)["code"]) == (422, "bad_period")
    unknown = await order(lead, clock, change={"weather": {}})
    assert body_of(unknown)["errors"][0]["field"] == "change.weather"
    assert (await order(lead, clock, change={})).status_code == 422
    assert (await order(await shop.signed_in("agent"), clock)).status_code == 403
    known = body_of(await order(lead, clock))["id"]
    stranger = await neighbour.signed_in("lead")
    assert (await stranger.get(f"/api/v1/rehearsals/{known}")).status_code == 404
    assert (await stranger.post(f"/api/v1/rehearsals/{known}/cancel")).status_code == 404
