"""The search index: the tokens of every message, kept by a reader of the log."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from parley.conversations.weeks import token_prefix, week_of
from parley.facts.conversations import ConversationEdited, MessageRedacted
from parley.kit.ctx import Ctx
from parley.kit.log.fact import Fact, Recorded
from parley.kit.search import tokenise

# Operators of a search that a message answers by itself are tokens of their own, such as `from=ana`.
CONTENT = """
SELECT m.id, m.conversation_id, m.kind, m.direction, m.author_kind, m.author_id, m.channel_id, m.channel_kind,
       m.text, m.envelope, sv.value AS subject,
       CASE m.author_kind WHEN 'agent' THEN a.name || ' ' || a.email
         WHEN 'customer' THEN concat_ws(' ', nv.value, (
           SELECT string_agg(i.value, ' ') FROM identities i
           WHERE i.workspace_id = $1 AND i.customer_id = m.author_id AND i.kind = 'email')) END AS author,
       (SELECT array_agg(f.name) FROM attachments f WHERE f.workspace_id = $1 AND f.message_id = m.id) files
FROM messages m
JOIN conversations c ON c.workspace_id = $1 AND c.id = m.conversation_id
LEFT JOIN personal_values sv ON sv.workspace_id = $1 AND sv.id = c.subject_value_id
LEFT JOIN agents a ON a.workspace_id = $1 AND a.id = m.author_id AND m.author_kind = 'agent'
LEFT JOIN customers cu ON cu.workspace_id = $1 AND cu.id = m.author_id AND m.author_kind = 'customer'
LEFT JOIN personal_values nv ON nv.workspace_id = $1 AND nv.id = cu.name_id
WHERE m.workspace_id = $1 AND m.id = ANY($2) AND m.redacted_at IS NULL
"""
STORE = """
INSERT INTO search_documents (workspace_id, message_id, conversation_id, tokens)
SELECT $1, d.message_id, d.conversation_id, array_to_tsvector(d.tokens)
FROM jsonb_to_recordset($2) AS d(message_id uuid, conversation_id uuid, tokens text[])
ON CONFLICT (workspace_id, message_id) DO UPDATE SET tokens = excluded.tokens
"""


async def index_message(ctx: Ctx, fact: Fact, recorded: Recorded) -> None:
    """Puts the message of a fact into the index, or takes a redacted one out."""
    message_id = UUID(recorded.data["message_id"])
    if isinstance(fact, MessageRedacted):
        await unindex_messages(ctx, [message_id])
    else:
        await index_messages(ctx, [message_id])


async def index_subject(ctx: Ctx, fact: Fact, _: Recorded) -> None:
    """Brings the newest messages of a conversation up to date in the index when its subject has changed."""
    if not isinstance(fact, ConversationEdited) or "subject_value_id" not in fact.changes:
        return
    rows = await ctx.tx.fetch(
        """SELECT id FROM messages WHERE workspace_id = $1 AND conversation_id = $2
           ORDER BY id DESC LIMIT 200""",
        ctx.workspace_id,
        fact.conversation_id,
    )
    await index_messages(ctx, [row["id"] for row in rows])


async def index_messages(ctx: Ctx, message_ids: Sequence[UUID]) -> None:
    """Puts any number of messages into the index in two statements; leaves redacted and unknown ones out."""
    rows = await ctx.tx.fetch(CONTENT, ctx.workspace_id, list(message_ids))
    documents = [
        {
            "message_id": row["id"],
            "conversation_id": row["conversation_id"],
            "tokens": build_tokens(ctx.workspace_id, row),
        }
        for row in rows
    ]
    if documents:
        await ctx.tx.execute(STORE, ctx.workspace_id, documents)


async def unindex_messages(ctx: Ctx, message_ids: Sequence[UUID]) -> None:
    """Takes messages out of the index."""
    await ctx.tx.execute(
        "DELETE FROM search_documents WHERE workspace_id = $1 AND message_id = ANY($2)",
        ctx.workspace_id,
        list(message_ids),
    )


def build_tokens(workspace_id: UUID, row: Any) -> list[str]:
    """Gives the distinct tokens of a row of `CONTENT`, each behind the prefix of workspace and week."""
    envelope: dict[str, Any] = row["envelope"] or {}
    subject = envelope.get("subject") or row["subject"] or ""
    words = tokenise("\n".join((row["text"] or "", subject, *(row["files"] or []))))
    words += [f"from={token}" for token in tokenise(f"{row['author'] or ''} {_people(envelope, 'from')}")]
    words += [
        f"to={token}" for token in tokenise(" ".join(_people(envelope, n) for n in ("to", "cc", "bcc")))
    ]
    words.append(f"channel={row['channel_kind']}")
    words.append(f"is={'note' if row['kind'] == 'note' else row['direction']}")
    if row["author_id"] is not None:
        words.append(f"from={row['author_id'].hex}")
    if row["channel_id"] is not None:
        words.append(f"channel={row['channel_id'].hex}")
    if row["files"]:
        words.append("has=attachment")
    prefix = token_prefix(workspace_id, week_of(row["id"]))
    return [prefix + word for word in dict.fromkeys(words)]


def _people(envelope: dict[str, Any], name: str) -> str:
    found = envelope.get(name)
    people = [found] if isinstance(found, dict) else found or []
    return " ".join(f"{person.get('name') or ''} {person.get('address') or ''}" for person in people)
