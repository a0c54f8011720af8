"""Read the HTML of a mail in one forward pass, without building a tree.

Tree builders need quadratic time for some hostile input (deep nesting, thousands of attributes). Tokens carry
their place in the source, so that text can be cut out of a mail without changing or losing a character.
"""

import html
import re
from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple

from parley.channels.mail.wordlists import word_set

_MAX_TOKENS = 300_000
_TAG = re.compile(
    r"<(/?)([a-zA-Z][^\s/>]*+)"
    r"((?:[\s/]*+[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s\"'>][^\s>]*+)?+)?+)*+[\s/]*+)>"
)
_ATTRIBUTE = re.compile(
    r"([^\s/>][^\s/>=]*+)(?:\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"'>][^\s>]*+))?+)?+[\s/]*+"
)
_RAW_ENDS = {
    name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE)
    for name in ("script", "style", "title", "textarea", "xmp", "iframe", "noembed", "noframes")
}
VOID = word_set(
    "area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr"
)
BLOCKS = word_set(
    "address article aside blockquote body center dd details div dl dt fieldset figcaption figure footer form h1 "
    "h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary table tbody tfoot thead tr ul"
)


class TokenKind(Enum):
    """What a token is; OTHER stands for comments, declarations and the content of scripts and styles."""

    TEXT = "text"
    OPEN = "open"
    CLOSE = "close"
    OTHER = "other"


class Token(NamedTuple):
    """A piece of HTML source from `start` to `end`; `name` is the tag's, `attributes` its source."""

    kind: TokenKind
    start: int
    end: int
    name: str = ""
    attributes: str = ""


def scan_html(source: str) -> list[Token]:
    """Split HTML into tokens that cover the source without gaps; what cannot be read is OTHER."""
    tokens: list[Token] = []
    position = 0
    for token in _scan(source):
        tokens.append(token)
        position = token.end
        if len(tokens) >= _MAX_TOKENS:
            break
    if position < len(source):
        tokens.append(Token(TokenKind.OTHER, position, len(source)))
    return tokens


def _scan(source: str) -> Iterator[Token]:
    position, text_start = 0, 0
    while (start := source.find("<", position)) >= 0:
        token = _read_tag(source, start)
        if token is None:
            position = start + 1
            continue
        if start > text_start:
            yield Token(TokenKind.TEXT, text_start, start)
        yield token
        position = text_start = token.end
        if token.kind is TokenKind.OPEN and token.name in _RAW_ENDS:
            found = _RAW_ENDS[token.name].search(source, position)
            position = text_start = found.start() if found else len(source)
            if position > token.end:
                yield Token(TokenKind.OTHER, token.end, position)
    if text_start < len(source):
        yield Token(TokenKind.TEXT, text_start, len(source))


def _read_tag(source: str, start: int) -> Token | None:
    """Read the markup at a "<"; None when it is only a character."""
    following = source[start + 1 : start + 3]
    if following[:1] in ("!", "?") or (
        following[:1] == "/" and following[1:] and not _is_letter(following[1])
    ):
        comment = source.startswith("<!--", start)
        closing = "-->" if comment else ">"
        end = source.find(closing, start + 2)
        return Token(TokenKind.OTHER, start, end + len(closing) if end >= 0 else len(source))
    if not _is_letter(following.lstrip("/")[:1]):
        return None
    match = _TAG.match(source, start)
    if match is None:
        unclosed = source.find(">", start) < 0
        return Token(TokenKind.TEXT if unclosed else TokenKind.OTHER, start, len(source))
    kind = TokenKind.CLOSE if match[1] else TokenKind.OPEN
    return Token(kind, start, match.end(), match[2].lower(), match[3])


def _is_letter(char: str) -> bool:
    return char.isascii() and char.isalpha()


def read_attributes(token: Token) -> dict[str, str]:
    """Read the attributes of a tag: names in lower case, character references resolved, the first of each
    name."""
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(token.attributes):
        value = match[2] or match[3] or match[4] or ""
        found.setdefault(match[1].lower(), unescape(value))
    return found


def unescape(text: str) -> str:
    """Resolve HTML character references."""
    try:
        return html.unescape(text)
    except ValueError:  # a number with thousands of digits
        return text
