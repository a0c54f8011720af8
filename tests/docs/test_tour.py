"""The tour in the documentation is true: its examples run."""

import ast
import asyncio
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from parley.accounts.actions.agents import create_agent
from parley.accounts.actions.workspaces import create_workspace
from parley.app.build import build_runtime
from parley.app.settings import Settings
from parley.app.slices import SLICES
from parley.channels.actions.channels import NewChannel, create_channel
from parley.channels.chat.session import ChatSession
from parley.kit.clock import FixedClock
from parley.kit.ids import uuid7
from parley.kit.log.readers import ReaderLoop
from tests.conftest import OneConnection

TOUR = Path(__file__).parent.parent.parent / "docs/tour.md"


class KeepingSession(ChatSession):
    """A chat session whose wire keeps what is sent."""

    sent: list[dict[str, Any]]


class KeepingWire:
    """Keeps frames instead of sending them over a network."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []

    async def send(self, text: str) -> None:
        """Keeps a frame."""
        self.sent.append(json.loads(text))

    async def close(self, code: int) -> None:
        """Is never asked for in the tour."""
        raise AssertionError(f"closed with {code}")


def read_examples() -> str:
    """Gives all Python examples of the tour as one program."""
    return "\n".join(re.findall(r"```python\n(.*?)```", TOUR.read_text(encoding="utf-8"), flags=re.DOTALL))


@pytest.mark.filterwarnings("ignore::ResourceWarning")
async def test_the_tour_runs(db: OneConnection, clock: FixedClock, tmp_path: Path) -> None:
    runtime = build_runtime(db, Settings(data=tmp_path), SLICES, clock=clock)
    workspace_id = uuid7()
    async with runtime.ctx(workspace_id) as ctx:
        await create_workspace(ctx, name="Alder")
        await ctx.flush()
        agent_id = await create_agent(ctx, email="mia@alder.example", name="Mia Novak", role="agent")
        await ctx.tx.execute("UPDATE agents SET presence = 'online', presence_at = $1", ctx.now)
        book = runtime.parts["channels"].book
        channel_id = await create_channel(ctx, book, NewChannel(plugin="chat", name="Chat"))
    async with runtime.db.transaction(None) as tx:
        channel = await book.get(tx, workspace_id, channel_id)

    def open_chat() -> KeepingSession:
        wire = KeepingWire()
        session = KeepingSession(runtime, runtime.parts["channels"], channel, wire)
        session.sent = wire.sent
        return session

    async def heard(session: KeepingSession, kind: str, matches: Callable[[dict[str, Any]], bool]) -> None:
        async with asyncio.timeout(5):
            while not any(frame["t"] == kind and matches(frame) for frame in session.sent):  # noqa: ASYNC110
                await asyncio.sleep(0.01)

    names = {
        "runtime": runtime,
        "workspace_id": workspace_id,
        "agent_id": agent_id,
        "open_chat": open_chat,
        "heard": heard,
        "drain": ReaderLoop(runtime).drain,
        "new_id": uuid7,
    }
    program = compile(read_examples(), str(TOUR), "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    try:
        await eval(program, names)
    finally:
        await runtime.hub.close()
        await runtime.http.close()
