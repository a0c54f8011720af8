"""Mail under fire: customers who write until somebody has taken it, and a mail server that misbehaves at chosen points."""

import asyncio
import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from email.parser import BytesHeaderParser
from typing import Any, NamedTuple
from uuid import uuid4

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from tests.robust.houses import House
from tests.robust.writing import Writer
from tests.support.desk import Desk, call_until_answered
from tests.support.product import free_port

# What the server does with a mail. After the final dot the sender cannot know what became of it unless told.
CLEAR = ("accept", "accept", "accept", "accept slowly", "refuse for now")
UNCLEAR = ("accept and break", "break after data")
OURS = re.compile(rb"Mail answer \d+\b")


class Attempt(NamedTuple):
    """One time that the final dot of a mail came: its Message-ID, what was done with it, and which answer it is."""

    message_id: str
    act: str
    text: str


class Sink:
    """Takes mail, or does not: what it did with each Message-ID, in order."""

    def __init__(self, chance: random.Random) -> None:
        self.log: list[Attempt] = []
        self._chance = chance
        self._refused: set[str] = set()
        self.misbehaves = True

    def acts_on(self, message_id: str) -> list[str]:
        """Gives what was done with a mail, one entry for each time its final dot came."""
        return [attempt.act for attempt in self.log if attempt.message_id == message_id]

    async def handle_MAIL(  # noqa: N802 - named by the library
        self, server: Any, _session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        """Now and then the line breaks before anything is said: that mail has certainly not left."""
        if self.misbehaves and self._chance.random() < 0.1:
            server.transport.abort()
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Takes a mail as chance wants it."""
        message_id = str(BytesHeaderParser().parsebytes(envelope.content)["Message-ID"]).strip("<> ")
        act = self._chance.choice(CLEAR + UNCLEAR) if self.misbehaves else "accept"
        if act == "refuse for now" and message_id in self._refused:
            act = "accept"
        self._refused.add(message_id)
        if act == "accept slowly":
            await asyncio.sleep(self._chance.uniform(0.3, 2.0))
        # The newest text stands first, what it answers below.
        written = OURS.search(envelope.content)
        self.log.append(Attempt(message_id, act, written[0].decode() if written else ""))
        if act in UNCLEAR:
            server.transport.abort()
        return "451 not now" if act == "refuse for now" else "250 OK"


@contextmanager
def open_sink(chance: random.Random) -> Iterator[tuple[Sink, int]]:
    """Runs the mail server; gives it and its port."""
    sink, port = Sink(chance), free_port()
    controller = Controller(
        sink,
        hostname="127.0.0.1",
        port=port,
        auth_require_tls=False,
        authenticator=lambda *_: AuthResult(success=True),
    )
    controller.start()
    try:
        yield sink, port
    finally:
        controller.stop()


class Post:
    """Everybody who has to do with mail."""

    def __init__(self, sink: Sink, writers: list[Writer], agent: "MailAgent") -> None:
        self.sink = sink
        self.writers = writers
        self.agent = agent
        self._stop = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def count_accepted(self) -> list[int]:
        """Gives how many mails of each writer were taken."""
        return [len(writer.accepted) for writer in self.writers]

    def begin(self) -> None:
        """Begins to write and to answer."""
        self._tasks = [asyncio.create_task(writer.write(self._stop)) for writer in self.writers]
        self._tasks.append(asyncio.create_task(self.agent.work(self._stop)))

    async def fall_silent(self) -> None:
        """Lets everybody finish his mail; raises what went wrong on the way. The last answer surely goes out."""
        await self.agent.until_written(8)
        self.sink.misbehaves = False
        await self.agent.until_written(len(self.agent.replies) + 2)
        self._stop.set()
        async with asyncio.timeout(90):
            await asyncio.gather(*self._tasks)


class MailAgent:
    """Answers mails by the API, and now and then begins a conversation on `channel`."""

    def __init__(self, house: House, token: str, desk: Desk, channel: str, chance: random.Random) -> None:
        self.replies: dict[str, str] = {}
        self._house = house
        self._token = token
        self._desk = desk
        self._channel = channel
        self._chance = chance

    async def work(self, stop: asyncio.Event) -> None:
        """Answers random mail conversations until told to stop."""
        while not stop.is_set():
            await asyncio.sleep(self._chance.uniform(0.1, 0.6))
            found = [row["id"] for row in self._desk.rows.values() if row["channel"]["kind"] == "email"]
            text = f"Mail answer {len(self.replies)}"
            if self._chance.random() < 0.15:
                body = {
                    "channel_id": self._channel,
                    "to": [{"address": "new@customer.example"}],
                    "html": text,
                }
                begun = await self._post("/api/v1/conversations", {**body, "subject": "News for you"})
                self.replies[begun["message"]["id"]] = text
            elif found:
                path = f"/api/v1/conversations/{self._chance.choice(sorted(found))}/messages"
                self.replies[(await self._post(path, {"text": text}))["id"]] = text

    async def until_written(self, number: int) -> None:
        """Waits for so many answers."""
        async with asyncio.timeout(60):
            while True:
                if len(self.replies) >= number:
                    return
                await asyncio.sleep(0.1)

    async def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = await call_until_answered(
            self._house.origin,
            self._token,
            "POST",
            path,
            key=str(uuid4()),
            json={**body, "undo_seconds": 0},
        )
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made
