"""What could not be done: jobs given up, facts a reader could not handle, webhooks that fail."""

from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from parley.kit.db import Transaction

FAILURES_SHOWN_FROM = 3


class FailedItem(msgspec.Struct, kw_only=True):
    """Something that waits for a person; `id` is unique within its `kind` (job, fact or webhook)."""

    id: str
    kind: str
    title: str
    detail: str
    at: datetime
    attempts: int
    conversation_id: UUID | None = None
    data: dict[str, Any] = {}


async def list_failed_jobs(
    tx: Transaction, workspace_id: UUID, *, before: datetime | None = None, limit: int = 100
) -> list[FailedItem]:
    """Lists the jobs of a workspace that were given up, the newest first; `title` is the job's name."""
    rows = await tx.fetch(
        """SELECT j.id, j.entrypoint, j.payload, j.attempts, j.updated,
             (SELECT l.traceback->>'exception_message' FROM pgqueuer_log l
               WHERE l.job_id = j.id AND l.traceback IS NOT NULL ORDER BY l.created DESC LIMIT 1) AS reason
           FROM pgqueuer j
           WHERE j.status = 'failed' AND convert_from(j.payload, 'UTF8')::jsonb->>'workspace_id' = $1
             AND ($2::timestamptz IS NULL OR j.updated < $2)
           ORDER BY j.updated DESC, j.id DESC LIMIT $3""",
        str(workspace_id),
        before,
        limit,
    )
    return [_job_item(row) for row in rows]


def _job_item(row: asyncpg.Record) -> FailedItem:
    payload: dict[str, Any] = msgspec.json.decode(row["payload"])
    conversation = payload.get("conversation_id")
    return FailedItem(
        id=str(row["id"]),
        kind="job",
        title=row["entrypoint"],
        detail=row["reason"] or "",
        at=row["updated"],
        attempts=row["attempts"] + 1,
        conversation_id=UUID(conversation) if isinstance(conversation, str) else None,
        data={name: value for name, value in payload.items() if name != "workspace_id"},
    )


async def list_failed_facts(
    tx: Transaction, workspace_id: UUID, *, before: datetime | None = None, limit: int = 100
) -> list[FailedItem]:
    """Lists facts that a reader could not handle, the newest first; `title` is `reader: kind of fact`."""
    rows = await tx.fetch(
        """SELECT id, reader, kind, error, at, attempts, conversation_id, fact_id FROM failed_facts
           WHERE workspace_id = $1 AND ($2::timestamptz IS NULL OR at < $2) ORDER BY at DESC, id DESC LIMIT $3""",
        workspace_id,
        before,
        limit,
    )
    return [
        FailedItem(
            id=str(row["id"]),
            kind="fact",
            title=f"{row['reader']}: {row['kind']}",
            detail=row["error"],
            at=row["at"],
            attempts=row["attempts"],
            conversation_id=row["conversation_id"],
            data={"fact_id": str(row["fact_id"])},
        )
        for row in rows
    ]


async def list_failed_webhooks(
    tx: Transaction, workspace_id: UUID, *, before: datetime | None = None, limit: int = 100
) -> list[FailedItem]:
    """Lists webhooks that were given up or have failed three times in a row; `title` is the address."""
    rows = await tx.fetch(
        """SELECT id, url, last_error, failures, failing_since, state FROM webhooks
           WHERE workspace_id = $1 AND failing_since IS NOT NULL AND (state = 'paused' OR failures >= $4)
             AND ($2::timestamptz IS NULL OR failing_since < $2)
           ORDER BY failing_since DESC, id DESC LIMIT $3""",
        workspace_id,
        before,
        limit,
        FAILURES_SHOWN_FROM,
    )
    return [
        FailedItem(
            id=str(row["id"]),
            kind="webhook",
            title=row["url"],
            detail=row["last_error"],
            at=row["failing_since"],
            attempts=row["failures"],
            data={"state": row["state"]},
        )
        for row in rows
    ]


async def count_failed(tx: Transaction, workspace_id: UUID) -> int:
    """Counts everything above."""
    return int(
        await tx.fetchval(
            """SELECT (SELECT count(*) FROM failed_facts WHERE workspace_id = $1)
                 + (SELECT count(*) FROM webhooks WHERE workspace_id = $1 AND failing_since IS NOT NULL
                     AND (state = 'paused' OR failures >= $2))
                 + (SELECT count(*) FROM pgqueuer WHERE status = 'failed'
                     AND convert_from(payload, 'UTF8')::jsonb->>'workspace_id' = $1::text)""",
            workspace_id,
            FAILURES_SHOWN_FROM,
        )
    )
