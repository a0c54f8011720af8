"""What an action may raise when it cannot do what was asked; the HTTP edge turns these into problem+json."""

from typing import Any, ClassVar

import msgspec


class FieldError(msgspec.Struct, frozen=True):
    """One wrong field of the input."""

    field: str
    message: str


class ParleyError(Exception):
    """Base: `code` is for programs, `detail` says in a sentence what happened and what to do."""

    status: ClassVar[int] = 400

    def __init__(self, code: str, detail: str, **extra: Any) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.extra = extra


class Invalid(ParleyError):
    """The input is understood but wrong."""

    status = 422

    def __init__(self, code: str, detail: str, *errors: FieldError, **extra: Any) -> None:
        super().__init__(code, detail, **extra)
        self.errors = list(errors)


class BadInput(ParleyError):
    """The input cannot be understood."""

    status = 400


class SignedOut(ParleyError):
    """Nobody is signed in, or the token is unknown, expired or revoked."""

    status = 401


class NotAllowed(ParleyError):
    """The caller may not do this."""

    status = 403


class NotFound(ParleyError):
    """There is no such thing in this workspace."""

    status = 404

    def __init__(self, what: str) -> None:
        super().__init__("not_found", f"There is no such {what}.")


class Conflict(ParleyError):
    """The state has moved on since the caller looked."""

    status = 409


class TooLarge(ParleyError):
    """The upload or message is over the limit."""

    status = 413


class UnsupportedType(ParleyError):
    """The kind of file is refused."""

    status = 415


class TooMany(ParleyError):
    """Too many requests; `retry_after` is in seconds."""

    status = 429

    def __init__(self, detail: str, retry_after: float) -> None:
        super().__init__("too_many_requests", detail)
        self.retry_after = retry_after


class Unavailable(ParleyError):
    """Something that is needed is away for the moment."""

    status = 503
