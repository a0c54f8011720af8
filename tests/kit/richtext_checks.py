"""Checks of rich text that do not rely on the code under test."""

from selectolax.lexbor import LexborHTMLParser

from parley.kit.richtext.reader import Images
from parley.kit.richtext.sanitise import sanitise

ALLOWED = {
    "p": {"dir"},
    "br": set(),
    "strong": set(),
    "em": set(),
    "u": set(),
    "s": set(),
    "code": set(),
    "a": {"href", "rel"},
    "span": {"dir", "data-mention"},
    "ul": {"dir"},
    "ol": {"dir", "start"},
    "li": {"dir"},
    "blockquote": {"dir"},
    "pre": {"dir"},
    "h1": {"dir"},
    "h2": {"dir"},
    "h3": {"dir"},
    "hr": set(),
    "img": {"src", "alt", "width", "height"},
    "table": {"dir"},
    "caption": {"dir"},
    "thead": {"dir"},
    "tbody": {"dir"},
    "tfoot": {"dir"},
    "tr": {"dir"},
    "td": {"dir", "colspan", "rowspan"},
    "th": {"dir", "colspan", "rowspan"},
}
BIDI = "\u202a\u202b\u202c\u202d\u202e"


def assert_is_rich_text(html: str) -> None:
    """Look at the result with another parser than the one that made it."""
    tree = LexborHTMLParser(f"<!doctype html><body>{html}</body>")
    assert tree.body is not None
    # The other parser serialises attributes and text in its own spelling, so compare what it reads back.
    again = LexborHTMLParser(f"<!doctype html>{tree.body.html}")
    assert again.body is not None
    assert again.body.html == tree.body.html
    for node in tree.body.traverse(include_text=False):
        if node.tag == "body":
            continue
        assert node.tag in ALLOWED, node.tag
        attributes = {name: value or "" for name, value in node.attributes.items()}
        assert attributes.keys() <= ALLOWED[node.tag], (node.tag, attributes)
        if "href" in attributes:
            assert attributes["href"].startswith(("http://", "https://", "mailto:", "tel:"))
            assert attributes["rel"] == "noopener noreferrer nofollow"
        if "src" in attributes:
            assert attributes["src"].startswith(("cid:", "/files/"))
    assert "<!--" not in html
    assert not set(BIDI) & set(html)


def assert_stable(html: str, images: Images = "cid", max_bytes: int = 1_000_000) -> None:
    assert sanitise(html, images=images, max_bytes=max_bytes).html == html
