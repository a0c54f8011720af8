"""Search over all messages: the newest weeks first, until a page is full; a common word costs a week, not history."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from parley.conversations.filters import Condition
from parley.conversations.queries.rows import list_rows
from parley.conversations.searching import (
    Search,
    add_conversation_filters,
    add_time,
    build_tsqueries,
    plan_windows,
    utf16_spans,
)
from parley.conversations.shapes import SearchHit
from parley.kit.db import Transaction
from parley.kit.errors import BadInput
from parley.kit.http.paging import Page, decode_cursor, encode_cursor
from parley.kit.richtext import excerpt
from parley.kit.search import SearchQuery, highlight, matches, needs_recheck

# Candidates per shown result: several may be of one conversation, some fall when phrases are looked at again.
PER_RESULT = 3
PER_RESULT_WITH_RECHECK = 8
MOST = 400
SNIPPET = 200
LEAD = 60
CHANNELS = """
SELECT lower(name) AS name, id FROM channels
WHERE workspace_id = $1 AND lower(name) = ANY($2) AND deleted_at IS NULL
"""
# Ids of version 7 sort like times, so the first and the last key give the weeks there are.
BOUNDS = """
SELECT (SELECT message_id FROM search_documents WHERE workspace_id = $1 ORDER BY message_id LIMIT 1) AS oldest,
       (SELECT message_id FROM search_documents WHERE workspace_id = $1 ORDER BY message_id DESC LIMIT 1) AS newest
"""
# The windows are looked at one after the other, only until there is enough. MATERIALIZED keeps the planner from
# walking the primary key backwards in the hope of soon meeting a match.
HITS = """
SELECT h.message_id, h.conversation_id FROM unnest({queries}::text[]) AS w(query) CROSS JOIN LATERAL (
  WITH found AS MATERIALIZED (
    SELECT d.message_id, d.conversation_id FROM search_documents d
    WHERE d.workspace_id = $1 AND d.tokens @@ w.query::tsquery
  )
  SELECT f.message_id, f.conversation_id FROM found f {joins} WHERE {condition}
  ORDER BY f.message_id DESC LIMIT {limit}
) h LIMIT {limit}
"""
JOIN = "JOIN conversations c ON c.workspace_id = $1 AND c.id = f.conversation_id"
LISTED = """
SELECT c.last_message_id AS message_id, c.id AS conversation_id, c.last_message_at FROM conversations c
WHERE {condition} ORDER BY c.last_message_at DESC, c.id DESC LIMIT {limit}
"""
TEXTS = """
SELECT m.id, left(m.text, 200000) AS text, m.envelope ->> 'subject' AS own_subject, sv.value AS subject,
       (SELECT string_agg(a.name, ' ') FROM attachments a WHERE a.workspace_id = $1 AND a.message_id = m.id) AS files
FROM messages m JOIN conversations c ON c.workspace_id = $1 AND c.id = m.conversation_id
LEFT JOIN personal_values sv ON sv.workspace_id = $1 AND sv.id = c.subject_value_id
WHERE m.workspace_id = $1 AND m.id = ANY($2) AND m.redacted_at IS NULL
"""


class Candidate(msgspec.Struct, frozen=True):
    """A message that the index found."""

    message_id: UUID
    conversation_id: UUID


async def find_channels(tx: Transaction, workspace_id: UUID, names: list[str]) -> dict[str, list[UUID]]:
    """Gives the channels with these names (lower case)."""
    found: dict[str, list[UUID]] = {}
    for row in await tx.fetch(CHANNELS, workspace_id, names) if names else []:
        found.setdefault(row["name"], []).append(row["id"])
    return found


async def search_messages(
    tx: Transaction, workspace_id: UUID, agent_id: UUID | None, search: Search, limit: int, after: str | None
) -> Page[SearchHit]:
    """Gives one page of conversations with their newest hit, newest first. Raises Invalid and BadInput.

    A page may be shorter than `limit` and still have a `next`: then there is more to look at.
    """
    if search.is_empty:
        return Page([], None)
    if not search.uses_index:
        return await _list_conversations(tx, workspace_id, agent_id, search, limit, after)
    edge: UUID | None = decode_cursor(after, UUID)[0] if after else None
    if edge is not None and edge.version != 7:
        raise BadInput("bad_cursor", "The cursor in `after` is not one of ours.")
    recheck = needs_recheck(search.query)
    wanted = min(MOST, limit * (PER_RESULT_WITH_RECHECK if recheck else PER_RESULT))
    found = await _find(tx, workspace_id, agent_id, search, edge, wanted + 1)
    candidates = found[:wanted]
    texts: dict[UUID, Any] = {}
    if recheck:
        texts = await _load_texts(tx, workspace_id, [c.message_id for c in candidates])
        candidates = [c for c in candidates if matches(_whole(texts.get(c.message_id)), search.query)]
    shown, counts, last = _group(candidates, limit)
    if len(shown) < limit or last is None:
        last = found[:wanted][-1].message_id if found else None
        more = len(found) > wanted
    else:
        more = last != found[-1].message_id
    if not recheck:
        texts = await _load_texts(tx, workspace_id, [c.message_id for c in shown])
    hits = await _show(tx, workspace_id, agent_id, search.query, shown, texts)
    for hit in hits:
        hit.hits = counts[hit.conversation.id]
    return Page(hits, encode_cursor(last) if more and last is not None else None)


async def _find(
    tx: Transaction, workspace_id: UUID, agent_id: UUID | None, search: Search, edge: UUID | None, limit: int
) -> list[Candidate]:
    bounds = await tx.fetchrow(BOUNDS, workspace_id)
    if bounds is None or bounds["oldest"] is None:
        return []
    windows = plan_windows(search, bounds["oldest"], bounds["newest"], edge)
    if not windows:
        return []
    sql, args = build_hits(workspace_id, agent_id, search, windows, edge, limit)
    return [Candidate(row["message_id"], row["conversation_id"]) for row in await tx.fetch(sql, *args)]


def build_hits(
    workspace_id: UUID,
    agent_id: UUID | None,
    search: Search,
    windows: list[range],
    edge: UUID | None,
    limit: int,
) -> tuple[str, list[Any]]:
    """Writes the statement that finds the hits, with its arguments."""
    condition = Condition(workspace_id)
    queries = condition.bind(build_tsqueries(workspace_id, search.clauses, windows))
    add_conversation_filters(condition, search, agent_id)
    joins = JOIN if condition.parts else ""
    if edge is not None:
        condition.add(f"f.message_id < {condition.bind(edge)}")
    add_time(condition, "f.message_id", search)
    count = condition.bind(limit)
    return HITS.format(queries=queries, joins=joins, condition=condition.sql(), limit=count), condition.args


def _group(candidates: list[Candidate], limit: int) -> tuple[list[Candidate], dict[UUID, int], UUID | None]:
    """Takes the newest hit of each conversation until there are enough; gives also the last one looked at."""
    shown: dict[UUID, Candidate] = {}
    counts: dict[UUID, int] = {}
    last: UUID | None = None
    for candidate in candidates:
        if candidate.conversation_id not in shown and len(shown) == limit:
            break
        shown.setdefault(candidate.conversation_id, candidate)
        counts[candidate.conversation_id] = counts.get(candidate.conversation_id, 0) + 1
        last = candidate.message_id
    return list(shown.values()), counts, last


async def _list_conversations(
    tx: Transaction, workspace_id: UUID, agent_id: UUID | None, search: Search, limit: int, after: str | None
) -> Page[SearchHit]:
    """Gives the conversations that fit, each with its last message, where no word is asked for."""
    condition = Condition(workspace_id)
    condition.add("c.workspace_id = $1")
    add_conversation_filters(condition, search, agent_id)
    add_time(condition, "c.last_message_id", search)
    if after:
        at, last = decode_cursor(after, datetime, UUID)
        condition.add(f"(c.last_message_at, c.id) < ({condition.bind(at)}, {condition.bind(last)}::uuid)")
    limit_sql = condition.bind(limit + 1)
    rows = await tx.fetch(LISTED.format(condition=condition.sql(), limit=limit_sql), *condition.args)
    shown = [
        Candidate(row["message_id"], row["conversation_id"]) for row in rows[:limit] if row["message_id"]
    ]
    texts = await _load_texts(tx, workspace_id, [c.message_id for c in shown])
    hits = await _show(tx, workspace_id, agent_id, search.query, shown, texts)
    edge = rows[limit - 1] if len(rows) > limit else None
    return Page(hits, encode_cursor(edge["last_message_at"], edge["conversation_id"]) if edge else None)


async def _load_texts(tx: Transaction, workspace_id: UUID, ids: list[UUID]) -> dict[UUID, Any]:
    return {row["id"]: row for row in await tx.fetch(TEXTS, workspace_id, ids)} if ids else {}


def _whole(row: Any) -> str:
    """Gives all that was indexed of a message's words."""
    if row is None:
        return ""
    return "\n".join((row["text"] or "", row["own_subject"] or row["subject"] or "", row["files"] or ""))


async def _show(
    tx: Transaction,
    workspace_id: UUID,
    agent_id: UUID | None,
    query: SearchQuery,
    shown: list[Candidate],
    texts: dict[UUID, Any],
) -> list[SearchHit]:
    rows = {r.id: r for r in await list_rows(tx, workspace_id, [c.conversation_id for c in shown], agent_id)}
    hits: list[SearchHit] = []
    for candidate in shown:
        row = rows.get(candidate.conversation_id)
        if row is not None:
            found = texts.get(candidate.message_id)
            snippet = build_snippet(found["text"] or "" if found else "", query)
            marks = utf16_spans(snippet, highlight(snippet, query))
            hits.append(
                SearchHit(
                    conversation=row, message_id=candidate.message_id, snippet=snippet, highlights=marks
                )
            )
    return hits


def build_snippet(text: str, query: SearchQuery) -> str:
    """Cuts the stretch around the first hit out of a text, on one line."""
    places = highlight(text, query)
    if not places or places[0][1] <= SNIPPET - LEAD:
        return excerpt(text, SNIPPET)
    start = max(0, places[0][0] - LEAD)
    space = text.find(" ", start, places[0][0])
    start = space + 1 if space >= 0 else start
    return excerpt("…" + text[start : start + SNIPPET * 3].lstrip(), SNIPPET)
