"""Customers who write mails, each mail again and again until it has been taken, and the ways in which it comes to us."""

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable
from email.message import EmailMessage
from uuid import uuid4

import aiosmtplib
import httpx

from tests.robust.houses import House
from tests.support.mailservers import MailServers

SHOP = "help@shop.example"
SECRET = "a long shared secret"
Hand = Callable[[EmailMessage], Awaitable[bool]]


class Writer:
    """A customer who writes mails; `accepted` are the ids of those that were taken."""

    def __init__(self, name: str, hand: Hand, chance: random.Random) -> None:
        self.accepted: list[str] = []
        self._name = name
        self._hand = hand
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
            await self._hand_over(mail)
            self.accepted.append(str(mail["Message-ID"]).strip("<>"))
            await asyncio.sleep(self._chance.uniform(0.1, 0.8))

    async def _hand_over(self, mail: EmailMessage) -> None:
        async with asyncio.timeout(60):
            while True:
                if await self._hand(mail):
                    return
                await asyncio.sleep(0.2)


def by_listener(port: int) -> Hand:
    """Hands mail to the built-in listener; it is taken when that has said 250."""

    async def hand(mail: EmailMessage) -> bool:
        with contextlib.suppress(aiosmtplib.SMTPException, OSError):
            await aiosmtplib.send(mail, hostname="127.0.0.1", port=port, start_tls=False, timeout=10)
            return True
        return False

    return hand


def by_hook(house: House, key: str) -> Hand:
    """Posts mail as a provider does; it is taken when the answer is 200."""
    headers = {"X-Parley-Secret": SECRET, "Content-Type": "message/rfc822"}

    async def hand(mail: EmailMessage) -> bool:
        async with httpx.AsyncClient(timeout=10) as client:
            with contextlib.suppress(httpx.TransportError):
                answer = await client.post(
                    f"{house.origin()}/hooks/{key}", content=mail.as_bytes(), headers=headers
                )
                assert answer.status_code in (200, 429, 503), answer.text
                return answer.status_code == 200
        return False

    return hand


def by_mailbox(servers: MailServers, chance: random.Random) -> Hand:
    """Puts mail into a mailbox that we read by IMAP; now and then the connections to it break."""

    async def hand(mail: EmailMessage) -> bool:
        servers.deliver("help", mail.as_bytes())
        if chance.random() < 0.05:
            with contextlib.suppress(OSError):
                servers.drop_connections()
        return True

    return hand
