"""Asking for notifications, worded for whoever reads them."""

from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from parley.accounts.mails import accounts_catalogue
from parley.accounts.queries.names import NamedActor
from parley.kit.db import Transaction
from parley.kit.http.paging import Page, encode_cursor

_COLUMNS = """n.id, n.agent_id, n.kind, n.conversation_id, n.message_id, n.data, n.at, n.read_at, n.channels,
    coalesce(n.data->'actor'->>'kind', 'system') AS actor_kind, (n.data->'actor'->>'id')::uuid AS actor_id,
    b.name AS actor_name, a.language"""
_FROM = """notifications n JOIN agents a ON a.workspace_id = n.workspace_id AND a.id = n.agent_id
    LEFT JOIN agents b ON b.workspace_id = n.workspace_id AND b.id = (n.data->'actor'->>'id')::uuid"""


class Notification(msgspec.Struct, kw_only=True):
    """Something an agent was told; `text` is in his language, `ways` are how he was told."""

    id: UUID
    agent_id: UUID
    kind: str
    conversation_id: UUID | None
    conversation_number: int | None
    message_id: UUID | None
    direct_thread_id: UUID | None
    actor: NamedActor
    text: str
    ways: list[str]
    at: datetime
    read: bool


class NotificationPage(Page[Notification], kw_only=True):
    """A page, with how many are unread altogether."""

    unread: int


def notification_from(row: asyncpg.Record) -> Notification:
    """Turns a row with `_COLUMNS` into a notification."""
    data: dict[str, Any] = row["data"]
    number = data.get("number")
    return Notification(
        id=row["id"],
        agent_id=row["agent_id"],
        kind=row["kind"],
        conversation_id=row["conversation_id"],
        conversation_number=number,
        message_id=row["message_id"],
        direct_thread_id=UUID(data["thread_id"]) if "thread_id" in data else None,
        actor=NamedActor(row["actor_kind"], row["actor_id"], row["actor_name"] or ""),
        text=word_notification(row["language"], row["kind"], data, row["actor_kind"], row["actor_name"]),
        ways=row["channels"],
        at=row["at"],
        read=row["read_at"] is not None,
    )


def word_notification(
    language: str, kind: str, data: dict[str, Any], actor_kind: str, actor_name: str | None
) -> str:
    """Words a notification in a language; `data["wording"]` may name a closer wording than its kind."""
    catalogue = accounts_catalogue()
    somebody = "automation" if actor_kind in ("decider", "system") else "somebody"
    number = data.get("number")
    wording = data.get("wording") or ("failed_message" if kind == "failed" and number is not None else kind)
    conversation = (
        catalogue.translate(language, "notification.a_conversation")
        if number is None
        else catalogue.translate(language, "notification.conversation", number=str(number))
    )
    return catalogue.translate(
        language,
        f"notification.{wording}",
        actor=actor_name or catalogue.translate(language, f"notification.{somebody}"),
        conversation=conversation,
        url=str(data.get("url", "")),
        text=str(data.get("text", "")),
    )


async def list_notifications(
    tx: Transaction,
    workspace_id: UUID,
    agent_id: UUID,
    *,
    unread: bool = False,
    after: UUID | None = None,
    limit: int = 50,
) -> NotificationPage:
    """Lists what an agent was told in the desk, the newest first."""
    rows = await tx.fetch(
        f"""SELECT {_COLUMNS} FROM {_FROM}
            WHERE n.workspace_id = $1 AND n.agent_id = $2 AND ($3::uuid IS NULL OR n.id < $3)
              AND (NOT $4 OR n.read_at IS NULL) AND 'desk' = ANY(n.channels)
            ORDER BY n.id DESC LIMIT $5""",
        workspace_id,
        agent_id,
        after,
        unread,
        limit + 1,
    )
    found = [notification_from(row) for row in rows[:limit]]
    return NotificationPage(
        items=found,
        next=encode_cursor(found[-1].id) if len(rows) > limit else None,
        unread=await count_unread(tx, workspace_id, agent_id),
    )


async def count_unread(tx: Transaction, workspace_id: UUID, agent_id: UUID) -> int:
    """Counts what an agent has not read in the desk, up to 1000."""
    return int(
        await tx.fetchval(
            """SELECT count(*) FROM (SELECT 1 FROM notifications WHERE workspace_id = $1 AND agent_id = $2
                 AND read_at IS NULL AND 'desk' = ANY(channels) LIMIT 1000) AS u""",
            workspace_id,
            agent_id,
        )
    )


async def find_notifications(tx: Transaction, workspace_id: UUID, ids: list[UUID]) -> list[Notification]:
    """Gives those notifications that exist, in one statement."""
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM {_FROM} WHERE n.workspace_id = $1 AND n.id = ANY($2) ORDER BY n.id",
        workspace_id,
        ids,
    )
    return [notification_from(row) for row in rows]


async def list_to_mail(
    tx: Transaction, workspace_id: UUID, agent_id: UUID, since: datetime
) -> list[Notification]:
    """Lists what is still to be mailed to an agent: wanted by mail, unread, not mailed; at most 50."""
    rows = await tx.fetch(
        f"""SELECT {_COLUMNS} FROM {_FROM}
            WHERE n.workspace_id = $1 AND n.agent_id = $2 AND n.read_at IS NULL AND n.mailed_at IS NULL
              AND 'email' = ANY(n.channels) AND n.at > $3 ORDER BY n.id LIMIT 50""",
        workspace_id,
        agent_id,
        since,
    )
    return [notification_from(row) for row in rows]
