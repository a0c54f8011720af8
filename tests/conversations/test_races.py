"""What happens at the same moment, on a real pool of connections."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator

import pytest

from parley.app.tables import TENANT_TABLES
from parley.conversations.actions.delivering import begin_next_delivery
from parley.conversations.errors import NewerMessage
from parley.kit.clock import FixedClock
from parley.kit.db import Database
from parley.kit.files.links import FileLinks
from parley.kit.postgres import EmbeddedPostgres
from tests.conversations.conftest import SLICES
from tests.support.app import Shop, build_test_app, build_test_runtime, open_shop
from tests.support.inbox import AnyChannel, Inbox


@pytest.fixture
async def db(postgres: EmbeddedPostgres) -> AsyncIterator[Database]:
    """A pool whose transactions really commit; everything is emptied afterwards."""
    database = await Database.open(postgres.dsn, max_size=6)
    yield database
    async with database.transaction(None) as tx:
        await tx.execute(
            f"TRUNCATE search_documents, pgqueuer, {', '.join(t.name for t in TENANT_TABLES)} CASCADE"
        )
    await database.close()


@pytest.fixture
async def shop(db: Database, clock: FixedClock) -> AsyncIterator[Shop]:
    """A workspace on the pool."""
    runtime = build_test_runtime(db, clock, SLICES)
    runtime.parts["channel_port"] = AnyChannel()
    runtime.parts["file_links"] = FileLinks(b"key")
    made = await open_shop(runtime, build_test_app(runtime, SLICES))
    yield made
    await made.close()


async def test_the_same_message_at_once_is_accepted_once(shop: Shop, inbox: Inbox) -> None:
    got = await asyncio.gather(*(inbox.receive("Hello", external_id="<1@mail>") for _ in range(6)))
    assert Counter(r.new for r in got) == {True: 1, False: 5}
    assert len({r.message_id for r in got}) == 1
    for table in ("conversations", "threads", "messages", "customers"):
        assert await shop.count(f"SELECT count(*) FROM {table}") == 1, table
    assert len(await shop.facts("MessageReceived", "ConversationOpened")) == 2


async def test_first_messages_at_once_share_a_thread(shop: Shop, inbox: Inbox) -> None:
    got = await asyncio.gather(*(inbox.receive(f"Part {n}", external_id=f"<{n}>") for n in range(6)))
    assert all(r.new for r in got)
    assert len({(r.conversation_id, r.thread_id) for r in got}) == 1
    assert (await inbox.row(got[0].conversation_id))["message_count"] == 6


async def test_different_customers_at_once_get_different_numbers(shop: Shop, inbox: Inbox) -> None:
    got = await asyncio.gather(*(inbox.receive(email=f"{n}@example.com") for n in range(6)))
    numbers = [(await inbox.row(r.conversation_id))["number"] for r in got]
    assert sorted(numbers) == [1, 2, 3, 4, 5, 6]


async def test_two_workers_begin_a_delivery_once(shop: Shop, inbox: Inbox) -> None:
    got = await inbox.receive()
    await inbox.reply(got.conversation_id, await shop.agent())

    async def begin() -> bool:
        async with inbox.ctx() as ctx:
            return await begin_next_delivery(ctx, got.thread_id) is not None

    assert Counter(await asyncio.gather(*(begin() for _ in range(5)))) == {True: 1, False: 4}
    assert await shop.count("SELECT attempts FROM deliveries") == 1


async def test_a_reply_that_crosses_a_message_is_stopped_or_comes_before_it(shop: Shop, inbox: Inbox) -> None:
    ana = await shop.agent()
    outcomes = []
    for turn in range(8):
        got = await inbox.receive("First", email=f"{turn}@example.com")
        replied, _ = await asyncio.gather(
            inbox.reply(got.conversation_id, ana, seen_up_to=got.message_id),
            inbox.receive("Second", email=f"{turn}@example.com"),
            return_exceptions=True,
        )
        posted = [
            f for f in await shop.facts("MessagePosted") if f["conversation_id"] == str(got.conversation_id)
        ]
        if isinstance(replied, NewerMessage):
            assert posted == []
        else:
            assert not isinstance(replied, BaseException)
            assert posted[0]["previous"]["message_count"] == 1
        outcomes.append(type(replied).__name__)
    assert set(outcomes) <= {"Posted", "NewerMessage"}
