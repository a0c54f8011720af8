"""Shoppers and agents who go on talking while parts of the house die."""

import asyncio
import random
from contextlib import AsyncExitStack
from typing import Any
from uuid import uuid4

from tests.robust.houses import House
from tests.support.desk import Desk, call_until_answered
from tests.support.widget import Widget


class Shopper:
    """One visitor with one or two tabs; what he said in which order."""

    def __init__(self, house: House, channel: str, name: str, chance: random.Random) -> None:
        self.name = name
        self.tabs = [Widget(house.origin, channel)]
        self.said: list[tuple[str, str]] = []
        self._house = house
        self._channel = channel
        self._chance = chance

    async def enter(self, stack: AsyncExitStack, *, tabs: int) -> None:
        """Opens the first tab, then the others with the visitor's token, as a browser does."""
        first = await stack.enter_async_context(self.tabs[0])
        await first.until(lambda w: w.welcomes > 0)
        for _ in range(tabs - 1):
            tab = Widget(self._house.origin, self._channel, token=first.token)
            self.tabs.append(await stack.enter_async_context(tab))

    @property
    def conversation(self) -> str | None:
        """The conversation, once there is one."""
        found = self.tabs[0].conversation
        return str(found["id"]) if found else None

    async def talk(self, stop: asyncio.Event) -> None:
        """Says something every moment until told to stop."""
        number = 0
        while not stop.is_set():
            text = f"{self.name} says {number}"
            self.said.append((await self.tabs[0].say(text), text))
            number += 1
            await asyncio.sleep(self._chance.uniform(0.02, 0.4))

    async def until_acknowledged(self) -> None:
        """Waits until nothing that was said is still on its way."""
        await self.tabs[0].until(lambda w: not w.pending, 60)


class Agent:
    """Answers shoppers by the API, each answer under a key of its own until it is taken."""

    def __init__(self, house: House, token: str, name: str, chance: random.Random) -> None:
        self.replies: dict[str, tuple[str, str, str]] = {}
        self.statuses: list[int] = []
        self._house = house
        self._token = token
        self._name = name
        self._chance = chance

    async def work(self, shoppers: list[Shopper], stop: asyncio.Event) -> None:
        """Answers random shoppers until told to stop; now and then closes, assigns or adds a note."""
        number = 0
        while not stop.is_set():
            await asyncio.sleep(self._chance.uniform(0.02, 0.3))
            conversation = self._chance.choice(shoppers).conversation
            if conversation is None:
                continue
            number += 1
            text = f"{self._name} answers {number}"
            key = str(uuid4())
            answer = await self._post(conversation, key, text)
            self.replies[key] = (conversation, answer["id"], text)
            if self._chance.random() < 0.2:
                again = await self._post(conversation, key, text)
                assert again["id"] == answer["id"], "the same key gave another message"
            if self._chance.random() < 0.2:
                await self._change(conversation)

    async def _post(self, conversation: str, key: str, text: str) -> dict[str, Any]:
        answer = await call_until_answered(
            self._house.origin,
            self._token,
            "POST",
            f"/api/v1/conversations/{conversation}/messages",
            key=key,
            json={"text": text},
        )
        self.statuses.append(answer.status_code)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def _change(self, conversation: str) -> None:
        change = self._chance.choice(
            [{"status": "closed"}, {"priority": "high"}, {"priority": "normal"}, {"status": "open"}]
        )
        answer = await call_until_answered(
            self._house.origin, self._token, "PATCH", f"/api/v1/conversations/{conversation}", json=change
        )
        assert answer.status_code == 200, answer.text


class Crowd:
    """Everybody together."""

    def __init__(
        self, house: House, token: str, channel: str, chance: random.Random, *, shoppers: int, agents: int
    ) -> None:
        self.shoppers = [
            Shopper(house, channel, f"Shopper {n}", random.Random(chance.random())) for n in range(shoppers)
        ]
        self.agents = [
            Agent(house, token, f"Agent {n}", random.Random(chance.random())) for n in range(agents)
        ]
        self.desks = [Desk(house.origin, token) for _ in range(2)]
        self._stop = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def enter(self, stack: AsyncExitStack) -> None:
        """Opens all tabs and desks and begins to talk."""
        for desk in self.desks:
            await stack.enter_async_context(desk)
            await desk.until(lambda d: d.cursor is not None)
        for number, shopper in enumerate(self.shoppers):
            await shopper.enter(stack, tabs=1 + number % 2)
        self._tasks = [asyncio.create_task(s.talk(self._stop)) for s in self.shoppers]
        self._tasks += [asyncio.create_task(a.work(self.shoppers, self._stop)) for a in self.agents]

    async def fall_silent(self) -> None:
        """Lets everybody finish the sentence; raises what went wrong on the way."""
        self._stop.set()
        async with asyncio.timeout(90):
            await asyncio.gather(*self._tasks)
            await asyncio.gather(*(shopper.until_acknowledged() for shopper in self.shoppers))
