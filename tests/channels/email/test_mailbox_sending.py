"""What leaves through a real MTA: refusals, bounces, attempts."""

import asyncio
from functools import partial

import msgspec
import pytest

from parley.kit.jobs.registry import Job
from tests.channels.email.conftest import Post
from tests.channels.email.test_mailbox import has_mails, mail, read
from tests.support.app import Shop
from tests.support.mailservers import DOMAIN, MailServers, wait_until

pytestmark = pytest.mark.mailserver


async def test_a_bounce_of_an_unknown_user_shows_at_the_message(
    desk: Post, servers: MailServers, shop: Shop
) -> None:
    await desk.join()
    servers.deliver("help", mail("Hello", sender=f"ghost@{DOMAIN}", name="Ghost"))
    async with desk.receiving():
        (item,) = await desk.items(1)
        posted = await desk.reply(item["conversation_id"], await shop.agent(), "Are you there?")
        await desk.deliver()
        assert (await desk.message(posted.message_id))["state"] == "sent"
        await desk.items(2)
    message = await desk.message(posted.message_id)
    assert message["state"] == "failed"
    assert "ghost@shop.test" in message["error"]
    assert "Unknown user" in message["error"] or "5.0.0" in message["error"]
    assert await desk.count("conversations") == 1


async def test_an_mta_that_refuses_says_why(desk: Post, servers: MailServers, shop: Shop) -> None:
    await desk.join()
    servers.deliver("help", mail("Hello", sender=f"refused@{DOMAIN}"))
    servers.deliver("help", mail("Hello", sender="someone@elsewhere.test", subject="Another matter 8812"))
    async with desk.receiving():
        first, second = await desk.items(2)
    one = await desk.reply(first["conversation_id"], await shop.agent(), "Hello")
    await desk.deliver()
    message = await desk.message(one.message_id)
    assert message["state"] == "failed"
    assert "550 This mailbox takes no mail" in message["error"]
    other = await desk.reply(second["conversation_id"], await shop.agent(), "Hello")
    await desk.deliver()
    # Signed in, so relaying is allowed; where it goes to is not our business here.
    assert (await desk.message(other.message_id))["state"] == "sent"


async def test_every_attempt_carries_the_same_message_id(
    desk: Post, servers: MailServers, shop: Shop
) -> None:
    await desk.join()
    servers.deliver("help", mail("Hello"))
    async with desk.receiving():
        (item,) = await desk.items(1)
    servers.stop_smtp()
    posted = await desk.reply(item["conversation_id"], await shop.agent(), "Hello Zoë")
    async with desk.ctx() as ctx:
        thread = await ctx.tx.fetchval(
            "SELECT thread_id FROM deliveries WHERE workspace_id = $1", desk.workspace_id
        )
        await ctx.tx.execute("DELETE FROM pgqueuer WHERE entrypoint = 'channels.deliver'")
        ctx.defer("channels.deliver", {"thread_id": thread})
    await run_one(desk)
    delivery = await desk.row("SELECT state, attempts, error FROM deliveries WHERE workspace_id = $1")
    assert (delivery["state"], delivery["attempts"]) == ("queued", 1)
    assert "cannot be reached" in delivery["error"]
    servers.start_smtp()
    async with desk.ctx() as ctx:
        await ctx.tx.execute(
            "UPDATE deliveries SET not_before = $2 WHERE workspace_id = $1", desk.workspace_id, ctx.now
        )
    await desk.deliver()
    await asyncio.to_thread(wait_until, partial(has_mails, servers, "zoe", 1))
    assert read(servers.mails("zoe")[0])["Message-ID"] == f"<{posted.message_id}@{DOMAIN}>"


async def run_one(desk: Post) -> None:
    """Runs the first delivery job only."""
    async with desk.runtime.db.transaction(None) as tx:
        row = await tx.fetchrow(
            """DELETE FROM pgqueuer WHERE id = (
                 SELECT id FROM pgqueuer WHERE entrypoint = 'channels.deliver' LIMIT 1) RETURNING id, payload"""
        )
    assert row is not None
    kind = desk.runtime.jobs.kinds["channels.deliver"]
    payload = msgspec.json.decode(row["payload"])
    await kind.handler(Job(desk.runtime, row["id"], kind.name, desk.workspace_id, payload, 0, False))
