"""Finding the few conditions that can hold, among thousands: each is filed under keys of which one must be present.

A key is a value of a choice or flag, or three neighbouring characters of a text. A condition without such a key is
always asked. The index never says no to a condition that holds; `tests/kit/conditions` proves it.
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


class Index:
    """Conditions by number, found by what is on a sheet."""

    def __init__(self, conditions: Sequence[Condition], fields: Mapping[str, Field]) -> None:
        options = [list_keys(condition, fields) for condition in conditions]
        crowd = Counter(key for choices in options for keys in choices for key in keys)
        self.always: list[int] = []
        self._values: dict[str, dict[Hashable, list[int]]] = {}
        self._grams: dict[str, dict[str, list[int]]] = {}
        self._kinds = {name: field.kind for name, field in fields.items()}
        for number, choices in enumerate(options):
            if not choices:
                self.always.append(number)
                continue
            best = min(
                choices,
                key=lambda keys: (sum(crowd[key] for key in keys), len(keys), sorted(map(repr, keys))),
            )
            for name, value in best:
                shelf = self._grams if fields[name].kind == "text" else self._values
                shelf.setdefault(name, {}).setdefault(value, []).append(number)  # type: ignore[arg-type]

    @property
    def fields(self) -> frozenset[str]:
        """The fields under which anything is filed."""
        return frozenset(self._values) | frozenset(self._grams)

    def find(self, sheet: Sheet, fields: Iterable[str] | None = None) -> set[int]:
        """Gives the numbers of the conditions that can hold; with `fields`, only those filed under one of them."""
        found: set[int] = set() if fields is not None else set(self.always)
        wanted = self.fields if fields is None else self.fields.intersection(fields)
        for name in wanted:
            if name in self._grams:
                self._find_grams(sheet.text(name), self._grams[name], found)
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

    @staticmethod
    def _find_grams(text: str, shelf: dict[str, list[int]], found: set[int]) -> None:
        for gram in {text[n : n + GRAM] for n in range(len(text) - GRAM + 1)} & shelf.keys():
            found.update(shelf[gram])


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
    if op == "contains_all":
        return [keys for one in folded for keys in _gram_choices(name, [one])]
    return _gram_choices(name, folded)


def _gram_choices(name: str, texts: list[str]) -> list[Keys]:
    """Gives sets with one gram of every text; the n-th set has the n-th gram of each, or its last."""
    grams = [[text[n : n + GRAM] for n in range(len(text) - GRAM + 1)] for text in texts]
    if not all(grams):
        return []
    longest = max(len(one) for one in grams)
    return [frozenset((name, one[min(n, len(one) - 1)]) for one in grams) for n in range(longest)]
