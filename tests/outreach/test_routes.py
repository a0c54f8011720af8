"""What was told, over the API."""

from datetime import timedelta

from parley.kit.clock import FixedClock
from parley.kit.ids import uuid7
from tests.conftest import NOW
from tests.outreach.conftest import Outlook
from tests.outreach.test_radar_running import DAY, make_late
from tests.support.app import Shop, body_of, open_shop


async def test_messages_are_listed_by_order_and_a_planned_one_can_be_cancelled(
    shop: Shop, outlook: Outlook, clock: FixedClock
) -> None:
    first, second = await outlook.mirror(make_late(), make_late(2, email="b@example.com"))
    clock.set(NOW.replace(day=8, hour=23))
    await outlook.work()
    agent = await shop.signed_in("agent")
    every = body_of(await agent.get("/api/v1/order-messages"))
    assert len(every["items"]) == 2
    page = body_of(await agent.get("/api/v1/order-messages?limit=1"))
    after = body_of(await agent.get(f"/api/v1/order-messages?limit=1&after={page['next']}"))
    assert [one["id"] for one in (*page["items"], *after["items"])] == [one["id"] for one in every["items"]]
    (mine,) = body_of(await agent.get(f"/api/v1/order-messages?order_id={first}"))["items"]
    assert (mine["kind"], mine["state"], mine["due_at"]) == ("late", "planned", "2026-03-09T08:00:00Z")
    assert mine["decision_id"]
    answer = await agent.post(f"/api/v1/order-messages/{mine['id']}/cancel")
    assert (answer.status_code, body_of(answer)["state"]) == (200, "cancelled")
    again = await agent.post(f"/api/v1/order-messages/{mine['id']}/cancel")
    assert (again.status_code, body_of(again)["code"]) == (409, "not_planned")
    assert (await agent.post(f"/api/v1/order-messages/{uuid7()}/cancel")).status_code == 404
    clock.advance(timedelta(hours=10))
    await outlook.work()
    rows = {row["order_id"]: row["state"] for row in await outlook.messages()}
    assert rows == {first: "cancelled", second: "sent"}
    assert len(outlook.outbox.mails) == 1


async def test_a_collaborator_reads_and_cancels_nothing(
    shop: Shop, outlook: Outlook, clock: FixedClock
) -> None:
    await outlook.mirror(make_late())
    clock.set(NOW.replace(day=8, hour=23))
    await outlook.work()
    reader = await shop.signed_in("collaborator")
    (one,) = body_of(await reader.get("/api/v1/order-messages"))["items"]
    assert (await reader.post(f"/api/v1/order-messages/{one['id']}/cancel")).status_code == 403
    assert (await outlook.messages())[0]["state"] == "planned"


async def test_another_workspace_sees_none_of_it(shop: Shop, outlook: Outlook, clock: FixedClock) -> None:
    await outlook.mirror(make_late())
    clock.advance(3 * DAY)
    await outlook.work()
    other = await open_shop(shop.runtime, shop.app, "Neighbour")
    stranger = await other.signed_in("owner")
    assert body_of(await stranger.get("/api/v1/order-messages"))["items"] == []
    await other.close()


async def test_the_settings_are_those_of_the_decider(shop: Shop, outlook: Outlook, clock: FixedClock) -> None:
    lead = await shop.signed_in("lead")
    found = body_of(await lead.get("/api/v1/deciders"))["items"]
    (ours,) = [one for one in found if one["name"] == "order_messages"]
    assert (ours["values"]["late"], ours["values"]["confirmation"]) == (True, False)
    put = await lead.put("/api/v1/deciders/order_messages", json={"values": {"late": False}})
    assert put.status_code == 200
    await outlook.mirror(make_late())
    clock.advance(3 * DAY)
    await outlook.work()
    assert await outlook.messages() == []
