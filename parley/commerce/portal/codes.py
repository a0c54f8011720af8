"""Sending one-time codes: the port, and the sender that is there without any other."""

from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

import msgspec

from parley.accounts.mailer import Mail, mailer_of
from parley.commerce.portal.words import catalogue
from parley.kit.i18n.locales import is_rtl

if TYPE_CHECKING:
    from parley.kit.jobs.registry import Job
    from parley.kit.runtime import Runtime

PART = "commerce.send_code"
JOB = "commerce.portal_code"
FIELD = "portal code"


class Code(msgspec.Struct, frozen=True, kw_only=True):
    """A code for somebody: six digits, good for ten minutes, in the language of the page."""

    workspace_id: UUID
    store_id: UUID
    shop: str
    to: str
    code: str
    language: str


class SendCode(Protocol):
    """Sends a code to an address; raises Retry, Refused or Misconfigured."""

    async def __call__(self, runtime: "Runtime", code: Code) -> None:
        """Sends it."""


async def send_by_mail(runtime: "Runtime", code: Code) -> None:
    """Sends the code through the mail server of the installation."""
    await mailer_of(runtime).send(build_code_mail(code))


def can_send(runtime: "Runtime") -> bool:
    """Says whether codes can be sent at all; without a mail server the page does not offer them."""
    return runtime.parts[PART] is not send_by_mail or mailer_of(runtime).configured


def build_code_mail(code: Code) -> Mail:
    """Writes the mail."""
    words, language = catalogue(), code.language
    subject = words.translate(language, "mail.subject", shop=code.shop, code=code.code)
    body = words.translate(language, "mail.body", shop=code.shop)
    after = words.translate(language, "mail.after")
    direction = "rtl" if is_rtl(language) else "ltr"
    style = "font:16px/1.5 system-ui,sans-serif;max-width:34em;margin:2em auto;padding:0 1em"
    html = (
        f'<!doctype html><html lang="{language}" dir="{direction}"><meta charset="utf-8"><title>{_plain(subject)}'
        f'</title><body style="{style}"><p>{_plain(body)}</p><p style="font-size:2em;letter-spacing:.2em">'
        f"<strong>{code.code}</strong></p><p>{_plain(after)}</p></body></html>"
    )
    return Mail(to=code.to, subject=subject, text=f"{body}\n\n{code.code}\n\n{after}\n", html=html)


def _plain(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


async def run_send(job: "Job") -> None:
    """Sends a code that was asked for; what the job carries can be read by this installation only."""
    runtime: Any = job.runtime
    session_id = job.uuid("session_id")
    sealed = bytes.fromhex(job.payload["sealed"])
    code = msgspec.json.decode(runtime.box.open(sealed, owner=session_id, field=FIELD), type=Code)
    send: SendCode = runtime.parts[PART]
    await send(runtime, code)
