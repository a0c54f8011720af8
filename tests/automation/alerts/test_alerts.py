"""A furious message reaches the leads without any rule; who sees it, who takes it, how long it took."""

from datetime import timedelta

from parley.kit.clock import FixedClock
from tests.automation.conftest import Settle
from tests.support.app import Shop, body_of
from tests.support.inbox import Inbox

FURY = "You are thieves! Three weeks without an answer, give me my money back NOW!!!"


async def test_a_furious_message_calls_the_leads_and_only_them(
    shop: Shop, inbox: Inbox, settle: Settle, clock: FixedClock
) -> None:
    lead_id, agent_id = await shop.agent("lead"), await shop.agent("agent")
    lead, agent = await shop.browser(lead_id), await shop.browser(agent_id)
    quiet = {"quiet": {"on": True, "from": "00:00", "to": "23:59"}}
    answer = await lead.patch("/api/v1/me", json={"notifications": quiet})
    assert answer.status_code == 200, answer.text
    asked = await inbox.receive(FURY)
    clock.advance(timedelta(seconds=2))
    await settle()

    told = body_of(await lead.get("/api/v1/alerts?unhandled=true&mine=true"))["items"]
    assert [(one["kind"], one["conversation_id"]) for one in told] == [
        ("furious", str(asked.conversation_id))
    ]
    alert = told[0]
    assert str(lead_id) in alert["agent_ids"]
    assert str(agent_id) not in alert["agent_ids"]
    assert body_of(await agent.get("/api/v1/alerts?mine=true"))["items"] == []
    noticed = body_of(await lead.get("/api/v1/me/notifications"))["items"]
    assert [(one["kind"], "sound" in one["ways"]) for one in noticed] == [("alert", True)]
    assert "furious" in noticed[0]["text"]

    clock.advance(timedelta(seconds=1))
    ignored = body_of(await agent.post(f"/api/v1/alerts/{alert['id']}/seen"))
    assert ignored["seen_at"] is None
    seen = body_of(await lead.post(f"/api/v1/alerts/{alert['id']}/seen"))
    assert (seen["seen_by"], seen["seconds_to_screen"]) == (str(lead_id), 3.0)
    clock.advance(timedelta(seconds=5))
    again = body_of(await lead.post(f"/api/v1/alerts/{alert['id']}/seen"))
    assert again["seconds_to_screen"] == 3.0
    assert (
        await shop.count(
            "SELECT count(*) FROM facts WHERE workspace_id = $1 AND kind = 'AlertSeen'", shop.workspace_id
        )
        == 1
    )

    taken = body_of(await lead.post(f"/api/v1/alerts/{alert['id']}/handled", json={"take": True}))
    assert taken["handled_by"] == str(lead_id)
    assert (await inbox.row(asked.conversation_id))["assignee_id"] == lead_id
    assert body_of(await lead.get("/api/v1/alerts?unhandled=true"))["items"] == []
    numbers = body_of(await lead.get("/api/v1/alerts/numbers"))
    assert (numbers["raised"], numbers["seen"], numbers["handled"]) == (1, 1, 1)
    assert (numbers["raised_p50"], numbers["seen_p50"], numbers["seen_p99"]) == (2.0, 3.0, 3.0)
    assert numbers["handled_p50"] == 8.0


async def test_the_same_outburst_calls_once_and_an_answer_closes_it(
    shop: Shop, inbox: Inbox, settle: Settle
) -> None:
    lead_id = await shop.agent("lead")
    lead = await shop.browser(lead_id)
    asked = await inbox.receive(FURY)
    await settle()
    await inbox.receive("Never again! Worst shop ever!!!")
    await settle()
    open_ones = body_of(await lead.get("/api/v1/alerts?unhandled=true"))["items"]
    assert len(open_ones) == 1
    await inbox.reply(asked.conversation_id, lead_id, "I am sorry.")
    await settle()
    closed = body_of(await lead.get("/api/v1/alerts"))["items"]
    assert [one["handled_by"] for one in closed] == [str(lead_id)]


async def test_calm_messages_and_spam_call_nobody_and_threats_do(
    shop: Shop, inbox: Inbox, settle: Settle
) -> None:
    lead = await shop.signed_in("lead")
    await inbox.receive("Could you tell me when the jacket is back in stock?", email="a@example.com")
    await inbox.receive("The zip is broken, what can we do?", email="b@example.com")
    await inbox.receive("My lawyer will write to you tomorrow.", email="c@example.com")
    await settle()
    assert [one["kind"] for one in body_of(await lead.get("/api/v1/alerts"))["items"]] == ["threat"]


async def test_a_rule_alerts_the_team_with_its_own_words(shop: Shop, inbox: Inbox, settle: Settle) -> None:
    lead = await shop.signed_in("lead")
    rule = {
        "when": "message_received",
        "if": {"field": "message.text", "op": "contains", "value": ["wedding"]},
        "then": [{"act": "alert", "to": "team", "kind": "urgent", "text": "A wedding order."}],
    }
    saved = await lead.post("/api/v1/rules", json={"name": "Weddings", "rule": rule, "enabled": True})
    assert saved.status_code == 201, saved.text
    await inbox.receive("It is for a wedding, is it in stock?")
    await settle()
    alert = body_of(await lead.get("/api/v1/alerts"))["items"][0]
    assert (alert["kind"], alert["text"]) == ("urgent", "A wedding order.")
    told = body_of(await lead.get("/api/v1/me/notifications"))["items"]
    assert any("A wedding order." in one["text"] for one in told)


async def test_the_decider_can_be_switched_off(shop: Shop, inbox: Inbox, settle: Settle) -> None:
    lead = await shop.signed_in("lead")
    await lead.put("/api/v1/deciders/furious", json={"enabled": False, "values": {}})
    await inbox.receive(FURY)
    await settle()
    assert body_of(await lead.get("/api/v1/alerts"))["items"] == []


async def test_a_neighbour_sees_nothing(shop: Shop, neighbour: Shop, inbox: Inbox, settle: Settle) -> None:
    other = await neighbour.signed_in("lead")
    lead = await shop.signed_in("lead")
    await inbox.receive(FURY)
    await settle()
    alert = body_of(await lead.get("/api/v1/alerts"))["items"][0]
    assert body_of(await other.get("/api/v1/alerts"))["items"] == []
    assert (await other.post(f"/api/v1/alerts/{alert['id']}/seen")).status_code == 404
