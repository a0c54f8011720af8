"""Notifications: who is told, by which way, once; push and the mail for those who are away."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from parley.accounts.actions.notifying import notify_agent, notify_agents
from parley.accounts.live import enrich_notifications
from parley.accounts.queries.notifications import find_notifications
from parley.accounts.slice import ACCOUNTS
from parley.conversations.desk_socket import ClientFrame, DeskSession
from parley.conversations.presence import PresenceBoard
from parley.facts.conversations import ConversationRead
from parley.kit.clock import FixedClock
from parley.kit.db import Database
from parley.kit.http.access import Principal
from parley.kit.ids import uuid7
from parley.kit.log.cursor import START
from parley.kit.log.fact import Actor
from parley.kit.log.read import read_workspace
from parley.kit.log.readers import ReaderLoop
from tests.accounts.telling import tell
from tests.support.app import Shop, body_of, build_test_app, build_test_runtime, open_shop
from tests.support.jobs import run_jobs
from tests.support.smtp import mail_server


async def prefer(shop: Shop, agent_id: UUID, **wishes: Any) -> None:
    """Sets an agent's wishes."""
    browser = await shop.browser(agent_id)
    assert (await browser.patch("/api/v1/me", json={"notifications": wishes})).status_code == 200


async def test_a_notification_reaches_list_log_and_live_screens(shop: Shop) -> None:
    ana, ben = await shop.agent(name="Ana"), await shop.agent(name="Ben")
    conversation = uuid7()
    told = await tell(shop, ana, by=Actor("agent", ben), conversation_id=conversation, data={"number": 1042})
    browser = await shop.browser(ana)
    shop.statements.clear()
    page = body_of(await browser.get("/api/v1/me/notifications"))
    assert len(shop.statements) == 3
    assert page["unread"] == 1
    [item] = page["items"]
    assert item["id"] == str(told)
    assert (item["text"], item["read"]) == ("Ben assigned conversation #1042 to you", False)
    assert (item["conversation_id"], item["conversation_number"]) == (str(conversation), 1042)
    [fact] = await shop.facts("NotificationRaised")
    assert (fact["agent_id"], fact["notification_id"], fact["about"]) == (str(ana), str(told), "assigned")
    async with shop.runtime.db.transaction(shop.workspace_id) as tx:
        facts = await read_workspace(tx, shop.workspace_id, START, epoch=1, own=True)
        extras: dict[str, Any] = {}
        await enrich_notifications(tx, shop.workspace_id, facts, extras)
    assert [(n.agent_id, n.text) for n in extras["notifications"]] == [(ana, item["text"])]


async def test_nobody_is_told_of_his_own_acts(shop: Shop) -> None:
    ana = await shop.agent()
    assert await tell(shop, ana, by=Actor("agent", ana)) is None
    async with shop.runtime.ctx(shop.workspace_id) as ctx:
        assert await notify_agent(ctx, ana, "assigned", actor=Actor("agent", ana)) is None
    assert await shop.count("SELECT count(*) FROM notifications") == 0
    assert await tell(shop, ana, by=Actor("token", ana)) is not None


async def test_the_same_fact_tells_once(shop: Shop) -> None:
    ana, fact_id = await shop.agent(), uuid7()
    assert await tell(shop, ana, fact_id=fact_id) is not None
    assert await tell(shop, ana, fact_id=fact_id) is None
    assert await tell(shop, ana, "mentioned", fact_id=fact_id) is not None, "another kind is another matter"
    assert len(await shop.facts("NotificationRaised")) == 2


async def test_wishes_are_respected(shop: Shop, clock: FixedClock) -> None:
    ana = await shop.agent()
    await prefer(shop, ana, events={"assigned": False})
    assert await tell(shop, ana) is None
    await prefer(
        shop, ana, events={"assigned": True}, sound=False, quiet={"on": True, "from": "09:00", "to": "11:00"}
    )
    quiet = await tell(shop, ana)
    clock.advance(timedelta(hours=1))
    loud = await tell(shop, ana)
    assert quiet is not None
    assert loud is not None
    async with shop.runtime.db.transaction(shop.workspace_id) as tx:
        found = await find_notifications(tx, shop.workspace_id, [quiet, loud])
    assert [n.ways for n in found] == [["desk"], ["desk", "push", "email"]]


async def test_many_are_told_in_two_statements(shop: Shop) -> None:
    people = [await shop.agent(name=f"Agent {n}") for n in range(6)]
    for person in people[:3]:
        await prefer(shop, person, events={"unassigned_new": True})
    async with shop.runtime.ctx(shop.workspace_id) as ctx:
        shop.statements.clear()
        raised = await notify_agents(ctx, [*people, people[0]], "unassigned_new")
        assert len(shop.statements) == 2
    assert set(raised) == set(people[:3])


async def test_unknown_kinds_disabled_and_foreign_agents(shop: Shop, neighbour: Shop) -> None:
    ana, foreign = await shop.agent(), await neighbour.agent()
    with pytest.raises(ValueError, match="birthday"):
        await tell(shop, ana, "birthday")
    assert await tell(shop, foreign) is None
    async with shop.runtime.db.transaction(shop.workspace_id) as tx:
        await tx.execute("UPDATE agents SET state = 'disabled'")
    assert await tell(shop, ana) is None
    assert await neighbour.count("SELECT count(*) FROM notifications") == 0


async def test_reading_some_and_all(shop: Shop, neighbour: Shop) -> None:
    ana, ben = await shop.agent(), await shop.agent()
    first, second = await tell(shop, ana), await tell(shop, ana)
    others = await tell(shop, ben)
    browser = await shop.browser(ana)
    read = await browser.post("/api/v1/me/notifications/read", json={"ids": [str(first), str(others)]})
    assert body_of(read) == {"unread": 1}
    unread = body_of(await browser.get("/api/v1/me/notifications?unread=true"))["items"]
    assert [item["id"] for item in unread] == [str(second)]
    assert (await browser.post("/api/v1/me/notifications/read", json={})).status_code == 422
    assert body_of(await browser.post("/api/v1/me/notifications/read", json={"all": True})) == {"unread": 0}
    assert await shop.count("SELECT count(*) FROM notifications WHERE read_at IS NULL") == 1, "not Ben's"
    program = await shop.program("agents:read")
    assert (await program.get("/api/v1/me/notifications")).status_code == 403


async def test_pages_go_back_in_time(shop: Shop) -> None:
    ana = await shop.agent()
    told = [await tell(shop, ana) for _ in range(5)]
    browser = await shop.browser(ana)
    page = body_of(await browser.get("/api/v1/me/notifications?limit=2"))
    seen = [item["id"] for item in page["items"]]
    while page["next"]:
        page = body_of(await browser.get(f"/api/v1/me/notifications?limit=2&after={page['next']}"))
        seen += [item["id"] for item in page["items"]]
    assert seen == [str(i) for i in reversed(told)]


async def test_reading_the_conversation_reads_what_it_told(shop: Shop) -> None:
    ana, ben, conversation = await shop.agent(), await shop.agent(), uuid7()
    await tell(shop, ana, conversation_id=conversation)
    await tell(shop, ana, conversation_id=uuid7())
    await tell(shop, ben, conversation_id=conversation)
    async with shop.runtime.ctx(shop.workspace_id) as ctx:
        ctx.emit(ConversationRead(conversation_id=conversation, agent_id=ana, message_id=uuid7()))
        ctx.emit(ConversationRead(conversation_id=conversation, agent_id=ben, message_id=None))
    await ReaderLoop(shop.runtime).drain()
    assert await shop.count("SELECT count(*) FROM notifications WHERE read_at IS NOT NULL") == 1
    assert (
        await shop.count("SELECT conversation_id FROM notifications WHERE read_at IS NOT NULL")
        == conversation
    )


@pytest.mark.parametrize(
    ("kind", "data", "text"),
    [
        ("reply_in_mine", {"number": 12345}, "There is an answer in conversation #12345"),
        ("failed", {"number": 7}, "A message in conversation #7 could not be sent"),
        ("failed", {}, "Something could not be done and waits for you"),
        ("assigned", {"number": 7}, "Automation assigned conversation #7 to you"),
        ("mentioned", {}, "Automation mentioned you in a conversation"),
    ],
)
async def test_words_fit_what_happened(shop: Shop, kind: str, data: dict[str, Any], text: str) -> None:
    ana = await shop.agent()
    await tell(shop, ana, kind, data=data)
    browser = await shop.browser(ana)
    assert body_of(await browser.get("/api/v1/me/notifications"))["items"][0]["text"] == text
    await browser.patch("/api/v1/me", json={"language": "pt-BR"})
    portuguese = body_of(await browser.get("/api/v1/me/notifications"))["items"][0]["text"]
    assert portuguese not in (text, f"notification.{kind}")


async def test_only_ones_own_screen_hears_of_it(shop: Shop) -> None:
    ana, ben = await shop.agent(name="Ana"), await shop.agent(name="Ben")
    heard: dict[UUID, list[dict[str, Any]]] = {ana: [], ben: []}
    board = PresenceBoard(shop.runtime)

    def screen(agent_id: UUID) -> DeskSession:
        async def send(event: dict[str, Any]) -> None:
            heard[agent_id].append(msgspec.json.decode(event["text"]))

        me = Principal(shop.workspace_id, Actor("agent", agent_id), frozenset(), "agent")

        async def believe() -> Principal:
            return me

        return DeskSession(shop.runtime, board, me, send, believe)

    screens = [screen(ana), screen(ben)]
    for each in screens:
        await each._handle(ClientFrame("hello"))
    told = await tell(shop, ana, by=Actor("agent", ben), data={"number": 1})
    browser = await shop.browser(ana)
    for _ in range(100):
        if any(frame["t"] == "notification" for frame in heard[ana]):
            break
        await asyncio.sleep(0.02)
    [frame] = [frame for frame in heard[ana] if frame["t"] == "notification"]
    assert frame["notification"]["id"] == str(told)
    assert frame["notification"]["text"] == "Ben assigned conversation #1 to you"
    assert not any(frame["t"] == "notification" for frame in heard[ben])
    await browser.post("/api/v1/me/notifications/read", json={"all": True})
    await asyncio.sleep(0.02)
    assert {"t": "notifications_read", "agent": str(ana)} in heard[ana]
    for each in screens:
        await each.leave()
    await shop.runtime.hub.close()


# The mail for those who are away


async def test_who_is_away_gets_one_mail_about_everything_unread(db: Database, clock: FixedClock) -> None:
    with mail_server() as (url, mailbox):
        runtime = build_test_runtime(db, clock, (ACCOUNTS,), mail_url=url, mail_from="parley@desk.example")
        shop = await open_shop(runtime, build_test_app(runtime, (ACCOUNTS,)), "Lipa")
        ana, ben = await shop.agent(email="ana@lipa.example"), await shop.agent(name="Ben")
        by = Actor("agent", ben)
        await tell(shop, ana, by=by, data={"number": 1})
        read = await tell(shop, ana, by=by, data={"number": 2})
        await tell(shop, ana, "mentioned", by=by, data={"number": 3})
        assert await shop.count("SELECT count(*) FROM pgqueuer WHERE entrypoint = 'accounts.digest'") == 1
        await (await shop.browser(ana)).post("/api/v1/me/notifications/read", json={"ids": [str(read)]})
        assert await run_jobs(runtime, "accounts.digest", delayed=False) == 0, "not before five minutes"
        await run_jobs(runtime, "accounts.digest")
        [mail] = mailbox.mails
        assert (mail["to"], mail["subject"]) == ("ana@lipa.example", "2 things waiting for you at Lipa")
        plain = mail.get_body(("plain",))
        assert plain is not None
        lines = plain.get_content().splitlines()
        told = ["Ben assigned conversation #1 to you", "Ben mentioned you in conversation #3"]
        assert lines[4:6] == told
        await tell(shop, ana, by=by, data={"number": 4})
        await run_jobs(runtime, "accounts.digest")
        assert mailbox.mails[1]["subject"] == "One thing waiting for you at Lipa", "nothing is mailed twice"

        mailbox.mails.clear()
        await (await shop.browser(ana)).put("/api/v1/me/presence", json={"state": "online"})
        await tell(shop, ana, by=by)
        await run_jobs(runtime, "accounts.digest")
        assert mailbox.mails == [], "he is at his desk"
        await shop.close()
