"""A condition as a tree of tests under all, any and not."""

from typing import Any

import msgspec


class Test(msgspec.Struct, frozen=True):
    """A field compared with a value; texts are a tuple of which any (or, by name, all or none) must hold."""

    __test__ = False

    field: str
    op: str
    value: Any = None


class AllOf(msgspec.Struct, frozen=True):
    """Every part holds; without parts it always does."""

    parts: "tuple[Condition, ...]" = ()


class AnyOf(msgspec.Struct, frozen=True):
    """At least one part holds; without parts none does."""

    parts: "tuple[Condition, ...]" = ()


class Not(msgspec.Struct, frozen=True):
    """The part does not hold."""

    part: "Condition"


Condition = Test | AllOf | AnyOf | Not
ALWAYS = AllOf()


def show_condition(condition: Condition) -> dict[str, Any]:
    """Gives the condition as plain JSON, as `parse_condition` reads it."""
    if isinstance(condition, AllOf):
        return {"all": [show_condition(part) for part in condition.parts]}
    if isinstance(condition, AnyOf):
        return {"any": [show_condition(part) for part in condition.parts]}
    if isinstance(condition, Not):
        return {"not": show_condition(condition.part)}
    shown: dict[str, Any] = {"field": condition.field, "op": condition.op}
    if condition.value is not None:
        value = condition.value
        shown["value"] = list(value) if isinstance(value, tuple) else value
    return shown


def list_tests(condition: Condition) -> list[Test]:
    """Gives all tests of a condition, from left to right."""
    if isinstance(condition, Test):
        return [condition]
    parts = (condition.part,) if isinstance(condition, Not) else condition.parts
    return [test for part in parts for test in list_tests(part)]


def fields_of(condition: Condition) -> frozenset[str]:
    """Gives the names of the fields that a condition tests."""
    return frozenset(test.field for test in list_tests(condition))
