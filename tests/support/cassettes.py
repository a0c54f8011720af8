"""Shapes learned from recorded exchanges: what was never seen in a field's place is an error."""

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]


class Shape:
    """What values were seen in one place."""

    def __init__(self) -> None:
        self.kinds: set[str] = set()
        self.fields: dict[str, Shape] = {}
        self.always: set[str] | None = None
        self.items: Shape | None = None

    def learn(self, value: Any) -> None:
        """Takes a value as right."""
        self.kinds.add(kind_of(value))
        if isinstance(value, dict):
            self.always = set(value) if self.always is None else self.always & set(value)
            for name, one in value.items():
                self.fields.setdefault(name, Shape()).learn(one)
        elif isinstance(value, list):
            self.items = self.items or Shape()
            for one in value:
                self.items.learn(one)

    def check(self, value: Any, where: str = "", *, whole: bool = True) -> list[str]:
        """Gives what is wrong with a value; `whole` demands the fields that were always there."""
        kind = kind_of(value)
        if self.kinds and kind not in self.kinds:
            return [f"{where} is {kind}, seen were {sorted(self.kinds)}"]
        wrong = []
        if isinstance(value, dict):
            if whole and self.always is not None:
                wrong += [f"{where}.{name} is missing" for name in sorted(self.always - set(value))]
            for name, one in value.items():
                if name in self.fields:
                    wrong += self.fields[name].check(one, f"{where}.{name}", whole=False)
                else:
                    wrong.append(f"{where}.{name} is unknown")
        elif isinstance(value, list) and self.items is not None:
            for at, one in enumerate(value):
                wrong += self.items.check(one, f"{where}[{at}]", whole=False)
        return wrong


def kind_of(value: Any) -> str:
    """Gives the JSON kind of a value; whole and broken numbers are one."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "string"
    return "array" if isinstance(value, list) else "object"


@cache
def read_cassettes(folder: Path) -> list[tuple[str, str, Any, int, Any]]:
    """Gives method, address, body, status and answer of every exchange recorded in a folder."""
    found = []
    for path in sorted(folder.glob("*.yaml")):
        for one in yaml.load(path.read_text(), Loader=yaml.CSafeLoader)["interactions"]:
            asked, answered = one["request"], one["response"]
            body = json.loads(asked["body"]) if asked["body"] else None
            text = answered["body"]["string"]
            found.append(
                (asked["method"], asked["uri"], body, answered["status"]["code"], json.loads(text or "null"))
            )
    return found


def learn_from(values: Iterable[Any]) -> Shape:
    """Gives the shape of values."""
    shape = Shape()
    for value in values:
        shape.learn(value)
    return shape
