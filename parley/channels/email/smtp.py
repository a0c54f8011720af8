"""Handing a mail to a server, so that it is always known whether it may have left.

Until the final dot of DATA has been written (RFC 5321, 4.1.1.4) the mail has certainly not left; once it has
been written, only the server's answer tells.
"""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import cast

import aiosmtplib
import msgspec

from parley.channels.email.settings import Security, SendingSettings
from parley.channels.mail.addresses import domain_of
from parley.channels.mail.compose import BuiltMail
from parley.channels.ports import Step
from parley.kit.failures import Failure, Misconfigured, Refused, Retry

PORTS: dict[Security, int] = {"tls": 465, "starttls": 587, "none": 25}
CONNECT_SECONDS = 20.0
ANSWER_SECONDS = 30.0
WRITE_SECONDS = 70.0
"""For everything up to the final dot. Together with the next less than what a delivery may take."""
FINAL_SECONDS = 45.0
LATER = timedelta(minutes=5)
TokenSource = Callable[[], Awaitable[str]]


class SmtpServer(msgspec.Struct, frozen=True, kw_only=True):
    """A server for sending and how to sign in there; `token` is asked for an access token instead of a password."""

    host: str
    port: int
    security: Security
    user: str = ""
    password: str = ""
    check_certificates: bool = True
    token: TokenSource | None = None


def read_server(settings: SendingSettings) -> SmtpServer:
    """Gives the server of a channel's settings; raises Misconfigured when none is set."""
    if not settings.smtp_host.strip():
        raise Misconfigured("smtp_host", "No server for sending is set in this channel's settings.")
    return SmtpServer(
        host=settings.smtp_host.strip(),
        port=settings.smtp_port or PORTS[settings.smtp_security],
        security=settings.smtp_security,
        user=settings.smtp_user,
        password=settings.smtp_password,
        check_certificates=settings.check_certificates,
    )


def tls_context(*, check: bool) -> ssl.SSLContext:
    """Gives the TLS settings for a mail server."""
    context = ssl.create_default_context()
    if not check:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


async def send_mail(server: SmtpServer, mail: BuiltMail, sender: str) -> None:
    """Sends a mail to all of its recipients or to none.

    Raises Retry (`uncertain` once the final dot has been written and no answer came), Refused with the server's
    words, and Misconfigured when it does not let us in.
    """
    written = False
    try:
        async with (
            asyncio.timeout(WRITE_SECONDS) as deadline,
            open_server(server, domain_of(sender)) as client,
        ):
            await _announce(client, mail, sender)
            await _write_body(client, mail.data)
            deadline.reschedule(None)
            written = True
            await _finish(client)
    except (aiosmtplib.SMTPException, OSError, TimeoutError) as failure:
        raise sort_failure(failure, server, written=written) from failure


@asynccontextmanager
async def open_server(server: SmtpServer, name: str) -> AsyncIterator[aiosmtplib.SMTP]:
    """Connects and signs in; `name` is how we greet. Raises Misconfigured, and what `sort_failure` understands."""
    client = aiosmtplib.SMTP(
        hostname=server.host,
        port=server.port,
        use_tls=server.security == "tls",
        start_tls=server.security == "starttls",
        tls_context=None if server.security == "none" else tls_context(check=server.check_certificates),
        local_hostname=name if name.isascii() and name else "localhost",
        timeout=ANSWER_SECONDS,
    )
    try:
        await client.connect(timeout=CONNECT_SECONDS)
        await sign_in(client, server)
        yield client
        with contextlib.suppress(aiosmtplib.SMTPException, OSError, TimeoutError):
            await client.quit(timeout=2)
    finally:
        client.close()


async def sign_in(client: aiosmtplib.SMTP, server: SmtpServer) -> None:
    """Signs in where a user is set; raises Misconfigured when the server does not let us in."""
    if not server.user:
        return
    if server.token is not None:
        token = await server.token()
        await client.ehlo()
        await client.auth_xoauth2(server.user, token)
        return
    await client.login(server.user, server.password)


async def _announce(client: aiosmtplib.SMTP, mail: BuiltMail, sender: str) -> None:
    """Names sender and recipients; a single refused recipient ends it, so that nobody is left out unnoticed."""
    await client.ehlo()
    options = [f"size={len(mail.data)}"] if client.supports_extension("size") else []
    encoding = "ascii"
    if mail.needs_smtputf8:
        if not client.supports_extension("smtputf8"):
            raise Refused(
                "The mail server cannot send to addresses with letters beyond a to z (no SMTPUTF8)."
            )
        options, encoding = [*options, "smtputf8"], "utf-8"
    await client.mail(sender, options=options, encoding=encoding)
    refused: list[tuple[str, int, str]] = []
    for recipient in mail.recipients:
        try:
            await client.rcpt(recipient, encoding=encoding)
        except aiosmtplib.SMTPRecipientRefused as failure:
            refused.append((failure.recipient, failure.code, failure.message))
    if refused:
        with contextlib.suppress(aiosmtplib.SMTPException, OSError, TimeoutError):
            await client.rset()
        raise refuse_recipients(refused)


def refuse_recipients(refused: list[tuple[str, int, str]]) -> Failure:
    """Says which recipients the server does not take; a permanent refusal of one is a refusal of the mail."""
    for_good = [one for one in refused if one[1] >= 500]
    words = "; ".join(
        f"{address}: {code} {_one_line(text)}" for address, code, text in (for_good or refused)[:5]
    )
    if for_good:
        return Refused(f"The mail server does not take the mail for {words}")
    return Retry(None, f"The mail server puts the mail off for {words}")


async def _write_body(client: aiosmtplib.SMTP, data: bytes) -> None:
    """Writes everything but the final dot, and waits until the system has taken it."""
    answer = await client.execute_command(b"DATA")
    if answer.code != 354:
        raise aiosmtplib.SMTPDataError(answer.code, answer.message)
    protocol, transport = client.protocol, cast(asyncio.WriteTransport | None, client.transport)
    if protocol is None or transport is None:
        raise aiosmtplib.SMTPServerDisconnected("Connection lost")
    protocol.write(stuff_dots(data))
    while transport.get_write_buffer_size():
        if transport.is_closing():
            raise aiosmtplib.SMTPServerDisconnected("Connection lost")
        await asyncio.sleep(0.01)


async def _finish(client: aiosmtplib.SMTP) -> None:
    protocol = client.protocol
    if protocol is None:
        raise aiosmtplib.SMTPDataError(421, "the server closed the connection before the end of the mail")
    try:
        protocol.write(b".\r\n")
    except aiosmtplib.SMTPServerDisconnected as failure:
        raise aiosmtplib.SMTPDataError(
            421, "the server closed the connection before the end of the mail"
        ) from failure
    answer = await protocol.read_response(timeout=FINAL_SECONDS)
    if not 200 <= answer.code < 300:
        raise aiosmtplib.SMTPDataError(answer.code, answer.message)


def stuff_dots(data: bytes) -> bytes:
    """Doubles the dot at the start of a line (RFC 5321, 4.5.2) and ends the last line; the lines end with CRLF."""
    stuffed = data.replace(b"\r\n.", b"\r\n..")
    if stuffed.startswith(b"."):
        stuffed = b"." + stuffed
    return stuffed if stuffed.endswith(b"\r\n") else stuffed + b"\r\n"


def sort_failure(failure: Exception, server: SmtpServer, *, written: bool) -> Failure:
    """Says what a failure means for the mail; `written` tells that the final dot has been written."""
    if isinstance(failure, aiosmtplib.SMTPResponseException):
        return _sort_answer(failure, server, written=written)
    if written:
        return Retry(
            None,
            f"The connection to {server.host} broke before it said whether it took the mail.",
            uncertain=True,
        )
    for cause in (failure, failure.__cause__):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return Misconfigured(
                "smtp_host", f"The certificate of {server.host} cannot be trusted ({cause.verify_message})."
            )
    if isinstance(failure, TimeoutError):
        return Retry(None, f"{server.host} does not answer in time.")
    if isinstance(failure, aiosmtplib.SMTPNotSupported) or "not support" in str(failure).lower():
        return Misconfigured("smtp_security", f"{server.host}: {_one_line(str(failure))}")
    return Retry(None, f"{server.host} cannot be reached: {_one_line(str(failure))}")


def _sort_answer(failure: aiosmtplib.SMTPResponseException, server: SmtpServer, *, written: bool) -> Failure:
    words = f"{failure.code} {_one_line(failure.message)}"
    if isinstance(failure, aiosmtplib.SMTPAuthenticationError):
        if failure.code < 500:
            return Retry(LATER, f"{server.host} does not let us in now: {words}")
        return Misconfigured(
            "smtp_password", f"{server.host} refuses the user or password for sending: {words}"
        )
    if 500 <= failure.code < 600:
        return Refused(f"{server.host} refused the mail: {words}")
    if 400 <= failure.code < 500:
        return Retry(None, f"{server.host} put the mail off: {words}")
    return Retry(None, f"{server.host} answered strangely: {words}", uncertain=written)


async def try_server(find_server: Callable[[], SmtpServer], address: str) -> Step:
    """Connects and signs in for a connection test; says in plain words what is wrong."""
    try:
        server = find_server()
    except Failure as failure:
        return Step("send", ok=False, detail=failure.reason)
    try:
        async with open_server(server, domain_of(address)):
            pass
    except Failure as failure:
        return Step("send", ok=False, detail=failure.reason)
    except (aiosmtplib.SMTPException, OSError, TimeoutError) as failure:
        return Step("send", ok=False, detail=sort_failure(failure, server, written=False).reason)
    signed_in = f", signed in as {server.user}" if server.user else ""
    return Step("send", ok=True, detail=f"{server.host} takes mail for sending{signed_in}.")


def _one_line(text: str) -> str:
    return " ".join(text.encode("utf-8", "replace").decode("utf-8", "replace").split())[:400]
