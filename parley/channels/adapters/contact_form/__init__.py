"""A contact form: hosted here or on the shop's own pages; it is answered by e-mail."""

from collections.abc import AsyncIterator
from typing import Annotated

import msgspec

from parley.channels.email.settings import field, text
from parley.channels.ports import Capabilities, Link, Manifest, OutboundMessage, Sent, Step
from parley.kit.failures import Refused

LANGUAGES = ("en", "pt-BR", "ko", "sl", "zh-Hans")


class FormSettings(msgspec.Struct, kw_only=True):
    """What the form asks and where it may stand."""

    allowed_domains: Annotated[
        list[str], field("Allowed domains", "Whose pages may send the form; empty: everywhere.")
    ] = []
    fields: Annotated[
        list[str],
        field("More fields", "Asked beside name, e-mail address and message, for example Order number."),
    ] = []
    ask_subject: Annotated[bool, field("Ask for a subject")] = True
    files: Annotated[bool, field("Take files")] = True
    consent_text: Annotated[
        str, text("Consent", "A sentence that must be agreed to before sending; empty: none.", multiline=True)
    ] = ""
    thanks_url: Annotated[
        str,
        text(
            "Page after sending",
            "Empty: a short thank-you page here.",
            pattern=r"^(https?://\S+)?$",
            shape="an address that begins with https://",
        ),
    ] = ""
    reply_channel: Annotated[
        str,
        text(
            "Answer through",
            "The e-mail channel that answers; empty: the brand's.",
            pattern=r"^[0-9a-fA-F-]*$",
            shape="one of the e-mail channels",
            options_from="channels:email",
        ),
    ] = ""
    languages: Annotated[list[str], field("Languages")] = msgspec.field(default_factory=lambda: [*LANGUAGES])


class FormAdapter:
    """The plug-in. Forms come to `POST /forms/<public key>`."""

    manifest = Manifest(
        slug="contact_form",
        kind="form",
        title="Contact form",
        description="A form on a page of ours or yours; answers go out by e-mail.",
        settings=FormSettings,
        capabilities=Capabilities(sends=False, subject=True),
        runs=False,
    )

    async def send(self, _link: Link, _settings: FormSettings, _message: OutboundMessage) -> Sent:
        """Refuses: a form is answered by e-mail."""
        raise Refused("Nothing can be sent to a form; answer by e-mail.")

    async def test(self, _link: Link, settings: FormSettings) -> AsyncIterator[Step]:
        """Says where the form may stand."""
        where = ", ".join(settings.allowed_domains) or "every domain"
        yield Step("form", ok=True, detail=f"The form is taken from {where}.")

    async def run(self, _link: Link, _settings: FormSettings) -> None:
        """Returns at once: forms come to us."""


ADAPTER = FormAdapter()
