"""What a customer takes from one who is merged into him, and what goes back when they are two again: pure rules."""

from collections.abc import Mapping
from typing import Any, Literal

TAKES = ("language", "time_zone", "country")
"""Plain columns that fill a gap; whoever has a value keeps it. A block is never taken and never lost."""

MergeReason = Literal["by_hand", "same_email", "same_phone", "same_name_and_phone"]
"""Why an agent merges; what is merged without one carries the reason of the proof."""

Taken = dict[str, dict[str, Any]]
"""By field: `before` and `after`; of the further fields, `after` lists the keys that were taken."""


def decide_takings(source: Mapping[str, Any], target: Mapping[str, Any]) -> Taken:
    """Says what the target takes of the plain columns, the mark of a VIP and the further fields."""
    taken: Taken = {
        name: {"before": None, "after": source[name]}
        for name in TAKES
        if target[name] is None and source[name] is not None
    }
    if source["vip"] and not target["vip"]:
        taken["vip"] = {"before": False, "after": True}
    keys = sorted(key for key in source["fields"] if key not in target["fields"])
    if keys:
        taken["fields"] = {"before": None, "after": keys}
    return taken


def decide_note(source: str, target: str) -> str | None:
    """Gives the note of both together; None when the target's stays as it is."""
    if not source or source == target:
        return None
    return f"{target}\n\n{source}" if target else source


def apply_takings(taken: Taken, source: Mapping[str, Any], target: Mapping[str, Any]) -> dict[str, Any]:
    """Gives the new values of the target's columns."""
    changes = {name: value["after"] for name, value in taken.items() if name != "fields"}
    if "fields" in taken:
        changes["fields"] = {
            **target["fields"],
            **{key: source["fields"][key] for key in taken["fields"]["after"]},
        }
    return changes


def revert_takings(taken: Taken, source: Mapping[str, Any], target: Mapping[str, Any]) -> dict[str, Any]:
    """Gives the columns that go back to what they were: only what nobody has changed since."""
    changes = {
        name: value["before"]
        for name, value in taken.items()
        if name != "fields" and plain(target[name]) == value["after"]
    }
    keys = taken.get("fields", {}).get("after", ())
    gone = {
        key for key in keys if key in target["fields"] and target["fields"][key] == source["fields"].get(key)
    }
    if gone:
        changes["fields"] = {key: value for key, value in target["fields"].items() if key not in gone}
    return changes


def plain(value: Any) -> Any:
    """Gives a column's value as it stands in a stored document: ids are text there."""
    return value if value is None or isinstance(value, bool | str) else str(value)
