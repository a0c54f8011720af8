"""Automatic merging on trial: which conversations would have been merged as they began.

The customer's other conversations are known as far as the period has met them.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from parley.automation.deciders.automatic_merge import (
    AUTOMATIC_MERGE,
    DEFAULTS,
    LONGEST,
    Other,
    Snapshot,
    decide,
)
from parley.facts.conversations import MessageReceived
from parley.kit.conditions.catalogue import Past
from parley.kit.ctx import Ctx
from parley.kit.decisions.executor import load_config
from parley.kit.decisions.registry import Config, Decision
from parley.kit.decisions.trials import Heard, Sides
from parley.kit.errors import FieldError, Invalid

MOST = 20


class AutomaticMergeTrial:
    """`change`: values of the decider's configuration that are to be otherwise; `on` switches it on."""

    name = AUTOMATIC_MERGE.name
    kinds = (MessageReceived,)

    async def prepare(self, ctx: Ctx, change: Any) -> Sides:
        """Reads the standing configuration; raises Invalid with the value that is wrong."""
        check_change(change)
        config = await load_config(ctx, AUTOMATIC_MERGE)
        standing = {**config.values, "on": config.enabled and config.values["on"]}
        return Sides(
            Config(config.version, True, standing),
            Config(config.version, True, {**standing, **change}),
            {"settings": sorted(change)},
        )

    async def gather(self, ctx: Ctx, sides: Sides, batch: Sequence[Heard]) -> None:
        """Reads nothing: the period tells all that is looked at."""

    def decide(self, config: Config, heard: Heard, past: Past, _: dict[Any, Any]) -> Decision:
        """Decides when the first message of a conversation came in."""
        conversation_id = heard.fact.conversation()
        row = None if conversation_id is None else past.row("conversation", conversation_id)
        if row is None or row["message_count"] != 1 or not _stands(row):
            return Decision()
        others = [
            Other(
                one["id"],
                one.get("number") or 0,
                one["channel_kind"],
                one["subject"] or "",
                one["last_message_at"],
            )
            for one in past.rows("conversation", customer_id=row["customer_id"])
            if one["id"] != row["id"] and _stands(one) and one["created_at"] <= row["created_at"]
        ]
        if not others:
            return Decision()
        newest = sorted(others, key=lambda one: (one.last_at, one.id), reverse=True)[:MOST]
        snapshot = Snapshot(row["id"], row["channel_kind"], row["subject"] or "", row["created_at"], newest)
        return decide(heard.fact, snapshot, config, heard.now)


def _stands(row: Mapping[str, Any]) -> bool:
    return row["status"] == "open" and row["merged_into_id"] is None


def check_change(change: Any) -> None:
    """Raises Invalid for what is no setting, or not of its kind."""
    if not isinstance(change, Mapping) or set(change) - set(DEFAULTS):
        raise Invalid(
            "bad_change",
            f"Give settings of automatic merging: {', '.join(DEFAULTS)}.",
            FieldError(f"change.{AUTOMATIC_MERGE.name}", "wrong"),
        )
    for name, value in change.items():
        right = type(value) is type(DEFAULTS[name]) and (name != "minutes" or 0 <= value <= LONGEST)
        if not right:
            said = f"a number from 0 to {LONGEST}" if name == "minutes" else "true or false"
            raise Invalid(
                "bad_change",
                f"{name} is {said}.",
                FieldError(f"change.{AUTOMATIC_MERGE.name}.{name}", "wrong"),
            )
