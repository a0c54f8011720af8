"""Which addresses rich text may point to, and addresses found in plain text."""

import re
from collections.abc import Iterator
from urllib.parse import quote

from parley.kit.richtext.chars import has_hidden_characters

MAX_URL = 8_192
_EDGES = "".join(map(chr, range(0x21)))
_REMOVED_BY_BROWSERS = str.maketrans("", "", "\t\n\r")
_WEB = re.compile(r"(https?)://([^/?#\\]+)([^\x00-\x1f\x7f]*)", re.IGNORECASE | re.DOTALL)
_HOST = re.compile(
    r"(?:\[[0-9a-fA-F:.]{2,45}\]|[^\x00-\x2c\x2f\x3a-\x40\x5b-\x5e\x60\x7b-\x7f\s]{1,253})(?::\d{1,5})?"
)
_MAIL = re.compile(r"mailto:([^\x00-\x20\x7f]+)", re.IGNORECASE)
_PHONE = re.compile(r"tel:([+\d().\-/*#; =a-z]{2,64})", re.IGNORECASE)
_UNSAFE = re.compile(
    '[\x00-\x20"<>\\\\^`{|}\x7f-\xa0\xad\u061c\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000'
    "\ud800-\uf8ff\ufdd0-\ufdef\ufeff\ufff0-\uffff\U000e0000-\U0010ffff]"
)
_CONTENT_ID = re.compile(r"cid:([\w!#$%&'*+\-/=?^`{|}~.@]{1,256})", re.ASCII | re.IGNORECASE)
_FILE_PATH = re.compile(r"[\w./~%+=&,:@-]+(?:\?[\w./~%+=&,:@-]*)?", re.ASCII)

# Scripts written without spaces: an address ends where they begin.
_NO_SPACE_SCRIPTS = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3000-\u30ff\u3400-\u9fff\uac00-\ud7af\uff00-\uffef"
)
_URL_CHAR = f'[^\\s<>"\u201c\u201d\u00ab\u00bb\u2026{_NO_SPACE_SCRIPTS}]'
_FOUND = re.compile(
    rf"(?<![\w@./-])(?:(?P<web>(?:https?://|www\.)(?={_URL_CHAR}{{0,4}}\w){_URL_CHAR}{{2,2048}})"
    r"|(?P<mail>[A-Za-z0-9][\w.+-]{0,63}@[A-Za-z0-9](?:[\w-]{0,62}\.)+[A-Za-z]{2,24}))",
    re.IGNORECASE,
)
_TRAILING = ".,;:!?'*_~\u2019"
_BRACKETS = {")": "(", "]": "[", "}": "{"}


def clean_href(raw: str) -> str | None:
    """The address of a link in safe spelling, or None when a link may not point there.

    Allowed are http and https with a host and without credentials, mailto and tel. What browsers remove
    (WHATWG URL) is removed before the look, everything that could hide something is percent-encoded after it.
    """
    url = raw.strip(_EDGES).translate(_REMOVED_BY_BROWSERS)
    if len(url) > MAX_URL:
        return None
    if web := _WEB.fullmatch(url):
        scheme, host, rest = web.groups()
        if not _HOST.fullmatch(host) or has_hidden_characters(host):
            return None
        return _shortened(f"{scheme.lower()}://{host}{_encoded(rest)}")
    if mail := _MAIL.fullmatch(url):
        return _shortened(f"mailto:{_encoded(mail[1])}")
    if phone := _PHONE.fullmatch(url):
        return "tel:" + phone[1].replace(" ", "")
    return None


def is_remote_image(raw: str) -> bool:
    """Whether an image source lies on a foreign web server."""
    url = raw.strip(_EDGES).translate(_REMOVED_BY_BROWSERS)
    return url[:2] in {"//", "\\\\", "/\\", "\\/"} or _WEB.match(url) is not None


def clean_remote_image(raw: str) -> str | None:
    """The address of a remote image in safe spelling (https or http), or None."""
    url = raw.strip(_EDGES)
    href = clean_href("https:" + url if url.startswith("//") else url)
    return href if href is not None and href.startswith("http") else None


def clean_image_source(raw: str, file_prefix: str) -> str | None:
    """The source of an image that is not remote: `cid:…` or a path below `file_prefix`; else None."""
    url = raw.strip(_EDGES)
    if found := _CONTENT_ID.fullmatch(url):
        return f"cid:{found[1]}"
    path = url.removeprefix(file_prefix)
    if path == url or not _FILE_PATH.fullmatch(path) or path[:1] == "/" or "//" in path:
        return None
    # "%2e%2e" is a parent folder for a browser too.
    segments = path.partition("?")[0].lower().replace("%2e", ".").split("/")
    return None if {".", ".."}.intersection(segments) else url


def find_links(text: str) -> Iterator[tuple[int, int, str]]:
    """Web and mail addresses in plain text as (start, end, href), without trailing punctuation."""
    for found in _FOUND.finditer(text):
        written = found["mail"] or _trimmed(found["web"])
        prefix = "mailto:" if found["mail"] else "" if "://" in written[:8] else "https://"
        href = clean_href(prefix + written)
        if href is not None:
            yield found.start(), found.start() + len(written), href


def _trimmed(url: str) -> str:
    while url:
        last = url[-1]
        opening = _BRACKETS.get(last)
        if last in _TRAILING or (opening and url.count(opening) < url.count(last)):
            url = url[:-1]
        else:
            break
    return url


def _encoded(text: str) -> str:
    return _UNSAFE.sub(lambda found: quote(found[0], safe="", errors="replace"), text)


def _shortened(url: str) -> str | None:
    return url if len(url) <= MAX_URL else None
