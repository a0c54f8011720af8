"""(h) What a message costs with 10 to 10,000 rules, and what other engines take for the same conditions."""

import random
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from time import perf_counter
from typing import Any
from uuid import UUID

import cel
import zen
from json_logic import jsonLogic  # type: ignore[import-untyped]

from bench.report import Goal
from bench.stage import RUNS, Stage
from parley.assistant.vocabulary import FIELDS as UNDERSTOOD
from parley.automation.rules.engine import Asked, Book, decide_rules
from parley.automation.rules.model import Rule, parse_rule
from parley.conversations.forms import FORMS
from parley.conversations.vocabulary import CONVERSATION_FIELDS, MESSAGE_FIELDS
from parley.facts.assistant import MessageUnderstood
from parley.kit.conditions.catalogue import Catalogue, Event, Section, Subject
from parley.kit.conditions.sheet import Sheet
from parley.kit.ctx import Ctx

SIZES = (10, 100, 1_000, 10_000)
MESSAGES = 400
# The others take so long with many rules that fewer messages must do.
THEIR_WORK = 200_000
_LETTERS = random.Random(1)
WORDS = [
    "".join(_LETTERS.choices("abcdefghijklmnopqrstuvwxyz", k=_LETTERS.randint(3, 9))) for _ in range(5_000)
]
# A few words make up most of what people write (Zipf).
FREQUENCIES = [1 / (rank + 1) for rank in range(len(WORDS))]
NOW = datetime(2030, 1, 1, tzinfo=UTC)
IDS = {"conversation": UUID(int=1), "customer": UUID(int=2)}
Values = dict[str, Any]
Engine = Callable[[Values], int]


async def _nothing(_: Ctx, __: Sequence[Subject]) -> None:
    """Reads nothing; the values are made up."""


def build_catalogue() -> Catalogue:
    """Gives the vocabulary of the inbox and of the assistant."""
    catalogue = Catalogue()
    for name, fields in (
        ("message", MESSAGE_FIELDS),
        ("conversation", CONVERSATION_FIELDS),
        ("understanding", UNDERSTOOD),
    ):
        catalogue.add_section(Section(name, fields, _nothing))
    catalogue.add_event(
        Event("message_received", (MessageUnderstood,), ("message", "conversation", "understanding"))
    )
    for form in FORMS:
        catalogue.add_act(form)
    return catalogue


def make_tests(source: random.Random) -> list[tuple[str, str, list[str]]]:
    """Makes up the tests of a rule: mostly words of a text, some with a channel, an intent, a tag."""
    tag, intent = f"tag{source.randrange(50)}", f"intent{source.randrange(35)}"
    if source.random() < 0.2:
        return [("understanding.top_intent", "is", [intent]), ("conversation.tags", "has", [tag])]
    phrases = [" ".join(source.sample(WORDS, 2)) for _ in range(source.randint(1, 3))]
    tests = [("message.text", "contains", phrases)]
    chance = source.random()
    if chance < 0.3:
        tests.append(("conversation.channel", "is", [source.choice(("chat", "email"))]))
    elif chance < 0.5:
        tests.append(("understanding.top_intent", "is", [intent]))
    return tests


def make_messages(source: random.Random) -> list[Values]:
    """Makes up what messages are seen as."""
    return [
        {
            "message.text": " ".join(source.choices(WORDS, FREQUENCIES, k=source.randint(10, 80))),
            "conversation.channel": source.choice(("chat", "email")),
            "conversation.priority": "normal",
            "conversation.tags": [f"tag{source.randrange(50)}" for _ in range(2)],
            "understanding.top_intent": f"intent{source.randrange(35)}",
        }
        for _ in range(MESSAGES)
    ]


def build_ours(catalogue: Catalogue, rules: Sequence[list[tuple[str, str, list[str]]]]) -> Engine:
    """Gives our engine with these rules; it answers how many held."""
    parsed: list[Rule] = []
    for number, tests in enumerate(rules):
        condition = {"all": [{"field": field, "op": op, "value": value} for field, op, value in tests]}
        then = [{"act": "tag", "tag_ids": [f"new{number}"]}]
        body = {"when": "message_received", "if": condition, "then": then}
        parsed.append(parse_rule(body, catalogue, UUID(int=number + 1), 1, f"Rule {number}"))
    book = Book(1, parsed, catalogue)
    shelves = book.shelves_for(["message_received"])

    def ask(values: Values) -> int:
        return len(decide_rules(catalogue, Asked(shelves, Sheet(values, NOW), IDS), acts=10**6).links)

    return ask


def build_zen(rules: Sequence[list[tuple[str, str, list[str]]]]) -> Engine:
    """Gives the same conditions as compiled expressions of zen-engine, asked one after the other."""
    compiled = [
        zen.compile_expression(" and ".join(_write(test, "contains({0}, {1})", "or") for test in tests))
        for tests in rules
    ]
    return lambda values: sum(bool(one.evaluate(_flat(values))) for one in compiled)


def build_cel(rules: Sequence[list[tuple[str, str, list[str]]]]) -> Engine:
    """Gives the same conditions as compiled programs of the Common Expression Language."""
    compiled = [
        cel.compile(" && ".join(_write(test, "{0}.contains({1})", "||") for test in tests)) for tests in rules
    ]
    return lambda values: sum(bool(one.execute(_flat(values))) for one in compiled)


def build_json_logic(rules: Sequence[list[tuple[str, str, list[str]]]]) -> Engine:
    """Gives the same conditions as JSON-Logic."""
    trees = [
        {
            "and": [
                {
                    "or": [
                        {"in": [one, {"var": _name(field)}]}
                        if op != "is"
                        else {"==": [{"var": _name(field)}, one]}
                        for one in value
                    ]
                }
                for field, op, value in tests
            ]
        }
        for tests in rules
    ]
    return lambda values: sum(bool(jsonLogic(tree, _flat(values))) for tree in trees)


def _write(test: tuple[str, str, list[str]], contains: str, either: str) -> str:
    field, op, value = test
    if op == "is":
        parts = [f'{_name(field)} == "{one}"' for one in value]
    elif op == "has":
        parts = [
            f'{_name(field)}.exists(t, t == "{one}")' if either == "||" else f'"{one}" in {_name(field)}'
            for one in value
        ]
    else:
        parts = [contains.format(_name(field), f'"{one}"') for one in value]
    return f"({f' {either} '.join(parts)})"


def _name(field: str) -> str:
    return field.replace(".", "_")


def _flat(values: Values) -> Values:
    return {_name(name): value for name, value in values.items()}


async def measure_rules(stage: Stage) -> None:
    """Measures the cost of a message by the number of rules, and the other engines at a thousand, taking turns."""
    book = stage.book
    source = random.Random(7)
    catalogue, messages = build_catalogue(), make_messages(source)
    rules = [make_tests(source) for _ in range(max(SIZES))]
    engines = {size: build_ours(catalogue, rules[:size]) for size in SIZES}
    runs: dict[int, list[float]] = {size: [] for size in SIZES}
    for _ in range(RUNS):
        for size in SIZES:
            runs[size].append(_time(engines[size], messages))
    first = f"a message with {SIZES[0]} rules"
    book.add(first, runs[SIZES[0]], "µs")
    for size in SIZES[1:]:
        goal = Goal(2.0, of_ratio=True) if size == 1_000 else None
        book.add(f"a message with {size:,} rules", runs[size], "µs", against=first, goal=goal)
    _compare(stage, catalogue, rules[:1_000], messages)


def _compare(
    stage: Stage,
    catalogue: Catalogue,
    rules: Sequence[list[tuple[str, str, list[str]]]],
    messages: Sequence[Values],
) -> None:
    ours = build_ours(catalogue, rules)
    others = {"zen-engine": build_zen(rules), "CEL": build_cel(rules), "JSON-Logic": build_json_logic(rules)}
    few = messages[: THEIR_WORK // len(rules)]
    expected = [ours(values) for values in few]
    for name, engine in others.items():
        if (got := [engine(values) for values in few]) != expected:
            stage.book.note(f"rules: {name} does not agree with ours: {sum(got)} and {sum(expected)} held")
    times: dict[str, list[float]] = {name: [] for name in ("ours", *others)}
    for _ in range(RUNS):
        for name, engine in {"ours": ours, **others}.items():
            times[name].append(_time(engine, few))
    reference = "1,000 rules, the same messages: ours"
    stage.book.add(reference, times["ours"], "µs")
    for name in others:
        stage.book.add(f"1,000 rules: {name}, one after the other", times[name], "µs", against=reference)


def _time(engine: Engine, messages: Sequence[Values]) -> float:
    """Gives microseconds a message."""
    began = perf_counter()
    for values in messages:
        engine(values)
    return (perf_counter() - began) / len(messages) * 1e6
