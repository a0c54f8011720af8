"""Find who first wrote a mail that somebody forwarded to us."""

import re
from collections.abc import Sequence
from datetime import datetime

import msgspec

from parley.channels.mail.addresses import parse_addresses
from parley.channels.mail.charsets import clean_line
from parley.channels.mail.dates import parse_quoted_date
from parley.channels.mail.folding import find_forward
from parley.channels.mail.headerblocks import HeaderBlock, find_header_block, strip_marks
from parley.channels.mail.models import Attachment, ParsedMail, UnparsableMail
from parley.channels.mail.parse import parse_mail
from parley.channels.mail.quotes import split_text
from parley.channels.mail.subjects import has_forward_prefix

_MAX_CHAIN = 5
_SHORT = 400
_MAX_LINES = 5_000
_NEAR = 6
_QUOTE = re.compile(r"^ ?> ?")
_BRACKETED = re.compile(r"\[(?:mailto:)?([^\s\[\]<>]+@[^\s\[\]<>]+)\]")


class Forwarded(msgspec.Struct, frozen=True, kw_only=True):
    """The original of a forwarded mail; what is not known is "" or None.

    `comment` is what the person who forwarded it wrote above; `depth` how often it was forwarded.
    """

    address: str
    name: str
    date: datetime | None
    subject: str
    body: str
    comment: str
    depth: int = 1


def find_forwarded(parsed: ParsedMail) -> Forwarded | None:
    """Find the first author of a forwarded mail, inline or attached (message/rfc822); None when it is none.

    A mail that only quotes, a report and a digest are no forwards. Chains are followed to their beginning.
    Anybody can write such a header block: believe it only of senders that may speak for others.
    """
    if parsed.content_type == "multipart/report":
        return None
    return _find_inline(parsed) or _find_attached(parsed)


def _find_attached(parsed: ParsedMail, depth: int = 1) -> Forwarded | None:
    """One attached mail with a forward subject or hardly any text beside it."""
    mails = [file for file in parsed.attachments if file.content_type in {"message/rfc822", "message/global"}]
    if len(mails) != 1 or not (has_forward_prefix(parsed.subject) or len(parsed.text.strip()) <= _SHORT):
        return None
    return _open_attached(parsed, mails[0], depth)


def _open_attached(parsed: ParsedMail, file: Attachment, depth: int) -> Forwarded | None:
    try:
        inner = parse_mail(file.data)
    except UnparsableMail:
        return None
    if depth < _MAX_CHAIN:
        deeper = _find_inline(inner) or _find_attached(inner, depth + 1)
        if deeper:
            return msgspec.structs.replace(deeper, comment=parsed.text.strip(), depth=deeper.depth + 1)
    if inner.author is None:
        return None
    return Forwarded(
        address=inner.author.address,
        name=inner.author.name,
        date=inner.date,
        subject=inner.subject,
        body=inner.text,
        comment=parsed.text.strip(),
    )


def _find_inline(parsed: ParsedMail) -> Forwarded | None:
    lines = parsed.text.split("\n")
    found = _find_start(lines, by_subject=has_forward_prefix(parsed.subject))
    if found is None:
        return None
    marker, block = found
    comment = "\n".join(lines[:marker]).strip()
    depth = 1
    body = _body_of(lines, block)
    while depth < _MAX_CHAIN:
        deeper = _find_start(body, by_subject=False)
        if deeper is None or "".join(body[: deeper[0]]).strip():  # a forward right at the beginning only
            break
        block = deeper[1]
        body = _body_of(body, block)
        depth += 1
    return _build(parsed, block, body, comment, depth)


def _find_start(lines: Sequence[str], *, by_subject: bool) -> tuple[int, HeaderBlock] | None:
    """The line where the forwarded part begins and its header block.

    Without a marker only a subject such as "Fwd:" tells a forward from a reply.
    """
    marker = find_forward(split_text("\n".join(lines)))
    if marker is not None:
        for start in range(marker + 1, min(marker + _NEAR, len(lines))):
            block = find_header_block(lines, start)
            if block:
                return marker, block
    if by_subject:
        for index in range(min(len(lines), _MAX_LINES)):
            block = find_header_block(lines, index)
            if block:
                return index, block
    return None


def _body_of(lines: Sequence[str], block: HeaderBlock) -> list[str]:
    """What follows the header block; one level of quotation is removed when all of it is quoted."""
    body = list(lines[block.end :])
    if all(_QUOTE.match(line) or not line.strip() for line in body):
        return [_QUOTE.sub("", line) for line in body]
    return body


def _build(
    parsed: ParsedMail, block: HeaderBlock, body: Sequence[str], comment: str, depth: int
) -> Forwarded | None:
    author = strip_marks(_BRACKETED.sub(r"<\1>", block.author)).replace("*", "")
    addresses = parse_addresses(author, limit=1)
    name = addresses[0].name if addresses else clean_line(author).strip("\"'; ")
    if not addresses and not name:
        return None
    return Forwarded(
        address=addresses[0].address if addresses else "",
        name=name[:300],
        date=parse_quoted_date(block.date, parsed.date_offset),
        subject=clean_line(block.subject.replace("*", ""))[:2_000],
        body="\n".join(body).strip(),
        comment=_without_frame(comment),
        depth=depth,
    )


def _without_frame(comment: str) -> str:
    """Drop the rule that some programs draw above the header block."""
    lines = comment.split("\n")
    while lines and not lines[-1].strip(" _-*\t"):
        lines.pop()
    return "\n".join(lines).strip()
