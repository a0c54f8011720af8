"""The values that a condition looks at, read once and folded once."""

import unicodedata
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any


def fold_text(text: str) -> str:
    """Makes texts comparable: compatibility forms, case and runs of white space do not count (Unicode NFKC)."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


@lru_cache(maxsize=65_536)
def fold_value(text: str) -> str:
    """Folds a value that a condition names; remembered, since there are few of them."""
    return fold_text(text)


class Sheet:
    """Field values by name at one moment. A field that is absent counts as empty.

    Texts are strings, choices strings, sets of choices lists of strings, times aware datetimes.
    """

    __slots__ = ("_folded", "_sets", "now", "values")

    def __init__(self, values: Mapping[str, Any], now: datetime) -> None:
        self.values = values
        self.now = now
        self._folded: dict[str, str] = {}
        self._sets: dict[str, frozenset[str]] = {}

    def get(self, field: str) -> Any:
        """Gives the value of a field, None when there is none."""
        return self.values.get(field)

    def text(self, field: str) -> str:
        """Gives a text folded for comparison; empty when there is none."""
        folded = self._folded.get(field)
        if folded is None:
            value = self.values.get(field)
            folded = self._folded[field] = fold_text(value) if value else ""
        return folded

    def choices(self, field: str) -> frozenset[str]:
        """Gives a set of choices; empty when there is none."""
        found = self._sets.get(field)
        if found is None:
            found = self._sets[field] = frozenset(self.values.get(field) or ())
        return found

    def with_changes(self, changes: Mapping[str, Any]) -> "Sheet":
        """Gives a sheet on which some fields have other values."""
        after = Sheet({**self.values, **changes}, self.now)
        after._folded = {name: text for name, text in self._folded.items() if name not in changes}
        after._sets = {name: found for name, found in self._sets.items() if name not in changes}
        return after
