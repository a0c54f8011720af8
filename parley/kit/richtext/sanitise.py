"""From any HTML to rich text: safe, of a small vocabulary, and in one normal form."""

from dataclasses import dataclass, replace

import nh3

from parley.kit.richtext.reader import Images, Reader
from parley.kit.richtext.vocabulary import (
    ATTRIBUTES,
    DROPPED_WITH_CONTENT,
    ELEMENTS,
    LINK_REL,
    READ,
    READ_ATTRIBUTES,
    rename_formatting,
)
from parley.kit.richtext.writer import Writer

FILE_PREFIX = "/files/"
MAX_BYTES = 1_000_000
# A page costs its writer little and its reader much: more source than this is not looked at.
_SOURCE_FACTOR = 8
_MAX_TAGS = 20_000
_MAX_TAGS_WRITTEN = 19_000
_MAX_ESCAPES = 50_000
_MAX_PASSES = 4

# Reads the source with HTML's own rules and leaves only what the Reader knows.
_READ = nh3.Cleaner(
    tags=READ,
    clean_content_tags=DROPPED_WITH_CONTENT,
    attributes=READ_ATTRIBUTES,
    link_rel=None,
    url_schemes={"http", "https", "mailto", "tel", "cid"},
)
# Has the last word: nothing outside the vocabulary passes, whatever the Writer wrote.
_CONFIRM = nh3.Cleaner(
    tags=ELEMENTS,
    attributes={name: ATTRIBUTES.get(name, set()) | {"dir"} for name in ELEMENTS},
    link_rel=LINK_REL,
    url_schemes={"http", "https", "mailto", "tel", "cid"},
)


@dataclass(frozen=True, slots=True)
class Sanitised:
    """Rich text, the number of images left out that could be shown, and whether the end was cut off."""

    html: str
    blocked_images: int
    is_truncated: bool


def sanitise_html(
    html: str, *, images: Images = "cid", max_bytes: int = MAX_BYTES, file_prefix: str = FILE_PREFIX
) -> str:
    """Like `sanitise`, only the rich text."""
    return sanitise(html, images=images, max_bytes=max_bytes, file_prefix=file_prefix).html


def sanitise(
    html: str, *, images: Images = "cid", max_bytes: int = MAX_BYTES, file_prefix: str = FILE_PREFIX
) -> Sanitised:
    """Turn any HTML into rich text of at most `max_bytes` bytes of UTF-8.

    `images`: "block" leaves every image out, "cid" keeps those that travel with the message (`cid:` and paths
    below `file_prefix`), "remote" keeps those on web servers too and is for showing on request, not for
    storing. An image left out leaves its alternative text. Images of one pixel are always left out.

    Sanitising the result again changes nothing.
    """
    result = _pass(html, images, max_bytes, file_prefix)
    for _ in range(_MAX_PASSES):
        again = _pass(result.html, images, max_bytes, file_prefix)
        if again.html == result.html:
            return result
        result = replace(result, html=again.html)
    return result


def _pass(html: str, images: Images, max_bytes: int, file_prefix: str) -> Sanitised:
    source, is_cut = _bounded(html, max_bytes * _SOURCE_FACTOR)
    writer = Writer(max_bytes, _MAX_TAGS_WRITTEN)
    reader = Reader(writer, images, file_prefix)
    reader.read(_READ.clean(rename_formatting(source)))
    return Sanitised(_CONFIRM.clean(writer.result()), reader.blocked, is_cut or writer.is_full)


def _bounded(html: str, max_bytes: int) -> tuple[str, bool]:
    """The start of `html` that is worth the work.

    The parser's time grows with the square of the nesting and of the number of `&` and U+00A0.
    """
    data = html.encode("utf-8", "replace")
    bounded = data[:max_bytes].decode("utf-8", "ignore")
    for char, limit in (("<", _MAX_TAGS), ("&", _MAX_ESCAPES), ("\xa0", _MAX_ESCAPES)):
        if bounded.count(char) > limit:
            bounded = char.join(bounded.split(char, limit + 1)[:-1])
    return bounded, len(bounded.encode()) < len(data)
