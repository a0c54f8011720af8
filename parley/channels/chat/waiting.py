"""A visitor who waits for a person: his place in the queue, told when it begins, changes and ends."""

from asyncio import get_running_loop
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from parley.channels.chat import frames as f
from parley.conversations.shapes import ConversationRow
from parley.kit.ctx import Ctx
from parley.kit.live.hub import Batch

if TYPE_CHECKING:
    from parley.channels.chat.session import Wire
    from parley.kit.runtime import Runtime

QUEUE_PORT = "queue_port"
AGAIN_SECONDS = 10.0
Standing = tuple[int, int | None]
NOWHERE: Standing = (0, None)


class QueuePort(Protocol):
    """What the slice that hands out work tells of its queue."""

    async def find_standing(self, ctx: Ctx, conversation_id: UUID) -> Standing | None:
        """Gives the place of a conversation (1 is next) and the minutes it will take, None when unknown.

        None when it does not wait.
        """


class Place:
    """What one socket was last told of its place. Nothing runs by itself: looked up on facts and on pings."""

    __slots__ = ("_asked", "_port", "_told", "_wire")

    def __init__(self, runtime: "Runtime", wire: "Wire") -> None:
        self._port: QueuePort | None = runtime.parts.get(QUEUE_PORT)
        self._wire = wire
        self._told = NOWHERE
        self._asked = 0.0

    async def find(self, ctx: Ctx, row: ConversationRow | None) -> Standing:
        """Gives where a conversation stands; asks only when nobody has it yet."""
        if self._port is None or row is None or row.status != "open" or row.assignee_id is not None:
            return NOWHERE
        return await self._ask(ctx, row.id)

    async def begin(self, standing: Standing) -> None:
        """Tells it after a welcome, with which a client forgets what it was told before."""
        self._told = NOWHERE
        await self._tell(standing)

    async def hear(
        self, batch: Batch, opening: AbstractAsyncContextManager[Ctx], conversation_id: UUID | None
    ) -> None:
        """Tells what has become of the waiting when a batch says that it began or ended."""
        changes = [
            fact.data["waiting"]
            for fact in batch.facts
            if fact.kind == "QueueChanged" and fact.data["conversation_id"] == str(conversation_id)
        ]
        if changes and conversation_id is not None:
            await self._tell(await self._look(opening, conversation_id) if changes[-1] else NOWHERE)

    async def renew(self, opening: AbstractAsyncContextManager[Ctx], conversation_id: UUID | None) -> None:
        """Looks again while he waits, if the last look is AGAIN_SECONDS old, and tells what has changed."""
        due = get_running_loop().time() - self._asked >= AGAIN_SECONDS
        if due and self._told != NOWHERE and conversation_id is not None:
            await self._tell(await self._look(opening, conversation_id))

    async def _look(self, opening: AbstractAsyncContextManager[Ctx], conversation_id: UUID) -> Standing:
        async with opening as ctx:
            return await self._ask(ctx, conversation_id)

    async def _ask(self, ctx: Ctx, conversation_id: UUID) -> Standing:
        self._asked = get_running_loop().time()
        found = await self._port.find_standing(ctx, conversation_id) if self._port is not None else None
        return found or NOWHERE

    async def _tell(self, standing: Standing) -> None:
        if standing != self._told:
            self._told = standing
            await self._wire.send(f.encode("queue", position=standing[0], minutes=standing[1]))
