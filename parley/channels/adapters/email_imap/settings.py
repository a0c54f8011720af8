"""Settings of a mailbox that is read by IMAP, and which servers they mean."""

from typing import Annotated, Literal

from parley.channels.adapters.email_imap.mailbox import PORTS as IMAP_PORTS
from parley.channels.adapters.email_imap.mailbox import ImapServer
from parley.channels.email.oauth import OAuthClient
from parley.channels.email.providers import ProviderName, find_provider
from parley.channels.email.settings import Security, SendingSettings, field, number, text
from parley.channels.email.smtp import PORTS as SMTP_PORTS
from parley.channels.email.smtp import SmtpServer
from parley.kit.failures import Misconfigured


class ImapSettings(SendingSettings, kw_only=True):
    """A mailbox: where it is, how to sign in, what to take."""

    provider: Annotated[
        ProviderName, field("Provider", "Automatic: found by the address.", group="receiving")
    ] = "auto"
    sign_in: Annotated[Literal["password", "oauth"], field("Sign in with", group="receiving")] = "password"
    user: Annotated[str, text("User", "Empty: the address.", group="receiving")] = ""
    password: Annotated[
        str,
        text("Password", "Many providers want an app password here.", group="receiving", secret=True),
    ] = ""
    imap_host: Annotated[str, text("Server for receiving", "Empty: the provider's.", group="receiving")] = ""
    imap_port: Annotated[int, number("Port", 0, 65535, "0: the usual one.", group="receiving")] = 0
    imap_security: Annotated[Security, field("Encryption", group="receiving")] = "tls"
    folder: Annotated[str, text("Folder", group="receiving")] = "INBOX"
    first_days: Annotated[
        int, number("Days of old mail at the first connection", 0, 3650, group="receiving")
    ] = 7
    after: Annotated[
        Literal["leave", "mark_seen", "delete"],
        field("What happens to mail that has been taken in", group="receiving"),
    ] = "leave"
    poll_seconds: Annotated[
        int,
        number(
            "Seconds between looks", 10, 3600, "For servers that do not tell of new mail.", group="receiving"
        ),
    ] = 60
    largest_mail: Annotated[
        int,
        number(
            "Largest mail in megabytes", 1, 200, "Of a larger one the beginning is taken.", group="receiving"
        ),
    ] = 50
    keep_sent: Annotated[
        bool,
        field(
            "Keep a copy in the folder for sent mail",
            "Not needed for Gmail and Microsoft 365, which do so by themselves.",
            group="sending",
        ),
    ] = True
    sent_folder: Annotated[
        str, text("Folder for sent mail", "Empty: found by itself, or made.", group="sending")
    ] = ""
    oauth_client_id: Annotated[
        str, text("Client id", "Of your application at the provider.", group="oauth")
    ] = ""
    oauth_client_secret: Annotated[str, text("Client secret", group="oauth", secret=True)] = ""
    oauth_refresh_token: Annotated[
        str, field("Refresh token", "Filled in by connecting the mailbox.", group="oauth", secret=True)
    ] = ""
    oauth_tenant: Annotated[
        str,
        text(
            "Microsoft tenant",
            group="oauth",
            pattern=r"^[A-Za-z0-9.-]*$",
            shape="letters, digits, dots, hyphens",
        ),
    ] = "common"
    oauth_authorize_url: Annotated[
        str, text("Address for agreeing", "For other providers.", group="oauth")
    ] = ""
    oauth_token_url: Annotated[str, text("Address for tokens", "For other providers.", group="oauth")] = ""
    oauth_scope: Annotated[str, text("Scope", "For other providers.", group="oauth")] = ""


def imap_server(settings: ImapSettings, token: str = "") -> ImapServer:
    """Gives the server to read from; raises Misconfigured when none is known."""
    provider = find_provider(settings.provider, settings.address)
    host = settings.imap_host.strip() or (provider.imap_host if provider else "")
    if not host:
        raise Misconfigured(
            "imap_host", "Enter the name of the server for receiving; the provider is not a known one."
        )
    return ImapServer(
        host=host,
        port=settings.imap_port or IMAP_PORTS[settings.imap_security],
        security=settings.imap_security,
        user=settings.user.strip() or settings.address,
        password=settings.password,
        token=token,
        folder=settings.folder or "INBOX",
        check_certificates=settings.check_certificates,
    )


def smtp_server(settings: ImapSettings) -> SmtpServer:
    """Gives the server to send through; user and password are those for receiving unless others are set."""
    provider = find_provider(settings.provider, settings.address)
    host, port, security = settings.smtp_host.strip(), settings.smtp_port, settings.smtp_security
    if not host and provider:
        host = provider.smtp_host
        port = port or provider.smtp_port
        security = "starttls" if provider.smtp_starttls else "tls"
    if not host:
        raise Misconfigured("smtp_host", "Enter the name of the server for sending.")
    own_user = settings.user.strip() or settings.address
    return SmtpServer(
        host=host,
        port=port or SMTP_PORTS[security],
        security=security,
        user=settings.smtp_user.strip() or (own_user if settings.smtp_password or settings.password else ""),
        password=settings.smtp_password or settings.password,
        check_certificates=settings.check_certificates,
    )


def oauth_client(settings: ImapSettings) -> OAuthClient:
    """Gives the application for OAuth; raises Misconfigured for a provider that has none here."""
    provider = find_provider(settings.provider, settings.address)
    authorize = settings.oauth_authorize_url or (provider.authorize_url if provider else "")
    token = settings.oauth_token_url or (provider.token_url if provider else "")
    if not authorize or not token:
        raise Misconfigured(
            "provider",
            "For this provider enter the addresses for agreeing and for tokens, or sign in with a password.",
        )
    tenant = settings.oauth_tenant or "common"
    return OAuthClient(
        client_id=settings.oauth_client_id,
        client_secret=settings.oauth_client_secret,
        authorize_url=authorize.replace("{tenant}", tenant),
        token_url=token.replace("{tenant}", tenant),
        scope=settings.oauth_scope or (provider.scope if provider else ""),
    )
