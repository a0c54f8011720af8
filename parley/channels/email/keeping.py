"""What has left is also put where the mailbox keeps what its owner sent. That it fails changes nothing else."""

from typing import TYPE_CHECKING
from uuid import UUID

import anyio
import structlog

from parley.channels.email.guard import note_sent
from parley.channels.model import Channel
from parley.channels.ports import KeepsCopies, OutboundMessage
from parley.channels.queries.outbound import read_outbound
from parley.channels.sending import Watch
from parley.conversations.actions.delivering import Delivery
from parley.kit.ctx import Ctx
from parley.kit.errors import NotFound
from parley.kit.failures import Failure, Misconfigured, Refused, Retry
from parley.kit.files.store import StoredFileMissingError
from parley.kit.jobs.registry import Job
from parley.kit.log.fact import SYSTEM

if TYPE_CHECKING:
    from parley.channels.parts import ChannelParts

JOB = "channels.keep_copy"
log = structlog.get_logger("keeping")
LONGEST = 120.0
FIND = """
SELECT id, message_id, thread_id, conversation_id, channel_id, purpose, state, attempts, external_id, address
FROM deliveries WHERE workspace_id = $1 AND message_id = $2 AND channel_id = $3 AND state = 'sent'
ORDER BY id LIMIT 1
"""


def note_and_keep(parts: "ChannelParts") -> Watch:
    """Gives what notes that a mail has left, and has a copy of it kept where the mailbox wants one."""

    async def note(ctx: Ctx, channel: Channel, message: OutboundMessage) -> None:
        await note_sent(ctx, channel, message)
        if find_keeper(parts, channel) is not None:
            ctx.defer(JOB, {"message_id": message.message_id, "channel_id": channel.id})

    return note


def find_keeper(parts: "ChannelParts", channel: Channel) -> KeepsCopies | None:
    """Gives the channel's plug-in when it keeps copies and its settings want them. Raises nothing: the mail has left."""
    adapter: object = parts.book.plugins.get(channel.plugin)
    if not isinstance(adapter, KeepsCopies):
        return None
    try:
        return adapter if adapter.wants_copy(channel.settings) else None
    except Failure:
        return None


async def keep_copy(job: Job) -> None:
    """Puts a mail that has left into the mailbox; gives up quietly when the server will not have it."""
    try:
        with anyio.fail_after(LONGEST):
            await _keep(job, job.uuid("message_id"), job.uuid("channel_id"))
    except (Refused, Misconfigured) as failure:
        log.warning("a sent mail is not kept", channel=job.payload["channel_id"], reason=failure.reason)
    except (NotFound, StoredFileMissingError) as failure:
        log.info("a sent mail is not kept", channel=job.payload["channel_id"], reason=str(failure))
    except (Retry, TimeoutError) as failure:
        reason = failure.reason if isinstance(failure, Retry) else "The mail server did not answer in time."
        if not job.last_attempt:
            raise Retry(None, reason) from failure
        log.warning("a sent mail is not kept", channel=job.payload["channel_id"], reason=reason)


async def _keep(job: Job, message_id: UUID, channel_id: UUID) -> None:
    parts = job.runtime.parts["channels"]
    async with job.runtime.ctx(job.workspace_id, SYSTEM) as ctx:
        row = await ctx.tx.fetchrow(FIND, ctx.workspace_id, message_id, channel_id)
        if row is None:
            return
        channel: Channel = await parts.book.get(ctx.tx, ctx.workspace_id, channel_id)
        keeper = find_keeper(parts, channel)
        if keeper is None:
            return
        quote = bool(getattr(channel.settings, "quote_previous", False))
        message = await read_outbound(job.runtime, ctx, Delivery(**row), quote=quote)
    await keeper.keep_copy(parts.link(channel), channel.settings, message)
