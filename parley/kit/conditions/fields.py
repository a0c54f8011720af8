"""What can be tested: fields, the kinds of their values, and the comparisons that each kind knows."""

from typing import Literal

import msgspec

Kind = Literal["text", "choice", "choices", "number", "flag", "moment"]

# What the value of a comparison has to be: texts (any of them), one number, two, a flag, a time, minutes, nothing.
Wants = Literal["texts", "number", "span", "flag", "moment", "minutes", "nothing"]

COMPARISONS: dict[Kind, dict[str, Wants]] = {
    "text": {
        "is": "texts",
        "is_not": "texts",
        "contains": "texts",
        "contains_all": "texts",
        "contains_none": "texts",
        "begins": "texts",
        "ends": "texts",
        "filled": "nothing",
        "empty": "nothing",
    },
    "choice": {"is": "texts", "is_not": "texts", "filled": "nothing", "empty": "nothing"},
    "choices": {
        "has": "texts",
        "has_all": "texts",
        "has_none": "texts",
        "filled": "nothing",
        "empty": "nothing",
    },
    "number": {
        "is": "number",
        "is_not": "number",
        "over": "number",
        "at_least": "number",
        "under": "number",
        "at_most": "number",
        "between": "span",
        "filled": "nothing",
        "empty": "nothing",
    },
    "flag": {"is": "flag"},
    "moment": {
        "before": "moment",
        "after": "moment",
        "older_than": "minutes",
        "newer_than": "minutes",
        "filled": "nothing",
        "empty": "nothing",
    },
}


class Field(msgspec.Struct, frozen=True):
    """Something a condition may test, called `section.name`.

    `options` are the values a closed choice may have; `source` names a list that the screen offers instead (teams,
    tags, …). The value of a `personal` field is never kept with a decision, only that it matched.
    """

    name: str
    kind: Kind
    options: tuple[str, ...] = ()
    source: str | None = None
    personal: bool = False
    unit: str | None = None

    @property
    def section(self) -> str:
        """The part before the first dot."""
        return self.name.partition(".")[0]
