"""Tables of the customers slice."""

from sqlalchemy import Index, text

from parley.kit.schema import doc, flag, lexemes, reference, txt, uid, when, workspace_table

customers = workspace_table(
    "customers",
    uid("id"),
    uid("name_id", null=True),
    uid("note_id", null=True),
    txt("language", null=True),
    txt("time_zone", null=True),
    txt("country", null=True),
    flag("vip"),
    txt("avatar_colour", default="slate"),
    doc("fields"),
    when("blocked_at", null=True),
    uid("merged_into_id", null=True),
    when("created_at"),
    when("seen_at", null=True),
    reference("name_id", "personal_values"),
    reference("note_id", "personal_values"),
    reference("merged_into_id", "customers"),
)
Index("ix_customers_created", customers.c.workspace_id, customers.c.id.desc())
Index("ix_customers_vip", customers.c.workspace_id, customers.c.id.desc(), postgresql_where=text("vip"))
Index(
    "ix_customers_blocked",
    customers.c.workspace_id,
    customers.c.id.desc(),
    postgresql_where=text("blocked_at IS NOT NULL"),
)

identities = workspace_table(
    "identities",
    uid("id"),
    uid("customer_id"),
    txt("kind"),
    txt("value", null=True),
    txt("value_key", null=True),
    flag("verified"),
    txt("reason"),
    when("created_at"),
    when("seen_at", null=True),
    reference("customer_id", "customers"),
)
Index(
    "uq_identities_verified",
    identities.c.workspace_id,
    identities.c.kind,
    identities.c.value_key,
    unique=True,
    postgresql_where=text("verified"),
)
Index(
    "uq_identities_customer",
    identities.c.workspace_id,
    identities.c.customer_id,
    identities.c.kind,
    identities.c.value_key,
    unique=True,
)
Index("ix_identities_value", identities.c.workspace_id, identities.c.kind, identities.c.value_key)

# Two who turned out to be one. What moved is listed in `customer_merge_items`, so that it can be taken back exactly.
customer_merges = workspace_table(
    "customer_merges",
    uid("id"),
    uid("source_id"),
    uid("target_id"),
    txt("reason"),
    flag("automatic"),
    doc("taken"),
    txt("by_kind"),
    uid("by_id", null=True),
    when("at"),
    when("undone_at", null=True),
    txt("undone_by_kind", null=True),
    uid("undone_by_id", null=True),
    reference("source_id", "customers"),
    reference("target_id", "customers"),
)
Index(
    "uq_customer_merges_source",
    customer_merges.c.workspace_id,
    customer_merges.c.source_id,
    unique=True,
    postgresql_where=text("undone_at IS NULL"),
)
Index("ix_customer_merges_target", customer_merges.c.workspace_id, customer_merges.c.target_id)

# `kind` is identity, conversation, order, … Each slice notes what it moved of its own.
customer_merge_items = workspace_table(
    "customer_merge_items",
    uid("merge_id"),
    txt("kind"),
    uid("item_id"),
    reference("merge_id", "customer_merges", on_delete="CASCADE"),
    key=("merge_id", "kind", "item_id"),
)

# Tokens of names and addresses. They begin with the workspace and are read through an index that row security
# would make unusable: `@@` may not run before the policy has been asked. The queries name the workspace.
customer_documents = workspace_table(
    "customer_documents",
    uid("customer_id"),
    lexemes("tokens"),
    key=("customer_id",),
    info={"tenant": False},
)
Index("ix_customer_documents_tokens", customer_documents.c.tokens, postgresql_using="gin")
