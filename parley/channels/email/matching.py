"""Which conversation a mail belongs to: the pure rules of the mail library over what the database knows."""

from datetime import datetime
from uuid import UUID

import msgspec

from parley.channels.mail.addresses import normalise_address
from parley.channels.mail.models import ParsedMail
from parley.channels.mail.threading import Candidate, ThreadRules, decide_thread, find_tokens
from parley.channels.queries.candidates import KnownCopy, KnownThread, list_copies, list_threads
from parley.conversations.actions.receiving import REOPEN_WINDOW
from parley.kit.ctx import Ctx

RULES = ThreadRules(reopen_within=REOPEN_WINDOW)


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """Where a mail belongs: in a thread, or as an answer to a copy of chat messages; and why."""

    reason: str
    thread: KnownThread | None = None
    copy: KnownCopy | None = None

    @property
    def found(self) -> bool:
        """Whether it belongs to a conversation that is there."""
        return self.thread is not None or self.copy is not None


async def match_mail(
    ctx: Ctx, mail: ParsedMail, sender: str, own_addresses: frozenset[str], *, is_agent: bool, forged: bool
) -> Match:
    """Finds where a mail belongs; by Message-ID or References *and* participant *and* subject."""
    references = {one for one in (mail.in_reply_to, *mail.references) if one}
    threads = await list_threads(ctx, references, find_tokens(mail, own_addresses), sender)
    copies = await list_copies(ctx, references)
    candidates = [_thread_candidate(one) for one in threads] + _copy_candidates(copies)
    decided = decide_thread(
        mail,
        candidates,
        ctx.now,
        own_addresses=own_addresses,
        agents=frozenset({sender}) if is_agent else frozenset(),
        sender_forged=forged,
        rules=RULES,
    )
    thread = next((one for one in threads if one.id == decided.thread_id), None)
    copy = next((one for one in copies if one.conversation_id == decided.thread_id), None)
    return Match(reason=decided.reason, thread=thread, copy=copy if thread is None else None)


def list_participants(thread: KnownThread) -> frozenset[str]:
    """Gives the normalised addresses of everybody outside who takes part in a thread."""
    listed = [str(one.get("address") or "") for one in thread.participants]
    found = (normalise_address(text) for text in [*listed, thread.address or ""] if text)
    return frozenset(one for one in found if one)


def _thread_candidate(thread: KnownThread) -> Candidate:
    return Candidate(
        thread_id=thread.id,
        message_ids=thread.message_ids,
        participants=list_participants(thread),
        subject=thread.subject or "",
        last_at=thread.last_message_at,
        closed_at=thread.closed_at,
        token=thread.token or None,
    )


def _copy_candidates(copies: list[KnownCopy]) -> list[Candidate]:
    """One candidate per chat conversation, under the conversation's id, however many of its copies are referred to."""
    by_conversation: dict[UUID, list[KnownCopy]] = {}
    for copy in copies:
        by_conversation.setdefault(copy.conversation_id, []).append(copy)
    return [
        Candidate(
            thread_id=conversation_id,
            message_ids=frozenset(one.external_id for one in found),
            participants=frozenset(list_recipients(found[0])),
            subject=str(found[0].address.get("subject") or ""),
            last_at=_newest(found),
            closed_at=found[0].closed_at,
        )
        for conversation_id, found in by_conversation.items()
    ]


def list_recipients(copy: KnownCopy) -> list[str]:
    """Gives the normalised addresses to which a copy went."""
    found = (normalise_address(str(one.get("address") or "")) for one in copy.address.get("to") or ())
    return [one for one in found if one]


def _newest(copies: list[KnownCopy]) -> datetime:
    return max(one.created_at for one in copies)
