"""Failed work: jobs given up, facts that readers could not handle, failing webhooks."""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import pytest

from parley.accounts.actions.failed_work import (
    dismiss_failed_fact,
    dismiss_failed_job,
    dismiss_failed_webhook,
    retry_failed_fact,
    retry_failed_job,
    retry_failed_webhook,
)
from parley.accounts.actions.teams import create_tag
from parley.accounts.queries.failed_work import (
    FailedItem,
    count_failed,
    list_failed_facts,
    list_failed_jobs,
    list_failed_webhooks,
)
from parley.facts.accounts import SettingsChanged
from parley.kit.ctx import Ctx
from parley.kit.errors import NotFound
from parley.kit.ids import uuid7
from parley.kit.log.fact import Fact, Recorded
from parley.kit.log.readers import ReaderLoop
from tests.support.app import Shop


async def listed(shop: Shop, listing: Callable[..., Awaitable[list[FailedItem]]]) -> list[FailedItem]:
    """Runs a listing."""
    async with shop.runtime.db.transaction(shop.workspace_id) as tx:
        return await listing(tx, shop.workspace_id)


async def fail_job(shop: Shop) -> int:
    """Puts a job into the state in which the worker leaves one that it gave up."""
    payload = msgspec.json.encode({"workspace_id": shop.workspace_id, "conversation_id": uuid7(), "n": 1})
    async with shop.runtime.db.transaction(shop.workspace_id) as tx:
        job_id = await tx.fetchval(
            """INSERT INTO pgqueuer (priority, status, entrypoint, payload, attempts, dedupe_key)
               VALUES (0, 'failed', 'mail.send', $1, 11, 'k') RETURNING id""",
            payload,
        )
        await tx.execute(
            """INSERT INTO pgqueuer_log (job_id, status, priority, entrypoint, traceback)
               VALUES ($1, 'failed', 0, 'mail.send', '{"exception_message": "the server said no"}')""",
            job_id,
        )
    return int(job_id)


async def test_failed_jobs_are_listed_retried_and_dismissed(shop: Shop, neighbour: Shop) -> None:
    first, second = await fail_job(shop), await fail_job(shop)
    items = await listed(shop, list_failed_jobs)
    assert [(i.id, i.title, i.detail, i.attempts) for i in items] == [
        (str(job), "mail.send", "the server said no", 12) for job in (second, first)
    ]
    assert items[0].conversation_id is not None
    assert await listed(neighbour, list_failed_jobs) == []
    for act in (retry_failed_job, dismiss_failed_job):
        with pytest.raises(NotFound):
            async with neighbour.runtime.ctx(neighbour.workspace_id) as ctx:
                await act(ctx, first)
    async with shop.runtime.ctx(shop.workspace_id) as ctx:
        await retry_failed_job(ctx, first)
        await dismiss_failed_job(ctx, second)
    assert await listed(shop, list_failed_jobs) == []
    row = await shop.count("SELECT to_jsonb(q) - 'payload' FROM pgqueuer q WHERE entrypoint = 'mail.send'")
    assert (row["id"], row["status"], row["attempts"]) == (first, "queued", 0)
    with pytest.raises(NotFound):
        async with shop.runtime.ctx(shop.workspace_id) as ctx:
            await retry_failed_job(ctx, first)


async def test_failed_facts_are_handed_over_again(shop: Shop, neighbour: Shop) -> None:
    broken, seen = True, []

    async def handle(_: Ctx, fact: Fact, recorded: Recorded) -> None:
        if broken:
            raise RuntimeError("the reader is broken")
        seen.append(fact)

    shop.runtime.readers.subscribe("broken", handle, SettingsChanged)
    async with shop.runtime.ctx(shop.workspace_id) as ctx:
        await create_tag(ctx, name="VIP")
    await ReaderLoop(shop.runtime).drain()
    [item] = await listed(shop, list_failed_facts)
    assert (item.title, item.attempts) == ("broken: SettingsChanged", 3)
    assert "the reader is broken" in item.detail
    assert await listed(neighbour, list_failed_facts) == []
    entry: Any = await shop.count("SELECT id FROM failed_facts")
    with pytest.raises(NotFound):
        async with neighbour.runtime.ctx(neighbour.workspace_id) as ctx:
            await retry_failed_fact(neighbour.runtime, ctx, entry)
    async with shop.runtime.ctx(shop.workspace_id) as ctx:
        assert await retry_failed_fact(shop.runtime, ctx, entry) is False
    assert (await listed(shop, list_failed_facts))[0].attempts == 4
    broken = False
    async with shop.runtime.ctx(shop.workspace_id) as ctx:
        assert await retry_failed_fact(shop.runtime, ctx, entry) is True
    assert len(seen) == 1
    assert await listed(shop, list_failed_facts) == []
    with pytest.raises(NotFound):
        async with shop.runtime.ctx(shop.workspace_id) as ctx:
            await dismiss_failed_fact(ctx, entry)


async def test_failing_webhooks_are_listed_retried_and_dismissed(shop: Shop, neighbour: Shop) -> None:
    webhooks = [uuid7() for _ in range(3)]
    async with shop.runtime.db.transaction(shop.workspace_id) as tx:
        for webhook_id, failures, state in zip(
            webhooks, (2, 3, 90), ("active", "active", "paused"), strict=True
        ):
            await tx.execute(
                """INSERT INTO webhooks (workspace_id, id, url, secret, state, failures, failing_since, last_error)
                   VALUES ($1, $2, 'https://a.example/', 'x', $3, $4, $5, 'no')""",
                shop.workspace_id,
                webhook_id,
                state,
                failures,
                shop.runtime.clock.now(),
            )
    items = await listed(shop, list_failed_webhooks)
    assert [(i.id, i.attempts) for i in items] == [(str(webhooks[2]), 90), (str(webhooks[1]), 3)]
    with pytest.raises(NotFound):
        async with neighbour.runtime.ctx(neighbour.workspace_id) as ctx:
            await retry_failed_webhook(ctx, webhooks[1])
    async with shop.runtime.ctx(shop.workspace_id) as ctx:
        await retry_failed_webhook(ctx, webhooks[1])
        await dismiss_failed_webhook(ctx, webhooks[2])
    assert await listed(shop, list_failed_webhooks) == []
    assert await shop.count("SELECT state FROM webhooks WHERE id = $1", webhooks[2]) == "paused"
    assert await shop.count("SELECT count(*) FROM pgqueuer WHERE entrypoint = 'accounts.webhook'") == 1


async def test_everything_is_counted(shop: Shop, neighbour: Shop) -> None:
    await fail_job(shop)
    await fail_job(neighbour)

    async with shop.runtime.db.transaction(shop.workspace_id) as tx:
        assert await count_failed(tx, shop.workspace_id) == 1
