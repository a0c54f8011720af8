"""An address whose mail a provider posts to us as raw MIME: Mailgun, SendGrid, Postmark, or anything else."""

from collections.abc import AsyncIterator
from typing import Annotated

from parley.channels.email.outgoing import build_message_mail
from parley.channels.email.settings import SendingSettings, text
from parley.channels.email.smtp import read_server, send_mail, try_server
from parley.channels.ports import Capabilities, Link, Manifest, OutboundMessage, Sent, Step


class WebhookSettings(SendingSettings, kw_only=True):
    """How the provider proves that it is the provider."""

    secret: Annotated[
        str,
        text(
            "Secret",
            "The provider sends it: as the password of basic authentication (https://parley:secret@…), as a bearer "
            "token, or in the header X-Parley-Secret.",
            group="receiving",
            secret=True,
        ),
    ] = ""
    mailgun_key: Annotated[
        str,
        text(
            "Mailgun signing key",
            "Instead of the secret, for routes of Mailgun.",
            group="receiving",
            secret=True,
        ),
    ] = ""


class WebhookAdapter:
    """The plug-in. Its requests come to `POST /hooks/<public key>`."""

    manifest = Manifest(
        slug="email_webhook",
        kind="email",
        title="E-mail from a provider's webhook",
        description="Mailgun, SendGrid, Postmark and others post each mail as it came.",
        settings=WebhookSettings,
        capabilities=Capabilities(subject=True, copies=True),
        runs=False,
    )

    async def send(self, _link: Link, settings: WebhookSettings, message: OutboundMessage) -> Sent:
        """Sends a message; raises Retry, Refused and Misconfigured."""
        mail, sender = build_message_mail(message)
        await send_mail(read_server(settings), mail, sender)
        return Sent()

    async def test(self, _link: Link, settings: WebhookSettings) -> AsyncIterator[Step]:
        """Says whether requests can be believed and tries the server for sending."""
        proved = bool(settings.secret or settings.mailgun_key)
        detail = (
            "Requests with the secret are taken."
            if proved
            else "Set a secret or Mailgun's signing key first."
        )
        yield Step("receive", ok=proved, detail=detail)
        yield await try_server(lambda: read_server(settings), settings.address)

    async def run(self, _link: Link, _settings: WebhookSettings) -> None:
        """Returns at once: mail comes to us."""


ADAPTER = WebhookAdapter()
