"""Settings that all e-mail channels share; each plug-in adds its own."""

from typing import Annotated, Any, Literal

import msgspec

from parley.channels.email.providers import find_provider

ADDRESS = r"^[^@\s<>]+@[^@\s<>]+$"
ADDRESS_SHAPE = "an e-mail address like help@shop.example"
Security = Literal["tls", "starttls", "none"]


def field(title: str, description: str = "", *, group: str = "", **extra: Any) -> msgspec.Meta:
    """Describes a setting for the form on the screen."""
    return msgspec.Meta(title=title, description=description, extra={"group": group, **extra})


def text(
    title: str, description: str = "", *, group: str = "", pattern: str | None = None, **extra: Any
) -> Any:
    """Describes a text of at most 1,000 characters."""
    return msgspec.Meta(
        title=title,
        description=description,
        extra={"group": group, **extra},
        max_length=1000,
        pattern=pattern,
    )


def number(title: str, low: int, high: int, description: str = "", *, group: str = "") -> Any:
    """Describes a whole number from `low` to `high`."""
    return msgspec.Meta(title=title, description=description, extra={"group": group}, ge=low, le=high)


class MailSettings(msgspec.Struct, kw_only=True):
    """How an e-mail channel writes, and whom it believes."""

    address: Annotated[
        str,
        text("Address", "Customers write to it, answers come from it.", pattern=ADDRESS, shape=ADDRESS_SHAPE),
    ]
    sender_name: Annotated[str, text("Name of the sender", "Empty: the brand's name.")] = ""
    plus_addressing: Annotated[
        bool,
        field(
            "Answers go to a plus-address",
            "Adds a token to the Reply-To address (help+abc@…). Only for servers that deliver such addresses.",
            group="threads",
        ),
    ] = False
    quote_previous: Annotated[bool, field("Quote the customer's last message", group="threads")] = True
    believe_forwards: Annotated[
        bool,
        field(
            "Believe forwards from everybody",
            "A forwarded mail counts as written by its first author. Without this only agents' forwards do.",
            group="trust",
        ),
    ] = False
    authenticated_agents_only: Annotated[
        bool,
        field(
            "Agents' answers by e-mail need authentication",
            "An agent's answer from his own mail program counts only when the receiving server says that SPF, DKIM "
            "or DMARC passed for his domain.",
            group="trust",
        ),
    ] = False
    auth_server: Annotated[
        str,
        text(
            "Server that checks senders",
            "The name at the start of the Authentication-Results that your mail server writes. Empty: the provider's, "
            "else that of the server which received the mail last.",
            group="trust",
            pattern=r"^[A-Za-z0-9.-]*$",
        ),
    ] = ""


def list_checkers(settings: MailSettings) -> tuple[str, ...]:
    """Gives the servers whose word about a sender counts; none: the one that received the mail last."""
    if settings.auth_server:
        return (settings.auth_server.lower(),)
    provider = find_provider(getattr(settings, "provider", "other"), settings.address)
    return provider.checkers if provider else ()


class SendingSettings(MailSettings, kw_only=True):
    """The server through which an e-mail channel sends."""

    smtp_host: Annotated[
        str, text("Server for sending", "For example smtp.example.com.", group="sending")
    ] = ""
    smtp_port: Annotated[int, number("Port", 0, 65535, "0: the usual one.", group="sending")] = 0
    smtp_security: Annotated[Security, field("Encryption", group="sending")] = "starttls"
    smtp_user: Annotated[str, text("User", group="sending")] = ""
    smtp_password: Annotated[str, text("Password", group="sending", secret=True)] = ""
    check_certificates: Annotated[
        bool,
        field(
            "Check the servers' certificates",
            "Switch off only for servers in your own network.",
            group="sending",
        ),
    ] = True
