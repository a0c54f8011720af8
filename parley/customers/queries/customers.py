"""Customers as lists and pages show them. One statement however long the page is."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from parley.customers.identify import PROVEN, token_prefix
from parley.customers.ports import NONE, ConversationsPort, Summary
from parley.customers.shapes import CustomerDetails, CustomerRow, IdentityView, ShopPage
from parley.kit.db import Transaction
from parley.kit.errors import NotFound
from parley.kit.http.paging import Page, decode_id_cursor, encode_cursor
from parley.kit.search import build_tsquery, parse_query

# More customers than this of one word are not sorted; nobody reads so far.
MOST_FOUND = 5_000
ROWS = f"""
SELECT c.*, nv.value AS name, ident.value AS email, coalesce(ident.verified, false) AS verified
FROM unnest($2::uuid[]) WITH ORDINALITY AS p(id, position)
JOIN customers c ON c.workspace_id = $1 AND c.id = p.id
LEFT JOIN personal_values nv ON nv.workspace_id = $1 AND nv.id = c.name_id
LEFT JOIN LATERAL (SELECT i.value, {PROVEN} AS verified FROM identities i
                   WHERE i.workspace_id = $1 AND i.customer_id = c.id AND i.kind = 'email'
                   ORDER BY 2 DESC, i.verified DESC, i.id LIMIT 1) ident ON true
ORDER BY p.position
"""
PAGE = """
SELECT c.id FROM customers c WHERE c.workspace_id = $1 AND c.merged_into_id IS NULL
  AND ($2::uuid IS NULL OR c.id < $2) {narrowed} ORDER BY c.id DESC LIMIT $3
"""
FOUND = """
WITH found AS MATERIALIZED (
  SELECT d.customer_id FROM customer_documents d
  WHERE d.workspace_id = $1 AND d.tokens @@ $4::text::tsquery LIMIT {most}
)
SELECT c.id FROM found f JOIN customers c ON c.workspace_id = $1 AND c.id = f.customer_id
WHERE c.merged_into_id IS NULL AND ($2::uuid IS NULL OR c.id < $2) {narrowed} ORDER BY c.id DESC LIMIT $3
"""
# The shop's own id of an account stands behind that of the channel which vouches for it.
BESIDE = f"""
SELECT i.id, i.kind, CASE WHEN i.kind = 'account' THEN regexp_replace(i.value, '^[0-9a-f-]{{36}}:', '') ELSE i.value END
         AS value, {PROVEN} AS verified, i.reason, i.created_at, i.seen_at AS last_seen, NULL AS note,
       CASE WHEN s.page->>'url' <> '' THEN s.page END AS page
FROM identities i
LEFT JOIN visitors s ON s.workspace_id = $1
  AND s.id = CASE WHEN i.kind = 'visitor' AND i.value ~ '^[0-9a-f-]{{36}}$' THEN i.value::uuid END
WHERE i.workspace_id = $1 AND i.customer_id = $2
UNION ALL
SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, v.value, NULL FROM customers c
JOIN personal_values v ON v.workspace_id = $1 AND v.id = c.note_id WHERE c.workspace_id = $1 AND c.id = $2
ORDER BY 1 LIMIT 200
"""


async def list_customer_rows(
    tx: Transaction, workspace_id: UUID, ids: Sequence[UUID], port: ConversationsPort
) -> list[CustomerRow]:
    """Gives the rows of these customers in this order."""
    if not ids:
        return []
    counts = await port.summarise(tx, workspace_id, ids)
    rows = await tx.fetch(ROWS, workspace_id, list(ids))
    return [CustomerRow(**_row(row, counts)) for row in rows]


async def list_customers(
    tx: Transaction,
    workspace_id: UUID,
    port: ConversationsPort,
    limit: int,
    after: str | None,
    q: str = "",
    narrowed: str = "",
) -> Page[CustomerRow]:
    """Gives one page, newest first; `q` are words of a name or address, the last may be the start of one."""
    ids = await find_customer_ids(tx, workspace_id, q, limit + 1, decode_id_cursor(after), narrowed)
    following = encode_cursor(ids[limit - 1]) if len(ids) > limit else None
    return Page(await list_customer_rows(tx, workspace_id, ids[:limit], port), following)


async def find_customer_ids(
    tx: Transaction, workspace_id: UUID, q: str, limit: int, after: UUID | None, narrowed: str = ""
) -> list[UUID]:
    """Gives the ids of customers, newest first; `narrowed` is SQL of our own on `c`."""
    if not q.strip():
        rows = await tx.fetch(PAGE.format(narrowed=narrowed), workspace_id, after, limit)
        return [row["id"] for row in rows]
    query = build_tsquery(parse_query(q, last_is_prefix=True), token_prefix(workspace_id))
    if not query:
        return []
    sql = FOUND.format(narrowed=narrowed, most=MOST_FOUND)
    return [row["id"] for row in await tx.fetch(sql, workspace_id, after, limit, query)]


async def get_customer(
    tx: Transaction, workspace_id: UUID, customer_id: UUID, port: ConversationsPort
) -> CustomerDetails:
    """Gives everything about one customer; raises NotFound."""
    row = await tx.fetchrow(ROWS, workspace_id, [customer_id])
    if row is None:
        raise NotFound("customer")
    beside = await tx.fetch(BESIDE, workspace_id, customer_id)
    counts = await port.summarise(tx, workspace_id, [customer_id])
    names = IdentityView.__struct_fields__
    return CustomerDetails(
        **_row(row, counts),
        notes=next((found["note"] for found in beside if found["id"] is None), "") or "",
        fields=row["fields"],
        blocked_at=row["blocked_at"],
        merged_into_id=row["merged_into_id"],
        identities=[
            IdentityView(**{n: f[n] for n in names} | {"page": _page(f["page"])})
            for f in beside
            if f["id"] is not None
        ],
    )


def _page(found: dict[str, Any] | None) -> ShopPage | None:
    return ShopPage(found["url"], found.get("title") or "") if found else None


def _row(row: Any, counts: dict[UUID, Summary]) -> dict[str, Any]:
    summary = counts.get(row["id"], NONE)
    seen = [at for at in (row["seen_at"], summary.last_at) if at is not None]
    return {
        "id": row["id"],
        "name": row["name"] or row["email"] or "",
        "email": row["email"],
        "verified": row["verified"],
        "avatar_colour": row["avatar_colour"],
        "language": row["language"],
        "zone": row["time_zone"],
        "country": row["country"],
        "vip": row["vip"],
        "blocked": row["blocked_at"] is not None,
        "conversations_count": summary.count,
        "created_at": row["created_at"],
        "last_seen": max(seen, default=None),
    }
