"""The search index of customers: tokens of name and addresses, kept by a reader of the log."""

from collections.abc import Sequence
from uuid import UUID

from parley.customers.identify import token_prefix
from parley.facts.customers import IdentityMoved
from parley.kit.ctx import Ctx
from parley.kit.log.fact import Fact, Recorded
from parley.kit.search import index_terms

CONTENT = """
SELECT c.id, c.merged_into_id IS NULL AS shown, concat_ws(' ', v.value, (
    SELECT string_agg(i.value, ' ') FROM identities i
    WHERE i.workspace_id = $1 AND i.customer_id = c.id AND i.kind <> 'visitor')) AS words
FROM customers c LEFT JOIN personal_values v ON v.workspace_id = $1 AND v.id = c.name_id
WHERE c.workspace_id = $1 AND c.id = ANY($2)
"""
STORE = """
INSERT INTO customer_documents (workspace_id, customer_id, tokens)
SELECT $1, d.id, array_to_tsvector(d.tokens) FROM jsonb_to_recordset($2) AS d(id uuid, tokens text[])
ON CONFLICT (workspace_id, customer_id) DO UPDATE SET tokens = excluded.tokens
"""


async def index_customer(ctx: Ctx, fact: Fact, recorded: Recorded) -> None:
    """Brings the customers of a fact up to date in the index."""
    ids = [UUID(recorded.data["customer_id"])]
    if isinstance(fact, IdentityMoved):
        ids.append(fact.previous_customer_id)
    await index_customers(ctx, ids)


async def index_customers(ctx: Ctx, customer_ids: Sequence[UUID]) -> None:
    """Writes the tokens of customers, however many, in two statements; nameless visitors have none."""
    rows = await ctx.tx.fetch(CONTENT, ctx.workspace_id, list(customer_ids))
    prefix = token_prefix(ctx.workspace_id)
    found = {row["id"]: index_terms(row["words"], prefix) for row in rows if row["shown"] and row["words"]}
    if found:
        documents = [{"id": customer_id, "tokens": tokens} for customer_id, tokens in found.items()]
        await ctx.tx.execute(STORE, ctx.workspace_id, documents)
    gone = [customer_id for customer_id in customer_ids if customer_id not in found]
    if gone:
        await ctx.tx.execute(
            "DELETE FROM customer_documents WHERE workspace_id = $1 AND customer_id = ANY($2)",
            ctx.workspace_id,
            gone,
        )
