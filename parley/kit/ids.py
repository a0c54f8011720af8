"""Identifiers: time-ordered UUIDs for rows, random tokens for secrets handed out."""

import hashlib
import hmac
import os
import secrets
import time
from datetime import UTC, datetime, timedelta
from threading import Lock
from uuid import UUID

_TAIL_BITS = 74
_TAIL_LIMIT = 1 << _TAIL_BITS
_RAND_B_MASK = (1 << 62) - 1
_VERSION_AND_VARIANT = (7 << 76) | (2 << 62)
_MAX_MS = (1 << 48) - 1
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_POOL_BYTES = 4096


class _Sequence:
    """Last issued millisecond and 74-bit tail; a repeated millisecond counts the tail up (RFC 9562, 6.2)."""

    __slots__ = ("lock", "ms", "pool", "position", "steps_back", "tail")

    def __init__(self, *, steps_back: bool) -> None:
        self.steps_back = steps_back
        self.reset()

    def reset(self) -> None:
        self.lock = Lock()
        self.ms = -1
        self.tail = 0
        self.pool = b""
        self.position = 0

    def draw(self, size: int) -> int:
        """Random unsigned integer of `size` bytes; the pool saves one system call per id."""
        end = self.position + size
        if end > len(self.pool):
            self.pool = os.urandom(_POOL_BYTES)
            self.position, end = 0, size
        value = int.from_bytes(self.pool[self.position : end], "big")
        self.position = end
        return value

    def next(self, ms: int) -> UUID:
        with self.lock:
            if ms == self.ms or (ms < self.ms and not self.steps_back):
                self.tail += 1 + self.draw(4)
                if self.tail >= _TAIL_LIMIT:
                    self.ms += 1
                    self.tail = self.draw(9)
            else:
                self.ms = ms
                # 72 of 74 bits: the rest is room to count up within the millisecond
                self.tail = self.draw(9)
            ms, tail = self.ms, self.tail
        return UUID(int=(ms << 80) | ((tail >> 62) << 64) | (tail & _RAND_B_MASK) | _VERSION_AND_VARIANT)


_wall = _Sequence(steps_back=False)
_given = _Sequence(steps_back=True)


def _after_fork() -> None:
    _wall.reset()
    _given.reset()


os.register_at_fork(after_in_child=_after_fork)


def uuid7(now_ms: int | None = None) -> UUID:
    """Make a UUID version 7 (RFC 9562), strictly increasing within the process.

    `now_ms` is milliseconds since 1970 and is kept exactly (ids of one given millisecond also increase);
    without it the wall clock is used, and a clock that steps back does not take the ids back.
    Raises ValueError when `now_ms` does not fit in 48 bits.
    """
    if now_ms is None:
        return _wall.next(time.time_ns() // 1_000_000)
    if not 0 <= now_ms <= _MAX_MS:
        raise ValueError("milliseconds do not fit in 48 bits")
    return _given.next(now_ms)


def uuid7_time(value: UUID) -> datetime:
    """The UTC time, to the millisecond, inside a UUID version 7; raises ValueError for other versions."""
    if value.version != 7:
        raise ValueError("not a UUID version 7")
    return _EPOCH + timedelta(milliseconds=value.int >> 80)


def make_token(prefix: str, n_bytes: int = 24) -> str:
    """Make a url-safe token `<prefix>_<random>` of `n_bytes` random bytes; ValueError below 16."""
    if n_bytes < 16:
        raise ValueError("fewer than 16 random bytes can be guessed")
    return f"{prefix}_{secrets.token_urlsafe(n_bytes)}"


def hash_token(token: str) -> bytes:
    """SHA-256 of a token, 32 bytes, to be stored in its place; enough because tokens are random and long."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def is_same_secret(left: str | bytes, right: str | bytes) -> bool:
    """Compare two secrets in a time that does not depend on where they differ."""
    return hmac.compare_digest(_as_bytes(left), _as_bytes(right))


def _as_bytes(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")
