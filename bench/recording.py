"""Hears which statements the product itself runs for one message: the transactions of one task, in order."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import Any

import msgspec

from parley.kit.db import Database

_heard: ContextVar["list[Statement] | None"] = ContextVar("heard", default=None)
_METHODS = ("fetch", "fetchrow", "fetchval", "execute")


class Statement(msgspec.Struct, frozen=True):
    """One round trip: the text as sent and its arguments."""

    sql: str
    args: tuple[Any, ...]


class _Connection:
    """Hands everything on and notes each statement while somebody listens."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        if name not in _METHODS:
            return found

        async def run(sql: str, *args: Any, **options: Any) -> Any:
            heard = _heard.get()
            if heard is not None:
                heard.append(Statement(sql, args))
            return await found(sql, *args, **options)

        return run


class _Pool:
    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    @asynccontextmanager
    async def acquire(self) -> AsyncIterator[Any]:
        async with self._inner.acquire() as connection:
            yield _Connection(connection)


class RecordingDatabase(Database):
    """The product's database, but for an ear on every connection."""

    def __init__(self, pool: Any, dsn: str) -> None:
        super().__init__(_Pool(pool), dsn)  # type: ignore[arg-type]


@asynccontextmanager
async def listening() -> AsyncIterator[list[Statement]]:
    """Collects the statements that this task runs inside the block."""
    heard: list[Statement] = []
    token = _heard.set(heard)
    try:
        yield heard
    finally:
        _heard.reset(token)


def describe(statement: Statement) -> str:
    """Gives a statement on one short line."""
    return re.sub(r"\s+", " ", statement.sql).strip()[:110]
