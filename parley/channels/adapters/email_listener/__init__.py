"""An address whose mail comes to the built-in SMTP listener, and goes out through a mail server."""

from collections.abc import AsyncIterator
from typing import Annotated

from parley.channels.email.outgoing import build_message_mail
from parley.channels.email.settings import SendingSettings, field
from parley.channels.email.smtp import read_server, send_mail, try_server
from parley.channels.ports import Capabilities, Link, Manifest, OutboundMessage, Sent, Step


class ListenerSettings(SendingSettings, kw_only=True):
    """Which addresses are taken."""

    more_addresses: Annotated[
        list[str], field("More addresses", "Mail to these comes here too, for example sales@shop.example.")
    ] = []  # noqa: RUF012 - a struct copies its defaults


class ListenerAdapter:
    """The plug-in. The listener itself is one for all channels; PARLEY_SMTP_PORT opens it."""

    manifest = Manifest(
        slug="email_listener",
        kind="email",
        title="E-mail to this server",
        description="Your mail server hands mail over by SMTP or LMTP; nothing is polled.",
        settings=ListenerSettings,
        capabilities=Capabilities(subject=True, copies=True),
        runs=False,
    )

    async def send(self, _link: Link, settings: ListenerSettings, message: OutboundMessage) -> Sent:
        """Sends a message; raises Retry, Refused and Misconfigured."""
        mail, sender = build_message_mail(message)
        await send_mail(read_server(settings), mail, sender)
        return Sent()

    async def test(self, _link: Link, settings: ListenerSettings) -> AsyncIterator[Step]:
        """Says which addresses are taken and tries the server for sending."""
        addresses = ", ".join([settings.address, *settings.more_addresses])
        yield Step("receive", ok=True, detail=f"Mail to {addresses} is taken when PARLEY_SMTP_PORT is set.")
        yield await try_server(lambda: read_server(settings), settings.address)

    async def run(self, _link: Link, _settings: ListenerSettings) -> None:
        """Returns at once: mail comes to us."""


ADAPTER = ListenerAdapter()
