"""Rules made up over the whole catalogue, and rules with something wrong in them; for property tests."""

import copy
from functools import cache
from typing import Any, cast

from hypothesis import strategies as st

from parley.automation.rules.model import ANCHORS
from parley.kit.clock import SystemClock
from parley.kit.conditions.catalogue import ActForm, Catalogue, Param
from parley.kit.conditions.fields import COMPARISONS, Field
from tests.automation.conftest import SLICES
from tests.support.app import build_test_runtime

Json = Any
TEXTS = st.sampled_from(("refund", "Größe", "返品", "a", "\N{NO-BREAK SPACE}", " ", "", "a\0b", "x" * 501))
GOOD_TEXTS = st.sampled_from(("refund", "Größe", "返品", "a", " a ", "\N{ZERO WIDTH SPACE}"))
NUMBERS = st.sampled_from((0, 1, 2.5, -1, 40, 10**15))
MOMENTS = st.sampled_from(("2030-01-31T09:00:00Z", "2028-02-29T23:59:59.123456+05:30"))
ANYTHING: st.SearchStrategy[Json] = st.sampled_from(
    (
        *(None, True, 0, 1, 5.0, 1.5, -3, 10**16, "", " ", "x", "high"),
        *("2030-02-30T09:00:00Z", "2030-01-31T09:00:00Z", [], ["x"], [1], {}, [""], ["\0"], [1, 2]),
        *({"all": []}, {"field": "message.words", "op": "over", "value": 3}),
    )
).map(copy.deepcopy)


@cache
def catalogue() -> Catalogue:
    """Gives the catalogue of the slices, without a database."""
    return build_test_runtime(cast(Any, None), SystemClock(), SLICES).catalogue


def _values(field: Field, wants: str) -> st.SearchStrategy[Json]:
    text = st.sampled_from(field.options) if field.options else GOOD_TEXTS
    made: dict[str, st.SearchStrategy[Json]] = {
        "texts": text | st.lists(text, min_size=1, max_size=3),
        "number": NUMBERS,
        "span": st.lists(NUMBERS, min_size=2, max_size=2),
        "flag": st.booleans(),
        "moment": MOMENTS,
        "minutes": st.sampled_from((0, 1, 2.5, 1440)),
        "nothing": st.none(),
    }
    return made[wants]


def _tests(fields: list[Field]) -> st.SearchStrategy[Json]:
    one = st.sampled_from(
        [(field, op, wants) for field in fields for op, wants in COMPARISONS[field.kind].items()]
    )
    return one.flatmap(
        lambda found: _values(found[0], found[2]).map(
            lambda value: {"field": found[0].name, "op": found[1], "value": value}
        )
    )


def conditions(event: str) -> st.SearchStrategy[Json]:
    """Gives conditions that may be asked at an event."""
    return st.recursive(
        _tests(catalogue().fields_for(event)),
        lambda inner: (
            st.lists(inner, max_size=3).map(lambda parts: {"all": parts})
            | st.lists(inner, max_size=3).map(lambda parts: {"any": parts})
            | inner.map(lambda part: {"not": part})
        ),
        max_leaves=5,
    )


def _args(param: Param) -> st.SearchStrategy[Json]:
    one = st.sampled_from(param.options) if param.options else GOOD_TEXTS
    match param.kind:
        case "flag":
            return st.booleans()
        case "number" | "minutes":
            return st.sampled_from((0, 1, 2.5, 60))
        case "choices":
            return st.lists(one, min_size=1, max_size=3)
        case "choice" | "macro":
            return one
        case _:
            return GOOD_TEXTS


def acts(form: ActForm) -> st.SearchStrategy[Json]:
    """Gives an act of this form with arguments of the right kinds."""
    required = {param.name: _args(param) for param in form.params if param.required}
    free = [param for param in form.params if not param.required and param.name not in form.either]
    optional = {param.name: st.none() | _args(param) for param in free}
    made = st.fixed_dictionaries({"act": st.just(form.name), **required}, optional=optional)
    if not form.either:
        return made
    either = st.sampled_from([param for param in form.params if param.name in form.either])
    one = either.flatmap(lambda param: _args(param).map(lambda value: {param.name: value}))
    return st.tuples(made, one).map(lambda pair: {**pair[0], **pair[1]})


@st.composite
def rules(draw: st.DrawFn) -> Json:
    """Makes a rule that says nothing wrong."""
    event = draw(st.sampled_from(list(catalogue().events.values())))
    forms = st.sampled_from(list(catalogue().acts.values()))
    rule: Json = {"when": event.name, "then": draw(st.lists(forms.flatmap(acts), min_size=1, max_size=3))}
    if draw(st.booleans()):
        rule["if"] = draw(st.none() | conditions(event.name))
    if draw(st.booleans()):
        rule["stop"] = draw(st.booleans())
    if event.waits:
        rule["wait"] = {
            "anchor": draw(st.sampled_from(ANCHORS)),
            "minutes": draw(st.sampled_from((1, 60, 5.0))),
        }
        if draw(st.booleans()):
            rule["wait"]["hours"] = draw(st.sampled_from((None, "default")))
    return rule


@st.composite
def strange_rules(draw: st.DrawFn) -> Json:
    """Makes a rule and puts something into it that may not belong there."""
    rule = copy.deepcopy(draw(rules()))
    for _ in range(draw(st.integers(1, 2))):
        places = list(_places(rule))
        holder, key = draw(st.sampled_from(places))
        match draw(st.sampled_from(("replace", "remove", "add", "deepen"))):
            case "replace":
                holder[key] = draw(ANYTHING | TEXTS | NUMBERS)
            case "remove":
                del holder[key]
            case "add" if isinstance(holder, dict):
                holder[draw(st.sampled_from(("value", "field", "extra", "wait", "all", "hours")))] = draw(
                    ANYTHING
                )
            case _:
                for _ in range(draw(st.integers(1, 9))):
                    holder[key] = {"not": holder[key]}
        if not rule:
            break
    return rule


def _places(node: Json) -> Any:
    for key in list(node) if isinstance(node, dict) else range(len(node)):
        yield node, key
        if isinstance(node[key], dict | list):
            yield from _places(node[key])
