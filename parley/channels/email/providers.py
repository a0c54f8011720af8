"""Well-known mail providers, so that nobody has to look up names of servers."""

from typing import Literal

import msgspec

from parley.channels.mail.addresses import domain_of
from parley.channels.mail.wordlists import word_set

ProviderName = Literal[
    "auto", "gmail", "microsoft", "yahoo", "icloud", "zoho", "fastmail", "gmx", "webde", "aol", "yandex",
    "mailbox_org", "ionos", "ovh", "other",
]  # fmt: skip


class Provider(msgspec.Struct, frozen=True, kw_only=True):
    """A provider's servers; both ports speak TLS from the start unless `smtp_starttls`."""

    imap_host: str
    smtp_host: str
    smtp_port: int = 465
    smtp_starttls: bool = False
    domains: frozenset[str] = frozenset()
    authorize_url: str = ""
    token_url: str = ""
    scope: str = ""
    keeps_sent_mail: bool = False
    """Puts what is sent through it into the folder for sent mail by itself."""
    checkers: tuple[str, ...] = ()
    """The names that its Authentication-Results begin with; "" for those that begin with none."""


PROVIDERS: dict[str, Provider] = {
    "gmail": Provider(
        imap_host="imap.gmail.com",
        smtp_host="smtp.gmail.com",
        domains=word_set("gmail.com googlemail.com"),
        authorize_url="https://accounts.google.com/o/oauth2/v2/auth",
        token_url="https://oauth2.googleapis.com/token",  # noqa: S106 - an address, not a secret
        scope="https://mail.google.com/",
        keeps_sent_mail=True,
        checkers=("mx.google.com",),
    ),
    "microsoft": Provider(
        imap_host="outlook.office365.com",
        smtp_host="smtp.office365.com",
        smtp_port=587,
        smtp_starttls=True,
        domains=word_set(
            "outlook.com hotmail.com live.com msn.com outlook.de hotmail.de outlook.fr hotmail.fr "
            "outlook.com.br hotmail.com.br hotmail.co.uk outlook.es hotmail.es outlook.it hotmail.it"
        ),
        authorize_url="https://login.microsoftonline.com/{tenant}/oauth2/v2.0/authorize",
        token_url="https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token",  # noqa: S106 - an address
        scope="https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send offline_access",
        keeps_sent_mail=True,
        checkers=("",),
    ),
    "yahoo": Provider(
        imap_host="imap.mail.yahoo.com",
        smtp_host="smtp.mail.yahoo.com",
        domains=word_set(
            "yahoo.com ymail.com yahoo.com.br yahoo.co.uk yahoo.de yahoo.fr yahoo.es yahoo.it rocketmail.com"
        ),
    ),
    "icloud": Provider(
        imap_host="imap.mail.me.com",
        smtp_host="smtp.mail.me.com",
        smtp_port=587,
        smtp_starttls=True,
        domains=word_set("icloud.com me.com mac.com"),
    ),
    "zoho": Provider(
        imap_host="imap.zoho.com", smtp_host="smtp.zoho.com", domains=word_set("zoho.com zohomail.com")
    ),
    "fastmail": Provider(
        imap_host="imap.fastmail.com",
        smtp_host="smtp.fastmail.com",
        domains=word_set("fastmail.com fastmail.fm"),
    ),
    "gmx": Provider(
        imap_host="imap.gmx.net",
        smtp_host="mail.gmx.net",
        domains=word_set("gmx.net gmx.de gmx.at gmx.ch gmx.com"),
    ),
    "webde": Provider(imap_host="imap.web.de", smtp_host="smtp.web.de", domains=word_set("web.de")),
    "aol": Provider(imap_host="imap.aol.com", smtp_host="smtp.aol.com", domains=word_set("aol.com")),
    "yandex": Provider(
        imap_host="imap.yandex.com",
        smtp_host="smtp.yandex.com",
        domains=word_set("yandex.com yandex.ru ya.ru"),
    ),
    "mailbox_org": Provider(
        imap_host="imap.mailbox.org", smtp_host="smtp.mailbox.org", domains=word_set("mailbox.org")
    ),
    "ionos": Provider(imap_host="imap.ionos.com", smtp_host="smtp.ionos.com"),
    "ovh": Provider(imap_host="ssl0.ovh.net", smtp_host="ssl0.ovh.net"),
}


# Other names of servers that keep what is sent through them.
_KEEPERS = frozenset({"smtp.googlemail.com", "smtp-mail.outlook.com", "smtp-legacy.office365.com"}) | {
    provider.smtp_host for provider in PROVIDERS.values() if provider.keeps_sent_mail
}


def keeps_sent_mail(smtp_host: str) -> bool:
    """Says whether a server puts what is sent through it into the folder for sent mail by itself."""
    return smtp_host.strip().lower().rstrip(".") in _KEEPERS


def find_provider(name: str, address: str) -> Provider | None:
    """Finds the provider that was named, or with `auto` the one whose domain the address has."""
    if name != "auto":
        return PROVIDERS.get(name)
    domain = domain_of(address.strip().lower())
    return next((provider for provider in PROVIDERS.values() if domain in provider.domains), None)
