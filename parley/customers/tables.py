"""Tables of the customers slice."""

from sqlalchemy import Index, text

from parley.kit.schema import doc, flag, reference, txt, uid, when, workspace_table

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
