"""Sending one-time codes: the port, and the sender that is there without any other."""

from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable
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

    request_id: UUID
    """The same for every attempt to send it."""
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


@runtime_checkable
class KnowsWhen(Protocol):
    """What a sender may do besides: say for which shops it can send."""

    async def may_send(self, runtime: "Runtime", workspace_id: UUID, store_id: UUID) -> bool:
        """Says whether there is a way to send codes of this store."""


async def send_by_mail(runtime: "Runtime", code: Code) -> None:
    """Sends the code through the mail server of the installation."""
    await mailer_of(runtime).send(build_code_mail(code))


async def can_send(runtime: "Runtime", workspace_id: UUID, store_id: UUID) -> bool:
    """Says whether a store's codes can be sent at all; where they cannot, the page does not offer them."""
    send = runtime.parts[PART]
    if isinstance(send, KnowsWhen):
        return await send.may_send(runtime, workspace_id, store_id)
    return send is not send_by_mail or mailer_of(runtime).configured


class Letter(msgspec.Struct, frozen=True):
    """What a mail with a code says; `html` is a fragment."""

    subject: str
    text: str
    html: str


def write_letter(code: Code) -> Letter:
    """Writes what the mail says, in the reader's language."""
    words, language = catalogue(), code.language
    body = words.translate(language, "mail.body", shop=code.shop)
    after = words.translate(language, "mail.after")
    return Letter(
        subject=words.translate(language, "mail.subject", shop=code.shop, code=code.code),
        text=f"{body}\n\n{code.code}\n\n{after}\n",
        html=f'<div lang="{language}" dir="{_direction(language)}"><p>{_plain(body)}</p>'
        f'<p style="font-size:2em;letter-spacing:.2em"><strong>{code.code}</strong></p><p>{_plain(after)}</p></div>',
    )


def build_code_mail(code: Code) -> Mail:
    """Builds the mail of the installation's own mailer."""
    letter, language = write_letter(code), code.language
    style = "font:16px/1.5 system-ui,sans-serif;max-width:34em;margin:2em auto;padding:0 1em"
    html = (
        f'<!doctype html><html lang="{language}" dir="{_direction(language)}"><meta charset="utf-8">'
        f'<title>{_plain(letter.subject)}</title><body style="{style}">{letter.html}</body></html>'
    )
    return Mail(to=code.to, subject=letter.subject, text=letter.text, html=html)


def _direction(language: str) -> str:
    return "rtl" if is_rtl(language) else "ltr"


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
