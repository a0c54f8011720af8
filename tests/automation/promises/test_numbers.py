"""Shares of promises kept, as the numbers page shows them."""

from datetime import timedelta

from tests.automation.promises.conftest import AddSla, Pass
from tests.support.app import Shop, body_of
from tests.support.inbox import Inbox

MINUTE = timedelta(minutes=1)


async def test_kept_and_broken_are_counted_by_sla_and_kind(
    shop: Shop, inbox: Inbox, add_sla: AddSla, wait: Pass
) -> None:
    await add_sla("Plain", targets={"first_reply": 60, "resolution": 480})
    agent = await shop.agent()
    for number in range(4):
        asked = await inbox.receive(email=f"c{number}@example.com")
        if number:
            await wait(10 * MINUTE)
            await inbox.reply(asked.conversation_id, agent)
    await wait(90 * MINUTE)
    lead = await shop.signed_in("lead")
    counted = body_of(await lead.get("/api/v1/slas/numbers"))
    assert counted["days"] == 30
    shown = [(one["name"], one["kind"], one["met"], one["broken"], one["share"]) for one in counted["items"]]
    assert shown == [("Plain", "first_reply", 3, 1, 0.75), ("Plain", "resolution", 0, 0, None)]
    await wait(timedelta(days=31))
    lead = await shop.signed_in("lead")
    assert body_of(await lead.get("/api/v1/slas/numbers"))["items"] == []
    assert (await lead.get("/api/v1/slas/numbers", params={"days": "93"})).status_code == 422
