"""Parts of the running product are killed at random moments under load: nothing acknowledged is lost or doubled.

`PARLEY_TEST_SEED` repeats a run; `make soak` (PARLEY_SOAK=1) runs longer with a seed of its own each time.
"""

import contextlib
import os
import random
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
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
from tests.robust.checks import Ledger, check_log, check_screens, check_shoppers, until_true
from tests.robust.houses import House, open_house, wreak_havoc
from tests.robust.load import Crowd

SOAK = os.environ.get("PARLEY_SOAK") == "1"
SEED = int(os.environ.get("PARLEY_TEST_SEED") or (time.time_ns() % 1_000_000 if SOAK else 20260304))
CHANNEL = "ch_kill"
LENGTHS = [
    pytest.param(6.0, id="sample"),
    pytest.param(240.0, id="full", marks=pytest.mark.soak),
]


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


async def furnish(runtime: Runtime) -> tuple[UUID, str]:
    """Creates a workspace with a chat channel; gives it and a token of every scope."""
    workspace_id = uuid7()
    known = known_permissions(runtime.parts["permissions"])
    async with runtime.ctx(workspace_id) as ctx:
        await create_workspace(ctx, name="Busy shop")
        await create_channel(
            ctx, runtime.parts["channels"].book, NewChannel(plugin="chat", name="Chat", public_key=CHANNEL)
        )
        issued = await issue_api_token(ctx, name="Test", scopes=sorted(known), known=known)
    assert issued.token is not None
    return workspace_id, issued.token


@pytest.mark.parametrize("seconds", LENGTHS)
@pytest.mark.parametrize("kind", ["one", "four"])
async def test_nothing_acknowledged_is_lost_or_doubled(kind: str, seconds: float, tmp_path: Path) -> None:
    say(f"PARLEY_TEST_SEED={SEED}")
    chance = random.Random(f"{SEED}:{kind}")
    async with open_house(kind, tmp_path, {}, chance) as house:
        async with look_inside(house) as runtime:
            workspace_id, token = await furnish(runtime)
        async with contextlib.AsyncExitStack() as stack:
            crowd = Crowd(house, token, CHANNEL, chance, shoppers=6, agents=2)
            await crowd.enter(stack)
            killed = await wreak_havoc(house, chance, seconds)
            say(f"killed: {', '.join(killed)}")
            await crowd.fall_silent()
            runtime = await stack.enter_async_context(look_inside(house))
            ledger = Ledger(runtime.db, workspace_id)

            async def read() -> bool:
                return await ledger.readers_behind() == 0

            await until_true(read, 30, "the readers reach the end of the log")
            await check_screens(crowd, house, token)
            await check_shoppers(crowd, ledger)
            await check_log(ledger)
        await house.close()
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
