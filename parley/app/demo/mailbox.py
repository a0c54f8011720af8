"""The customers' mailbox of the demo store: every mail that Parley sends there arrives here, and can be answered.

A real SMTP server on this machine takes the mails, so that the whole way is tried; nothing leaves the machine.
"""

import asyncio
from collections.abc import Callable
from email.message import EmailMessage
from email.utils import format_datetime, formataddr, make_msgid
from typing import Any
from uuid import UUID

import msgspec
from aiosmtpd.controller import UnthreadedController
from aiosmtpd.smtp import SMTP, Envelope, Session

from parley.channels.mail.models import ParsedMail
from parley.channels.mail.parse import parse_mail
from parley.channels.mail.quotes import fold_quotes
from parley.channels.ports import RawItem
from parley.kit.ids import uuid7
from parley.kit.runtime import Runtime

SIZE_LIMIT = 30 * 1024 * 1024


class DemoMail(msgspec.Struct, frozen=True):
    """A mail as the mailbox shows it."""

    id: UUID
    sender: str
    recipients: str
    subject: str
    at: Any
    text: str = ""
    quoted: str = ""
    parsed: ParsedMail | None = None


class Mailbox:
    """Takes mails, lists them, answers them."""

    def __init__(self, runtime: Runtime, workspace_id: UUID, channel_id: UUID) -> None:
        self._runtime = runtime
        self._workspace_id = workspace_id
        self._channel_id = channel_id
        self._server: UnthreadedController | None = None
        self.port = 0

    async def open(self) -> int:
        """Starts the SMTP server on a free port of this machine and gives the port."""
        loop = asyncio.get_running_loop()
        self._server = UnthreadedController(
            self,
            hostname="127.0.0.1",
            port=0,
            loop=loop,
            server_hostname="mailbox.demo",
            data_size_limit=SIZE_LIMIT,
        )
        server = await loop.create_server(self._server.factory, host="127.0.0.1", port=0)
        self._server.server = server
        self.port = server.sockets[0].getsockname()[1]
        return self.port

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Stores a mail; 250 only after that."""
        raw = envelope.content if isinstance(envelope.content, bytes) else (envelope.content or "").encode()
        parsed = parse_mail(raw)
        async with self._runtime.db.transaction(self._workspace_id) as tx:
            await tx.execute(
                """INSERT INTO demo_mails (workspace_id, id, sender, recipients, subject, raw, at)
                   VALUES ($1, $2, $3, $4, $5, $6, $7)""",
                self._workspace_id,
                uuid7(),
                envelope.mail_from or "",
                ", ".join(envelope.rcpt_tos)[:1000],
                parsed.subject,
                raw,
                self._runtime.clock.now(),
            )
        return "250 Kept"

    async def list_mails(self) -> list[DemoMail]:
        """Gives the newest hundred mails."""
        async with self._runtime.db.transaction(self._workspace_id) as tx:
            rows = await tx.fetch(
                """SELECT id, sender, recipients, subject, at FROM demo_mails WHERE workspace_id = $1
                   ORDER BY id DESC LIMIT 100""",
                self._workspace_id,
            )
        return [DemoMail(**row) for row in rows]

    async def find_mail(self, mail_id: UUID) -> DemoMail | None:
        """Gives one mail, read."""
        async with self._runtime.db.transaction(self._workspace_id) as tx:
            row = await tx.fetchrow(
                "SELECT id, sender, recipients, subject, at, raw FROM demo_mails WHERE workspace_id = $1 AND id = $2",
                self._workspace_id,
                mail_id,
            )
        if row is None:
            return None
        parsed = parse_mail(row["raw"])
        folded = fold_quotes(parsed.text, parsed.html)
        shown = {name: row[name] for name in ("id", "sender", "recipients", "subject", "at")}
        return DemoMail(**shown, text=folded.visible_text, quoted=folded.quoted_text, parsed=parsed)

    async def answer(self, mail: DemoMail, text: str) -> None:
        """Writes an answer as the customer's mail program would, and hands it to the shop's e-mail channel."""
        parts = self._runtime.parts["channels"]
        async with self._runtime.db.transaction(self._workspace_id) as tx:
            channel = await parts.book.get(tx, self._workspace_id, self._channel_id)
        raw = build_answer(mail, text, self._runtime.clock.now)
        key = f"demo:{uuid7()}"
        await parts.link(channel).take_in(RawItem(key=key, data=raw, received_at=self._runtime.clock.now()))


def build_answer(mail: DemoMail, text: str, now: Callable[[], Any]) -> bytes:
    """Builds the customer's answer with its references and the quoted mail below."""
    assert mail.parsed is not None  # noqa: S101 - find_mail has read it
    back = mail.parsed.reply_to or mail.parsed.from_
    me = mail.recipients.split(",")[0].strip()
    message = EmailMessage()
    message["From"] = formataddr((_own_name(mail.parsed, me), me))
    message["To"] = ", ".join(formataddr((a.name, a.address)) for a in back)
    subject = mail.subject if mail.subject.lower().startswith("re:") else f"Re: {mail.subject}"
    message["Subject"] = " ".join(subject.split())
    message["Date"] = format_datetime(now())
    message["Message-ID"] = make_msgid(domain=me.rpartition("@")[2] or "example.com")
    message["In-Reply-To"] = mail.parsed.message_id
    message["References"] = " ".join((*mail.parsed.references, mail.parsed.message_id))
    quoted = "\n".join("> " + line for line in mail.text.splitlines())
    when = mail.at.strftime("%d %b %Y %H:%M")
    sender = back[0].address if back else mail.sender
    message.set_content(f"{text.strip()}\n\nOn {when}, {sender} wrote:\n{quoted}\n")
    return message.as_bytes()


def _own_name(parsed: ParsedMail, me: str) -> str:
    return next((a.name for a in (*parsed.to, *parsed.cc) if a.address.lower() == me.lower()), "")
