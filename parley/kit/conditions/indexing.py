"""Finding the few conditions that can hold, among thousands: each is filed under keys of which one must be present.

A key is a value of a choice or flag, or a phrase of a text; phrases are found by the rarest of their runs of three
characters (fewer where they are shorter). A condition without such a key is always asked. The index never says no to
a condition that holds; `tests/kit/conditions` proves it.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

from parley.kit.conditions.fields import Field
from parley.kit.conditions.model import AllOf, AnyOf, Condition, Test
from parley.kit.conditions.sheet import Sheet, fold_text

GRAM = 3
Key = tuple[str, Hashable]
Keys = frozenset[Key]


class Phrases:
    """Phrases of one text field, each with the numbers filed under it, found by one of their grams."""

    def __init__(self, numbers: Mapping[str, list[int]]) -> None:
        crowd = Counter(gram for phrase in numbers for gram in set(_grams(phrase, min(GRAM, len(phrase)))))
        self._shelf: dict[str, list[tuple[str, list[int]]]] = {}
        for phrase, filed in numbers.items():
            grams = _grams(phrase, min(GRAM, len(phrase)))
            rarest = min(grams, key=lambda gram: (crowd[gram], -len(gram), gram))
            self._shelf.setdefault(rarest, []).append((phrase, filed))
        self._sizes = sorted({len(gram) for gram in self._shelf})

    def find(self, text: str, found: set[int]) -> None:
        """Adds the numbers whose phrase occurs in the text."""
        for size in self._sizes:
            for gram in set(_grams(text, size)) & self._shelf.keys():
                for phrase, filed in self._shelf[gram]:
                    if phrase in text:
                        found.update(filed)


def _grams(text: str, size: int) -> list[str]:
    return [text[n : n + size] for n in range(len(text) - size + 1)]


class Index:
    """Conditions by number, found by what is on a sheet."""

    def __init__(self, conditions: Sequence[Condition], fields: Mapping[str, Field]) -> None:
        options = [list_keys(condition, fields) for condition in conditions]
        crowd = Counter(key for choices in options for keys in choices for key in keys)
        self.always: list[int] = []
        self._values: dict[str, dict[Hashable, list[int]]] = {}
        self._kinds = {name: field.kind for name, field in fields.items()}
        texts: dict[str, dict[str, list[int]]] = {}
        for number, choices in enumerate(options):
            if not choices:
                self.always.append(number)
                continue
            best = min(choices, key=lambda keys: (sum(crowd[key] for key in keys), sorted(map(repr, keys))))
            for name, value in best:
                if isinstance(value, str) and fields[name].kind == "text":
                    texts.setdefault(name, {}).setdefault(value, []).append(number)
                else:
                    self._values.setdefault(name, {}).setdefault(value, []).append(number)
        self._phrases = {name: Phrases(numbers) for name, numbers in texts.items()}

    @property
    def fields(self) -> frozenset[str]:
        """The fields under which anything is filed."""
        return frozenset(self._values) | frozenset(self._phrases)

    def find(self, sheet: Sheet, fields: Iterable[str] | None = None) -> set[int]:
        """Gives the numbers of the conditions that can hold; with `fields`, only those filed under one of them."""
        found: set[int] = set() if fields is not None else set(self.always)
        wanted = self.fields if fields is None else self.fields.intersection(fields)
        for name in wanted:
            if name in self._phrases:
                self._phrases[name].find(sheet.text(name), found)
            else:
                self._find_values(name, sheet, found)
        return found

    def _find_values(self, name: str, sheet: Sheet, found: set[int]) -> None:
        shelf = self._values[name]
        if self._kinds[name] == "choices":
            for value in sheet.choices(name):
                found.update(shelf.get(value, ()))
        elif self._kinds[name] == "flag":
            found.update(shelf.get(bool(sheet.values.get(name)), ()))
        else:
            found.update(shelf.get(sheet.values.get(name), ()))


def list_keys(condition: Condition, fields: Mapping[str, Field]) -> list[Keys]:
    """Gives sets of keys such that of each set at least one must be present where the condition holds."""
    if isinstance(condition, Test):
        return _keys_of_test(condition, fields[condition.field])
    if isinstance(condition, AllOf):
        return [keys for part in condition.parts for keys in list_keys(part, fields)]
    if isinstance(condition, AnyOf) and condition.parts:
        best = [_fewest(list_keys(part, fields)) for part in condition.parts]
        if all(keys is not None for keys in best):
            return [frozenset(key for keys in best if keys is not None for key in keys)]
    return []


def _fewest(choices: list[Keys]) -> Keys | None:
    return min(choices, key=lambda keys: (len(keys), sorted(map(repr, keys))), default=None)


def _keys_of_test(test: Test, field: Field) -> list[Keys]:
    name, value = test.field, test.value
    if field.kind == "text":
        return _keys_of_text(name, test.op, value)
    if (field.kind, test.op) in (("choice", "is"), ("choices", "has")):
        return [frozenset((name, one) for one in value)]
    if (field.kind, test.op) == ("choices", "has_all"):
        return [frozenset({(name, one)}) for one in value]
    if field.kind == "flag":
        return [frozenset({(name, value)})]
    return []


def _keys_of_text(name: str, op: str, value: Any) -> list[Keys]:
    if op not in ("is", "contains", "contains_all", "begins", "ends"):
        return []
    folded = [fold_text(one) for one in value]
    if not all(folded):
        return []
    if op == "contains_all":
        return [frozenset({(name, one)}) for one in folded]
    return [frozenset((name, one) for one in folded)]
