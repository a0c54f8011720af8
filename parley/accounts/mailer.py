"""The system's own mail: invitations, resets, notices. Customers' mail goes through channels."""

from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from typing import TYPE_CHECKING, Protocol
from urllib.parse import unquote, urlsplit

import aiosmtplib
import msgspec

from parley.kit.clock import Clock
from parley.kit.errors import Unavailable
from parley.kit.failures import Misconfigured, Refused, Retry

if TYPE_CHECKING:
    from parley.kit.runtime import Runtime

PART = "accounts.mailer"
TIMEOUT_SECONDS = 30
_PORTS = {"smtp": 587, "smtps": 465}


class Mail(msgspec.Struct, frozen=True, kw_only=True):
    """One mail to one person, as plain text and as HTML."""

    to: str
    subject: str
    text: str
    html: str


class Mailer(Protocol):
    """Sends the system's mail."""

    @property
    def configured(self) -> bool:
        """Whether mail can be sent at all."""

    async def send(self, mail: Mail) -> None:
        """Sends a mail; raises Retry, Refused or Misconfigured."""


class SmtpMailer:
    """Sends through the server of `mail_url`: smtp:// with STARTTLS where offered, smtps:// with TLS."""

    def __init__(self, mail_url: str, mail_from: str, clock: Clock) -> None:
        self._url = urlsplit(mail_url)
        self._from = mail_from
        self._clock = clock

    @property
    def configured(self) -> bool:
        """Whether a mail server is set."""
        return bool(self._url.hostname)

    async def send(self, mail: Mail) -> None:
        """Sends a mail; raises Retry, Refused or Misconfigured."""
        if not self.configured:
            raise Misconfigured("mail_url", "No mail server is set (PARLEY_MAIL_URL).")
        url = self._url
        try:
            await aiosmtplib.send(
                self._build(mail),
                hostname=url.hostname,
                port=url.port or _PORTS.get(url.scheme, 25),
                username=unquote(url.username) if url.username else None,
                password=unquote(url.password) if url.password else None,
                use_tls=url.scheme == "smtps",
                timeout=TIMEOUT_SECONDS,
            )
        except aiosmtplib.SMTPAuthenticationError as failure:
            raise Misconfigured("mail_url", "The mail server refuses the user or password.") from failure
        except aiosmtplib.SMTPRecipientsRefused as failure:
            raise _sort(max(r.code for r in failure.recipients)) from failure
        except aiosmtplib.SMTPResponseException as failure:
            raise _sort(failure.code) from failure
        except (TimeoutError, aiosmtplib.SMTPException, OSError) as failure:
            raise Retry(None, f"The mail server cannot be reached ({type(failure).__name__}).") from failure

    def _build(self, mail: Mail) -> EmailMessage:
        message = EmailMessage()
        message["From"] = self._from
        message["To"] = mail.to
        message["Subject"] = " ".join(mail.subject.split())
        message["Date"] = format_datetime(self._clock.now())
        message["Message-ID"] = make_msgid(domain=self._from.rpartition("@")[2].rstrip(">") or "localhost")
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(mail.text)
        message.add_alternative(mail.html, subtype="html")
        return message


def _sort(code: int) -> Retry | Refused:
    if 400 <= code < 500:
        return Retry(None, f"The mail server put the mail off ({code}).")
    return Refused(f"The mail server refused the mail ({code}).")


def mailer_of(runtime: "Runtime") -> Mailer:
    """Gives the mailer of this process."""
    mailer: Mailer = runtime.parts[PART]
    return mailer


def check_mailer(runtime: "Runtime") -> None:
    """Raises Unavailable with a hint when no mail server is set."""
    if not mailer_of(runtime).configured:
        raise Unavailable(
            "mail_not_set_up",
            "No mail server is set up here (PARLEY_MAIL_URL); ask an admin for a link instead.",
        )
