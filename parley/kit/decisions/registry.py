"""Deciders, the acts they may ask for, and where their configuration comes from."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from parley.kit.ctx import Ctx
from parley.kit.log.fact import Fact, Recorded


class Act(msgspec.Struct, frozen=True):
    """Something to be done: `name` of a registered act and its plain arguments."""

    name: str
    args: dict[str, Any]


class Reason(msgspec.Struct, frozen=True):
    """Why: a message key of the catalogue with the values that mattered."""

    key: str
    values: dict[str, Any] = {}


class Decision(msgspec.Struct, frozen=True):
    """What a decider wants and why; no acts means "nothing to do", which is not stored unless `keep`.

    `links` name what in the decider fired (rules by their ids); they join the chain of every decision that follows
    from this one, so that a decider can see that it is going round.
    """

    acts: list[Act] = []
    reasons: list[Reason] = []
    facts_used: dict[str, Any] = {}
    keep: bool = False
    links: list[str] = []
    version: int | None = None
    """The version of what decided, where that is more than the decider's configuration."""
    conversation_id: UUID | None = None
    """The conversation it is about, where the fact itself names none."""


class Config(msgspec.Struct, frozen=True):
    """A version of a decider's configuration."""

    version: int
    enabled: bool
    values: dict[str, Any]


LoadSnapshot = Callable[[Ctx, Fact, Recorded], Awaitable[Any | None]]
Decide = Callable[[Fact, Any, Config, datetime], Decision]
PerformAct = Callable[[Ctx, dict[str, Any], str], Awaitable[dict[str, Any]]]
NoteDecision = Callable[[Ctx, Recorded, Decision], Awaitable[None]]
UndoAct = Callable[[Ctx, dict[str, Any], dict[str, Any]], Awaitable[None]]


class Decider(msgspec.Struct, frozen=True):
    """A named pure function with the facts it listens to, its defaults and the loader of its snapshot.

    `load` reads the database and may answer None for "not for me"; `decide` must not read anything. `note` is called
    once for each decision that was stored, before its acts. `check` raises msgspec.ValidationError for values of a
    configuration that it could not be asked with.
    """

    name: str
    kinds: tuple[type[Fact], ...]
    load: LoadSnapshot
    decide: Decide
    defaults: dict[str, Any]
    note: NoteDecision | None = None
    check: Callable[[dict[str, Any]], Any] | None = None


class ActKind(msgspec.Struct, frozen=True):
    """How an act is performed (inside the reader's transaction; outside effects are deferred as jobs) and undone."""

    name: str
    perform: PerformAct
    undo: UndoAct | None = None


class DecisionRegistry:
    """All deciders and acts of an installation."""

    def __init__(self) -> None:
        self.deciders: dict[str, Decider] = {}
        self.acts: dict[str, ActKind] = {}
        self.trials: dict[str, Any] = {}

    def add_decider(self, decider: Decider) -> None:
        """Registers a decider; raises ValueError for a name taken."""
        if decider.name in self.deciders:
            raise ValueError(f"two deciders are called {decider.name}")
        self.deciders[decider.name] = decider

    def add_trial(self, trial: Any) -> None:
        """Registers how a decider is tried on the past (`kit.decisions.trials.Trial`); raises ValueError."""
        if trial.name in self.trials:
            raise ValueError(f"two trials are called {trial.name}")
        self.trials[trial.name] = trial

    def add_act(self, name: str, perform: PerformAct, undo: UndoAct | None = None) -> None:
        """Registers an act; raises ValueError for a name taken."""
        if name in self.acts:
            raise ValueError(f"two acts are called {name}")
        self.acts[name] = ActKind(name, perform, undo)


def act_key(fact_id: UUID, decider: str, position: int) -> str:
    """Gives the idempotency key of an act; the version is recorded, never part of the key."""
    return f"{fact_id}:{decider}:{position}"
