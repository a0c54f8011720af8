"""What the mirrors of all kinds have in common: which reading is newer, and what has changed. Pure."""

import hashlib
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from parley.commerce.model import Snapshot
from parley.customers.identify import identity_key

Outcome = Literal["new", "changed", "same", "older", "unclear"]
"""`unclear`: a webhook's copy is as old as ours and yet different; only the store can say what is true."""


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """How something was read: `certain` straight from the store, else from a webhook's body; `quiet` tells no facts."""

    store_id: UUID
    read_at: datetime
    certain: bool = True
    quiet: bool = False


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What the mirror has of the same thing."""

    updated_at: datetime | None
    read_at: datetime
    digest: bytes


def digest_of(snapshot: Snapshot) -> bytes:
    """Gives 16 bytes that are the same when the store showed the same; its time of change is left out."""
    plain = msgspec.structs.replace(snapshot, updated_at=None)
    return hashlib.blake2b(msgspec.json.encode(plain), digest_size=16).digest()


def judge(snapshot: Snapshot, digest: bytes, known: Known | None, reading: Reading) -> Outcome:
    """Says what a reading means for the mirror.

    Readings arrive in any order. What came straight from the store wins unless a later reading is there already; a
    webhook's copy wins only when the store itself dates it later.
    """
    if known is None:
        return "new"
    ours, theirs = known.updated_at, snapshot.updated_at
    if ours is not None and theirs is not None and theirs < ours:
        return "older"
    if digest == known.digest:
        return "same"
    if reading.certain:
        return "older" if reading.read_at < known.read_at else "changed"
    if ours is not None and theirs is not None and theirs > ours:
        return "changed"
    return "unclear"


def list_changes(
    old: Any, new: dict[str, Any], fields: tuple[str, ...]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Gives the fields that differ, as they are now and as they were."""
    differing = [name for name in fields if old[name] != new[name]]
    return {name: new[name] for name in differing}, {name: old[name] for name in differing}


def email_key(address: str) -> str | None:
    """Gives the form of an address in which two spellings of it are equal; None for no address."""
    return identity_key("email", address) or None


def known_of(row: Any) -> Known | None:
    """Gives what a mirrored row says of its reading; None for no row."""
    return Known(updated_at=row["updated_at"], read_at=row["read_at"], digest=row["digest"]) if row else None
