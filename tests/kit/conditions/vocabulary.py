"""A small vocabulary and conditions made up over it, for property tests."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from parley.kit.conditions.fields import COMPARISONS, Field
from parley.kit.conditions.model import AllOf, AnyOf, Condition, Not, Test

NOW = datetime(2030, 6, 1, 12, tzinfo=UTC)
WORDS = ("refund", "size", "order", "where", "Größe", "환불", "返品", "a", "é", "ok")
FIELDS = {
    field.name: field
    for field in (
        Field("message.text", "text", personal=True),
        Field("message.subject", "text"),
        Field("conversation.channel", "choice", ("chat", "email", "sms")),
        Field("conversation.tags", "choices"),
        Field("customer.orders", "number"),
        Field("customer.vip", "flag"),
        Field("customer.since", "moment"),
    )
}
TAGS = ("t1", "t2", "t3", "t4")

texts = st.lists(st.sampled_from(WORDS), min_size=0, max_size=5).map(" ".join)
choices = st.lists(st.sampled_from(TAGS), unique=True, max_size=3)
moments = st.integers(0, 5_000).map(lambda minutes: NOW - timedelta(minutes=minutes))
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "message.text": texts,
    "message.subject": texts,
    "conversation.channel": st.sampled_from(("chat", "email", "sms")),
    "conversation.tags": choices,
    "customer.orders": st.integers(0, 5),
    "customer.vip": st.booleans(),
    "customer.since": moments,
}
sheets = st.fixed_dictionaries({}, optional={name: st.none() | values for name, values in VALUES.items()})


def _value(field: Field, wants: str) -> st.SearchStrategy[Any]:
    some = {
        "text": st.lists(
            st.sampled_from(WORDS) | texts.filter(lambda text: bool(text.strip())), min_size=1, max_size=3
        ),
        "choice": st.lists(st.sampled_from(field.options or ("x",)), min_size=1, max_size=2),
        "choices": st.lists(st.sampled_from(TAGS), min_size=1, max_size=3),
    }
    given: dict[str, st.SearchStrategy[Any]] = {
        "texts": some.get(field.kind, st.nothing()).map(lambda values: tuple(dict.fromkeys(values))),
        "number": st.integers(0, 5),
        "span": st.tuples(st.integers(0, 2), st.integers(2, 5)),
        "flag": st.booleans(),
        "moment": moments.map(datetime.isoformat),
        "minutes": st.integers(0, 5_000),
        "nothing": st.none(),
    }
    return given[wants]


tests = st.one_of(
    *[
        _value(field, wants).map(lambda value, name=field.name, op=op: Test(name, op, value))  # type: ignore[misc]
        for field in FIELDS.values()
        for op, wants in COMPARISONS[field.kind].items()
    ]
)
conditions: st.SearchStrategy[Condition] = st.recursive(
    tests,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda parts: AllOf(tuple(parts)))
        | st.lists(inner, max_size=3).map(lambda parts: AnyOf(tuple(parts)))
        | inner.map(Not)
    ),
    max_leaves=8,
)
