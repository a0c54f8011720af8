"""Errors of the inbox."""

from typing import Any
from uuid import UUID

from parley.kit.errors import Conflict


class NewerMessage(Conflict):
    """Somebody wrote in between; the newer messages come with the error."""

    def __init__(self, newer: list[Any]) -> None:
        super().__init__(
            "newer_message",
            "There are newer messages. Read them, then send again or change your reply.",
            newer=newer,
        )


class TooLate(Conflict):
    """The message has already left."""

    def __init__(self) -> None:
        super().__init__("too_late", "The message has already been sent and cannot be taken back.")


class MergedAway(Conflict):
    """The conversation is part of another, `into`, and takes nothing itself."""

    def __init__(self, into: UUID) -> None:
        super().__init__(
            "merged_away", "This conversation has been merged into another; use that one.", into=into
        )


class ThreadMoved(Conflict):
    """The thread went to another conversation while something was written on it."""

    def __init__(self) -> None:
        super().__init__("thread_moved", "The conversation was rearranged in this moment; send again.")


def refuse_merged(into: UUID | None) -> None:
    """Raises MergedAway for a conversation that is part of another."""
    if into is not None:
        raise MergedAway(into)
