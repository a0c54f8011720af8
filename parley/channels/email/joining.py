"""Joins e-mail with the inbox: who reads items, addresses answers, guards what leaves, copies chats, sends codes."""

from datetime import timedelta
from typing import TYPE_CHECKING

from parley.channels.actions.mail_log import forget_exchanges
from parley.channels.email.addressing import address_mail, start_mail_thread
from parley.channels.email.codes import MailboxCodes
from parley.channels.email.copies import JOB, mail_unseen, watch_unseen
from parley.channels.email.guard import check_outgoing
from parley.channels.email.ingest import ingest_mail
from parley.channels.email.keeping import JOB as KEEP_JOB
from parley.channels.email.keeping import keep_copy, note_and_keep
from parley.channels.forms.ingest import ingest_form
from parley.channels.ingesting import register_ingesting
from parley.commerce.portal.codes import PART as SEND_CODE
from parley.facts.conversations import MessagePosted

if TYPE_CHECKING:
    from parley.channels.parts import ChannelParts
    from parley.kit.runtime import Runtime


def join_email(runtime: "Runtime", parts: "ChannelParts") -> None:
    """Registers readers, addresses, jobs and subscribers of e-mail."""
    register_ingesting(runtime, parts.ingesting)
    parts.ingesting.read_by("email", ingest_mail)
    parts.ingesting.read_by("form", ingest_form)
    parts.sending.address_by("email", address_mail, start=start_mail_thread)
    runtime.parts[SEND_CODE] = MailboxCodes()
    parts.sending.guard_by("email", check=check_outgoing, note=note_and_keep(parts))
    runtime.jobs.add(JOB, mail_unseen, max_attempts=8, first_delay=5, max_delay=300)
    runtime.jobs.add(KEEP_JOB, keep_copy, max_attempts=7, first_delay=30, max_delay=3600, concurrency=4)
    runtime.jobs.every("channels.mail_log", 3600, forget_old_exchanges)
    patience = timedelta(seconds=runtime.settings.copy_after_seconds)
    runtime.readers.subscribe("chat_copies", watch_unseen(patience), MessagePosted)


async def forget_old_exchanges(runtime: "Runtime") -> None:
    """Drops what the loop guard needs no more, in every workspace."""
    async with runtime.db.transaction(None) as tx:
        await forget_exchanges(tx, runtime.clock.now())
