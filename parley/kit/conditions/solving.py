"""Whether conditions can hold together, with an example, and whether one always holds where another does. Pure.

A condition is taken apart into ways in which it can hold (disjunctive normal form, at most a few hundred ways). Of each
way every field is settled by itself: the values that matter are tried, among them one between any two that are named,
so "cannot hold" is certain. An example is always checked against the condition itself. What is too large to be taken
apart, or hangs on the spelling of a text, is answered by None: not known.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import combinations, islice, pairwise, product
from typing import Any

from parley.kit.conditions.compiling import Check, compile_condition, compile_test
from parley.kit.conditions.fields import Field
from parley.kit.conditions.model import AllOf, AnyOf, Condition, Not, Test
from parley.kit.conditions.sheet import Sheet, fold_text

NOW = datetime(2030, 1, 2, 12, tzinfo=UTC)
MOST_WAYS = 256
MOST_TRIES = 4_096
OTHER = "something else"
Literal_ = tuple[Test, bool]
Way = list[Literal_]
Example = dict[str, Any]


def find_example(condition: Condition, fields: Mapping[str, Field]) -> Example | bool | None:
    """Gives field values under which the condition holds, False when nothing can make it hold, None when not known."""
    ways = list_ways(condition, positive=True)
    if ways is None:
        return None
    check = compile_condition(condition, fields)
    doubtful = False
    for way in ways:
        example = _settle(way, fields)
        if isinstance(example, dict) and check(Sheet(example, NOW)):
            return example
        doubtful = doubtful or example is not False
    return None if doubtful else False


def implies(narrow: Condition, wide: Condition, fields: Mapping[str, Field]) -> bool:
    """Whether `wide` certainly holds wherever `narrow` does."""
    return find_example(AllOf((narrow, Not(wide))), fields) is False


def list_ways(condition: Condition, *, positive: bool) -> list[Way] | None:
    """Gives the ways in which a condition can hold (or not), each a list of tests with their verdicts."""
    if isinstance(condition, Test):
        return [[(condition, positive)]]
    if isinstance(condition, Not):
        return list_ways(condition.part, positive=not positive)
    parts = [list_ways(part, positive=positive) for part in condition.parts]
    if any(part is None for part in parts):
        return None
    known = [part for part in parts if part is not None]
    if isinstance(condition, AnyOf) is positive:
        ways = [way for part in known for way in part]
    else:
        size = 1
        for part in known:
            size *= len(part)
        if size > MOST_WAYS:
            return None
        ways = [[literal for part in chosen for literal in part] for chosen in product(*known)]
    return ways if len(ways) <= MOST_WAYS else None


def _settle(way: Way, fields: Mapping[str, Field]) -> Example | bool | None:
    """Finds a value for every field of a way; False when one certainly has none, None when one is not known."""
    of_field: dict[str, Way] = {}
    for test, verdict in way:
        of_field.setdefault(test.field, []).append((test, verdict))
    example: Example = {}
    doubtful = False
    for name, literals in of_field.items():
        found, certain = _settle_field(literals, fields[name])
        if found is _NOTHING and certain:
            return False
        if found is _NOTHING:
            doubtful = True
        elif found is not None:
            example[name] = found
    return None if doubtful else example


_NOTHING = object()


def _settle_field(literals: Way, field: Field) -> tuple[Any, bool]:
    """Gives a value that passes all tests of one field, or nothing and whether that is certain."""
    checks: list[tuple[Check, bool]] = [(compile_test(test, field), verdict) for test, verdict in literals]
    candidates, certain = _candidates(literals, field)
    tried = 0
    for value in islice(candidates, MOST_TRIES):
        tried += 1
        sheet = Sheet({} if value is None else {field.name: value}, NOW)
        if all(check(sheet) is verdict for check, verdict in checks):
            return value, True
    return _NOTHING, certain and tried < MOST_TRIES


def _candidates(literals: Way, field: Field) -> tuple[Iterable[Any], bool]:
    """Gives the values worth trying, and whether there is none beside them that could behave otherwise."""
    named = [test.value for test, _ in literals if test.value is not None]
    match field.kind:
        case "flag":
            return (True, False), True
        case "choice":
            mentioned = dict.fromkeys(one for value in named for one in value)
            return (*mentioned, *(field.options or (OTHER,)), None), True
        case "choices":
            return _sets([one for value in named for one in value])
        case "number":
            flat = [one for value in named for one in (value if isinstance(value, tuple) else (value,))]
            return (*_around(flat), None), True
        case "moment":
            return (*_moments([(test.op, test.value) for test, _ in literals]), None), True
        case _:
            return _texts(literals)


def _around(points: Sequence[float]) -> list[float]:
    """Gives the points, one value between any two of them, and one on either side."""
    known = sorted(set(points)) or [0]
    between = [(low + high) / 2 for low, high in pairwise(known)]
    return [*known, *between, known[0] - 1, known[-1] + 1]


def _moments(tests: Sequence[tuple[str, Any]]) -> list[datetime]:
    minutes: list[float] = []
    for op, value in tests:
        if op in ("older_than", "newer_than"):
            minutes.append(-float(value))
        elif value is not None:
            minutes.append((datetime.fromisoformat(value) - NOW).total_seconds() / 60)
    return [NOW + timedelta(minutes=one) for one in _around(minutes)]


def _sets(mentioned: Sequence[str]) -> tuple[Iterable[Any], bool]:
    """Gives all sets of what is mentioned, the small ones first, each with and without something else."""
    known = [*dict.fromkeys(mentioned)]
    subsets = (chosen for size in range(len(known) + 1) for chosen in combinations(known, size))
    return (value for chosen in subsets for value in (list(chosen), [*chosen, OTHER])), 2 ** (
        len(known) + 1
    ) < MOST_TRIES


def _texts(literals: Way) -> tuple[Iterable[Any], bool]:
    """Gives texts put together from what is asked for; certain where only whole texts, or only parts of texts, are."""
    whole = [
        test.value for test, verdict in literals if (test.op, verdict) in (("is", True), ("is_not", False))
    ]
    if whole:
        return [one for value in whole for one in value], True
    begins = _wanted(literals, "begins")
    ends = _wanted(literals, "ends")
    inside = _wanted(literals, "contains") + [
        [one] for test, verdict in literals if test.op == "contains_all" and verdict for one in test.value
    ]
    inside += [list(test.value) for test, verdict in literals if test.op == "contains_none" and not verdict]
    parts = [begins and _longest(begins), *inside, ends and _longest(ends)]
    chosen = product(*[part for part in parts if part])
    texts = (" \N{MIDDLE DOT} ".join(one) for one in chosen)
    empty_fits = not (begins or ends or inside)
    rest: list[Any] = [OTHER, None] if empty_fits else []
    certain = len(begins) < 2 and len(ends) < 2 and _only_parts(literals)
    return (*islice(texts, MOST_TRIES), *rest), certain


def _wanted(literals: Way, op: str) -> list[list[str]]:
    return [list(test.value) for test, verdict in literals if test.op == op and verdict]


def _longest(choices: Sequence[Sequence[str]]) -> list[str]:
    return sorted({one for values in choices for one in values}, key=lambda one: (-len(one), one))


def _only_parts(literals: Way) -> bool:
    """Whether what is forbidden are parts that stand inside what is wanted, so that no other text would do."""
    wanted = [
        fold_text(one)
        for test, verdict in literals
        if verdict and test.op in ("contains", "contains_all", "begins", "ends")
        for one in test.value
    ]
    denied = [
        fold_text(one)
        for test, verdict in literals
        if (test.op == "contains" and not verdict) or (test.op == "contains_none" and verdict)
        for one in test.value
    ]
    empty = any(test.op in ("empty", "filled") for test, _ in literals)
    simple = all(
        test.op in ("contains", "contains_none", "contains_all", "begins", "ends", "empty", "filled")
        for test, _ in literals
    )
    return simple and (empty or any(one in phrase for phrase in wanted for one in denied))
