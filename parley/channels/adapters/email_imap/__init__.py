"""A mailbox that is read by IMAP and writes by SMTP, with a password or with OAuth."""

import asyncio
import socket
from collections.abc import AsyncIterator

import msgspec

from parley.channels.adapters.email_imap.mailbox import Mailbox
from parley.channels.adapters.email_imap.receiving import IDLE_SECONDS, load_position, take_new
from parley.channels.adapters.email_imap.settings import ImapSettings, imap_server, oauth_client, smtp_server
from parley.channels.adapters.email_imap.worker import MailThread
from parley.channels.email.oauth import AccessTokens, OAuthClient
from parley.channels.email.outgoing import build_message_mail
from parley.channels.email.providers import keeps_sent_mail
from parley.channels.email.smtp import SmtpServer, send_mail, try_server
from parley.channels.ports import Capabilities, Link, Manifest, OutboundMessage, Sent, Step
from parley.kit.failures import Failure, Misconfigured


class ImapAdapter:
    """The plug-in."""

    manifest = Manifest(
        slug="email_imap",
        kind="email",
        title="E-mail mailbox",
        description="A mailbox at any provider: Gmail, Microsoft 365, or your own server.",
        settings=ImapSettings,
        capabilities=Capabilities(subject=True, copies=True),
    )

    def __init__(self) -> None:
        self._tokens = AccessTokens()

    def oauth_client(self, settings: ImapSettings) -> OAuthClient:
        """Gives the application with which the mailbox can be connected; raises Misconfigured."""
        return oauth_client(settings)

    async def send(self, link: Link, settings: ImapSettings, message: OutboundMessage) -> Sent:
        """Sends a message; raises Retry, Refused and Misconfigured."""
        mail, sender = build_message_mail(message)
        server = self._smtp(link, settings)
        try:
            await send_mail(server, mail, sender)
        except Misconfigured:
            self._tokens.forget(link.channel_id)
            raise
        return Sent()

    def wants_copy(self, settings: ImapSettings) -> bool:
        """Says whether what has left is put into the folder for sent mail; many servers do so by themselves."""
        return settings.keep_sent and not keeps_sent_mail(smtp_server(settings).host)

    async def keep_copy(self, link: Link, settings: ImapSettings, message: OutboundMessage) -> None:
        """Puts a message that has left into the folder for sent mail, once; raises Retry, Refused, Misconfigured."""
        mail, _ = build_message_mail(message)
        thread = MailThread(f"imap sent {link.channel_id}")
        box = Mailbox(imap_server(settings, await self._token(link, settings)))
        try:
            await thread.call(box.connect)
            await self._sign_in(link, thread, box)
            message_id = message.external_id or ""
            await thread.call(box.keep_sent, settings.sent_folder, mail.data, message_id, message.created_at)
        finally:
            box.abort()
            thread.stop(box.close)

    async def run(self, link: Link, settings: ImapSettings) -> None:
        """Receives until cancelled: at once where the server tells of new mail, else every `poll_seconds`."""
        thread = MailThread(f"imap {link.channel_id}")
        box = Mailbox(imap_server(settings, await self._token(link, settings)))
        try:
            await thread.call(box.connect)
            await self._sign_in(link, thread, box)
            position = await load_position(link, settings, await thread.call(box.select))
            await link.report("")
            while True:
                await take_new(link, settings, thread, box, position)
                if await thread.call(box.can_idle):
                    await thread.call(box.wait, IDLE_SECONDS)
                else:
                    await asyncio.sleep(settings.poll_seconds)
                    await thread.call(box.refresh)
        finally:
            box.abort()
            thread.stop(box.close)

    async def test(self, link: Link, settings: ImapSettings) -> AsyncIterator[Step]:
        """Tries the mailbox and the server for sending step by step."""
        async for step in self._test_receiving(link, settings):
            yield step
            if not step.ok:
                break
        yield await try_server(lambda: self._smtp(link, settings), settings.address)

    async def _test_receiving(self, link: Link, settings: ImapSettings) -> AsyncIterator[Step]:
        server = imap_server(settings)
        try:
            await asyncio.get_running_loop().getaddrinfo(server.host, server.port, type=socket.SOCK_STREAM)
        except OSError:
            yield Step("resolve", ok=False, detail=f"There is no server called {server.host}.")
            return
        yield Step("resolve", ok=True, detail=f"{server.host} is known.")
        thread = MailThread("imap test")
        box = Mailbox(server)
        try:
            box = Mailbox(msgspec.structs.replace(server, token=await self._token(link, settings)))
            spoken = {"tls": "with TLS", "starttls": "with STARTTLS", "none": "without encryption"}[
                server.security
            ]
            for name, act, good in (
                ("connect", box.connect, f"Connected to {server.host}, port {server.port}, {spoken}."),
                ("sign_in", box.sign_in, f"Signed in as {server.user}."),
                ("folder", box.select, f"The folder {server.folder} is open."),
            ):
                await thread.call(act)
                yield Step(name, ok=True, detail=good)
        except Failure as failure:
            self._tokens.forget(link.channel_id)
            yield Step("receive", ok=False, detail=failure.reason)
        finally:
            box.abort()
            thread.stop(box.close)

    async def _sign_in(self, link: Link, thread: MailThread, box: Mailbox) -> None:
        try:
            await thread.call(box.sign_in)
        except Misconfigured:
            self._tokens.forget(link.channel_id)
            raise

    async def _token(self, link: Link, settings: ImapSettings) -> str:
        if settings.sign_in != "oauth":
            return ""
        return await self._tokens.get(link, oauth_client(settings), settings.oauth_refresh_token)

    def _smtp(self, link: Link, settings: ImapSettings) -> SmtpServer:
        server = smtp_server(settings)
        if settings.sign_in != "oauth" or settings.smtp_password:
            return server
        user = settings.smtp_user or settings.user or settings.address
        return msgspec.structs.replace(server, user=user, token=lambda: self._token(link, settings))


ADAPTER = ImapAdapter()
