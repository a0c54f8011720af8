"""What a rule names by id (tags, teams, agents, …) must be there, in this workspace."""

from collections.abc import Iterator
from uuid import UUID

import msgspec

from parley.automation.rules.model import Rule, RuleAct
from parley.kit.conditions.catalogue import Catalogue
from parley.kit.conditions.model import AllOf, Condition, Not, Test
from parley.kit.ctx import Ctx
from parley.kit.errors import FieldError, Invalid

# Source → (table, what makes a row usable by an act, what it is called). Conditions may name what is out of use.
SOURCES = {
    "tags": ("tags", "archived_at IS NULL", "tag"),
    "teams": ("teams", "archived_at IS NULL", "team"),
    "agents": ("agents", "state = 'active'", "agent"),
    "macros": ("macros", "archived_at IS NULL", "macro"),
    "hours": ("business_hours", "archived_at IS NULL", "set of business hours"),
    "brands": ("brands", "archived_at IS NULL", "brand"),
    "channels": ("channels", "deleted_at IS NULL", "channel"),
    "stores": ("connections", "deleted_at IS NULL", "store"),
}
DEFAULT_HOURS = "default"


class Named(msgspec.Struct, frozen=True):
    """An id that stands somewhere in a rule; `living` when it must also be in use."""

    place: str
    source: str
    value: str
    living: bool


async def check_references(ctx: Ctx, catalogue: Catalogue, rule: Rule) -> None:
    """Raises Invalid with the place of the first name that means nothing here; one statement, or none."""
    await check_named(ctx, list(list_named(rule, catalogue)))


async def check_named(ctx: Ctx, named: list[Named]) -> None:
    """Raises Invalid with the place of the first of these ids that is not known, or not in use where it must be."""
    sources = sorted({one.source for one in named})
    if not sources:
        return
    ids = sorted({found for one in named if (found := _find_id(one.value)) is not None})
    statement = " UNION ALL ".join(
        f"SELECT '{source}' AS source, id, {SOURCES[source][1]} AS living FROM {SOURCES[source][0]} "
        "WHERE workspace_id = $1 AND id = ANY($2::uuid[])"
        for source in sources
    )
    rows = await ctx.tx.fetch(statement, ctx.workspace_id, ids)
    known = {(row["source"], row["id"]): row["living"] for row in rows}
    for one in named:
        living = known.get((one.source, _find_id(one.value)))
        if living is None or (one.living and not living):
            what = SOURCES[one.source][2]
            sentence = (
                f"There is no such {what}." if living is None else f"This {what} is not in use any more."
            )
            raise Invalid("bad_rule", sentence, FieldError(one.place, sentence))


def list_named(rule: Rule, catalogue: Catalogue) -> Iterator[Named]:
    """Gives every id that a rule names, with its place."""
    for place, test in walk_tests(rule.condition, "if"):
        source = catalogue.fields[test.field].source
        if source in SOURCES and isinstance(test.value, tuple):
            for n, value in enumerate(test.value):
                yield Named(f"{place}.value.{n}", source, value, living=False)
    yield from named_in_acts(rule.acts, catalogue)
    if rule.wait is not None and rule.wait.hours not in (None, DEFAULT_HOURS):
        yield Named("wait.hours", "hours", str(rule.wait.hours), living=True)


def named_in_acts(acts: tuple[RuleAct, ...], catalogue: Catalogue, place: str = "then") -> Iterator[Named]:
    """Gives every id that acts name, with its place; for rules and macros."""
    for n, act in enumerate(acts):
        for param in catalogue.acts[act.name].params:
            source = "macros" if param.kind == "macro" else param.source
            value = act.args.get(param.name)
            if source not in SOURCES or value is None:
                continue
            if isinstance(value, list):
                for k, one in enumerate(value):
                    yield Named(f"{place}.{n}.{param.name}.{k}", source, one, living=True)
            else:
                yield Named(f"{place}.{n}.{param.name}", source, str(value), living=True)


def walk_tests(condition: Condition, place: str) -> Iterator[tuple[str, Test]]:
    """Gives all tests of a condition with their places, from left to right."""
    if isinstance(condition, Test):
        yield place, condition
    elif isinstance(condition, Not):
        yield from walk_tests(condition.part, f"{place}.not")
    else:
        name = "all" if isinstance(condition, AllOf) else "any"
        for n, part in enumerate(condition.parts):
            yield from walk_tests(part, f"{place}.{name}.{n}")


def _find_id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
