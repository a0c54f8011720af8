"""What a decider does to a conversation is taken back exactly; what somebody has done since stays."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parley.conversations.actions.changing import change_conversation, snooze_conversation
from parley.conversations.acts import read_field_value, restore_fields
from parley.conversations.model import PRIORITIES, STATUSES
from parley.kit.decisions.executor import perform_acts, undo_decision
from parley.kit.decisions.registry import Act
from parley.kit.errors import Invalid
from parley.kit.ids import uuid7
from tests.support.app import Shop, body_of
from tests.support.inbox import Inbox

BOUNDED = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
LEFT_OUT = ("version",)


class Desk:
    """A conversation with agents, teams, tags and fields to choose from."""

    def __init__(self, shop: Shop, inbox: Inbox) -> None:
        self.shop = shop
        self.inbox = inbox
        self.conversation_id = UUID(int=0)
        self.agents: list[str] = []
        self.teams: list[str] = []
        self.tags: list[str] = []

    async def prepare(self) -> None:
        """Fills the shop."""
        admin = await self.shop.signed_in("admin")
        self.conversation_id = (await self.inbox.receive()).conversation_id
        self.agents = [str(await self.shop.agent(name=name)) for name in ("Ana", "Bo")]
        for name in ("One", "Two"):
            self.teams.append(body_of(await admin.post("/api/v1/teams", json={"name": name}))["id"])
        for name in ("a", "b", "c"):
            self.tags.append(body_of(await admin.post("/api/v1/tags", json={"name": name}))["id"])
        for key, kind in (("size", "text"), ("pieces", "number"), ("urgent", "checkbox"), ("on", "date")):
            field = {"key": key, "label": key, "type": kind}
            made = await admin.post("/api/v1/custom-fields", json=field)
            assert made.status_code == 201, made.text

    async def state(self) -> dict[str, Any]:
        """Gives row and tags as they stand."""
        row = await self.inbox.row(self.conversation_id)
        async with self.inbox.ctx() as ctx:
            tags = await ctx.tx.fetch(
                "SELECT tag_id FROM conversation_tags WHERE workspace_id = $1 AND conversation_id = $2 ORDER BY 1",
                self.shop.workspace_id,
                self.conversation_id,
            )
        return {
            **{k: v for k, v in row.items() if k not in LEFT_OUT},
            "tags": [tag["tag_id"] for tag in tags],
        }

    async def decide(self, acts: list[Act]) -> UUID:
        """Carries out acts as a decision does, and gives it."""
        decision_id, fact_id = uuid7(), uuid7()
        async with self.inbox.ctx() as ctx:
            await ctx.tx.execute(
                """INSERT INTO decisions (workspace_id, id, fact_id, decider, version, acts, at)
                   VALUES ($1, $2, $3, 'rules', 1, $4, $5)""",
                self.shop.workspace_id,
                decision_id,
                fact_id,
                acts,
                ctx.now,
            )
            await perform_acts(self.shop.runtime.decisions, ctx, "rules", decision_id, fact_id, acts)
        return decision_id

    async def undo(self, decision_id: UUID) -> list[str]:
        """Takes a decision back."""
        async with self.inbox.ctx() as ctx:
            return await undo_decision(self.shop.runtime.decisions, ctx, decision_id)

    def act(self, name: str, **args: Any) -> Act:
        """Gives an act on the conversation."""
        return Act(name, {"conversation_id": str(self.conversation_id), **args})

    async def states(self, decision_id: UUID) -> list[tuple[str, str]]:
        """Gives state and code of each act of a decision."""
        async with self.inbox.ctx() as ctx:
            rows = await ctx.tx.fetch(
                """SELECT state, result ->> 'code' AS code FROM decision_acts
                   WHERE workspace_id = $1 AND decision_id = $2 ORDER BY position""",
                self.shop.workspace_id,
                decision_id,
            )
        return [(row["state"], row["code"]) for row in rows]


@pytest.fixture
async def desk(shop: Shop, inbox: Inbox) -> Desk:
    """A shop that is ready."""
    made = Desk(shop, inbox)
    await made.prepare()
    return made


def acts_of(desk: Desk) -> st.SearchStrategy[Act]:
    """Draws any act that can be taken back."""
    some_tags = st.lists(st.sampled_from(desk.tags), max_size=3, unique=True)
    fields = st.sampled_from(
        [("size", "XL"), ("size", None), ("pieces", "3"), ("pieces", "2.5"), ("pieces", "many"),
         ("urgent", "true"), ("urgent", None), ("on", "2026-03-04"), ("gone", "x")]
    )  # fmt: skip
    changes = st.one_of(
        st.fixed_dictionaries({"priority": st.sampled_from(PRIORITIES)}),
        st.fixed_dictionaries({"status": st.sampled_from(("open", "closed", "spam"))}),
        st.fixed_dictionaries({"snooze_minutes": st.integers(1, 10_000)}),
        st.fixed_dictionaries({"language": st.sampled_from(("de", "en-GB", "pt-BR", "not a language"))}),
        st.fixed_dictionaries({"custom_fields": st.just({"size": "S", "pieces": None})}),
    )
    return st.one_of(
        st.builds(
            lambda agent, team: desk.act("assign_conversation", agent_id=agent, team_id=team),
            st.none() | st.sampled_from(desk.agents),
            st.none() | st.sampled_from(desk.teams),
        ),
        st.builds(
            lambda add, remove: desk.act("tag_conversation", add=add, remove=remove), some_tags, some_tags
        ),
        changes.map(lambda given: desk.act("change_conversation", **given)),
        fields.map(lambda field: desk.act("set_conversation_field", field=field[0], value=field[1])),
    )


def starts_of() -> st.SearchStrategy[dict[str, Any]]:
    """Draws what a conversation may be before."""
    return st.fixed_dictionaries(
        {
            "status": st.sampled_from(STATUSES),
            "priority": st.integers(0, 3),
            "language": st.sampled_from((None, "fr")),
            "custom_fields": st.sampled_from(({}, {"size": "M", "pieces": 1}, {"other": "kept"})),
        }
    )


@BOUNDED
@given(data=st.data())
async def test_any_acts_taken_back_leave_everything_as_it_was(desk: Desk, data: st.DataObject) -> None:
    """Over one shop: each example goes on with what the one before has left."""
    start = data.draw(starts_of())
    acts = data.draw(st.lists(acts_of(desk), min_size=1, max_size=6))
    async with desk.inbox.ctx() as ctx:
        until = ctx.now + timedelta(hours=3) if start["status"] == "snoozed" else None
        closed = ctx.now - timedelta(hours=1) if start["status"] == "closed" else None
        waiting = ctx.now - timedelta(hours=2) if start["status"] in ("open", "snoozed") else None
        moments = {"snoozed_until": until, "closed_at": closed, "waiting_since": waiting}
        await change_conversation(ctx, desk.conversation_id, {**start, **moments})
    before = await desk.state()
    decision_id = await desk.decide(acts)
    await desk.undo(decision_id)
    assert await desk.state() == before


async def test_what_an_agent_has_changed_since_stays(desk: Desk) -> None:
    decision_id = await desk.decide(
        [
            desk.act("change_conversation", priority="urgent"),
            desk.act("assign_conversation", agent_id=desk.agents[0], team_id=desk.teams[0]),
            desk.act("change_conversation", status="closed"),
        ]
    )
    async with desk.inbox.ctx() as ctx:
        await change_conversation(
            ctx,
            desk.conversation_id,
            {
                "priority": 0,
                "assignee_id": UUID(desk.agents[1]),
            },
        )
    await desk.undo(decision_id)
    after = await desk.state()
    assert (after["priority"], str(after["assignee_id"]), after["team_id"]) == (0, desk.agents[1], None)
    assert (after["status"], after["closed_at"]) == ("open", None)
    reopened = (await desk.shop.facts("ConversationReopened"))[-1]
    assert reopened["undone"], "nothing shall follow from it"


async def test_what_slept_sleeps_on_and_wakes(desk: Desk) -> None:
    async with desk.inbox.ctx() as ctx:
        await snooze_conversation(
            ctx, desk.conversation_id, until=ctx.now + timedelta(hours=1), until_reply=False
        )
    decision_id = await desk.decide([desk.act("change_conversation", status="closed")])
    jobs = "SELECT count(*) FROM pgqueuer WHERE entrypoint = 'conversations.wake'"
    before = await desk.shop.count(jobs)
    await desk.undo(decision_id)
    assert (await desk.state())["status"] == "snoozed"
    assert await desk.shop.count(jobs) == before + 1


async def test_one_act_that_is_refused_leaves_the_others(desk: Desk) -> None:
    decision_id = await desk.decide(
        [
            desk.act("set_conversation_field", field="pieces", value="many"),
            desk.act("set_conversation_field", field="gone", value="x"),
            desk.act("set_conversation_field", field="pieces", value="12"),
            desk.act("assign_conversation", agent_id=str(uuid7()), team_id=None),
        ]
    )
    assert await desk.states(decision_id) == [
        ("failed", "bad_field_value"),
        ("failed", "unknown_field"),
        ("done", None),
        ("failed", "agent_inactive"),
    ]
    assert (await desk.state())["custom_fields"] == {"pieces": 12}


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [("number", "12", 12), ("number", "1.5", 1.5), ("checkbox", " True ", True), ("text", "12", "12")],
)
def test_a_text_becomes_the_value_of_its_field(kind: str, text: str, value: Any) -> None:
    assert read_field_value("f", kind, text) == value


@pytest.mark.parametrize(
    ("kind", "text"), [("number", "inf"), ("number", "nan"), ("number", "x"), ("checkbox", "yes")]
)
def test_a_text_that_is_no_such_value_is_refused(kind: str, text: str) -> None:
    with pytest.raises(Invalid):
        read_field_value("f", kind, text)


FIELDS = st.dictionaries(st.sampled_from("abc"), st.integers(0, 2))


@given(FIELDS, FIELDS, FIELDS)
def test_fields_go_back_where_nobody_has_changed_them(
    before: dict[str, int], written: dict[str, int], since: dict[str, int]
) -> None:
    assert restore_fields(written, written, before) == before
    back = restore_fields({**written, **since}, written, before)
    for key, value in since.items():
        if written.get(key) != value:
            assert back[key] == value
