"""Whatever happens: the facts tell all of it, and screens that hear them show what a fresh look would."""

import random
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings

from parley.conversations.live import build_enricher
from parley.conversations.model import fold_conversation
from parley.conversations.queries.messages import list_messages
from parley.conversations.queries.rows import list_rows
from parley.kit.clock import FixedClock
from parley.kit.db import plain_json
from parley.kit.ids import uuid7
from parley.kit.log.cursor import START, Cursor
from parley.kit.log.fact import Recorded, fact_kinds
from parley.kit.log.read import read_workspace
from tests.support.app import Shop
from tests.support.inbox import Inbox
from tests.support.random_acts import ACTS, STEPS, Actors, Step

BOUNDED = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture
async def people(shop: Shop) -> tuple[list[UUID], list[UUID]]:
    """Two agents and two tags."""
    agents = [await shop.agent(), await shop.agent(name="Bo")]
    tags = [uuid7(), uuid7()]
    async with shop.runtime.ctx(shop.workspace_id) as ctx:
        for number, tag in enumerate(tags):
            await ctx.tx.execute(
                "INSERT INTO tags (workspace_id, id, name, name_key) VALUES ($1, $2, $3, $3)",
                shop.workspace_id,
                tag,
                f"tag {number}",
            )
    return agents, tags


async def read_facts(shop: Shop, after: Cursor, conversation_id: UUID | None = None) -> list[Recorded]:
    """Reads the shop's log after a position."""
    async with shop.runtime.db.transaction(shop.workspace_id) as tx:
        return await read_workspace(
            tx, shop.workspace_id, after, epoch=1, own=True, limit=10_000, conversation_id=conversation_id
        )


def place_of(fact: Recorded) -> Cursor:
    """Gives the position of a fact."""
    return Cursor(fact.epoch, fact.xid, fact.seq)


@given(steps=STEPS)
@BOUNDED
async def test_a_fold_over_the_facts_gives_the_row(
    shop: Shop, inbox: Inbox, clock: FixedClock, people: tuple[list[UUID], list[UUID]], steps: list[Step]
) -> None:
    actors = Actors(shop, inbox, clock, *people)
    await actors.begin()
    for step in steps:
        await actors.step(step)
    facts = [(fact.kind, fact.data) for fact in await read_facts(shop, START, actors.conversation_id)]
    row = plain_json(await inbox.row(actors.conversation_id))
    del row["version"], row["workspace_id"]
    assert fold_conversation(facts) == row
    for position, (kind, data) in enumerate(facts):
        if isinstance(data.get("changes"), dict):
            before = fold_conversation(facts[:position])
            assert data["previous"] == {name: before[name] for name in data["changes"]}, kind
            assert all(data["previous"][name] != value for name, value in data["changes"].items()), kind


class Screen:
    """What a desk holds: rows and messages by id."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.rows: dict[UUID, Any] = {}
        self.messages: dict[UUID, Any] = {}
        self.enrich = build_enricher(shop.runtime)

    def show(self, rows: list[Any], messages: list[Any]) -> None:
        """Takes over what came."""
        self.rows |= {row.id: msgspec.to_builtins(row) for row in rows}
        self.messages |= {message.id: msgspec.to_builtins(message) for message in messages}

    async def fetch(self, customer_id: UUID) -> None:
        """Looks at everything of a customer."""
        scope, links = self.shop.workspace_id, self.shop.runtime.parts["file_links"]
        async with self.shop.runtime.db.transaction(scope) as tx:
            rows = await tx.fetch(
                """SELECT c.id, m.id AS message_id FROM conversations c LEFT JOIN messages m ON m.conversation_id = c.id
                   WHERE c.workspace_id = $1 AND c.customer_id = $2""",
                scope,
                customer_id,
            )
            ids = list({row["id"] for row in rows})
            # A conversation that is part of another holds none.
            messages = [row["message_id"] for row in rows if row["message_id"] is not None]
            self.show(
                await list_rows(tx, scope, ids, None),
                await list_messages(tx, scope, messages, links, self.shop.runtime.clock.now()),
            )

    async def hear(self, facts: list[Recorded]) -> None:
        """Takes over a batch as the hub hands it on."""
        extras: dict[str, Any] = {}
        async with self.shop.runtime.db.transaction(self.shop.workspace_id) as tx:
            await self.enrich(tx, self.shop.workspace_id, facts, extras)
        self.show(extras.get("conversations", []), extras.get("messages", []))


@given(steps=STEPS)
@BOUNDED
async def test_a_stale_screen_and_the_facts_give_a_fresh_screen(
    shop: Shop, inbox: Inbox, clock: FixedClock, people: tuple[list[UUID], list[UUID]], steps: list[Step]
) -> None:
    actors = Actors(shop, inbox, clock, *people)
    await actors.begin()
    stale = Screen(shop)
    await stale.fetch(actors.customer_id)
    cursor = place_of((await read_facts(shop, START, actors.conversation_id))[-1])
    for number, step in enumerate(steps):
        await actors.step(step)
        if number % 4 == 3:
            facts = await read_facts(shop, cursor)
            await stale.hear(facts)
            cursor = place_of(facts[-1]) if facts else cursor
    await stale.hear(await read_facts(shop, cursor))
    fresh = Screen(shop)
    await fresh.fetch(actors.customer_id)
    assert stale.rows == fresh.rows
    assert stale.messages == fresh.messages


async def test_screens_catch_up_after_every_kind_of_fact(
    shop: Shop, inbox: Inbox, clock: FixedClock, people: tuple[list[UUID], list[UUID]]
) -> None:
    chance = random.Random(11)
    told: set[str] = set()
    for _ in range(12):
        actors = Actors(shop, inbox, clock, *people)
        await actors.begin()
        screen = Screen(shop)
        await screen.fetch(actors.customer_id)
        cursor = place_of((await read_facts(shop, START, actors.conversation_id))[-1])
        steps = [
            (name, chance.randrange(500))
            for name in [*ACTS, *ACTS, "reply", "reply", "deliver", "message", "message", "mark"]
        ]
        chance.shuffle(steps)
        for step in steps:
            await actors.step(step)
            facts = await read_facts(shop, cursor)
            if facts:
                await screen.hear(facts)
                cursor = place_of(facts[-1])
            fresh = Screen(shop)
            await fresh.fetch(actors.customer_id)
            kinds = [fact.kind for fact in facts]
            assert (screen.rows, screen.messages) == (fresh.rows, fresh.messages), (step, kinds)
        told |= {fact.kind for fact in await read_facts(shop, START, actors.conversation_id)}
    # These change nothing that a row or a message shows; their own tests see to them.
    elsewhere = {"ChecklistTicked", "BulkProgressed"}
    inbox_kinds = {
        name for name, kind in fact_kinds().items() if kind.__module__ == "parley.facts.conversations"
    }
    assert inbox_kinds - elsewhere <= told
