"""The sample mails and how to load them."""

from pathlib import Path

from parley.channels.mail.models import ParsedMail
from parley.channels.mail.parse import parse_mail

FOLDER = Path(__file__).parent / "samples"
NAMES = sorted(path.stem for path in FOLDER.glob("*.eml"))


def read_sample(name: str) -> bytes:
    return (FOLDER / f"{name}.eml").read_bytes()


def parse_sample(name: str) -> ParsedMail:
    return parse_mail(read_sample(name))


def build_raw(body: str | bytes = "hello", *headers: str, charset: str = "utf-8") -> bytes:
    """A small mail with the usual headers, unless others of the same name are given."""
    given = {header.partition(":")[0].lower() for header in headers}
    usual = (
        "From: Ana <ana@x.example>",
        "To: help@shop.example",
        "Subject: Question",
        "Date: Tue, 12 May 2026 10:15:00 +0200",
        "Message-ID: <m1@x.example>",
    )
    lines = [*(line for line in usual if line.partition(":")[0].lower() not in given), *headers]
    content = body if isinstance(body, bytes) else body.encode(charset)
    return "\r\n".join(lines).encode("utf-8", "surrogateescape") + b"\r\n\r\n" + content
