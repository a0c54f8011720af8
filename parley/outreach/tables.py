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

# One message to everybody who is affected. `selection` says who, `texts` what, by language and channel.
broadcasts = workspace_table(
    "broadcasts",
    uid("id"),
    txt("name"),
    txt("state"),
    doc("selection"),
    doc("texts"),
    uid("tag_id", null=True),
    num("per_minute", default=60),
    num("total", default=0),
    num("sent", default=0),
    num("failed", default=0),
    num("skipped", default=0),
    num("replied", default=0),
    uid("created_by", null=True),
    uid("started_by", null=True),
    uid("approved_by", null=True),
    when("created_at"),
    when("updated_at"),
    when("started_at", null=True),
    when("finished_at", null=True),
    # Before this moment nothing leaves; moved with every portion, so that two workers send no more than one.
    when("next_at", null=True),
    # When the screens last heard of it.
    when("told_at", null=True),
)
Index("ix_broadcasts_newest", broadcasts.c.workspace_id, broadcasts.c.id.desc())

# One row for each customer who is told, or is not and why; `state` is waiting, sent, failed, skipped or cancelled. Who
# ordered and is no customer of the desk yet becomes one when he is written to.
broadcast_targets = workspace_table(
    "broadcast_targets",
    uid("broadcast_id"),
    num("position"),
    uid("customer_id", null=True),
    uid("conversation_id", null=True),
    uid("order_id", null=True),
    txt("channel_kind", null=True),
    txt("language", null=True),
    txt("state"),
    txt("reason", null=True),
    txt("detail", null=True),
    uid("message_id", null=True),
    when("sent_at", null=True),
    when("replied_at", null=True),
    reference("broadcast_id", "broadcasts", on_delete="CASCADE"),
    reference("customer_id", "customers"),
    key=("broadcast_id", "position"),
)
_t = broadcast_targets.c
Index("uq_broadcast_targets_customer", _t.workspace_id, _t.broadcast_id, _t.customer_id, unique=True)
Index(
    "ix_broadcast_targets_waiting",
    _t.workspace_id,
    _t.broadcast_id,
    _t.position,
    postgresql_where=text("state = 'waiting'"),
)
Index(
    "ix_broadcast_targets_message",
    _t.workspace_id,
    _t.message_id,
    postgresql_where=text("message_id IS NOT NULL"),
)
Index(
    "ix_broadcast_targets_conversation",
    _t.workspace_id,
    _t.conversation_id,
    postgresql_where=text("state = 'sent' AND replied_at IS NULL"),
)
