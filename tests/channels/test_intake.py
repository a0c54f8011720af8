"""What arrives is stored before anything looks at it; what cannot be read is put aside, and the rest goes on."""

from typing import Any

import pytest

from parley.channels import ingesting
from parley.channels.actions.intake import JOB, MAX_STARTS, dismiss_item, list_quarantined, retry_item
from parley.kit.errors import NotFound
from parley.kit.failures import Retry
from parley.kit.ids import uuid7
from parley.kit.jobs.registry import Job
from tests.support.app import Shop
from tests.support.jobs import run_jobs
from tests.support.mailroom import Mailroom, write_mail

POISON = b"\x00\r\n \r\n"


async def read_all(room: Mailroom, rounds: int = 4) -> None:
    """Lets the job run as often as the queue would try it."""
    rows = await room.rows("SELECT id, channel_id FROM inbound_items WHERE workspace_id = $1 ORDER BY id")
    kind = room.runtime.jobs.kinds[JOB]
    for attempt in range(rounds):
        for row in rows:
            payload = {
                "workspace_id": str(room.workspace_id),
                "channel_id": str(row["channel_id"]),
                "item_id": str(row["id"]),
            }
            try:
                await kind.handler(Job(room.runtime, 1, JOB, room.workspace_id, payload, attempt, False))
            except Retry:
                continue


async def test_a_poisoned_mail_is_put_aside_and_the_rest_goes_on(room: Mailroom, shop: Shop) -> None:
    await room.take_in(write_mail("one").as_bytes())
    await room.take_in(POISON)
    await room.take_in(write_mail("two", subject="Another matter 9931").as_bytes())
    await read_all(room)
    texts = [
        row["text"]
        for row in await room.rows("SELECT text FROM messages WHERE workspace_id = $1 ORDER BY id")
    ]
    assert texts == ["one", "two"]
    async with room.ctx() as ctx:
        (aside,) = await list_quarantined(ctx)
    assert (aside.error, aside.attempts, aside.channel_name, aside.size) == (
        "The mail is empty.",
        3,
        "Help",
        len(POISON),
    )
    (fact,) = await shop.facts("ItemQuarantined")
    assert fact["item_id"] == str(aside.id)


async def test_a_person_can_have_it_read_again_or_give_it_up(room: Mailroom) -> None:
    await room.take_in(POISON, key="1")
    await room.take_in(POISON + b" ", key="2")
    await read_all(room)
    async with room.ctx() as ctx:
        second, first = await list_quarantined(ctx)
        assert [one.id for one in await list_quarantined(ctx, limit=1)] == [second.id]
        assert not await list_quarantined(ctx, before=first.received_at)
        await retry_item(ctx, first.id)
        await dismiss_item(ctx, second.id)
    states = await room.rows("SELECT state, attempts FROM inbound_items WHERE workspace_id = $1 ORDER BY id")
    assert states == [{"state": "stored", "attempts": 0}, {"state": "dismissed", "attempts": 0}]
    await read_all(room)
    async with room.ctx() as ctx:
        assert [one.id for one in await list_quarantined(ctx)] == [first.id]
        with pytest.raises(NotFound):
            await retry_item(ctx, second.id)
        with pytest.raises(NotFound):
            await dismiss_item(ctx, uuid7())


async def test_another_workspace_sees_and_touches_nothing(room: Mailroom, neighbour: Shop) -> None:
    await room.take_in(POISON)
    await read_all(room)
    async with room.ctx() as ctx:
        (aside,) = await list_quarantined(ctx)
    async with neighbour.runtime.ctx(neighbour.workspace_id) as ctx:
        assert await list_quarantined(ctx) == []
        with pytest.raises(NotFound):
            await dismiss_item(ctx, aside.id)


async def test_while_something_is_away_nothing_is_counted_against_the_mail(
    room: Mailroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    await room.take_in(write_mail().as_bytes())
    read = room.runtime.files.read

    async def away(*_: Any) -> bytes:
        raise ConnectionResetError("gone")

    monkeypatch.setattr(room.runtime.files, "read", away)
    await read_all(room, rounds=5)
    row = await room.row("SELECT state, error FROM inbound_items WHERE workspace_id = $1")
    assert row == {"state": "stored", "error": ""}
    monkeypatch.setattr(room.runtime.files, "read", read)
    await read_all(room, rounds=1)
    assert await room.count("messages") == 1


async def test_a_mail_that_kills_the_process_is_put_aside_in_the_end(
    room: Mailroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    await room.take_in(write_mail().as_bytes())

    class Killed(BaseException):
        """Stands for SIGKILL: nothing of ours can catch it."""

    async def die(*_: Any) -> None:
        raise Killed

    monkeypatch.setattr(room.parts.ingesting, "_read", die)
    for _ in range(MAX_STARTS):
        with pytest.raises(Killed):
            await read_all(room, rounds=1)
    await read_all(room, rounds=1)
    row = await room.row("SELECT state, error FROM inbound_items WHERE workspace_id = $1")
    assert row == {"state": "quarantined", "error": "It was begun too often without an end."}


async def test_reading_twice_at_once_gives_one_message(room: Mailroom) -> None:
    await room.take_in(write_mail().as_bytes())
    await read_all(room, rounds=3)
    await run_jobs(room.runtime, JOB)
    assert await room.count("messages") == 1


async def test_a_forgotten_item_is_found_again(room: Mailroom) -> None:
    await room.take_in(write_mail().as_bytes())
    async with room.runtime.db.transaction(None) as tx:
        await tx.execute("DELETE FROM pgqueuer WHERE entrypoint = $1", JOB)
        await tx.execute(
            "UPDATE inbound_items SET id = $2 WHERE workspace_id = $1",
            room.workspace_id,
            uuid7(int(room.runtime.clock.now().timestamp() * 1000) - 120_000),
        )
    await room.parts.ingesting.sweep(room.runtime)
    await room.parts.ingesting.sweep(room.runtime)
    assert await run_jobs(room.runtime, JOB) == 1
    assert await room.count("messages") == 1


async def test_the_raw_bytes_stay_as_they_came(room: Mailroom) -> None:
    raw = b"Subject: \xe9\xe8\r\nFrom: a@b.example\r\n\r\n\xff\xfe\x00 odd\r\n"
    await room.take_in(raw)
    row = await room.row(
        "SELECT f.sha256, f.used, f.type FROM inbound_items i JOIN files f ON f.id = i.file_id WHERE i.workspace_id = $1"
    )
    assert (row["used"], row["type"]) == (True, "message/rfc822")
    assert await room.runtime.files.read(str(room.workspace_id), row["sha256"]) == raw


async def test_items_of_an_unknown_kind_are_put_aside(
    room: Mailroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    await room.take_in(write_mail().as_bytes())
    monkeypatch.setattr(room.parts.ingesting, "_readers", {})
    await read_all(room)
    row = await room.row("SELECT state, error FROM inbound_items WHERE workspace_id = $1")
    assert row == {"state": "quarantined", "error": "There is no such reader of the channel kind email."}


def test_failures_are_told_in_sentences() -> None:
    assert ingesting.describe(ValueError("boom")) == "It cannot be read (ValueError: boom)."
