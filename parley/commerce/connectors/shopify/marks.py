"""How an idempotency key is written down at the store, so that what was done under it can be found again."""

import hashlib
import re

_MARK = re.compile(r"\s*\[parley:([^\]\s]{1,200})\]\s*")


def add_mark(text: str, key: str, longest: int = 5000) -> str:
    """Gives a note with the key behind it, at most `longest` characters; the text is cut, never the key."""
    mark = f"[parley:{key}]"
    kept = text.strip()[: longest - len(mark) - 1].rstrip()
    return f"{kept} {mark}" if kept else mark


def find_mark(text: str | None) -> str | None:
    """Gives the key in a note."""
    found = _MARK.search(text or "")
    return found[1] if found else None


def drop_mark(text: str | None) -> str:
    """Gives a note without the key."""
    return _MARK.sub(" ", text or "").strip()


def build_tag(key: str) -> str:
    """Gives a tag for a key: of the 40 characters that Shopify allows, none that a search would trip over."""
    return "parley-" + hashlib.sha256(key.encode()).hexdigest()[:32]
