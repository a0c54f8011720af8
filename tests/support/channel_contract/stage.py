"""The installation on which a plug-in is tried: one workspace, an admin, one channel, and the plug-in's other side."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import (
    AbstractContextManager,
    AsyncExitStack,
    ExitStack,
    asynccontextmanager,
    contextmanager,
    nullcontext,
)
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import UUID

import httpx

from parley.app.routes import API_ROUTES
from parley.app.slices import SLICES
from parley.channels import running
from parley.channels.model import Channel
from parley.channels.ports import Adapter, Link, OutboundMessage, Sent
from parley.channels.running import PluginRunner
from parley.channels.specimens import Answer, Counterpart, Recorded, Specimen
from parley.conversations.actions.posting import Draft, post_message
from parley.kit.clock import FixedClock
from parley.kit.db import Database
from parley.kit.failures import Failure, Misconfigured, Retry
from parley.kit.files.store import LocalStore
from parley.kit.log.fact import Actor
from parley.kit.outbound import OutboundClient
from parley.kit.plugins import describe_settings
from parley.kit.slices import Slice
from tests.support.app import Shop, body_of, build_test_app, build_test_runtime, open_shop
from tests.support.jobs import run_jobs

INBOUND = """
SELECT id, conversation_id, text FROM messages
WHERE workspace_id = $1 AND channel_id = $2 AND direction = 'in' ORDER BY id
"""
PATIENCE = 15.0


class Shared:
    """What all checks of a run share, such as servers that are slow to start."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._made: dict[str, Any] = {}

    def get(self, name: str, make: Callable[[], AbstractContextManager[Any]]) -> Any:
        """Gives a thing; enters what `make` gives when it is asked for the first time."""
        if name not in self._made:
            self._made[name] = self._stack.enter_context(make())
        return self._made[name]

    def close(self) -> None:
        """Ends everything."""
        self._stack.close()


class Watched:
    """A plug-in whose failures are noted on their way to the slice."""

    def __init__(self, adapter: Adapter) -> None:
        self.manifest = adapter.manifest
        self.test = adapter.test
        self._adapter = adapter
        self.failures: list[Failure] = []

    async def send(self, link: Link, settings: Any, message: OutboundMessage) -> Sent:
        """Carries a message out as the plug-in does."""
        with self._noting():
            return await self._adapter.send(link, settings, message)

    async def run(self, link: Link, settings: Any) -> None:
        """Receives as the plug-in does."""
        with self._noting():
            await self._adapter.run(link, settings)

    @contextmanager
    def _noting(self) -> Iterator[None]:
        try:
            yield
        except Failure as failure:
            self.failures.append(failure)
            raise


class TrialStage:
    """Implements `channels.specimens.Stage`; the checks use the rest."""

    other: Counterpart

    def __init__(
        self, shop: Shop, clock: FixedClock, adapter: Adapter, specimen: Specimen, shared: Shared
    ) -> None:
        self._shop = shop
        self._shared = shared
        self._runner: PluginRunner | None = None
        self.adapter = adapter
        self.watched = Watched(adapter)
        self.manifest = adapter.manifest
        self.specimen = specimen
        self.app = shop.app
        self.runtime = shop.runtime
        self.clock = clock
        self.channel_id = UUID(int=0)
        self.public_key = ""
        self.admin: httpx.AsyncClient
        self.agent_id: UUID

    @asynccontextmanager
    async def open(self) -> AsyncIterator["TrialStage"]:
        """Opens the other side, adds a channel as an admin does, and runs the plug-in where it fetches."""
        self.admin = await self._shop.signed_in("admin")
        self.agent_id = await self._shop.agent(name="Mia")
        self.runtime.parts["channels"].book.plugins[self.manifest.slug] = self.watched
        async with AsyncExitStack() as stack:
            self.other = await stack.enter_async_context(self.specimen.open(self))
            added = await self.admin.post(
                "/api/v1/channels",
                json={
                    "plugin": self.manifest.slug,
                    "name": "Trial",
                    "settings": {**self.secrets(), **self.other.settings},
                },
            )
            assert added.status_code == 201, added.text
            self.added = added.text
            self.channel_id, self.public_key = UUID(body_of(added)["id"]), body_of(added)["public_key"]
            if self.manifest.runs:
                await stack.enter_async_context(self._running())
            yield self

    @asynccontextmanager
    async def _running(self) -> AsyncIterator[None]:
        task = asyncio.create_task(PluginRunner(self.runtime).run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def secrets(self) -> dict[str, str]:
        """Gives a value for every secret setting that can be recognised wherever it turns up."""
        fields = describe_settings(self.manifest)
        return {f.name: f"sentinel-{f.name}-5b1f0e" for f in fields if f.secret}

    async def post(self, path: str, content: bytes, headers: Mapping[str, str]) -> Answer:
        """Posts as anybody in the world can; whatever is sent, Parley does not fall over."""
        answer = await self._shop.client().post(path, content=content, headers=dict(headers))
        assert answer.status_code < 500, answer.text
        return Answer(answer.status_code, answer.content)

    async def share(self, name: str, make: Any) -> Any:
        """Gives a thing that all checks share."""
        return self._shared.get(name, make)

    async def hand_over(self, recorded: Recorded, *, forged: bool = False) -> bool:
        """Lets a payload come, be fetched where the plug-in fetches, and be read."""
        taken = await self.other.hand_over(self, recorded, forged=forged)
        if not forged:
            await self.collect()
        return taken

    async def collect(self) -> None:
        """Waits until everything has been fetched, and has it read."""
        await until(self.other.is_collected, "the plug-in does not fetch what is there for it")
        await self._read()

    async def _read(self) -> None:
        """Has the items read; one that fails is put aside by itself after its attempts."""
        while True:
            try:
                await run_jobs(self.runtime, "channels.ingest")
            except Retry:
                continue
            return

    async def channel(self) -> Channel:
        """Gives the channel as the plug-in gets it."""
        async with self.runtime.db.transaction(self._shop.workspace_id) as tx:
            found: Channel = await self.runtime.parts["channels"].book.get(
                tx, self._shop.workspace_id, self.channel_id
            )
        return found

    async def rows(self, sql: str, *args: Any) -> list[dict[str, Any]]:
        """Runs a query with the workspace as $1."""
        async with self.runtime.db.transaction(self._shop.workspace_id) as tx:
            return [dict(row) for row in await tx.fetch(sql, self._shop.workspace_id, *args)]

    async def inbound(self) -> list[dict[str, Any]]:
        """Gives the customers' messages on the channel."""
        return await self.rows(INBOUND, self.channel_id)

    async def stored(self) -> int:
        """Counts what has been stored of what came: items and messages."""
        rows = await self.rows(
            """SELECT (SELECT count(*) FROM inbound_items WHERE workspace_id = $1 AND channel_id = $2) AS items,
                      (SELECT count(*) FROM messages WHERE workspace_id = $1 AND channel_id = $2) AS messages""",
            self.channel_id,
        )
        return int(rows[0]["items"] + rows[0]["messages"])

    async def conversation(self) -> UUID:
        """Has the first recorded payload come and gives its conversation."""
        await self.hand_over(self.specimen.recorded[0])
        found: UUID = (await self.inbound())[0]["conversation_id"]
        return found

    async def reply(self, conversation_id: UUID, text: str) -> UUID:
        """Posts an agent's answer and carries out what is due; gives the message."""
        async with self.runtime.ctx(self._shop.workspace_id, Actor("agent", self.agent_id)) as ctx:
            draft = Draft(conversation_id=conversation_id, text=text, author_id=self.agent_id, undo_seconds=0)
            posted = await post_message(ctx, self.runtime.parts["channel_port"], draft)
        await self.deliver(delayed=False)
        return posted.message_id

    async def deliver(self, *, delayed: bool = True) -> None:
        """Runs the jobs that deliver, once; those that wait for their time too, unless `delayed` says no."""
        await run_jobs(self.runtime, "channels.deliver", delayed=delayed, deferred=False)

    async def delivery(self, message_id: UUID) -> dict[str, Any]:
        """Gives the delivery of a message."""
        (row,) = await self.rows(
            """SELECT d.*, m.state AS shown, m.error AS shown_error FROM deliveries d
               JOIN messages m ON m.workspace_id = $1 AND m.id = d.message_id
               WHERE d.workspace_id = $1 AND d.message_id = $2""",
            message_id,
        )
        return row

    async def retry(self, message_id: UUID) -> None:
        """Sends a message again, as a person asks for."""
        answer = await self.admin.post(f"/api/v1/messages/{message_id}/retry")
        assert answer.status_code == 200, answer.text
        await self.deliver()

    async def view(self) -> dict[str, Any]:
        """Gives the channel as an admin sees it."""
        answer = await self.admin.get(f"/api/v1/channels/{self.channel_id}")
        found: dict[str, Any] = body_of(answer)
        return found

    async def change(self, **settings: Any) -> httpx.Response:
        """Changes settings as an admin does."""
        return await self.admin.patch(f"/api/v1/channels/{self.channel_id}", json={"settings": settings})

    def wrong_fields(self) -> set[str]:
        """Gives the settings that the plug-in has called wrong so far."""
        return {failure.field for failure in self.watched.failures if isinstance(failure, Misconfigured)}

    async def until_error(self, *, shown: bool) -> dict[str, Any]:
        """Waits until an admin sees that the channel is broken, or mended; gives what he sees."""
        end = time.monotonic() + PATIENCE
        while bool((view := await self.view())["error"]) is not shown:
            assert time.monotonic() < end, f"error shown: {view['error']!r}"
            await asyncio.sleep(0.05)
        return view


async def until(true: Callable[[], bool], otherwise: str) -> None:
    """Waits for something; raises AssertionError when it does not come true."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, otherwise
        await asyncio.sleep(0.02)


@asynccontextmanager
async def open_stage(
    db: Database, clock: FixedClock, folder: Path, adapter: Adapter, specimen: Specimen, shared: Shared
) -> AsyncIterator[TrialStage]:
    """Builds an installation with every slice, in which plug-ins are looked after without pauses."""
    http = OutboundClient(allow=["127.0.0.1"], clock=clock)
    runtime = build_test_runtime(
        db, clock, SLICES, http=http, files=LocalStore(folder / "files"), data=folder
    )
    slices = (*SLICES, Slice("app", routes=API_ROUTES))
    app = shared.get("app", lambda: nullcontext(build_test_app(runtime, slices)))
    app.state["runtime"] = runtime
    shop = await open_shop(runtime, app)
    try:
        with patch.multiple(running, LOOK_SECONDS=0.05, FIRST_PAUSE=0.05, WRONG_SETTING_PAUSE=0.05):
            async with TrialStage(shop, clock, adapter, specimen, shared).open() as stage:
                yield stage
    finally:
        await shop.close()
        await http.close()
