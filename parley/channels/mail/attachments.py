"""Names of attachments that are safe to store, show and download."""

from parley.channels.mail.charsets import clean_line
from parley.kit.files.names import clean_file_name

_MAX_CLAIMED = 4_000
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
    """Make a safe file name of what the sender claims; a file without one is called after its type."""
    name = clean_line(claimed[:_MAX_CLAIMED])
    if not name.strip(" .\\/"):
        name = f"attachment-{number}.{_ENDINGS.get(content_type, 'bin')}"
    return clean_file_name(name)
