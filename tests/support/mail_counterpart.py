"""The other side of e-mail: a real SMTP server with a password, which can also put off, refuse and vanish."""

import asyncio
import smtplib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult

from parley.channels.adapters.email_listener.server import serving
from parley.channels.email.listening import ListenerDesk
from parley.channels.specimens import Fault, Recorded, Taken

USER = "parley"


class MailTaker:
    """Takes mails of who knows the password; what is common to the other sides of all e-mail channels."""

    def __init__(self) -> None:
        self.port = 0
        self.password = "first password"
        self.fault: Fault | None = None
        self.taken: list[Taken] = []
        self.raw: list[bytes] = []
        self.attempts = 0
        self.retry_after: timedelta | None = None

    @property
    def sending(self) -> dict[str, Any]:
        """The settings for sending through it."""
        return {
            "smtp_host": "127.0.0.1",
            "smtp_port": self.port,
            "smtp_security": "none",
            "smtp_user": USER,
            "smtp_password": self.password,
        }

    def admit(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
        """Lets in who knows the password."""
        right = (given.login, given.password) == (USER.encode(), self.password.encode())
        return AuthResult(success=right, handled=False, auth_data=USER if right else None)

    async def handle_MAIL(self, _server: Any, session: Any, envelope: Any, address: str, _o: Any) -> str:  # noqa: N802
        """Counts a mail of somebody who has signed in."""
        if session.auth_data is None:
            return "530 5.7.0 Authentication required"
        self.attempts += 1
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _o: Any) -> str:  # noqa: N802
        """Takes, puts off or refuses a recipient."""
        if self.fault is Fault.LATER:
            return "451 4.7.1 Too many mails, try again later"
        if self.fault is Fault.REFUSE:
            return "550 5.1.1 No such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Keeps a mail."""
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        body = mail.get_body(("plain",))
        assert body is not None
        self.raw.append(envelope.content)
        self.taken.append(Taken(str(mail["Message-ID"]), str(body.get_content())))
        if self.fault is Fault.VANISH:
            server.transport.abort()
        return "250 OK"


@asynccontextmanager
async def serving_smtp(taker: MailTaker) -> AsyncIterator[None]:
    """Runs the server while the block runs."""

    def answer() -> SMTP:
        return SMTP(taker, hostname="taker.example", authenticator=taker.admit, auth_require_tls=False)

    server = await asyncio.get_running_loop().create_server(answer, "127.0.0.1", 0)
    taker.port = server.sockets[0].getsockname()[1]
    try:
        yield
    finally:
        server.close()
        await server.wait_closed()


@asynccontextmanager
async def open_listener(runtime: Any) -> AsyncIterator[int]:
    """Opens the built-in mail listener and gives its port."""
    desk = ListenerDesk(runtime, "desk.example")
    async with serving(desk, host="127.0.0.1", port=0, name="desk.example", largest=1_000_000) as server:
        yield server.sockets[0].getsockname()[1]


async def send_by_smtp(port: int, recipient: str, raw: bytes) -> bool:
    """Hands a mail to a server as a mail server does; says whether it was taken."""

    def work() -> bool:
        try:
            with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
                client.sendmail("bounces@customer.example", [recipient], raw)
        except smtplib.SMTPException:
            return False
        return True

    return await asyncio.to_thread(work)


def read_mails(folder: Path, said: dict[str, str]) -> tuple[Recorded, ...]:
    """Reads recorded mails: the files of a plug-in's folder, with what the customer says in each."""
    return tuple(
        Recorded(name, (folder / "recorded" / name).read_bytes(), text) for name, text in said.items()
    )
