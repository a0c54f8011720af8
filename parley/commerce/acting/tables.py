"""Tables of acts at stores: plans, their steps at the vendor, the ledger of money moved, and who may do how much."""

from sqlalchemy import Index, UniqueConstraint, text

from parley.kit.schema import big, doc, flag, reference, small, txt, uid, when, workspace_table

# One row per plan. `state`: planned, waiting (for a second person), committed (its job runs), done, failed (nothing
# more will happen, `effects` tells what did), unknown (a person must look), declined, expired.
store_acts = workspace_table(
    "store_acts",
    uid("id"),
    uid("store_id"),
    txt("act"),
    uid("order_id", null=True),
    uid("subscription_id", null=True),
    uid("return_id", null=True),
    doc("intent"),
    doc("plan"),
    txt("state", default="planned"),
    txt("error", default=""),
    doc("result"),
    big("amount", default=0),
    txt("currency", default=""),
    txt("planned_by_kind"),
    uid("planned_by", null=True),
    txt("committed_by_kind", null=True),
    uid("committed_by", null=True),
    txt("approved_by_kind", null=True),
    uid("approved_by", null=True),
    txt("key", null=True),
    when("planned_at"),
    when("expires_at"),
    when("committed_at", null=True),
    when("finished_at", null=True),
    reference("store_id", "stores"),
    reference("order_id", "orders"),
    reference("subscription_id", "subscriptions"),
)
# The same intent (an idempotency key of the caller) is one act, however often it is committed.
Index(
    "uq_store_acts_key",
    store_acts.c.workspace_id,
    store_acts.c.key,
    unique=True,
    postgresql_where=text("key IS NOT NULL"),
)
Index("ix_store_acts_order", store_acts.c.workspace_id, store_acts.c.order_id, store_acts.c.id.desc())
Index(
    "ix_store_acts_open",
    store_acts.c.workspace_id,
    store_acts.c.state,
    store_acts.c.id,
    postgresql_where=text("state IN ('waiting', 'committed', 'unknown')"),
)

# One row per call with an effect. `state`: pending, sent (written down before the call), done, failed, unknown.
act_steps = workspace_table(
    "act_steps",
    uid("act_id"),
    small("position"),
    txt("name"),
    uid("connection_id"),
    doc("args"),
    doc("undo", null=True),
    flag("again"),
    txt("key"),
    txt("state", default="pending"),
    txt("error", default=""),
    doc("effect"),
    small("attempts", default=0),
    when("sent_at", null=True),
    when("finished_at", null=True),
    reference("act_id", "store_acts"),
    key=("act_id", "position"),
)

# Money that an act moved, once per step: positive to the customer. The sum equals what the vendor says.
ledger_entries = workspace_table(
    "ledger_entries",
    uid("act_id"),
    small("position"),
    uid("store_id"),
    uid("order_id", null=True),
    txt("kind"),
    big("amount"),
    txt("currency"),
    txt("external_id"),
    when("at"),
    reference("act_id", "store_acts"),
    key=("act_id", "position"),
)
Index("ix_ledger_entries_order", ledger_entries.c.workspace_id, ledger_entries.c.order_id)
Index("ix_ledger_entries_at", ledger_entries.c.workspace_id, ledger_entries.c.at)

# Who may do how much: `role` is a role of agents, `rule`, `assistant` or `customer`. Amounts in minor units:
# `largest` at all, `alone` without a second person, `daily` for one person in 24 hours; null means no limit.
act_limits = workspace_table(
    "act_limits",
    txt("role"),
    txt("act"),
    txt("currency"),
    flag("allowed", default=True),
    big("largest", null=True),
    big("alone", null=True),
    big("daily", null=True),
    key=("role", "act", "currency"),
)

# Discount codes that an act made.
discounts = workspace_table(
    "discounts",
    uid("id"),
    uid("store_id"),
    txt("external_id"),
    txt("code"),
    uid("act_id", null=True),
    doc("terms"),
    when("starts_at", null=True),
    when("ends_at", null=True),
    when("created_at"),
    reference("store_id", "stores"),
    UniqueConstraint("workspace_id", "store_id", "code"),
)
