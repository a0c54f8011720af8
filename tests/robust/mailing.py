"""Mail under fire: customers who write until they are told 250, and a mail server that misbehaves at chosen points."""

import asyncio
import contextlib
import random
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from typing import Any
from uuid import uuid4

import aiosmtplib
from aiosmtpd.controller import Controller

from tests.robust.houses import House
from tests.support.desk import Desk, call_until_answered
from tests.support.product import free_port

SHOP = "help@shop.example"
# What the server does with a mail. After the final dot the sender cannot know what became of it unless told.
CLEAR = ("accept", "accept", "accept", "accept slowly", "refuse for now")
UNCLEAR = ("accept and break", "break after data")


class Sink:
    """Takes mail, or does not: what it did with each Message-ID, in order."""

    def __init__(self, chance: random.Random) -> None:
        self.log: list[tuple[str, str]] = []
        self._chance = chance
        self._refused: set[str] = set()
        self.misbehaves = True

    def acts_on(self, message_id: str) -> list[str]:
        """Gives what was done with a mail, one entry for each time its final dot came."""
        return [act for known, act in self.log if known == message_id]

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
        self.log.append((message_id, act))
        if act in UNCLEAR:
            server.transport.abort()
        return "451 not now" if act == "refuse for now" else "250 OK"


@contextmanager
def open_sink(chance: random.Random) -> Iterator[tuple[Sink, int]]:
    """Runs the mail server; gives it and its port."""
    sink, port = Sink(chance), free_port()
    controller = Controller(sink, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield sink, port
    finally:
        controller.stop()


class Post:
    """Everybody who has to do with mail."""

    def __init__(
        self, house: House, token: str, desk: Desk, sink: Sink, port: int, chance: random.Random
    ) -> None:
        self.sink = sink
        self.writers = [Writer(port, f"Mailer {n}", random.Random(chance.random())) for n in range(3)]
        self.agent = MailAgent(house, token, desk, random.Random(chance.random()))
        self._stop = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def begin(self) -> None:
        """Begins to write and to answer."""
        self._tasks = [asyncio.create_task(writer.write(self._stop)) for writer in self.writers]
        self._tasks.append(asyncio.create_task(self.agent.work(self._stop)))

    async def fall_silent(self) -> None:
        """Lets everybody finish his mail; raises what went wrong on the way."""
        self._stop.set()
        async with asyncio.timeout(90):
            await asyncio.gather(*self._tasks)
        self.sink.misbehaves = False


class Writer:
    """A customer who writes mails, each again and again until the listener has said 250."""

    def __init__(self, port: int, name: str, chance: random.Random) -> None:
        self.accepted: list[str] = []
        self._port = port
        self._name = name
        self._chance = chance

    async def write(self, stop: asyncio.Event) -> None:
        """Writes until told to stop."""
        number = 0
        while not stop.is_set():
            number += 1
            mail = EmailMessage()
            mail["From"] = f"{self._name} <{self._name.lower().replace(' ', '.')}@customer.example>"
            mail["To"], mail["Subject"] = SHOP, f"Question {number % 3} of {self._name}"
            mail["Message-ID"] = f"<{uuid4().hex}@customer.example>"
            mail.set_content(f"{self._name} writes {number}")
            await self._send(mail)
            self.accepted.append(str(mail["Message-ID"]).strip("<>"))
            await asyncio.sleep(self._chance.uniform(0.1, 0.8))

    async def _send(self, mail: EmailMessage) -> None:
        async with asyncio.timeout(60):
            while True:
                with contextlib.suppress(aiosmtplib.SMTPException, OSError):
                    await aiosmtplib.send(
                        mail, hostname="127.0.0.1", port=self._port, start_tls=False, timeout=10
                    )
                    return
                await asyncio.sleep(0.2)


class MailAgent:
    """Answers mails by the API."""

    def __init__(self, house: House, token: str, desk: Desk, chance: random.Random) -> None:
        self.replies: dict[str, str] = {}
        self._house = house
        self._token = token
        self._desk = desk
        self._chance = chance

    async def work(self, stop: asyncio.Event) -> None:
        """Answers random mail conversations until told to stop."""
        while not stop.is_set():
            await asyncio.sleep(self._chance.uniform(0.1, 0.6))
            found = [row["id"] for row in self._desk.rows.values() if row["channel"]["kind"] == "email"]
            if not found:
                continue
            text = f"Mail answer {len(self.replies)}"
            answer = await call_until_answered(
                self._house.origin,
                self._token,
                "POST",
                f"/api/v1/conversations/{self._chance.choice(sorted(found))}/messages",
                key=str(uuid4()),
                json={"text": text, "undo_seconds": 0},
            )
            assert answer.status_code == 201, answer.text
            self.replies[answer.json()["id"]] = text
