"""What the API shows of direct messages."""

from datetime import datetime
from uuid import UUID

import msgspec

from parley.kit.http.paging import Page


class DirectMember(msgspec.Struct, kw_only=True):
    """Somebody in a talk; `read_id` is the newest message he has seen."""

    id: UUID
    name: str
    avatar_colour: str
    active: bool
    read_id: UUID | None


class DirectMessage(msgspec.Struct, kw_only=True):
    """What an agent wrote: plain text, in which addresses are links."""

    id: UUID
    thread_id: UUID
    author_id: UUID
    text: str
    created_at: datetime


class DirectThread(msgspec.Struct, kw_only=True):
    """A talk of two or a few; `members` has oneself too, `writable` says that somebody is left to read."""

    id: UUID
    members: list[DirectMember]
    last_message: DirectMessage | None
    last_message_at: datetime
    unread: int
    writable: bool


class DirectThreadPage(Page[DirectThread], kw_only=True):
    """A page, with the talks that have something unread altogether."""

    unread: int
