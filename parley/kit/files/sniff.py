"""What a file really is, and how it may be served: only a few kinds of pictures are ever shown in place."""

import mimetypes
import re
from dataclasses import dataclass
from typing import Literal

import filetype  # type: ignore[import-untyped]

Family = Literal["image", "audio", "video", "document", "archive", "text", "other"]

HEAD_BYTES = 8_192
OPAQUE = "application/octet-stream"
INLINE_TYPES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"})

# What a browser would run or what installs something when it is opened.
_DANGEROUS_TYPES = re.compile(
    r"text/html|application/xhtml|image/svg|(?:text|application)/xml|\+xml|javascript|ecmascript|text/css"
    r"|x-msdownload|x-sh|x-executable|x-elf|x-dosexec|x-shockwave|java-archive|x-python|x-php|wasm|hta"
    r"|x-msi|vnd\.android|x-apple-diskimage|x-ms-shortcut|x-bat|multipart/related",
    re.IGNORECASE,
)
_DANGEROUS_NAMES = """
html htm xhtml xht shtml mht mhtml svg svgz xml xsl xslt js mjs cjs jsx ts vbs vbe wsf wsh hta css swf
exe msi com scr bat cmd ps1 psm1 cpl dll sys lnk url reg inf jar apk app dmg pkg deb rpm sh bash csh py
pyw pl rb php phtml asp aspx jsp cgi wasm docm xlsm pptm dotm xltm potm iso img vhd one chm
"""
_DANGEROUS_EXTENSIONS = frozenset(_DANGEROUS_NAMES.split())
_PROGRAMS = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xfe\xed\xfa\xcf")
# Browsers look for these at the start of a file of unclear type (WHATWG MIME Sniffing, 7.1).
_MARKUP = re.compile(
    rb"<(?:!doctype|html|head|body|script|iframe|svg|style|title|a|b|p|br|h1|div|font|table|img|object|embed"
    rb"|link|meta|form|base|video|audio|math)[\s/>]|<!--|<\?(?:xml|php)|^\s*#!|<%",
    re.IGNORECASE,
)
_TEXT_TYPES = {"csv": "text/csv", "ics": "text/calendar", "vcf": "text/vcard", "md": "text/markdown"}
_OFFICE_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odp": "application/vnd.oasis.opendocument.presentation",
}
_ARCHIVES = re.compile(r"zip|x-tar|gzip|x-7z|x-rar|vnd\.rar|x-bzip|x-xz|zstd|x-compress", re.IGNORECASE)
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


@dataclass(frozen=True, slots=True)
class FileKind:
    """`detected` is what the bytes say, for icons and checks; it is served as `content_type`."""

    detected: str
    content_type: str
    family: Family
    is_inline: bool
    is_dangerous: bool


def sniff(head: bytes, name: str = "", claimed: str | None = None) -> FileKind:
    """Decide from the first bytes (8 KiB are enough), the file name and the claimed media type.

    The bytes win over name and claim. Pictures in PNG, JPEG, GIF, WebP and AVIF may be shown in place,
    everything else is for download; what could run is served as `application/octet-stream`.
    """
    head = head[:HEAD_BYTES]
    extension = name.rpartition(".")[2].lower().strip() if "." in name else ""
    detected = _detect(head, extension, claimed)
    if detected in INLINE_TYPES:
        return FileKind(detected, detected, "image", is_inline=True, is_dangerous=False)
    is_dangerous = (
        _DANGEROUS_TYPES.search(detected) is not None
        or extension in _DANGEROUS_EXTENSIONS
        or _DANGEROUS_TYPES.search(claimed or "") is not None
    )
    content_type = OPAQUE if is_dangerous else detected
    if content_type.startswith("text/"):
        content_type += "; charset=utf-8"
    return FileKind(detected, content_type, _family(detected), is_inline=False, is_dangerous=is_dangerous)


def _detect(head: bytes, extension: str, claimed: str | None) -> str:
    guess: str | None = filetype.guess_mime(head) if head else None
    if guess is None and head[4:12] in {b"ftypavif", b"ftypavis"}:
        guess = "image/avif"
    if guess == "application/zip":
        return _OFFICE_TYPES.get(extension, guess)
    if guess is not None:
        return guess
    if head.startswith(_UTF16_MARKS):
        return "text/html" if _MARKUP.search(head.replace(b"\x00", b"")) else OPAQUE
    if _CONTROLS.search(head):
        return "application/x-executable" if head.startswith(_PROGRAMS) else OPAQUE
    if _MARKUP.search(head):
        return "image/svg+xml" if b"<svg" in head.lower() else "text/html"
    return _text_type(head, extension, claimed)


def _text_type(head: bytes, extension: str, claimed: str | None) -> str:
    """The type of what looks like text: by its name or claim if that is a text type as well, else plain."""
    try:
        # The head may end inside a character.
        head[:-4].decode("utf-8") if len(head) == HEAD_BYTES else head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.end < len(head) - 4:
            return OPAQUE
    if extension in _TEXT_TYPES:
        return _TEXT_TYPES[extension]
    named = mimetypes.types_map.get(f".{extension}", "")
    for candidate in (named, (claimed or "").partition(";")[0].strip().lower()):
        if _DANGEROUS_TYPES.search(candidate):
            return candidate
    return "text/plain"


def _family(detected: str) -> Family:
    main = detected.partition("/")[0]
    if main == "image":
        return "image"
    if main == "audio":
        return "audio"
    if main == "video":
        return "video"
    if main == "text":
        return "text"
    if _ARCHIVES.search(detected) and detected not in _OFFICE_TYPES.values():
        return "archive"
    return "document" if detected.startswith("application/") and detected != OPAQUE else "other"
