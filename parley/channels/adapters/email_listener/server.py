"""The built-in SMTP (RFC 5321) and LMTP (RFC 2033) server: 250 means that the mail is stored."""

import asyncio
import logging
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Protocol

import msgspec
import structlog
from aiosmtpd.smtp import SMTP, Envelope, Session, syntax

from parley.channels.mail.addresses import normalise_address

log = structlog.get_logger("smtp")
# The library writes addresses of people into its log.
logging.getLogger("mail.log").setLevel(logging.ERROR)

SILENCE_SECONDS = 300.0
"""Also the time for the data of one mail (RFC 5321, 4.5.3.2 asks for minutes)."""
STORE_SECONDS = 60.0
MAX_CONNECTIONS = 200
MAX_RECIPIENTS = 100
LATER = "451 4.3.0 Try again later"


class Arrived(msgspec.Struct, frozen=True, kw_only=True):
    """A mail as it came, for one recipient; `sender` is "" for bounces."""

    data: bytes
    sender: str
    recipient: str
    peer: str
    helo: str


class MailDesk(Protocol):
    """Who takes the mail."""

    async def knows(self, address: str) -> bool:
        """Says whether mail for a normalised address is taken; raises when that cannot be known now."""

    async def take(self, mail: Arrived) -> None:
        """Stores a mail durably; raises when that is not possible now."""


class Door(SMTP):
    """One connection. Lines may be longer than the standard allows: many programs write such."""

    line_length_limit = 1024 * 1024
    is_lmtp = False

    @syntax("LHLO hostname")
    async def smtp_LHLO(self, hostname: str) -> None:  # noqa: N802 - the library finds commands by name
        """Greets as LMTP: after the data there is an answer per recipient."""
        self.is_lmtp = True
        await self.smtp_EHLO(hostname)


class Doorman:
    """Answers what the library asks about senders, recipients and data."""

    def __init__(self, desk: MailDesk, host: str) -> None:
        self._desk = desk
        self._host = host

    async def handle_RCPT(  # noqa: N802 - named by the library
        self, _server: Door, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Accepts the addresses of our channels and no others."""
        if len(envelope.rcpt_tos) >= MAX_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        known = normalise_address(address)
        if known is None:
            return "553 5.1.3 This is not an address"
        try:
            if not await self._desk.knows(known):
                return "550 5.1.1 There is no such mailbox here"
        except Exception as failure:  # noqa: BLE001 - whatever is away: the sender keeps the mail and tries again
            log.warning("recipient cannot be checked now", error=type(failure).__name__)
            return LATER
        envelope.rcpt_tos.append(known)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: Door, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Stores the mail for each recipient before anything is answered."""
        answers = [await self._store(session, envelope, recipient) for recipient in envelope.rcpt_tos]
        if server.is_lmtp:
            return "\r\n".join(answers)
        # One answer for all: those stored already are recognised when the sender tries again.
        return next((answer for answer in answers if not answer.startswith("250")), answers[0])

    async def _store(self, session: Session, envelope: Envelope, recipient: str) -> str:
        content = envelope.original_content or b""
        sender = (envelope.mail_from or "").strip("<>")
        mail = Arrived(
            data=content,
            sender=sender,
            recipient=recipient,
            peer=_peer(session),
            helo=str(session.host_name or ""),
        )
        try:
            async with asyncio.timeout(STORE_SECONDS):
                await self._desk.take(mail)
        except Exception as failure:  # noqa: BLE001 - the sender keeps the mail and tries again
            log.warning("mail cannot be stored now", error=type(failure).__name__)
            return LATER
        return "250 2.0.0 Stored"

    async def handle_exception(self, failure: Exception) -> str:
        """Answers when something unforeseen happens."""
        log.error("connection failed", error=repr(failure)[:300])
        return LATER


def _peer(session: Session) -> str:
    peer: Any = session.peer
    return str(peer[0]) if isinstance(peer, tuple) and peer else "local"


@asynccontextmanager
async def serving(
    desk: MailDesk, *, host: str, port: int, name: str, largest: int, tls: ssl.SSLContext | None = None
) -> AsyncIterator[asyncio.Server]:
    """Serves SMTP and LMTP while the block runs; raises OSError when the port is taken. `largest` is in bytes."""
    loop = asyncio.get_running_loop()
    doors: set[Door] = set()
    server = await loop.create_server(
        _make_door(desk, doors, name, largest, tls, loop), host or None, port, backlog=256
    )
    try:
        yield server
    finally:
        server.close()
        for door in list(doors):
            if door.transport is not None:
                door.transport.close()
        await asyncio.sleep(0)


def _make_door(
    desk: MailDesk,
    doors: set[Door],
    name: str,
    largest: int,
    tls: ssl.SSLContext | None,
    loop: asyncio.AbstractEventLoop,
) -> Callable[[], asyncio.BaseProtocol]:
    doorman = Doorman(desk, name)

    class CountedDoor(Door):
        """Leaves the set when the connection ends."""

        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            doors.add(self)
            super().connection_made(transport)

        def connection_lost(self, error: Exception | None) -> None:
            doors.discard(self)
            super().connection_lost(error)

    def make() -> asyncio.BaseProtocol:
        if len(doors) >= MAX_CONNECTIONS:
            return Busy()
        options: dict[str, Any] = {"tls_context": tls} if tls is not None else {}
        return CountedDoor(
            doorman,
            data_size_limit=largest,
            enable_SMTPUTF8=True,
            hostname=name,
            ident="Parley",
            timeout=SILENCE_SECONDS,
            auth_exclude_mechanism=["LOGIN", "PLAIN"],
            loop=loop,
            **options,
        )

    return make


class Busy(asyncio.Protocol):
    """Turns a connection away."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Says why and hangs up."""
        assert isinstance(transport, asyncio.WriteTransport)  # noqa: S101 - a stream connection has one
        transport.write(b"421 4.3.2 Too many connections, try again later\r\n")
        transport.close()
