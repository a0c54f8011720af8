"""The report of a rehearsal: counted while it runs, the same input gives the same bytes."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec

from parley.kit.decisions.registry import Decision
from parley.kit.decisions.trials import Heard
from parley.rehearsal.comparing import Deed, list_deeds

EXAMPLES = 20
MESSAGES = ("post_message",)


class Difference(msgspec.Struct):
    """What would have been otherwise in one conversation."""

    added: list[dict[str, Any]] = []
    removed: list[dict[str, Any]] = []
    at: str = ""


class Tally:
    """Counts decisions of both sides, and what agents did meanwhile."""

    def __init__(self) -> None:
        self.facts = 0
        self.decisions = {"before": 0, "after": 0}
        self.deeds: dict[str, Counter[str]] = {"before": Counter(), "after": Counter()}
        self.messages = {"before": 0, "after": 0}
        self.money: dict[str, Counter[str]] = {"before": Counter(), "after": Counter()}
        self.fired: dict[str, Counter[str]] = {"before": Counter(), "after": Counter()}
        self.conversations: set[UUID] = set()
        self.differences: dict[UUID, Difference] = {}
        self.wanted: dict[str, set[tuple[UUID, str]]] = defaultdict(set)
        self.done: dict[str, set[tuple[UUID, str]]] = defaultdict(set)

    def see(self, heard: Heard) -> None:
        """Counts a fact that was looked at."""
        self.facts += 1
        conversation_id = heard.ids.get("conversation")
        if conversation_id is not None:
            self.conversations.add(conversation_id)

    def note_done(self, conversation_id: UUID, deed: Deed) -> None:
        """Notes what an agent did by himself."""
        self.done[deed.kind].add((conversation_id, deed.value))

    def compare(self, heard: Heard, decider: str, before: Decision, after: Decision) -> None:
        """Counts what both sides decided about one fact, and keeps what differs."""
        sides = {"before": before, "after": after}
        deeds = {
            name: [deed for act in side.acts for deed in list_deeds(act)] for name, side in sides.items()
        }
        for name, side in sides.items():
            self.decisions[name] += bool(side.acts)
            self.deeds[name].update(deed.kind for deed in deeds[name])
            self.messages[name] += sum(act.name in MESSAGES for act in side.acts)
            self.fired[name].update(side.links)
            for act in side.acts:
                if "amount" in act.args and "currency" in act.args:
                    self.money[name][act.args["currency"]] += int(act.args["amount"])
        conversation_id = heard.ids.get("conversation")
        if conversation_id is None:
            return
        for deed in deeds["after"]:
            self.wanted[deed.kind].add((conversation_id, deed.value))
        plain = {name: Counter(deeds[name]) for name in sides}
        added, removed = plain["after"] - plain["before"], plain["before"] - plain["after"]
        if added or removed:
            known = self.differences.setdefault(conversation_id, Difference([], [], heard.now.isoformat()))
            known.added += [_show(decider, deed, after) for deed in sorted(added.elements())]
            known.removed += [_show(decider, deed, before) for deed in sorted(removed.elements())]

    def build(self, numbers: Mapping[UUID, int]) -> dict[str, Any]:
        """Gives the report as plain JSON; `numbers` are the numbers of the conversations in the examples."""
        kinds = sorted({*self.deeds["before"], *self.deeds["after"]})
        return {
            "facts": self.facts,
            "conversations": {"seen": len(self.conversations), "changed": len(self.differences)},
            "decisions": self.decisions,
            "messages": self.messages,
            "money": {name: dict(sorted(amounts.items())) for name, amounts in self.money.items()},
            "acts": [{"act": kind, **self._agreement(kind)} for kind in kinds],
            "fired": [
                {"id": link, "before": self.fired["before"][link], "after": self.fired["after"][link]}
                for link in sorted({*self.fired["before"], *self.fired["after"]})
            ],
            "examples": [
                {"conversation_id": str(key), "number": numbers.get(key), **msgspec.to_builtins(difference)}
                for key, difference in self.most_different()
            ],
        }

    def most_different(self) -> list[tuple[UUID, Difference]]:
        """Gives the conversations in which most would have been otherwise."""
        ranked = sorted(
            self.differences.items(), key=lambda pair: (-len(pair[1].added) - len(pair[1].removed), pair[0])
        )
        return ranked[:EXAMPLES]

    def _agreement(self, kind: str) -> dict[str, Any]:
        """Compares with what agents did by themselves: each act on a conversation once."""
        wanted, done = self.wanted[kind], self.done[kind]
        both = len(wanted & done)
        return {
            "before": self.deeds["before"][kind],
            "after": self.deeds["after"][kind],
            "by_agents": len(done),
            "agreed": both,
            "precision": round(both / len(wanted), 4) if wanted else None,
            "recall": round(both / len(done), 4) if done else None,
        }


def _show(decider: str, deed: Deed, decision: Decision) -> dict[str, Any]:
    names = [str(reason.values["name"]) for reason in decision.reasons if "name" in reason.values]
    return {"decider": decider, "act": deed.kind, "value": deed.value, "why": names}
