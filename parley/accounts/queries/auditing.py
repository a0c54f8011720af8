"""Reading the audit log and checking its chain."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from parley.accounts.actions.auditing import FIRST, chain_hash
from parley.accounts.mails import accounts_catalogue
from parley.accounts.queries.names import NamedActor, name_actors
from parley.kit.db import Transaction
from parley.kit.http.paging import Page, encode_cursor
from parley.kit.log.fact import Actor

_BATCH = 1000


class AuditEntry(msgspec.Struct, kw_only=True):
    """Something that somebody did, worded in `text`; `hash` covers the entry and the hash of the one before."""

    id: str
    seq: int
    at: datetime
    actor: NamedActor
    kind: str
    text: str
    subject_kind: str | None
    subject_id: UUID | None
    address: str | None
    data: dict[str, Any]
    hash: str


class AuditVerdict(msgspec.Struct, kw_only=True):
    """Whether the chain is whole; `broken_at` is the first entry that was changed, or follows a gap."""

    ok: bool
    entries: int
    broken_at: int | None = None


async def list_audit(
    tx: Transaction,
    workspace_id: UUID,
    *,
    kind: str | None = None,
    actor_id: UUID | None = None,
    before: int | None = None,
    limit: int = 100,
    language: str = "en",
) -> Page[AuditEntry]:
    """Lists entries, the newest first, worded in a language."""
    rows = await tx.fetch(
        """SELECT seq, at, actor_kind, actor_id, action, subject_kind, subject_id, data, hash FROM audit_entries
           WHERE workspace_id = $1 AND ($2::bigint IS NULL OR seq < $2) AND ($3::text IS NULL OR action = $3)
             AND ($4::uuid IS NULL OR actor_id = $4) ORDER BY seq DESC LIMIT $5""",
        workspace_id,
        before,
        kind,
        actor_id,
        limit + 1,
    )
    kept = rows[:limit]
    names = await name_actors(tx, workspace_id, [Actor(row["actor_kind"], row["actor_id"]) for row in kept])
    entries = [
        AuditEntry(
            id=str(row["seq"]),
            seq=row["seq"],
            at=row["at"],
            actor=names[Actor(row["actor_kind"], row["actor_id"])],
            kind=row["action"],
            text=word_entry(language, row["action"], row["data"]),
            subject_kind=row["subject_kind"],
            subject_id=row["subject_id"],
            address=row["data"].get("address"),
            data={name: value for name, value in row["data"].items() if name != "address"},
            hash=row["hash"],
        )
        for row in kept
    ]
    return Page(entries, encode_cursor(entries[-1].seq) if len(rows) > limit else None)


def word_entry(language: str, action: str, data: dict[str, Any]) -> str:
    """Words what was done; what other slices did may have no wording of its own."""
    key = f"audit.did.{action}"
    text = accounts_catalogue().translate(language, key)
    if text == key:
        text = action.replace("_", " ").capitalize()
    values = data.get("values")
    name = (values.get("name") or values.get("label")) if isinstance(values, dict) else None
    return f"{text}: {name}" if name else text


async def verify_audit(tx: Transaction, workspace_id: UUID) -> AuditVerdict:
    """Computes the whole chain again; entries missing at the end are noticed by the counter beside it."""
    previous, seq = FIRST, 0
    while True:
        rows = await tx.fetch(
            """SELECT seq, at, actor_kind, actor_id, action, subject_kind, subject_id, data, previous_hash, hash
               FROM audit_entries WHERE workspace_id = $1 AND seq > $2 ORDER BY seq LIMIT $3""",
            workspace_id,
            seq,
            _BATCH,
        )
        for row in rows:
            expected = chain_hash(
                previous,
                row["seq"],
                row["at"],
                (row["actor_kind"], row["actor_id"]),
                row["action"],
                (row["subject_kind"], row["subject_id"]),
                row["data"],
            )
            if row["seq"] != seq + 1 or row["previous_hash"] != previous or row["hash"] != expected:
                return AuditVerdict(ok=False, entries=seq, broken_at=row["seq"])
            previous, seq = row["hash"], row["seq"]
        if len(rows) < _BATCH:
            break
    counted = await tx.fetchval(
        "SELECT coalesce(max(value), 0) FROM counters WHERE workspace_id = $1 AND name = 'audit'",
        workspace_id,
    )
    return AuditVerdict(ok=counted == seq, entries=seq, broken_at=None if counted == seq else seq + 1)
