"""Tables of the outreach slice."""

from sqlalchemy import Index, UniqueConstraint, text

from parley.kit.schema import doc, num, reference, txt, uid, when, workspace_table

# What a shopper is, was or was not told about an order. The key says it once: `late:<shipment>`, `confirmation`.
order_messages = workspace_table(
    "order_messages",
    uid("id"),
    uid("order_id"),
    txt("key"),
    txt("kind"),
    uid("shipment_id", null=True),
    txt("line", null=True),
    txt("state"),
    txt("language"),
    when("promised_at", null=True),
    num("days", default=0),
    when("due_at", null=True),
    uid("decision_id", null=True),
    uid("conversation_id", null=True),
    uid("message_id", null=True),
    doc("reasons", default="[]"),
    when("created_at"),
    when("finished_at", null=True),
    reference("order_id", "orders", on_delete="CASCADE"),
    UniqueConstraint("workspace_id", "order_id", "key"),
)
_m = order_messages.c
Index("ix_order_messages_due", _m.due_at, _m.id, postgresql_where=text("state = 'planned'"))
Index(
    "ix_order_messages_sent", _m.workspace_id, _m.finished_at, postgresql_where=text("message_id IS NOT NULL")
)
Index("ix_order_messages_newest", _m.workspace_id, _m.id.desc())
Index(
    "ix_order_messages_message",
    _m.workspace_id,
    _m.message_id,
    postgresql_where=text("message_id IS NOT NULL"),
)

# When the radar looks at an order again. A row without a time waits for a fact; one that was found never comes again.
radar_checks = workspace_table(
    "radar_checks",
    uid("order_id"),
    txt("kind"),
    txt("subject"),
    uid("store_id"),
    txt("variant_ref", null=True),
    when("due_at", null=True),
    when("found_at", null=True),
    reference("order_id", "orders", on_delete="CASCADE"),
    key=("order_id", "kind", "subject"),
)
_r = radar_checks.c
Index(
    "ix_radar_checks_due",
    _r.due_at,
    _r.workspace_id,
    _r.order_id,
    postgresql_where=text("due_at IS NOT NULL AND found_at IS NULL"),
)
Index(
    "ix_radar_checks_variant",
    _r.workspace_id,
    _r.store_id,
    _r.variant_ref,
    postgresql_where=text("variant_ref IS NOT NULL AND found_at IS NULL"),
)
