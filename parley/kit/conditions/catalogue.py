"""What conditions may test, what starts them and what may follow: filled by the slices, one registration each."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, Protocol
from uuid import UUID

import msgspec

from parley.kit.conditions.fields import Field
from parley.kit.conditions.sheet import Sheet
from parley.kit.ctx import Ctx
from parley.kit.decisions.registry import Act
from parley.kit.log.fact import Fact, Recorded


class Subject:
    """What a sheet is about: a fact, the ids found so far and the values read so far.

    Section loaders add to `ids` (conversation, message, customer, order, shipment, …) and to `values`.
    """

    __slots__ = ("fact", "ids", "now", "recorded", "values")

    def __init__(self, fact: Fact, recorded: Recorded, now: datetime) -> None:
        self.fact = fact
        self.recorded = recorded
        self.now = now
        self.ids: dict[str, UUID] = {}
        self.values: dict[str, Any] = {}

    def sheet(self) -> Sheet:
        """Gives the values as a sheet."""
        return Sheet(self.values, self.now)


class Past(Protocol):
    """State as it stood when a fact was told; a rehearsal gives it from the log."""

    def row(self, kind: str, key: UUID) -> Mapping[str, Any] | None:
        """Gives the row of a thing (conversation, customer, order, agent, …) at that moment."""
        ...

    def rows(self, kind: str, **fields: Any) -> Sequence[Mapping[str, Any]]:
        """Gives the rows of a kind whose columns have these values at that moment, the oldest first."""
        ...


LoadSection = Callable[[Ctx, Sequence[Subject]], Awaitable[None]]
RecallSection = Callable[[Past, Subject], None]
Plan = Callable[[Mapping[str, Any], Sheet, Mapping[str, UUID]], list[Act]]
Foresee = Callable[[Mapping[str, Any], Sheet], dict[str, Any]]
Speech = Literal["none", "note", "customer"]


class Section(msgspec.Struct, frozen=True):
    """Fields that are read together: one statement for any number of subjects.

    `recall` reads them from the past where they change; without it `load` is right for the past as well. `after`
    names the sections whose ids it needs.
    """

    name: str
    fields: tuple[Field, ...]
    load: LoadSection
    recall: RecallSection | None = None
    after: tuple[str, ...] = ()


class Event(msgspec.Struct, frozen=True):
    """When a rule is asked: the facts that mean it, and the sections that can be tested then.

    `accepts` may refuse facts of these kinds. `waits` marks events that come after a time the rule names.
    """

    name: str
    kinds: tuple[type[Fact], ...]
    sections: tuple[str, ...]
    accepts: Callable[[Fact], bool] | None = None
    waits: bool = False


class Param(msgspec.Struct, frozen=True):
    """An argument of an act as a form shows it; `source` names the list to choose from."""

    name: str
    kind: Literal["text", "rich", "choice", "choices", "number", "flag", "minutes", "macro"]
    required: bool = True
    options: tuple[str, ...] = ()
    source: str | None = None


class ActForm(msgspec.Struct, frozen=True):
    """An act as rules and macros name it.

    `plan` turns its arguments into acts of the executor (none when there is nothing to do, pure); `foresee` says which
    fields would stand how afterwards; `causes` are the events that may follow. `speech` says who hears of it,
    `money` that an amount may move, `lasting` that it cannot be taken back, `needs` which ids there must be, `either`
    of which optional arguments exactly one must be given.
    """

    name: str
    params: tuple[Param, ...]
    plan: Plan
    foresee: Foresee | None = None
    writes: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()
    speech: Speech = "none"
    money: bool = False
    lasting: bool = False
    needs: tuple[str, ...] = ("conversation",)
    either: tuple[str, ...] = ()


class Catalogue:
    """Everything a rule may say in this installation."""

    def __init__(self) -> None:
        self.fields: dict[str, Field] = {}
        self.sections: dict[str, Section] = {}
        self.events: dict[str, Event] = {}
        self.acts: dict[str, ActForm] = {}

    def add_section(self, section: Section) -> None:
        """Registers a section with its fields; raises ValueError for a name taken or a field of another section."""
        if section.name in self.sections:
            raise ValueError(f"two sections are called {section.name}")
        for field in section.fields:
            if field.section != section.name or field.name in self.fields:
                raise ValueError(f"{field.name} cannot be a field of {section.name}")
            self.fields[field.name] = field
        self.sections[section.name] = section

    def add_event(self, event: Event) -> None:
        """Registers an event; raises ValueError for a name taken."""
        if event.name in self.events:
            raise ValueError(f"two events are called {event.name}")
        self.events[event.name] = event

    def add_act(self, form: ActForm) -> None:
        """Registers an act; raises ValueError for a name taken."""
        if form.name in self.acts:
            raise ValueError(f"two acts are called {form.name}")
        self.acts[form.name] = form

    def fields_for(self, event: str) -> list[Field]:
        """Gives the fields that can be tested at an event, of the sections there are; raises KeyError."""
        sections = [self.sections[name] for name in self.events[event].sections if name in self.sections]
        return [field for section in sections for field in section.fields]

    def kinds(self) -> tuple[type[Fact], ...]:
        """Gives every kind of fact that starts an event."""
        return tuple({kind: None for event in self.events.values() for kind in event.kinds})

    def events_of(self, fact: Fact) -> list[Event]:
        """Gives the events that a fact means."""
        return [
            event
            for event in self.events.values()
            if isinstance(fact, event.kinds) and (event.accepts is None or event.accepts(fact))
        ]

    async def load(self, ctx: Ctx, subjects: Sequence[Subject], sections: Sequence[str]) -> None:
        """Reads sections, and those they need, into the subjects: one statement each, however many subjects."""
        for name in self.order(sections):
            await self.sections[name].load(ctx, subjects)

    def order(self, sections: Sequence[str]) -> list[str]:
        """Gives the sections with those they need, each after what it needs."""
        ordered: dict[str, None] = {}

        def visit(name: str) -> None:
            for needed in self.sections[name].after:
                visit(needed)
            ordered.setdefault(name)

        for name in sections:
            visit(name)
        return list(ordered)
