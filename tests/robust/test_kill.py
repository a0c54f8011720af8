"""Parts of the running product are killed at random moments under load: nothing acknowledged is lost or doubled.

`PARLEY_TEST_SEED` repeats a run; `make soak` (PARLEY_SOAK=1) runs longer with a seed of its own each time.
"""

import contextlib
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
import pytest

from parley.accounts.actions.tokens import issue_api_token
from parley.accounts.actions.workspaces import create_workspace
from parley.accounts.rights import known_permissions
from parley.app.build import build_runtime
from parley.app.settings import Settings
from parley.app.slices import SLICES
from parley.channels.actions.channels import NewChannel, create_channel
from parley.kit.db import Database
from parley.kit.ids import uuid7
from parley.kit.runtime import Runtime
from tests.robust.checks import (
    Ledger,
    check_log,
    check_mail,
    check_retry,
    check_screens,
    check_shoppers,
    settle_mail,
    until_true,
)
from tests.robust.houses import House, open_house, wreak_havoc
from tests.robust.load import Crowd
from tests.robust.mailing import MailAgent, Post, Sink, open_sink
from tests.robust.sabotage import Saboteur
from tests.robust.writing import SECRET, SHOP, Writer, by_hook, by_listener, by_mailbox
from tests.support.mailservers import DOMAIN, PASSWORD, MailServers, missing_programs
from tests.support.product import free_port

SOAK = os.environ.get("PARLEY_SOAK") == "1"
SEED = int(os.environ.get("PARLEY_TEST_SEED") or (time.time_ns() % 1_000_000 if SOAK else 20260304))
CHANNEL = "ch_kill"
SHORTEST = 3.0


def say(text: str) -> None:
    """Says something that pytest shows when the test fails."""
    sys.stdout.write(f"{text}\n")


@asynccontextmanager
async def look_inside(house: House) -> AsyncIterator[Runtime]:
    """Gives a runtime of the test's own on the house's database, to furnish it and to check it."""
    db = await Database.open(house.dsn)
    runtime = build_runtime(db, Settings(data=house.data), SLICES)
    try:
        yield runtime
    finally:
        await runtime.http.close()
        await db.close()


class Furnished(NamedTuple):
    """A workspace with a channel of every kind; `servers` is where its mailbox is, None when they are not installed."""

    workspace_id: UUID
    token: str
    mail: UUID
    hook: str
    servers: MailServers | None


async def furnish(runtime: Runtime, port: int, servers: MailServers | None) -> Furnished:
    """Creates a workspace with chat and mail, sent by the server at `port`, and a token of every scope."""
    book = runtime.parts["channels"].book
    sending = {"smtp_host": "127.0.0.1", "smtp_port": port, "smtp_security": "none"}
    new = [
        NewChannel(plugin="email_listener", name="Mail", settings={"address": SHOP, **sending}),
        NewChannel(
            plugin="email_webhook",
            name="Hook",
            settings={"address": "hook@shop.example", "secret": SECRET, **sending},
        ),
    ]
    if servers is not None:
        mailbox: dict[str, Any] = {
            "provider": "other",
            "user": "help",
            "password": PASSWORD,
            "imap_host": "127.0.0.1",
        }
        mailbox |= {"imap_port": servers.imap_port, "imap_security": "none", "check_certificates": False}
        given = {"address": f"help@{DOMAIN}", **mailbox, **sending}
        new.append(NewChannel(plugin="email_imap", name="Mailbox", settings=given))
    workspace_id = uuid7()
    known = known_permissions(runtime.parts["permissions"])
    async with runtime.ctx(workspace_id) as ctx:
        await create_workspace(ctx, name="Busy shop")
        await create_channel(ctx, book, NewChannel(plugin="chat", name="Chat", public_key=CHANNEL))
        made = [await create_channel(ctx, book, channel) for channel in new]
        issued = await issue_api_token(ctx, name="Test", scopes=sorted(known), known=known)
    assert issued.token is not None
    return Furnished(workspace_id, issued.token, made[0], str(made[1]), servers)


def open_servers(stack: contextlib.AsyncExitStack) -> MailServers | None:
    """Runs a mail server with a mailbox, where one is installed."""
    if missing := missing_programs():
        say(f"no mailbox: not installed is {', '.join(missing)}")
        return None
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="parley-mail-")))
    folder.chmod(0o755)
    servers = MailServers(folder)
    servers.prepare()
    stack.callback(servers.stop)
    servers.start_imap()
    return servers


def open_post(
    crowd: Crowd, house: House, made: Furnished, sink: Sink, port: int, chance: random.Random
) -> Post:
    """Gathers those who write mails, by every way in, and the one who answers."""
    hands = [by_listener(port), by_listener(port), by_hook(house, made.hook)]
    if made.servers is not None:
        hands.append(by_mailbox(made.servers, random.Random(chance.random())))
    writers = [Writer(f"Mailer {n}", hand, random.Random(chance.random())) for n, hand in enumerate(hands)]
    agent = MailAgent(house, made.token, crowd.desks[0], str(made.mail), random.Random(chance.random()))
    return Post(sink, writers, agent)


@pytest.mark.parametrize(
    ("kind", "seconds"),
    [
        pytest.param("one", SHORTEST, id="one-sample"),
        pytest.param("four", SHORTEST, id="four-sample"),
        pytest.param("one", 240.0, id="one-full", marks=pytest.mark.soak),
        pytest.param("four", 240.0, id="four-full", marks=pytest.mark.soak),
    ],
)
async def test_nothing_acknowledged_is_lost_or_doubled(kind: str, seconds: float, tmp_path: Path) -> None:
    say(f"PARLEY_TEST_SEED={SEED}")
    chance = random.Random(f"{SEED}:{kind}")
    smtp = free_port()
    async with contextlib.AsyncExitStack() as stack:
        sink, port = stack.enter_context(open_sink(random.Random(chance.random())))
        env = {"PARLEY_SMTP_PORT": str(smtp), "PARLEY_OUTBOUND_ALLOW": "127.0.0.1"}
        house = await stack.enter_async_context(open_house(kind, tmp_path, env, chance))
        servers = open_servers(stack)
        async with look_inside(house) as runtime:
            made = await furnish(runtime, port, servers)
        token = made.token
        crowd = Crowd(house, token, CHANNEL, chance, shoppers=6, agents=2)
        await crowd.enter(stack)
        post = open_post(crowd, house, made, sink, smtp, chance)
        post.begin()
        killed = await wreak_havoc(house, chance, seconds)
        say(f"killed: {', '.join(killed)}")
        await post.fall_silent()
        await crowd.fall_silent()
        runtime = await stack.enter_async_context(look_inside(house))
        ledger = Ledger(runtime.db, made.workspace_id)
        await settle_mail(post, ledger, hurry=not SOAK)

        async def read() -> bool:
            return await ledger.readers_behind() == 0

        await until_true(read, 30, "the readers reach the end of the log")
        await check_screens(crowd, house, token)
        await check_shoppers(crowd, ledger)
        await check_mail(post, ledger, house, token)
        await check_log(ledger)
        acts = Counter(attempt.act for attempt in sink.log)
        say(f"chat: {[len(shopper.said) for shopper in crowd.shoppers]}, mails in: {post.count_accepted()}")
        say(f"{len(post.agent.replies)} answers by mail: {sorted(acts.items())}")
        if kind == "one" and seconds == SHORTEST:
            saboteur = Saboteur(crowd, post, ledger, house, token)
            await saboteur.spoil_everything()
            say(f"noticed when spoilt: {len(saboteur.noticed)}")
        say(f"sent again by hand: {await check_retry(post, house, token)}")
        check_complaints(house)


# What a process may say when its database or its peer has been killed.
EXPECTED = (
    "embedded PostgreSQL",
    "lost its",
    "lost the",
    "lost their",
    "cannot connect",
    "waiting for the database",
    "the database is away",
    "Failed to restore the pool connection floor",
    "job failed, will be tried again",
    "periodic work failed",
    "delivery did not succeed",
    "the mail listener",
    "Flush failed, requeuing",
    "Exception while processing entrypoint",
    "cannot be checked now",
    "cannot be stored now",
)


def check_complaints(house: House) -> None:
    """No process has logged an exception that nobody expected."""
    unexpected = []
    for line in house.complaints():
        try:
            event = msgspec.json.decode(line)
        except msgspec.DecodeError:
            event = {"event": line}
        if not any(words in str(event.get("event", "")) for words in EXPECTED):
            unexpected.append(line)
    assert not unexpected, "\n".join(unexpected[:5])
