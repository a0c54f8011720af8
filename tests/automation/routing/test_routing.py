"""Routing on the log: who gets a conversation, who waits, who takes over when there is room."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from parley.accounts.actions.profile import keep_presence, set_presence
from parley.conversations.actions.changing import assign_conversation, close_conversation
from parley.kit.clock import FixedClock
from parley.kit.log.fact import Actor
from tests.automation.conftest import Settle
from tests.support.app import Shop, body_of
from tests.support.inbox import Inbox


async def come(shop: Shop, name: str, **routing: Any) -> UUID:
    """Lets an agent come to the desk, with settings of his own."""
    agent_id = await shop.agent(name=name)
    if routing:
        lead = await shop.signed_in("lead")
        answer = await lead.put(f"/api/v1/routing/agents/{agent_id}", json=routing)
        assert answer.status_code == 200, answer.text
    async with shop.runtime.ctx(shop.workspace_id, Actor("agent", agent_id)) as ctx:
        await keep_presence(ctx, agent_id)
    return agent_id


async def assignee(inbox: Inbox, conversation_id: UUID) -> UUID | None:
    return (await inbox.row(conversation_id))["assignee_id"]  # type: ignore[no-any-return]


async def reasons(shop: Shop) -> list[str]:
    async with shop.runtime.db.transaction(shop.workspace_id) as tx:
        rows = await tx.fetch("SELECT reasons FROM decisions WHERE decider = 'routing' ORDER BY at, id")
    return [reason["key"] for row in rows for reason in row["reasons"]]


async def test_a_message_goes_to_who_is_there(shop: Shop, inbox: Inbox, settle: Settle) -> None:
    ana = await come(shop, "Ana")
    asked = await inbox.receive()
    await settle()
    assert await assignee(inbox, asked.conversation_id) == ana
    assert await reasons(shop) == ["routing.least_busy"]


async def test_who_waits_is_served_when_somebody_comes(
    shop: Shop, inbox: Inbox, settle: Settle, clock: FixedClock
) -> None:
    first = await inbox.receive(email="a@example.com")
    clock.advance(timedelta(seconds=1))
    second = await inbox.receive(email="b@example.com")
    await settle()
    lead = await shop.signed_in("lead")
    places = [
        body_of(await lead.get(f"/api/v1/conversations/{one.conversation_id}/place"))["position"]
        for one in (first, second)
    ]
    assert places == [1, 2]
    assert body_of(await lead.get("/api/v1/queues"))["items"][0]["waiting"] == 2

    ana = await come(shop, "Ana", capacity=1)
    await settle()
    assert await assignee(inbox, first.conversation_id) == ana
    assert await assignee(inbox, second.conversation_id) is None

    async with inbox.ctx(Actor("agent", ana)) as ctx:
        await close_conversation(ctx, first.conversation_id)
    await settle()
    assert await assignee(inbox, second.conversation_id) == ana
    assert body_of(await lead.get("/api/v1/queues"))["items"] == []
    changes = await shop.facts("QueueChanged")
    assert [(one["waiting"], one["outcome"]) for one in changes] == [
        (True, None), (True, None), (False, "assigned"), (False, "assigned")
    ]  # fmt: skip


async def test_urgent_ones_are_served_first(shop: Shop, inbox: Inbox, settle: Settle) -> None:
    lead = await shop.signed_in("lead")
    calm = await inbox.receive(email="a@example.com")
    urgent = await inbox.receive(email="b@example.com")
    await settle()
    await lead.patch(f"/api/v1/conversations/{urgent.conversation_id}", json={"priority": "urgent"})
    await settle()
    ana = await come(shop, "Ana", capacity=1)
    await settle()
    assert await assignee(inbox, urgent.conversation_id) == ana
    assert await assignee(inbox, calm.conversation_id) is None


async def test_given_back_it_goes_to_somebody_else(shop: Shop, inbox: Inbox, settle: Settle) -> None:
    ana = await come(shop, "Ana")
    asked = await inbox.receive()
    await settle()
    ben = await come(shop, "Ben")
    async with inbox.ctx(Actor("agent", ana)) as ctx:
        await assign_conversation(ctx, asked.conversation_id, agent_id=None, team_id=None)
    await settle()
    assert await assignee(inbox, asked.conversation_id) == ben


async def test_the_customers_own_agent_comes_first(shop: Shop, inbox: Inbox, settle: Settle) -> None:
    ana, ben = await come(shop, "Ana"), await come(shop, "Ben")
    customer = await inbox.customer()
    agent = await shop.browser(ana)
    assert (
        await agent.put(f"/api/v1/customers/{customer}/agent", json={"agent_id": str(ben)})
    ).status_code == 200
    for number in range(3):
        asked = await inbox.receive(key=f"thread {number}")
        await settle()
        assert await assignee(inbox, asked.conversation_id) == ben
    assert set(await reasons(shop)) == {"routing.personal"}


async def test_who_answered_last_answers_again(
    shop: Shop, inbox: Inbox, settle: Settle, clock: FixedClock
) -> None:
    ana = await come(shop, "Ana")
    first = await inbox.receive(key="one")
    await settle()
    await inbox.reply(first.conversation_id, ana)
    ben = await come(shop, "Ben")
    second = await inbox.receive(key="two")
    await settle()
    assert await assignee(inbox, second.conversation_id) == ana
    clock.advance(timedelta(days=40))
    for agent_id in (ana, ben):
        async with inbox.ctx(Actor("agent", agent_id)) as ctx:
            await keep_presence(ctx, agent_id)
    third = await inbox.receive(key="three")
    await settle()
    assert await assignee(inbox, third.conversation_id) == ben


async def test_outside_of_shifts_and_when_away_nobody_is_given_work(
    shop: Shop, inbox: Inbox, settle: Settle, clock: FixedClock
) -> None:
    now: datetime = clock.now()
    day = (now.weekday() + 1) % 7
    await come(shop, "Ana", time_zone="UTC", shifts=[{"day": day, "from": "09:00", "to": "17:00"}])
    away = {"from": (now - timedelta(hours=1)).isoformat(), "to": (now + timedelta(hours=1)).isoformat()}
    await come(shop, "Ben", away=[away])
    await come(shop, "Cam", takes_work=False)
    asked = await inbox.receive()
    await settle()
    assert await assignee(inbox, asked.conversation_id) is None
    assert await reasons(shop) == ["routing.nobody"]


async def test_away_gets_nothing_and_back_gets_what_waits(shop: Shop, inbox: Inbox, settle: Settle) -> None:
    ana = await come(shop, "Ana")
    async with inbox.ctx(Actor("agent", ana)) as ctx:
        await set_presence(ctx, ana, "away")
    asked = await inbox.receive()
    await settle()
    assert await assignee(inbox, asked.conversation_id) is None
    async with inbox.ctx(Actor("agent", ana)) as ctx:
        await set_presence(ctx, ana, "online")
    await settle()
    assert await assignee(inbox, asked.conversation_id) == ana


async def test_agents_change_only_their_absence(shop: Shop) -> None:
    ana = await shop.agent()
    browser = await shop.browser(ana)
    away = [{"from": "2030-01-01T00:00:00Z", "to": "2030-01-02T00:00:00Z"}]
    path = f"/api/v1/routing/agents/{ana}"
    assert (await browser.put(path, json={"away": away})).status_code == 200
    assert (await browser.put(path, json={"away": away, "capacity": 3})).status_code == 403
    other = await shop.agent(name="Ben")
    assert (await browser.put(f"/api/v1/routing/agents/{other}", json={"away": away})).status_code == 403
    lead = await shop.signed_in("lead")
    wrong = await lead.put(
        path, json={"away": [{"from": "2030-01-02T00:00:00Z", "to": "2030-01-01T00:00:00Z"}]}
    )
    assert (wrong.status_code, body_of(wrong)["errors"][0]["field"]) == (422, "away.0")
    assert (await lead.put(path, json={"time_zone": "Moon/Sea"})).status_code == 422


async def test_a_full_queue_costs_no_more_statements(shop: Shop, inbox: Inbox, settle: Settle) -> None:
    counts = []
    for size in (2, 12):
        for number in range(size):
            await inbox.receive(email=f"{size}-{number}@example.com")
        await settle()
        shop.statements.clear()
        await come(shop, f"Ana {size}", capacity=0)
        await settle()
        counts.append(len([one for one in shop.statements if "queue_entries" in one]))
    assert counts[0] == counts[1]


async def test_in_a_peak_everybody_takes_on_more(shop: Shop, inbox: Inbox, settle: Settle) -> None:
    lead = await shop.signed_in("lead")
    peak = {"limit": 1, "peak": {"waiting": 3, "factor": 2.0}}
    assert (await lead.put("/api/v1/deciders/routing", json={"values": peak})).status_code == 200
    wrongs: list[dict[str, Any]] = [
        {"peak": {"waiting": -1}},
        {"weights": {"chat": "much"}},
        {"mode": "by dice"},
        {"skills": [{}]},
    ]
    for wrong in wrongs:
        answer = await lead.put("/api/v1/deciders/routing", json={"values": wrong})
        assert (answer.status_code, body_of(answer)["code"]) == (422, "bad_setting")
    ana = await come(shop, "Ana")
    asked = [await inbox.receive(email=f"{number}@example.com") for number in range(3)]
    await settle()
    mine = "SELECT count(*) FROM conversations WHERE workspace_id = $1 AND assignee_id = $2"
    assert await shop.count(mine, shop.workspace_id, ana) == 1
    asked += [await inbox.receive(email=f"{number}@example.com") for number in (3, 4)]
    await settle()
    assert await shop.count(mine, shop.workspace_id, ana) == 2
