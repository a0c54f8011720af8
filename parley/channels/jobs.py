"""Carrying deliveries out, in order per thread, each recorded before and after."""

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import anyio
import structlog

from parley.channels.actions.channels import set_channel_health
from parley.channels.model import Channel
from parley.channels.ports import OutboundMessage, Sent
from parley.channels.queries.outbound import read_outbound
from parley.conversations.actions.delivering import (
    JOB,
    Delivery,
    begin_next_delivery,
    finish_delivery,
    requeue_delivery,
)
from parley.kit.errors import NotFound
from parley.kit.failures import Misconfigured, Refused, Retry
from parley.kit.files.store import StoredFileMissingError
from parley.kit.jobs.registry import Job
from parley.kit.log.fact import Actor

if TYPE_CHECKING:
    from parley.kit.runtime import Runtime

log = structlog.get_logger("delivery")
ATTEMPTS = 10
LONGEST_PAUSE = timedelta(hours=1)
CHANNEL = Actor("channel")


async def deliver_thread(job: Job) -> None:
    """Carries out everything that is due on a thread, one after another."""
    thread_id = job.uuid("thread_id")
    while True:
        async with job.runtime.ctx(job.workspace_id, CHANNEL) as ctx:
            # Two workers on one thread would break the order; the second leaves, the first looks again.
            free = await ctx.tx.fetchval(
                "SELECT pg_try_advisory_xact_lock(hashtextextended($1, 7))", str(thread_id)
            )
            if not free:
                raise Retry(timedelta(seconds=1), "another worker has this thread")
            delivery = await begin_next_delivery(ctx, thread_id)
        if delivery is None:
            return
        if not await carry_out(job.runtime, job.workspace_id, delivery):
            return


async def carry_out(runtime: "Runtime", workspace_id: UUID, delivery: Delivery) -> bool:
    """Carries out one delivery and records the outcome; False when the thread must wait."""
    parts = runtime.parts["channels"]
    try:
        channel, message = await _prepare(runtime, workspace_id, delivery)
        adapter = parts.book.plugins[channel.plugin]
        with anyio.fail_after(120):
            sent = await adapter.send(parts.link(channel), channel.settings, message)
    except Retry as failure:
        return await _after_retry(runtime, workspace_id, delivery, failure)
    except TimeoutError:
        return await _finish(
            runtime, workspace_id, delivery, "unknown", "The mail server did not answer in time."
        )
    except Misconfigured as failure:
        # Whoever may change the setting is not the agent whose answer failed: it is shown at the channel too.
        await _note_health(runtime, workspace_id, delivery, failure.reason)
        return await _finish(runtime, workspace_id, delivery, "failed", failure.reason)
    except Refused as failure:
        return await _finish(runtime, workspace_id, delivery, "failed", failure.reason)
    except NotFound as failure:
        return await _finish(runtime, workspace_id, delivery, "failed", failure.detail)
    async with runtime.ctx(workspace_id, CHANNEL) as ctx:
        await finish_delivery(ctx, delivery, "sent", external_id=_external(sent))
        await parts.sending.note_sent(ctx, channel, message)
    if channel.error and not adapter.manifest.runs:
        # A plug-in that runs reports by itself, also what is wrong with receiving.
        await _note_health(runtime, workspace_id, delivery, "")
    return True


async def _note_health(runtime: "Runtime", workspace_id: UUID, delivery: Delivery, error: str) -> None:
    async with runtime.ctx(workspace_id, CHANNEL) as ctx:
        await set_channel_health(ctx, delivery.channel_id, error)
    runtime.parts["channels"].book.forget(delivery.channel_id)


async def _prepare(
    runtime: "Runtime", workspace_id: UUID, delivery: Delivery
) -> tuple[Channel, OutboundMessage]:
    """Reads the channel and the message; raises Refused for one that may not leave or cannot be read."""
    parts = runtime.parts["channels"]
    async with runtime.ctx(workspace_id, CHANNEL) as ctx:
        channel: Channel = await parts.book.get(ctx.tx, workspace_id, delivery.channel_id)
        quote = bool(getattr(channel.settings, "quote_previous", False))
        try:
            message = await read_outbound(runtime, ctx, delivery, quote=quote)
        except StoredFileMissingError as failure:
            raise Refused("A file of this message is not there any more.") from failure
        await parts.sending.check(ctx, channel, message)
    return channel, message


def _external(sent: Sent) -> str | None:
    return sent.external_id


async def _after_retry(runtime: "Runtime", workspace_id: UUID, delivery: Delivery, failure: Retry) -> bool:
    if failure.uncertain:
        return await _finish(runtime, workspace_id, delivery, "unknown", failure.reason)
    if delivery.attempts + 1 >= ATTEMPTS:
        return await _finish(runtime, workspace_id, delivery, "failed", failure.reason)
    pause = failure.after or min(LONGEST_PAUSE, timedelta(seconds=5 * 2.0 ** min(delivery.attempts, 12)))
    async with runtime.ctx(workspace_id, CHANNEL) as ctx:
        await requeue_delivery(ctx, delivery, after=pause, error=failure.reason)
    return False


async def _finish(
    runtime: "Runtime", workspace_id: UUID, delivery: Delivery, state: str, reason: str
) -> bool:
    log.warning("delivery did not succeed", state=state, channel=str(delivery.channel_id))
    async with runtime.ctx(workspace_id, CHANNEL) as ctx:
        await finish_delivery(ctx, delivery, state, error=reason)
    return True


def register_jobs(runtime: "Runtime") -> None:
    """Adds the jobs of the slice."""
    runtime.jobs.add(JOB, deliver_thread, max_attempts=50, first_delay=1, max_delay=60)
