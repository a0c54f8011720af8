"""The three ways in which work on the outside world fails; whoever catches them knows what to do next."""

from datetime import timedelta


class Failure(Exception):
    """Base of the three failures; `reason` is one plain sentence without personal data."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Retry(Failure):
    """Failed for now: try again after `after`, or with the caller's own back-off when it is None.

    `uncertain` is True when the request may have been carried out although no answer came
    (connection lost or timed out after sending), so repeating it needs an idempotency key.
    """

    def __init__(self, after: timedelta | None, reason: str, *, uncertain: bool = False) -> None:
        super().__init__(reason)
        self.after = after
        self.uncertain = uncertain


class Refused(Failure):
    """The other side said no, or its answer cannot be used; trying the same again is useless."""


class Misconfigured(Failure):
    """A setting is wrong: `field` names it, so that a screen can point at it."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field
