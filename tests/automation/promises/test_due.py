"""Time left in lists: rows carry it, lists are narrowed and ordered by it, screens are told."""

from datetime import timedelta

from parley.kit.clock import FixedClock
from tests.automation.conftest import Settle
from tests.automation.promises.conftest import AddSla, Pass
from tests.support.app import Shop, body_of
from tests.support.inbox import Inbox

MINUTE = timedelta(minutes=1)


async def test_lists_show_what_is_due_in_order(
    shop: Shop, inbox: Inbox, add_sla: AddSla, wait: Pass, clock: FixedClock
) -> None:
    await add_sla(targets={"first_reply": 120})
    begin = clock.now()
    for who in ("a", "b", "c"):
        await inbox.receive(email=f"{who}@example.com")
        await wait(40 * MINUTE)
    agent = await shop.signed_in("agent")

    async def numbers(**params: str) -> list[int]:
        answer = await agent.get("/api/v1/conversations", params=params)
        return [row["number"] for row in body_of(answer)["items"]]

    assert await numbers(due="overdue") == [1]
    assert await numbers(view="due") == [1, 2]
    assert await numbers(sort="due") == [1, 2, 3]
    first = body_of(await agent.get("/api/v1/conversations", params={"sort": "due", "limit": "2"}))
    assert await numbers(sort="due", after=first["next"]) == [3]
    row = first["items"][0]
    due = (begin + 120 * MINUTE).isoformat().replace("+00:00", "Z")
    assert (row["promise_due_at"], row["promise_kind"]) == (due, "first_reply")
    page = body_of(await agent.get(f"/api/v1/conversations/{row['id']}"))
    assert page["conversation"]["promise_due_at"] == due
    views = body_of(await agent.get("/api/v1/views"))["items"]
    assert {one["key"]: one["count"] for one in views}["due"] == 2
    assert (await agent.get("/api/v1/conversations", params={"due": "late"})).status_code in (400, 422)


async def test_a_saved_view_may_ask_for_what_is_due(shop: Shop) -> None:
    lead = await shop.signed_in("lead")
    view = {"name": "Late", "shared": True, "filter": {"due": "overdue"}, "sort": "due"}
    saved = await lead.post("/api/v1/views", json=view)
    assert saved.status_code == 201, saved.text
    shown = await lead.get("/api/v1/conversations", params={"view": body_of(saved)["id"]})
    assert shown.status_code == 200, shown.text


async def test_the_cost_of_a_list_does_not_grow_with_promises(
    shop: Shop, inbox: Inbox, add_sla: AddSla, settle: Settle
) -> None:
    await add_sla()
    agent = await shop.signed_in("agent")
    costs = []
    for number in range(2):
        for each in range(1 + 3 * number):
            await inbox.receive(email=f"p{number}{each}@example.com")
        await settle()
        shop.statements.clear()
        await agent.get("/api/v1/conversations", params={"view": "due"})
        costs.append(len(shop.statements))
    assert costs[0] == costs[1]
