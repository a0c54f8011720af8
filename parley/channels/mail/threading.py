"""Decide which conversation an inbound mail belongs to, so that a stranger never lands in another's."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import msgspec

from parley.channels.mail.addresses import domain_of, find_plus_token, is_free_mail
from parley.channels.mail.models import ParsedMail
from parley.channels.mail.subjects import SubjectMatch, compare_subjects, is_generic


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation that a mail might belong to.

    `message_ids` of all its mails, in and out; `participants` are the normalised addresses of its customers
    and of everybody who was on To or Cc of its mails, ours excepted; `token` is the one in our plus address.
    """

    thread_id: UUID
    message_ids: frozenset[str]
    participants: frozenset[str]
    subject: str
    last_at: datetime
    closed_at: datetime | None = None
    token: str | None = None


class ThreadRules(msgspec.Struct, frozen=True, kw_only=True):
    """How generous matching is.

    `reopen_within`: later answers to a closed conversation open a new one, related to it;
    `same_subject_within`: how long sender and subject alone are enough.
    """

    reopen_within: timedelta = timedelta(days=30)
    same_subject_within: timedelta = timedelta(days=7)


class ThreadMatch(NamedTuple):
    """The conversation (None: open a new one), why, and the earlier one of the same people that a new one
    comes from."""

    thread_id: UUID | None
    reason: str
    related: UUID | None = None


def decide_thread(
    mail: ParsedMail,
    candidates: Sequence[Candidate],
    now: datetime,
    *,
    own_addresses: frozenset[str],
    agents: frozenset[str] = frozenset(),
    sender_forged: bool = False,
    rules: ThreadRules | None = None,
) -> ThreadMatch:
    """Decide the conversation of an inbound mail among candidates.

    It takes a reference to one of its mails (or our plus token, or the same sender with the same telling
    subject lately) *and* a sender who takes part in it *and* a subject that agrees. `agents` are our people's
    addresses, who may answer from their own mail programs: pass them only for mail whose sender is proved.
    `sender_forged` says that DMARC failed.
    """
    sender = _find_sender(mail, own_addresses)
    if sender is None:
        return ThreadMatch(None, "the mail names no sender")
    if sender_forged:
        return ThreadMatch(None, f"the sender {sender} is not authenticated")
    settings = rules or ThreadRules()
    refused: list[str] = []
    related: UUID | None = None
    for candidate, link in _list_linked(mail, candidates, own_addresses):
        role = _find_role(sender, candidate, own_addresses, agents)
        if role is None:
            refused.append(f"{link} {candidate.thread_id}, but {sender} takes no part in it")
            continue
        agreement = compare_subjects(mail.subject, candidate.subject)
        if agreement is SubjectMatch.DIFFERENT:
            refused.append(f"{link} {candidate.thread_id}, but the subject is about something else")
            related = related or candidate.thread_id
            continue
        return _open_or_relate(candidate, f"{link} {candidate.thread_id}; {role}; {agreement}", now, settings)
    match = _match_by_subject(mail, sender, candidates, now, settings)
    return match or ThreadMatch(
        None, "; ".join(refused[:3]) or "nothing refers to a known conversation", related
    )


def _find_sender(mail: ParsedMail, own_addresses: frozenset[str]) -> str | None:
    """The author; a group mailbox of ours puts itself into From and the author into Reply-To."""
    author = mail.author
    if author and author.address in own_addresses and mail.reply_to:
        return mail.reply_to[0].address
    return author.address if author else None


def _list_linked(
    mail: ParsedMail, candidates: Sequence[Candidate], own_addresses: frozenset[str]
) -> list[tuple[Candidate, str]]:
    """The candidates that the mail points to, the strongest sign first."""
    linked: dict[UUID, tuple[Candidate, str]] = {}
    newest_first = dict.fromkeys(
        identifier for identifier in (mail.in_reply_to, *reversed(mail.references)) if identifier
    )
    for identifier in newest_first:
        for candidate in candidates:
            if identifier in candidate.message_ids:
                linked.setdefault(candidate.thread_id, (candidate, "refers to a mail of"))
    tokens = find_tokens(mail, own_addresses)
    for candidate in candidates:
        if candidate.token and candidate.token in tokens:
            linked.setdefault(candidate.thread_id, (candidate, "was sent to the address of"))
    return list(linked.values())


def find_tokens(mail: ParsedMail, own_addresses: frozenset[str]) -> frozenset[str]:
    """Find the plus tokens of our addresses on To, Cc and Delivered-To: they help to find candidates and
    prove nothing."""
    addressed = {address.address for address in (*mail.to, *mail.cc)}
    for name in ("delivered-to", "x-original-to", "envelope-to"):
        addressed |= {value.strip("<> ").lower() for value in mail.list_headers(name)}
    found = (find_plus_token(address, base) for address in addressed for base in own_addresses)
    return frozenset(token for token in found if token)


def _find_role(
    sender: str, candidate: Candidate, own_addresses: frozenset[str], agents: frozenset[str]
) -> str | None:
    """Why the sender may write in a conversation; None when he may not.

    Being on Cc of the new mail proves nothing, since its sender wrote that himself; having been on Cc before
    makes a participant. A shared domain counts only where not everybody can have an address.
    """
    if sender in own_addresses:
        return None
    if sender in agents:
        return f"{sender} is one of our agents"
    if sender in candidate.participants:
        return f"{sender} takes part in it"
    domain = domain_of(sender)
    own_domains = {domain_of(address) for address in own_addresses}
    if domain and not is_free_mail(sender) and domain not in own_domains:
        colleague = next((one for one in sorted(candidate.participants) if domain_of(one) == domain), None)
        if colleague:
            return f"{sender} is a colleague of {colleague}"
    return None


def _match_by_subject(
    mail: ParsedMail, sender: str, candidates: Sequence[Candidate], now: datetime, rules: ThreadRules
) -> ThreadMatch | None:
    """Some programs drop References: the same sender, the same subject that says something, and lately."""
    if mail.in_reply_to or mail.references or is_generic(mail.subject):
        return None
    fitting = [
        candidate
        for candidate in candidates
        if sender in candidate.participants
        and compare_subjects(mail.subject, candidate.subject) is SubjectMatch.SAME
        and now - candidate.last_at <= rules.same_subject_within
        and candidate.closed_at is None
    ]
    if not fitting:
        return None
    newest = max(fitting, key=lambda candidate: (candidate.last_at, candidate.thread_id))
    return ThreadMatch(newest.thread_id, f"no references; {sender} wrote about the same subject lately")


def _open_or_relate(candidate: Candidate, reason: str, now: datetime, rules: ThreadRules) -> ThreadMatch:
    if candidate.closed_at is not None and now - candidate.closed_at > rules.reopen_within:
        return ThreadMatch(None, f"{reason}; closed too long ago", related=candidate.thread_id)
    return ThreadMatch(candidate.thread_id, reason)
