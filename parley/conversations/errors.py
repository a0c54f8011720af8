"""Errors of the inbox."""

from typing import Any

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
