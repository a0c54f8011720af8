"""Names of attachments that are safe to store, show and download."""

import re
import unicodedata

from parley.channels.mail.charsets import clean_line

_MAX_NAME_BYTES = 180
_MAX_ENDING_BYTES = 12
_FORBIDDEN = re.compile(r'[<>:"|?*\\/]')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
_ENDINGS = {
    "application/pdf": "pdf",
    "application/zip": "zip",
    "application/json": "json",
    "application/msword": "doc",
    "application/ms-tnef": "dat",
    "application/pgp-signature": "asc",
    "application/pkcs7-signature": "p7s",
    "application/pkcs7-mime": "p7m",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "audio/mpeg": "mp3",
    "image/gif": "gif",
    "image/heic": "heic",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/svg+xml": "svg",
    "image/webp": "webp",
    "message/rfc822": "eml",
    "text/calendar": "ics",
    "text/csv": "csv",
    "text/html": "html",
    "text/plain": "txt",
    "text/vcard": "vcf",
    "video/mp4": "mp4",
    "video/quicktime": "mov",
}


def safe_name(claimed: str, content_type: str, number: int) -> str:
    """Make a file name of what the sender claims: no path, no control or reordering characters, no name that
    an operating system reserves, at most 180 bytes of UTF-8 with its ending kept; never empty."""
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", clean_line(claimed[:4_000])))[-1]
    name = _FORBIDDEN.sub("_", last).strip(" .")
    if not name:
        name = f"attachment-{number}.{_ENDINGS.get(content_type, 'bin')}"
    if _RESERVED.fullmatch(name):
        name = f"_{name}"
    if len(name.encode()) > _MAX_NAME_BYTES:
        stem, dot, ending = name.rpartition(".")
        tail = f".{ending}" if dot and len(ending.encode()) <= _MAX_ENDING_BYTES else ""
        room = _MAX_NAME_BYTES - len(tail.encode())
        name = (stem if tail else name).encode()[:room].decode("utf-8", "ignore").rstrip(" .") + tail
    return name
