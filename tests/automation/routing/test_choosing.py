"""Choosing an agent, without a database."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.automation.routing.choosing import choose_agent, choose_all
from parley.automation.routing.model import DEFAULTS, Agent, Item, Settings, Skill, read_settings
from parley.automation.routing.queue import estimate_minutes

NOW = datetime(2030, 1, 1, 12, tzinfo=UTC)
ANA, BEN, CAM = (UUID(int=n) for n in (1, 2, 3))
SHOES, COATS = UUID(int=10), UUID(int=11)


def item(**values: Any) -> Item:
    return Item(UUID(int=99), **{"channel_kind": "chat", **values})


def choose(wanted: Item, *agents: Agent, **settings: Any) -> tuple[UUID | None, str]:
    choice = choose_agent(wanted, agents, Settings(**settings))
    return choice.agent_id, choice.reason


def test_the_defaults_are_settings() -> None:
    assert read_settings(DEFAULTS).limit == 30


def test_the_least_busy_by_share_of_capacity() -> None:
    assert choose(item(), Agent(ANA, 4, 5), Agent(BEN, 10, 40)) == (BEN, "least_busy")


def test_among_equals_who_has_waited_longest() -> None:
    assert choose(item(), Agent(ANA, last=NOW), Agent(BEN, last=NOW - timedelta(hours=1)))[0] == BEN


def test_in_turn_the_load_does_not_count() -> None:
    busy = Agent(BEN, 9, last=NOW - timedelta(hours=1))
    assert choose(item(), Agent(ANA, 0, last=NOW), busy, mode="round_robin") == (BEN, "round_robin")


def test_who_is_full_gets_nothing() -> None:
    assert choose(item(), Agent(ANA, 29.5, 30)) == (None, "full")
    assert choose(item(), Agent(ANA, 29.5, 30), weights={"chat": 0.5}) == (ANA, "least_busy")


@pytest.mark.parametrize(("overflow", "expected"), [(None, (None, "nobody")), (COATS, (BEN, "least_busy"))])
def test_only_the_team_or_the_one_that_takes_over(overflow: UUID | None, expected: tuple[Any, str]) -> None:
    assert choose(item(team_id=SHOES, overflow=overflow), Agent(BEN, teams=(COATS,))) == expected


def test_the_team_does_not_matter_where_it_need_not() -> None:
    assert choose(item(team_id=SHOES), Agent(BEN), team_only=False)[0] == BEN


def test_skills_are_wanted_by_intent_and_tag() -> None:
    skills = (Skill("returns", ("return",), ("t1",)),)
    able = Agent(BEN, 5, skills=("returns",))
    assert choose(item(intent="return"), Agent(ANA), able, skills=skills)[0] == BEN
    assert choose(item(tags=("t1",)), Agent(ANA), able, skills=skills)[0] == BEN
    assert choose(item(tags=("t1",)), Agent(ANA), skills=skills) == (None, "no_skill")
    assert choose(item(), Agent(ANA), able, skills=skills)[0] == ANA


def test_languages_are_preferred_or_required() -> None:
    german, other = Agent(ANA, 5, languages=("de",)), Agent(BEN, 0, languages=("en",))
    assert choose(item(language="de-AT"), german, other)[0] == ANA
    assert choose(item(language="ko"), german, other)[0] == BEN
    assert choose(item(language="ko"), german, other, languages="require") == (None, "no_language")
    assert choose(item(language="de"), german, other, languages="off")[0] == BEN


def test_the_own_agent_comes_before_who_answered_last() -> None:
    agents = (Agent(ANA, 5), Agent(BEN, 5), Agent(CAM, 0))
    assert choose(item(personal=ANA, sticky=BEN), *agents) == (ANA, "personal")
    assert choose(item(personal=ANA, sticky=BEN), *agents, personal=False) == (BEN, "sticky")
    assert choose(item(personal=UUID(int=77)), *agents) == (CAM, "least_busy")


def test_who_gave_it_back_does_not_get_it_again() -> None:
    assert choose(item(refused=ANA), Agent(ANA), Agent(BEN, 20))[0] == BEN
    assert choose(item(refused=ANA), Agent(ANA))[0] is None


agents = st.lists(
    st.builds(
        Agent,
        st.integers(1, 8).map(lambda n: UUID(int=n)),
        st.integers(0, 6).map(float),
        st.integers(0, 6).map(float),
        st.none() | st.integers(0, 60).map(lambda n: NOW - timedelta(minutes=n)),
        st.lists(st.sampled_from((SHOES, COATS)), unique=True, max_size=2).map(tuple),
        st.lists(st.sampled_from(("de", "en", "pt")), unique=True, max_size=2).map(tuple),
    ),
    max_size=8,
    unique_by=lambda agent: agent.id,
)
items = st.lists(
    st.builds(
        Item,
        st.integers(100, 120).map(lambda n: UUID(int=n)),
        st.sampled_from(("chat", "email")),
        st.none() | st.sampled_from((SHOES, COATS)),
        language=st.none() | st.sampled_from(("de", "en-GB", "ko")),
    ),
    max_size=10,
)
modes = st.sampled_from(("least_busy", "round_robin"))


@given(items, agents, modes, st.randoms(use_true_random=False))
def test_nobody_gets_more_than_he_can_carry_and_order_of_agents_does_not_matter(
    wanted: list[Item], there: list[Agent], mode: Any, chance: Any
) -> None:
    settings = Settings(mode=mode, weights={"chat": 2, "email": 1})
    choices = choose_all(wanted, there, settings)
    for agent in there:
        got = [choice for choice in choices if choice.agent_id == agent.id]
        added = sum(settings.weigh(choice.item.channel_kind) for choice in got)
        assert not got or agent.load + added <= agent.capacity
        assert all(choice.item.team_id is None or choice.item.team_id in agent.teams for choice in got)
    mixed = list(there)
    chance.shuffle(mixed)
    assert choose_all(wanted, mixed, settings) == choices


def test_the_wait_is_estimated_from_how_often_somebody_was_served() -> None:
    served = [NOW - timedelta(minutes=n) for n in (2, 6, 10, 14)]
    assert estimate_minutes(1, served, NOW) == 4
    assert estimate_minutes(3, served, NOW) == 10
    assert estimate_minutes(1, served[:2], NOW) is None
    assert estimate_minutes(1, served, NOW + timedelta(hours=1)) == 18
