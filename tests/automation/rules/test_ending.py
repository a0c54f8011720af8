"""No sequence of facts makes a set of rules run for ever, and the same question has the same answer."""

from collections import deque
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parley.automation.rules.engine import Asked, Book, decide_rules
from parley.automation.rules.model import Rule, parse_rule
from parley.conversations.model import PRIORITIES
from parley.kit.conditions.sheet import Sheet
from parley.kit.decisions.executor import MAX_DEPTH
from parley.kit.decisions.registry import Act, Decision
from parley.kit.ids import uuid7
from tests.automation.conftest import Settle
from tests.automation.rules.grammar import catalogue
from tests.support.app import Shop, body_of
from tests.support.inbox import Inbox

NOW = datetime(2030, 1, 1, tzinfo=UTC)
CONVERSATION = uuid7()
TAGS = [str(UUID(int=n)) for n in range(1, 4)]
PEOPLE = [str(UUID(int=n)) for n in range(10, 12)]
EVENTS = ("conversation_tagged", "conversation_edited", "conversation_assigned")
ACTS_PER_HOUR = 60

tests: st.SearchStrategy[Any] = st.one_of(
    st.builds(
        lambda op, tags: {"field": "conversation.tags", "op": op, "value": tags},
        st.sampled_from(("has", "has_all", "has_none")),
        st.lists(st.sampled_from(TAGS), min_size=1, max_size=2, unique=True),
    ),
    st.builds(
        lambda op, one: {"field": "conversation.priority", "op": op, "value": one},
        st.sampled_from(("is", "is_not")),
        st.sampled_from(PRIORITIES),
    ),
    st.builds(
        lambda op, one: {"field": "conversation.team_id", "op": op, "value": one},
        st.sampled_from(("is", "is_not")),
        st.sampled_from(PEOPLE),
    ),
)
conditions: st.SearchStrategy[Any] = (
    st.just({"all": []})
    | tests
    | tests.map(lambda one: {"not": one})
    | st.lists(tests).map(lambda many: {"any": many})
)
acts: st.SearchStrategy[Any] = st.one_of(
    st.builds(
        lambda act, tags: {"act": act, "tag_ids": tags},
        st.sampled_from(("tag", "untag")),
        st.lists(st.sampled_from(TAGS), min_size=1, max_size=2, unique=True),
    ),
    st.sampled_from(PRIORITIES).map(lambda one: {"act": "set_priority", "priority": one}),
    st.sampled_from(PEOPLE).map(lambda one: {"act": "assign_team", "team_id": one}),
    st.sampled_from(PEOPLE).map(lambda one: {"act": "assign_agent", "agent_id": one}),
)
bodies = st.fixed_dictionaries(
    {
        "when": st.sampled_from(EVENTS),
        "if": conditions,
        "then": st.lists(acts, min_size=1, max_size=3),
        "stop": st.booleans(),
    }
)
starts = st.fixed_dictionaries(
    {
        "conversation.tags": st.lists(st.sampled_from(TAGS), unique=True),
        "conversation.priority": st.sampled_from(PRIORITIES),
        "conversation.team_id": st.none() | st.sampled_from(PEOPLE),
        "conversation.assignee_id": st.none(),
    }
)


def build_book(made: list[Any]) -> Book:
    rules: list[Rule] = [
        parse_rule(body, catalogue(), UUID(int=n), 1, str(n)) for n, body in enumerate(made, 100)
    ]
    return Book(1, rules, catalogue())


class Told(NamedTuple):
    """A fact with the chain and depth it came by."""

    event: str
    chain: frozenset[str]
    depth: int


class World:
    """One conversation, the rules about it, and the facts that wait to be read: the executor without a database.

    `spending` says whether the hour's budget holds; the chain alone must end it as well.
    """

    def __init__(self, book: Book, values: dict[str, Any], *, spending: bool) -> None:
        self.book = book
        self.values = dict(values)
        self.spending = spending
        self.waiting: deque[Told] = deque()
        self.decisions: list[Decision] = []
        self.spent = 0
        self.deepest = 0

    def ask(self, told: Told) -> Decision:
        asked = Asked(
            self.book.shelves_for([told.event]),
            Sheet(self.values, NOW),
            {"conversation": CONVERSATION},
            1,
            told.chain,
            acts_spent=self.spent if self.spending else 0,
        )
        return decide_rules(catalogue(), asked, acts=ACTS_PER_HOUR if self.spending else 10**9)

    def run(self, limit: int) -> None:
        """Reads until nothing is left; fails where there is no end to it."""
        while self.waiting:
            told = self.waiting.popleft()
            self.deepest = max(self.deepest, told.depth)
            decision = self.ask(told)
            if not decision.reasons:
                continue
            self.decisions.append(decision)
            assert len(self.decisions) <= limit, "this goes on and on"
            assert told.chain.isdisjoint(decision.links)
            self.spent += len(decision.acts)
            for act in decision.acts:
                event = self.perform(act)
                if event is not None:
                    self.waiting.append(Told(event, told.chain | set(decision.links), told.depth + 1))

    def perform(self, act: Act) -> str | None:
        """Changes the conversation and gives the event that follows, None where nothing changed."""
        before = dict(self.values)
        match act.name:
            case "tag_conversation":
                tags = set(self.values["conversation.tags"]) | set(act.args["add"])
                self.values["conversation.tags"] = sorted(tags - set(act.args["remove"]))
                changed = "conversation_tagged"
            case "change_conversation":
                self.values["conversation.priority"] = act.args["priority"]
                changed = "conversation_edited"
            case _:
                self.values["conversation.team_id"] = act.args["team_id"]
                self.values["conversation.assignee_id"] = act.args["agent_id"]
                changed = "conversation_assigned"
        return changed if self.values != before else None


@settings(max_examples=150, deadline=None)
@given(
    st.lists(bodies, min_size=1, max_size=6),
    starts,
    st.lists(st.sampled_from(EVENTS), min_size=1, max_size=4),
)
def test_every_sequence_of_facts_comes_to_an_end(
    made: list[Any], values: dict[str, Any], facts: list[str]
) -> None:
    world = World(build_book(made), values, spending=True)
    world.waiting.extend(Told(event, frozenset(), 0) for event in facts)
    # Each decision has read a fact: those given, and at most one for each act of the hour.
    world.run(len(facts) + ACTS_PER_HOUR)
    assert world.spent <= ACTS_PER_HOUR


@settings(max_examples=80, deadline=None)
@given(st.lists(bodies, min_size=1, max_size=4), starts, st.sampled_from(EVENTS))
def test_the_chain_alone_ends_it_whatever_the_budget(
    made: list[Any], values: dict[str, Any], event: str
) -> None:
    world = World(build_book(made), values, spending=False)
    world.waiting.append(Told(event, frozenset(), 0))
    world.run(20_000)
    # A rule fires at most once on each way from the first fact, so that no way is longer than there are rules.
    assert world.deepest <= len(made)


@settings(max_examples=150, deadline=None)
@given(st.lists(bodies, min_size=1, max_size=8), starts, st.sampled_from(EVENTS))
def test_the_same_question_has_the_same_answer(made: list[Any], values: dict[str, Any], event: str) -> None:
    told = Told(event, frozenset({str(UUID(int=100))}), 1)
    answers = [
        msgspec.json.encode(World(build_book(made), state, spending=True).ask(told))
        for state in (
            values,
            dict(reversed(values.items())),
            {**values, "conversation.tags": values["conversation.tags"][::-1]},
        )
    ]
    assert answers[0] == answers[1] == answers[2]


@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(made=st.lists(bodies, min_size=2, max_size=5))
async def test_it_ends_with_the_database_as_well(
    shop: Shop, inbox: Inbox, settle: Settle, made: list[Any]
) -> None:
    """One shop: the tags, teams and agents of the made-up rules are put in place, the rules of before are gone."""
    lead, admin = await shop.signed_in("lead"), await shop.signed_in("admin")
    names = {tag["name"]: tag["id"] for tag in body_of(await admin.get("/api/v1/tags"))["items"]}
    for old in TAGS:
        if old not in names:
            names[old] = body_of(await admin.post("/api/v1/tags", json={"name": old}))["id"]
    agent = str(await shop.agent())
    team = body_of(await admin.post("/api/v1/teams", json={"name": "Team"}))["id"]
    kept = msgspec.json.encode(made).decode()
    for old, new in names.items():
        kept = kept.replace(old, new)
    for n, one in enumerate(PEOPLE):
        kept = kept.replace(f'"agent_id":"{one}"', f'"agent_id":"{agent}"').replace(one, team)
        assert n < len(PEOPLE)
    rules = []
    for body in msgspec.json.decode(kept):
        answer = await lead.post("/api/v1/rules", json={"name": "Any", "rule": body, "enabled": True})
        assert answer.status_code == 201, answer.text
        rules.append(body_of(answer)["id"])
    count = "SELECT count(*) FROM decisions WHERE workspace_id = $1 AND decider = 'rules'"
    before = await shop.count(count, shop.workspace_id)
    asked = await inbox.receive("Hello", key=str(uuid7()))
    someone = await shop.browser(await shop.agent())
    url = f"/api/v1/conversations/{asked.conversation_id}"
    assert (await someone.patch(url, json={"priority": "high"})).status_code == 200
    await settle()
    assert await shop.count(count, shop.workspace_id) - before <= ACTS_PER_HOUR + 1
    deepest = "SELECT coalesce(max(depth), 0) FROM facts WHERE workspace_id = $1"
    assert await shop.count(deepest, shop.workspace_id) <= MAX_DEPTH + 1
    for rule_id in rules:
        await lead.delete(f"/api/v1/rules/{rule_id}")
