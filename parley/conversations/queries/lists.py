"""Pages of conversations by filter; the cost is that of the page, not of the history."""

import re
from datetime import datetime
from uuid import UUID

from parley.conversations.filters import ORDERS, Filter, Sort, build_condition, unread_sql
from parley.conversations.queries.rows import list_rows
from parley.conversations.shapes import ConversationRow
from parley.kit.db import Transaction
from parley.kit.http.paging import Page, decode_cursor, encode_cursor

COUNT_CAP = 1001


async def list_conversation_ids(
    tx: Transaction,
    workspace_id: UUID,
    agent_id: UUID | None,
    wanted: Filter,
    sort: Sort,
    limit: int,
    after: str | None,
    now: datetime,
) -> tuple[list[UUID], str | None]:
    """Gives one page of ids and the cursor of the next."""
    condition = build_condition(wanted, workspace_id, agent_id, now)
    column, order, comparison = ORDERS[sort]
    if sort in ("waiting", "due"):
        condition.add(f"{column} IS NOT NULL")
    if after and sort == "priority":
        rank, at, last = decode_cursor(after, int, datetime, UUID)
        values = ", ".join(
            f"{condition.bind(v)}{c}" for v, c in ((rank, "::smallint"), (at, ""), (last, "::uuid"))
        )
        condition.add(f"(c.priority, c.last_message_at, c.id) < ({values})")
    elif after:
        at, last = decode_cursor(after, datetime, UUID)
        condition.add(f"({column}, c.id) {comparison} ({condition.bind(at)}, {condition.bind(last)}::uuid)")
    sql = (
        f"SELECT c.id, {column} AS rank, c.last_message_at FROM conversations c WHERE {condition.sql()}"
        f" ORDER BY {order} LIMIT {condition.bind(limit + 1)}"
    )
    rows = await tx.fetch(sql, *condition.args)
    following = None
    if len(rows) > limit:
        last_row = rows[limit - 1]
        following = (
            encode_cursor(last_row["rank"], last_row["last_message_at"], last_row["id"])
            if sort == "priority"
            else encode_cursor(last_row["rank"], last_row["id"])
        )
    return [row["id"] for row in rows[:limit]], following


async def list_conversations(
    tx: Transaction,
    workspace_id: UUID,
    agent_id: UUID | None,
    wanted: Filter,
    sort: Sort,
    limit: int,
    after: str | None,
    now: datetime,
) -> Page[ConversationRow]:
    """Gives one page of conversations."""
    ids, following = await list_conversation_ids(tx, workspace_id, agent_id, wanted, sort, limit, after, now)
    return Page(await list_rows(tx, workspace_id, ids, agent_id), following)


async def count_conversations(
    tx: Transaction, workspace_id: UUID, agent_id: UUID | None, wanted: Filter, now: datetime
) -> int:
    """Counts the conversations of a filter up to 1,001, which means "more than 1,000"."""
    condition = build_condition(wanted, workspace_id, agent_id, now)
    inner = f"SELECT 1 FROM conversations c WHERE {condition.sql()} LIMIT {COUNT_CAP}"
    sql = f"SELECT count(*) FROM ({inner}) capped"
    return await tx.fetchval(sql, *condition.args)  # type: ignore[no-any-return]


async def count_many(
    tx: Transaction, workspace_id: UUID, agent_id: UUID | None, filters: dict[str, Filter], now: datetime
) -> dict[str, tuple[int, int]]:
    """Counts several filters in one statement: all of it and what the agent has not read, each up to 1,001."""
    if not filters:
        return {}
    args: list[object] = [workspace_id, agent_id]
    parts: list[str] = []
    for wanted in filters.values():
        condition = build_condition(wanted, workspace_id, agent_id, now)
        sql = _renumber(condition.sql(), len(args) - 1)
        args += condition.args[1:]
        unread = unread_sql("$2") if _has_news(wanted) else "false"
        inner = f"SELECT {unread} AS unread FROM conversations c WHERE {sql} LIMIT {COUNT_CAP}"
        parts.append(f"(SELECT ARRAY[count(*), count(*) FILTER (WHERE unread)] FROM ({inner}) capped)")
    row = await tx.fetchrow("SELECT " + ", ".join(f"{part} AS n{i}" for i, part in enumerate(parts)), *args)
    assert row is not None  # noqa: S101 - a SELECT without FROM has one row
    return {key: tuple(row[f"n{i}"]) for i, key in enumerate(filters)}


def _has_news(wanted: Filter) -> bool:
    """Says whether unread messages of such a list matter: what is closed or spam waits for nobody."""
    return (bool(wanted.status) and not {"closed", "spam"} & set(wanted.status)) or wanted.mentioned


def _renumber(sql: str, shift: int) -> str:
    """Moves all placeholders but $1, the workspace, up by `shift`."""
    return re.sub(r"\$(\d+)", lambda m: m[0] if m[1] == "1" else f"${int(m[1]) + shift}", sql)
