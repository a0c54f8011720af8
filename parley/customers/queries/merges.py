"""Merges as the desk shows them: what stands, what one would do, who may be the same person."""

from collections.abc import Iterable, Sequence
from typing import Any, cast
from uuid import UUID

from parley.customers.merging import Taken, decide_note, decide_takings
from parley.customers.ports import ConversationsPort
from parley.customers.queries.customers import get_customer, list_customer_rows
from parley.customers.shapes import MergePreview, MergeView, Party, Suggestion, TakenField
from parley.kit.db import Transaction
from parley.kit.errors import NotFound

STANDING = """
SELECT m.*, (SELECT count(*) FROM customer_merge_items x WHERE x.workspace_id = $1 AND x.merge_id = m.id
             AND x.kind = 'identity') AS identities,
       (SELECT count(*) FROM customer_merge_items x WHERE x.workspace_id = $1 AND x.merge_id = m.id
        AND x.kind = 'conversation') AS conversations,
       coalesce(a.name, k.name) AS by_name
FROM customer_merges m
LEFT JOIN agents a ON a.workspace_id = $1 AND m.by_kind = 'agent' AND a.id = m.by_id
LEFT JOIN api_tokens k ON k.workspace_id = $1 AND m.by_kind = 'token' AND k.id = m.by_id
WHERE m.workspace_id = $1 AND m.undone_at IS NULL AND {which}
ORDER BY m.at DESC, m.id DESC LIMIT 200
"""
EXISTS = "SELECT true FROM customers WHERE workspace_id = $1 AND id = $2"
# Two who were taken apart again are not proposed anew.
SUGGEST = """
WITH me AS (
  SELECT c.id, lower(btrim(coalesce(v.value, ''))) AS name FROM customers c
  LEFT JOIN personal_values v ON v.workspace_id = $1 AND v.id = c.name_id
  WHERE c.workspace_id = $1 AND c.id = $2 AND c.merged_into_id IS NULL
), shared AS (
  SELECT o.customer_id, i.kind, i.value FROM me JOIN identities i ON i.workspace_id = $1 AND i.customer_id = me.id
  JOIN identities o ON o.workspace_id = $1 AND o.kind = i.kind AND o.value_key = i.value_key AND o.customer_id <> me.id
  WHERE i.kind IN ('email', 'phone') LIMIT 100
)
SELECT DISTINCT ON (s.customer_id) s.customer_id, s.value,
  CASE WHEN s.kind = 'email' THEN 'same_email'
       WHEN me.name <> '' AND me.name = lower(btrim(coalesce(v.value, ''))) THEN 'same_name_and_phone'
       ELSE 'same_phone' END AS reason
FROM me, shared s JOIN customers c ON c.workspace_id = $1 AND c.id = s.customer_id AND c.merged_into_id IS NULL
LEFT JOIN personal_values v ON v.workspace_id = $1 AND v.id = c.name_id
WHERE NOT EXISTS (SELECT 1 FROM customer_merges m WHERE m.workspace_id = $1 AND m.undone_at IS NOT NULL AND (
  (m.source_id = $2 AND m.target_id = c.id) OR (m.source_id = c.id AND m.target_id = $2)))
ORDER BY s.customer_id, s.kind LIMIT 5
"""
MOVABLE = """
SELECT count(*) FROM identities i WHERE workspace_id = $1 AND customer_id = $2 AND NOT EXISTS (
  SELECT 1 FROM identities o WHERE o.workspace_id = $1 AND o.customer_id = $3
  AND o.kind = i.kind AND o.value_key = i.value_key)
"""


async def list_merges(
    tx: Transaction, workspace_id: UUID, customer_id: UUID, port: ConversationsPort
) -> list[MergeView]:
    """Gives the merges into a customer, newest first, and the one by which he is part of another; raises NotFound."""
    if not await tx.fetchval(EXISTS, workspace_id, customer_id):
        raise NotFound("customer")
    which = "(m.target_id = $2 OR m.source_id = $2)"
    rows = await tx.fetch(STANDING.format(which=which), workspace_id, customer_id)
    return await _show(tx, workspace_id, rows, port)


async def get_merge(
    tx: Transaction, workspace_id: UUID, merge_id: UUID, port: ConversationsPort
) -> MergeView:
    """Gives one merge that stands; raises NotFound."""
    rows = await tx.fetch(STANDING.format(which="m.id = $2"), workspace_id, merge_id)
    if not rows:
        raise NotFound("merge")
    return (await _show(tx, workspace_id, rows, port))[0]


async def list_suggestions(
    tx: Transaction, workspace_id: UUID, customer_id: UUID, port: ConversationsPort
) -> list[Suggestion]:
    """Gives who may be the same person, because of an address or number that both have; raises NotFound."""
    if not await tx.fetchval(EXISTS, workspace_id, customer_id):
        raise NotFound("customer")
    found = {row["customer_id"]: row for row in await tx.fetch(SUGGEST, workspace_id, customer_id)}
    rows = await list_customer_rows(tx, workspace_id, list(found), port)
    return [
        Suggestion(customer=row, reason=found[row.id]["reason"], value=found[row.id]["value"]) for row in rows
    ]


async def preview_merge(
    tx: Transaction, workspace_id: UUID, source_id: UUID, target_id: UUID, port: ConversationsPort
) -> MergePreview:
    """Says what a merge would do; raises NotFound."""
    source = await get_customer(tx, workspace_id, source_id, port)
    target = await get_customer(tx, workspace_id, target_id, port)
    columns = await tx.fetch(
        """SELECT c.*, c.id = $2 AS is_source, coalesce(v.value, '') AS name FROM customers c
           LEFT JOIN personal_values v ON v.workspace_id = $1 AND v.id = c.name_id
           WHERE c.workspace_id = $1 AND c.id IN ($2, $3) ORDER BY is_source DESC""",
        workspace_id,
        source_id,
        target_id,
    )
    gives, takes = (dict(row) for row in columns)
    taken = list(decide_takings(gives, takes))
    if gives["name"] and not takes["name"]:
        taken.insert(0, "name")
    if decide_note(source.notes, target.notes):
        taken.append("note")
    return MergePreview(
        source=source,
        target=target,
        taken=name_fields(taken),
        identities=await tx.fetchval(MOVABLE, workspace_id, source_id, target_id),
        conversations=source.conversations_count,
    )


def name_fields(taken: Taken | Iterable[str]) -> list[TakenField]:
    """Names what was taken as the API does: without the `_id` of personal values."""
    return [cast(TakenField, name.removesuffix("_id")) for name in taken]


async def _show(
    tx: Transaction, workspace_id: UUID, rows: Sequence[Any], port: ConversationsPort
) -> list[MergeView]:
    ids = {row[name] for row in rows for name in ("source_id", "target_id")}
    people = {
        row.id: Party(id=row.id, name=row.name, avatar_colour=row.avatar_colour)
        for row in await list_customer_rows(tx, workspace_id, sorted(ids), port)
    }
    return [
        MergeView(
            source=people[row["source_id"]],
            target=people[row["target_id"]],
            taken=name_fields(row["taken"]),
            **{
                name: row[name]
                for name in MergeView.__struct_fields__
                if name not in ("source", "target", "taken")
            },
        )
        for row in rows
    ]
