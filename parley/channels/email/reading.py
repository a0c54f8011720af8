"""What a mail says, ready for the inbox: sanitised, quotes folded, files named. Pure code, run in a thread."""

import hashlib
import html
import re
from typing import Any
from urllib.parse import unquote

import msgspec

from parley.channels.mail.addresses import domain_of
from parley.channels.mail.authentication import Authentication, Verdict, read_authentication
from parley.channels.mail.automatic import Classified, Kind, classify, may_be_answered
from parley.channels.mail.forwards import Forwarded, find_forwarded
from parley.channels.mail.models import Address, Attachment, Defect, ParsedMail
from parley.channels.mail.parse import parse_mail
from parley.channels.mail.quotes import Folded, fold_quotes
from parley.channels.mail.wordlists import NO_REPLY_NAMES
from parley.kit.i18n import normalise_tag
from parley.kit.masking import mask_cards
from parley.kit.richtext import html_from_text, sanitise

MAX_TEXT = 500_000
MAX_REFERENCES = 20
_RELAYS = frozenset(
    {
        "mailer",
        "notification",
        "notifications",
        "form",
        "forms",
        "wordpress",
        "website",
        "webmaster",
        "www-data",
    }
)
_CID = re.compile(r'src="cid:([^"]+)"')
_YES = ("yes", "true", "1")


class Body(msgspec.Struct, frozen=True, kw_only=True):
    """The body of a message in the inbox's own format."""

    html: str
    text: str
    quoted_html: str | None = None
    remote_images: int = 0
    cut: bool = False


class Writer(msgspec.Struct, frozen=True, kw_only=True):
    """Who wrote: proven by the sender's address, or only named by whoever sent it."""

    name: str
    address: str
    proven: bool


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """A mail as it was read, with what follows from it alone."""

    mail: ParsedMail
    body: Body
    forwarded: Forwarded | None
    authentication: Authentication
    spam: bool
    print: str

    @property
    def forged(self) -> bool:
        """Whether the receiving server says that the sender is false."""
        return self.authentication.failed


def read_mail(data: bytes) -> Reading:
    """Reads a raw mail; takes its time, so run it in a thread. Raises UnparsableMail for nothing at all."""
    mail = parse_mail(data)
    return Reading(
        mail=mail,
        body=point_to_files(read_body(mail), mail.attachments),
        forwarded=find_forwarded(mail),
        authentication=read_authentication(mail),
        spam=is_marked_spam(mail),
        print=fingerprint(mail),
    )


def read_body(mail: ParsedMail) -> Body:
    """Separates what the writer says from what he quotes; both sanitised, remote images blocked and counted."""
    text = mail.text or "\n\n".join(event.summary for event in mail.events)
    folded = fold_quotes(text, mail.html)
    if not mail.html:
        return _plain_body(text, folded)
    shown = sanitise(folded.visible_html, images="cid")
    if not folded.visible_text.strip() and "<img" not in shown.html:
        # Nothing of his own: then what he quotes is what he says.
        whole = sanitise(mail.html, images="cid")
        return _body(whole.html, text, "", whole.blocked_images, cut=whole.is_truncated)
    hidden = sanitise(folded.quoted_html, images="cid")
    return _body(
        shown.html,
        folded.visible_text,
        hidden.html,
        shown.blocked_images + hidden.blocked_images,
        cut=shown.is_truncated or hidden.is_truncated,
    )


def read_forwarded_body(forwarded: Forwarded) -> Body:
    """Gives the body of a forwarded mail as its first author wrote it."""
    return _plain_body(forwarded.body, fold_quotes(forwarded.body, ""))


def _plain_body(text: str, folded: Folded) -> Body:
    if not folded.visible_text.strip():
        return _body(html_from_text(text.strip()[:MAX_TEXT]), text, "", 0)
    visible, quoted = folded.visible_text.strip(), folded.quoted_text.strip("\n")
    return _body(
        html_from_text(visible[:MAX_TEXT]),
        visible,
        html_from_text(quoted[:MAX_TEXT]) if quoted.strip() else "",
        0,
        cut=len(visible) > MAX_TEXT,
    )


def _body(shown: str, text: str, quoted: str, images: int, *, cut: bool = False) -> Body:
    """Masks card numbers also where the inbox does not look: in what is quoted."""
    return Body(
        html=shown,
        text=text.strip()[:MAX_TEXT],
        quoted_html=mask_cards(quoted)[0] if quoted.strip() else None,
        remote_images=images,
        cut=cut,
    )


def is_marked_spam(mail: ParsedMail) -> bool:
    """Says whether a filter on the way marked it as spam."""
    flag = (mail.header("x-spam-flag") or mail.header("x-spam") or "").strip().lower()
    status = (mail.header("x-spam-status") or "").strip().lower()
    return flag.startswith(_YES) or status.startswith("yes")


def fingerprint(mail: ParsedMail) -> str:
    """Tells two mails with the same Message-ID apart; copies that came on different ways have the same one."""
    author = mail.author.address if mail.author else ""
    parts = (author, mail.subject, mail.date.isoformat() if mail.date else "", mail.text)
    return hashlib.sha256("\x00".join(parts).encode("utf-8", "replace")).hexdigest()[:16]


def find_writer(mail: ParsedMail, own_addresses: frozenset[str]) -> Writer | None:
    """Says who wrote: the author, or behind a form or relay the one whom Reply-To names; None when nobody is named."""
    author = mail.author
    named = next((one for one in mail.reply_to if one.address not in own_addresses), None)
    if author is None:
        return Writer(name=named.name, address=named.address, proven=False) if named else None
    if (
        named is not None
        and named.address != author.address
        and _speaks_for_others(author, named, own_addresses)
    ):
        return Writer(name=named.name or author.name, address=named.address, proven=False)
    return Writer(name=author.name, address=author.address, proven=True)


def _speaks_for_others(author: Address, named: Address, own_addresses: frozenset[str]) -> bool:
    """A contact form writes as the shop itself or as a machine, and puts the customer into Reply-To."""
    local = author.address.rpartition("@")[0]
    if author.address in own_addresses or local.startswith(NO_REPLY_NAMES) or local in _RELAYS:
        return True
    own_domains = {domain_of(address) for address in own_addresses}
    return domain_of(author.address) in own_domains and domain_of(named.address) not in own_domains


def build_envelope(
    reading: Reading, writer: Writer | None, item_envelope: dict[str, Any], verdict: Verdict
) -> dict[str, Any]:
    """Builds what is kept beside a message: people, references, what was left out, what is known of the sender."""
    mail = reading.mail
    envelope: dict[str, Any] = {
        "from": people(mail.from_),
        "to": people(mail.to),
        "cc": people(mail.cc),
        "reply_to": people(mail.reply_to),
        "subject": mask_cards(mail.subject)[0],
        "message_id": mail.message_id,
        "references": list(mail.references[-MAX_REFERENCES:]),
        "date": mail.date.isoformat() if mail.date else None,
        "print": reading.print,
    }
    if writer is not None and not writer.proven:
        envelope["from"] = [{"name": writer.name, "address": writer.address}]
        envelope["reply_to"] = []
    if mail.omitted:
        envelope["omitted"] = [
            {"name": one.name, "type": one.content_type, "size": one.size} for one in mail.omitted[:100]
        ]
        envelope["omitted_count"] = len(mail.omitted)
    # A sender who is only named by another one was not checked, whatever is known of that one.
    named = writer is not None and not writer.proven and not reading.forged
    envelope["sender_check"] = "named" if named else verdict.value
    marks = {"cut": is_cut(reading, item_envelope), "forged": reading.forged}
    return {**envelope, **{name: True for name, on in marks.items() if on}}


def is_cut(reading: Reading, item_envelope: dict[str, Any]) -> bool:
    """Says whether a part of the text, or of the mail as it came, is missing."""
    lost = {Defect.BODY_CUT, Defect.TOO_DEEP, Defect.TOO_MANY_PARTS}
    return bool(item_envelope.get("cut")) or reading.body.cut or not lost.isdisjoint(reading.mail.defects)


def people(addresses: tuple[Address, ...]) -> list[dict[str, str]]:
    """Writes addresses as a list of {name, address}."""
    return [{"name": one.name, "address": one.address} for one in addresses[:200]]


def read_language(mail: ParsedMail) -> str | None:
    """Gives the language that the mail says it is in."""
    tag = (mail.header("content-language") or "").split(",")[0].strip()
    try:
        return normalise_tag(tag) if tag else None
    except ValueError:
        return None


def say_kind(mail: ParsedMail, own_addresses: frozenset[str]) -> tuple[Classified, str]:
    """Says what kind of mail this is, and why no program may answer it ("" when one may)."""
    permission = may_be_answered(mail, own_addresses)
    return classify(mail, own_addresses), "" if permission.allowed else permission.reason


def is_report(kind: Kind) -> bool:
    """Says whether a mail server reports about mail of ours."""
    return kind in (Kind.BOUNCE, Kind.DELAY, Kind.COMPLAINT, Kind.READ_RECEIPT)


def point_to_files(body: Body, files: tuple[Attachment, ...]) -> Body:
    """Points the pictures of a body at the files that came with it, whatever spelling of the Content-ID it used."""
    known = {file.content_id.lower(): file.content_id for file in files if file.content_id}

    def point(found: re.Match[str]) -> str:
        content_id = known.get(unquote(html.unescape(found[1])).lower())
        return f'src="cid:{html.escape(content_id)}"' if content_id else found[0]

    return msgspec.structs.replace(
        body,
        html=_CID.sub(point, body.html),
        quoted_html=_CID.sub(point, body.quoted_html) if body.quoted_html else None,
    )


def is_shown(body: Body, content_id: str | None) -> bool:
    """Says whether a picture stands in the text, so that it need not be listed below it."""
    wanted = f'src="cid:{html.escape(content_id)}"' if content_id else ""
    return bool(wanted) and (wanted in body.html or wanted in (body.quoted_html or ""))


def list_files(mail: ParsedMail) -> tuple[Attachment, ...]:
    """Gives the files of a mail that hold anything."""
    return tuple(file for file in mail.attachments if file.data)
