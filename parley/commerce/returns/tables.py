"""Tables of returns and of the portal where shoppers ask for them."""

from sqlalchemy import Index, UniqueConstraint, text

from parley.kit.schema import big, doc, num, reference, small, txt, uid, uids, when, workspace_table

# `state`: requested (waits for approval), approved, in_transit, received, closed, declined, cancelled.
returns = workspace_table(
    "returns",
    uid("id"),
    uid("store_id"),
    uid("order_id"),
    txt("number"),
    txt("external_id", null=True),
    txt("state"),
    txt("asked_by"),
    uid("asked_by_id", null=True),
    uid("policy_id", null=True),
    doc("decision"),
    big("refund_amount", default=0),
    big("fee", default=0),
    txt("currency"),
    txt("destination", default="original"),
    txt("note", default=""),
    txt("error", default=""),
    txt("language", default=""),
    uid("label_file_id", null=True),
    uid("conversation_id", null=True),
    when("created_at"),
    when("approved_at", null=True),
    uid("approved_by", null=True),
    txt("approved_by_kind", default=""),
    txt("approved_by_role", default=""),
    when("sent_at", null=True),
    when("received_at", null=True),
    when("refunded_at", null=True),
    when("closed_at", null=True),
    reference("store_id", "stores"),
    reference("order_id", "orders"),
    UniqueConstraint("workspace_id", "store_id", "number"),
)
Index(
    "uq_returns_external",
    returns.c.workspace_id,
    returns.c.store_id,
    returns.c.external_id,
    unique=True,
    postgresql_where=text("external_id IS NOT NULL"),
)
Index("ix_returns_order", returns.c.workspace_id, returns.c.order_id)
Index("ix_returns_state", returns.c.workspace_id, returns.c.state, returns.c.id.desc())
Index("ix_returns_page", returns.c.workspace_id, returns.c.id.desc())

return_lines = workspace_table(
    "return_lines",
    uid("return_id"),
    small("position"),
    txt("line"),
    num("quantity"),
    txt("reason"),
    txt("reason_note", default=""),
    txt("resolution", default="refund"),
    txt("exchange_variant", null=True),
    txt("title", default=""),
    txt("exchange_title", default=""),
    big("amount", default=0),
    uids("file_ids"),
    reference("return_id", "returns", on_delete="CASCADE"),
    key=("return_id", "position"),
)

# How far an order's return or exchange window was moved by hand or by rule.
window_changes = workspace_table(
    "window_changes",
    uid("order_id"),
    small("days"),
    txt("reason", default=""),
    txt("by_kind"),
    uid("by_id", null=True),
    when("at"),
    reference("order_id", "orders"),
    key=("order_id",),
)

# A shopper at the portal: by one-time code to an address, or by order number and address (only that order).
portal_sessions = workspace_table(
    "portal_sessions",
    uid("id"),
    uid("store_id"),
    txt("email_key"),
    uid("order_id", null=True),
    txt("token_hash", null=True),
    txt("code_hash", null=True),
    small("tries", default=0),
    txt("language", default=""),
    when("created_at"),
    when("expires_at"),
    when("proved_at", null=True),
    reference("store_id", "stores"),
)
Index(
    "uq_portal_sessions_token",
    portal_sessions.c.token_hash,
    unique=True,
    postgresql_where=text("token_hash IS NOT NULL"),
)
Index("ix_portal_sessions_email", portal_sessions.c.workspace_id, portal_sessions.c.email_key)
