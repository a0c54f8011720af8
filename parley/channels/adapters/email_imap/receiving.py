"""Taking mail out of a mailbox: what has been taken in is never lost and never forgotten too early."""

from collections.abc import Awaitable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import TypeVar

import msgspec

from parley.channels.adapters.email_imap.mailbox import Fetched, Mailbox, Place
from parley.channels.adapters.email_imap.settings import ImapSettings
from parley.channels.adapters.email_imap.worker import MailThread
from parley.channels.ports import Link, RawItem
from parley.kit.failures import Retry

T = TypeVar("T")
IDLE_SECONDS = 240.0
"""Servers may hang up after 30 minutes, routers often sooner; this also finds dead connections."""
BATCH_MAILS = 50
BATCH_BYTES = 8 * 1024 * 1024
CAREFUL_AFTER = 2
"""After so many failures at one place mails are fetched one by one, to find the one that is to blame."""
GIVE_UP_AFTER = 8


class Position(msgspec.Struct, kw_only=True):
    """How far a folder has been read. Mail below `baseline` was there at first: only that since `since` counts."""

    validity: int = 0
    last_uid: int = 0
    baseline: int = 0
    since: date | None = None
    failed_uid: int = 0
    failures: int = 0
    """So often fetching has failed from this mail on."""


async def load_position(link: Link, settings: ImapSettings, place: Place) -> Position:
    """Gives where to go on; a folder that was numbered anew is read again from shortly before the last look.

    What was taken in before is recognised by its content then.
    """
    saved = msgspec.convert(await link.load_position(), Position)
    if saved.validity == place.validity and saved.validity:
        return saved
    today = link.clock.now().date()
    first_day = today - timedelta(days=settings.first_days)
    since = first_day if not saved.validity else max(saved.since or first_day, today - timedelta(days=14))
    position = Position(validity=place.validity, baseline=place.next_uid, since=since)
    if not saved.validity and settings.first_days == 0:
        position.last_uid = place.next_uid - 1
    await _save(link, position)
    return position


async def take_new(
    link: Link, settings: ImapSettings, thread: MailThread, box: Mailbox, position: Position
) -> int:
    """Takes in everything new, in batches, the oldest first; gives how many mails there were.

    The position moves only after the mails before it have been stored.
    """
    taken = 0
    for uids in _batches(await _list_new(thread, box, position)):
        careful = position.failures >= CAREFUL_AFTER
        sizes: dict[int, int] = {}
        if not careful:
            sizes = await _watched(link, position, uids[0], thread.call(box.list_sizes, uids))
        for group in _groups(uids, sizes, one_by_one=careful):
            mails = await _fetch(link, settings, thread, box, position, group, sizes)
            for mail in mails:
                await link.take_in(_item(mail, position.validity, link.clock.now()))
            taken += len(mails)
            await _finish(settings, thread, box, [mail.uid for mail in mails if mail.data is not None])
            position.last_uid = group[-1]
            if position.last_uid >= position.failed_uid:
                position.failures = 0
            await _save(link, position)
    if position.last_uid < position.baseline - 1:
        position.last_uid = position.baseline - 1
        await _save(link, position)
    return taken


async def _fetch(
    link: Link,
    settings: ImapSettings,
    thread: MailThread,
    box: Mailbox,
    position: Position,
    uids: list[int],
    sizes: dict[int, int],
) -> list[Fetched]:
    """Fetches a group. A mail at which the server breaks off again and again is given up, so that the others come."""
    if len(uids) == 1 and position.failed_uid == uids[0] and position.failures >= GIVE_UP_AFTER:
        words = "The server broke off each time it was asked for this mail."
        return [Fetched(uid=uids[0], data=None, received_at=None, size=sizes.get(uids[0], 0), error=words)]
    limit = settings.largest_mail * 1024 * 1024
    return await _watched(link, position, uids[0], thread.call(box.fetch, uids, sizes, limit))


async def _watched(link: Link, position: Position, uid: int, work: Awaitable[T]) -> T:
    """Does work that begins at a mail, and remembers when the connection breaks over it."""
    try:
        return await work
    except Retry:
        position.failures = position.failures + 1 if position.failed_uid == uid else 1
        position.failed_uid = uid
        await _save(link, position)
        raise


async def _list_new(thread: MailThread, box: Mailbox, position: Position) -> list[int]:
    start = position.last_uid + 1
    if position.last_uid + 1 >= position.baseline:
        return await thread.call(box.search, start)
    old = await thread.call(box.search, start, position.since)
    new = await thread.call(box.search, max(start, position.baseline))
    return sorted({*(uid for uid in old if uid < position.baseline), *new})


def _batches(uids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(uids), BATCH_MAILS):
        yield uids[start : start + BATCH_MAILS]


def _groups(uids: Sequence[int], sizes: dict[int, int], *, one_by_one: bool) -> Iterator[list[int]]:
    """Parts a batch so that no more than some megabytes are fetched at once."""
    group: list[int] = []
    total = 0
    for uid in uids:
        size = sizes.get(uid, 0)
        if group and (one_by_one or total + size > BATCH_BYTES):
            yield group
            group, total = [], 0
        group.append(uid)
        total += size
    if group:
        yield group


def _item(mail: Fetched, validity: int, now: datetime) -> RawItem:
    envelope: dict[str, object] = {"uid": mail.uid, "size": mail.size}
    if mail.cut:
        envelope["cut"] = True
    if mail.data is None:
        envelope["refused"] = mail.error or "The server would not give this mail."
    return RawItem(
        key=f"{validity}.{mail.uid}",
        data=mail.data or b"",
        received_at=mail.received_at or now,
        envelope=envelope,
    )


async def _finish(settings: ImapSettings, thread: MailThread, box: Mailbox, uids: list[int]) -> None:
    if not uids:
        return
    if settings.after == "mark_seen":
        await thread.call(box.mark_seen, uids)
    elif settings.after == "delete":
        await thread.call(box.delete, uids)


async def _save(link: Link, position: Position) -> None:
    await link.save_position(msgspec.to_builtins(position))
