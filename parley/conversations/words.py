"""What outsiders read from this slice: the heads of forwarded messages."""

from functools import lru_cache
from pathlib import Path

from parley.kit.i18n.catalogue import Catalogue, load_catalogue


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    """Gives the messages of this slice in all languages."""
    return load_catalogue([Path(__file__).parent / "locales"])
