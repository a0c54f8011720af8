"""Tables of the commerce slice: connections, the mirror of what stores hold, and the sync of both."""

from sqlalchemy import Index, UniqueConstraint, text

from parley.kit.schema import (
    big,
    binary,
    doc,
    flag,
    lexemes,
    num,
    reference,
    small,
    texts,
    txt,
    uid,
    when,
    workspace_table,
)

connections = workspace_table(
    "connections",
    uid("id"),
    txt("plugin"),
    txt("kind"),
    txt("name"),
    txt("state", default="active"),
    txt("error", default=""),
    doc("settings"),
    binary("secrets", null=True),
    doc("position"),
    when("checked_at", null=True),
    when("created_at"),
    when("deleted_at", null=True),
)
Index("uq_connections_id", connections.c.id, unique=True)

# A store is a connection that has customers, products and orders; both have the same id.
stores = workspace_table(
    "stores",
    uid("id"),
    txt("name"),
    txt("domain", default=""),
    txt("currency"),
    txt("time_zone", default="UTC"),
    txt("country", default=""),
    uid("brand_id", null=True),
    when("created_at"),
    reference("id", "connections"),
    reference("brand_id", "brands"),
)

# Webhooks as they came. The answer 200 is given when the row is there.
store_deliveries = workspace_table(
    "store_deliveries",
    uid("id"),
    uid("connection_id"),
    txt("key"),
    txt("topic"),
    binary("body", null=True),
    txt("state", default="stored"),
    txt("error", default=""),
    small("attempts", default=0),
    when("received_at"),
    when("finished_at", null=True),
    reference("connection_id", "connections"),
    UniqueConstraint("workspace_id", "connection_id", "key"),
)
Index(
    "ix_store_deliveries_open",
    store_deliveries.c.workspace_id,
    store_deliveries.c.connection_id,
    store_deliveries.c.id,
    postgresql_where=text("state <> 'done'"),
)

# One back-fill or reconciliation; `position` is where it goes on after a stop.
sync_runs = workspace_table(
    "sync_runs",
    uid("id"),
    uid("store_id"),
    txt("purpose"),
    txt("kind"),
    txt("state", default="running"),
    doc("position", null=True),
    when("since", null=True),
    big("done", default=0),
    big("total", null=True),
    big("changed", default=0),
    txt("error", default=""),
    when("started_at"),
    when("moved_at"),
    when("finished_at", null=True),
    reference("store_id", "stores"),
)
Index("ix_sync_runs_store", sync_runs.c.workspace_id, sync_runs.c.store_id, sync_runs.c.started_at.desc())

# Every mirrored row: `updated_at` is the store's time of change, `read_at` when we began to read it, `stale_at` since
# when we know that it may be old, `digest` of what was read.
store_customers = workspace_table(
    "store_customers",
    uid("id"),
    uid("store_id"),
    txt("external_id"),
    uid("customer_id", null=True),
    txt("name", default=""),
    txt("email", default=""),
    txt("email_key", null=True),
    txt("phone", default=""),
    txt("language", default=""),
    num("orders", default=0),
    big("spent", default=0),
    txt("currency", default=""),
    texts("tags"),
    flag("marketing"),
    when("joined_at", null=True),
    when("updated_at", null=True),
    when("read_at"),
    when("stale_at", null=True),
    when("deleted_at", null=True),
    binary("digest"),
    reference("store_id", "stores"),
    reference("customer_id", "customers"),
    UniqueConstraint("workspace_id", "store_id", "external_id"),
)
Index("ix_store_customers_email", store_customers.c.workspace_id, store_customers.c.email_key)
Index("ix_store_customers_customer", store_customers.c.workspace_id, store_customers.c.customer_id)

products = workspace_table(
    "products",
    uid("id"),
    uid("store_id"),
    txt("external_id"),
    txt("title"),
    txt("handle", default=""),
    txt("status", default="active"),
    txt("kind", default=""),
    txt("vendor", default=""),
    texts("tags"),
    txt("url", default=""),
    txt("image_url", default=""),
    txt("description", default=""),
    when("updated_at", null=True),
    when("read_at"),
    when("stale_at", null=True),
    when("deleted_at", null=True),
    binary("digest"),
    reference("store_id", "stores"),
    UniqueConstraint("workspace_id", "store_id", "external_id"),
)
variants = workspace_table(
    "variants",
    uid("id"),
    uid("store_id"),
    uid("product_id"),
    txt("external_id"),
    small("position"),
    txt("title"),
    txt("sku", default=""),
    big("price"),
    big("compare_at", null=True),
    num("stock", null=True),
    flag("available", default=True),
    doc("options"),
    txt("image_url", default=""),
    when("deleted_at", null=True),
    reference("product_id", "products"),
    UniqueConstraint("workspace_id", "store_id", "external_id"),
)
Index("ix_variants_product", variants.c.workspace_id, variants.c.product_id, variants.c.position)
Index("ix_variants_sku", variants.c.workspace_id, variants.c.sku)

# Tokens of titles, SKUs and order numbers; without row security for the reason told in customers.tables.
commerce_documents = workspace_table(
    "commerce_documents",
    uid("id"),
    txt("kind"),
    lexemes("tokens"),
    info={"tenant": False},
)
Index("ix_commerce_documents_tokens", commerce_documents.c.tokens, postgresql_using="gin")

orders = workspace_table(
    "orders",
    uid("id"),
    uid("store_id"),
    txt("external_id"),
    txt("number"),
    uid("customer_id", null=True),
    txt("linked_by", null=True),
    txt("store_customer", null=True),
    txt("email", default=""),
    txt("email_key", null=True),
    txt("phone", default=""),
    txt("name", default=""),
    txt("language", default=""),
    doc("address", null=True),
    txt("currency"),
    txt("payment"),
    txt("fulfilment"),
    big("subtotal"),
    big("discount"),
    big("shipping"),
    big("tax"),
    big("total"),
    big("refunded", default=0),
    flag("taxes_included", default=True),
    txt("shipping_code", default=""),
    txt("shipping_title", default=""),
    when("promised_at", null=True),
    when("placed_at"),
    when("cancelled_at", null=True),
    txt("cancel_reason", default=""),
    when("closed_at", null=True),
    texts("discount_codes"),
    txt("note", default=""),
    texts("tags"),
    txt("gateway", default=""),
    txt("payment_reference", default=""),
    txt("admin_url", default=""),
    txt("status_url", default=""),
    when("updated_at", null=True),
    when("read_at"),
    when("stale_at", null=True),
    when("deleted_at", null=True),
    binary("digest"),
    reference("store_id", "stores"),
    reference("customer_id", "customers"),
    UniqueConstraint("workspace_id", "store_id", "external_id"),
)
Index("ix_orders_customer", orders.c.workspace_id, orders.c.customer_id, orders.c.placed_at.desc())
Index("ix_orders_email", orders.c.workspace_id, orders.c.email_key, orders.c.placed_at.desc())
Index("ix_orders_number", orders.c.workspace_id, orders.c.number)
Index("ix_orders_placed", orders.c.workspace_id, orders.c.placed_at.desc(), orders.c.id.desc())
Index(
    "ix_orders_stale",
    orders.c.workspace_id,
    orders.c.store_id,
    orders.c.stale_at,
    postgresql_where=text("stale_at IS NOT NULL"),
)

order_lines = workspace_table(
    "order_lines",
    uid("order_id"),
    small("position"),
    txt("external_id"),
    txt("product_ref", null=True),
    txt("variant_ref", null=True),
    txt("sku", default=""),
    txt("title"),
    txt("variant_title", default=""),
    num("ordered"),
    num("quantity"),
    num("fulfilled", default=0),
    num("refunded", default=0),
    big("unit_price"),
    big("discount", default=0),
    big("tax", default=0),
    big("total"),
    txt("image_url", default=""),
    flag("digital"),
    reference("order_id", "orders", on_delete="CASCADE"),
    key=("order_id", "external_id"),
)

fulfilments = workspace_table(
    "fulfilments",
    uid("order_id"),
    txt("external_id"),
    txt("status"),
    doc("pieces", default="[]"),
    when("created_at"),
    reference("order_id", "orders", on_delete="CASCADE"),
    key=("order_id", "external_id"),
)

shipments = workspace_table(
    "shipments",
    uid("id"),
    uid("order_id"),
    uid("return_id", null=True),
    txt("direction", default="out"),
    txt("fulfilment", null=True),
    txt("carrier", default=""),
    txt("number"),
    txt("number_key"),
    txt("url", default=""),
    txt("status", default="unknown"),
    txt("told_by", default="store"),
    uid("connection_id", null=True),
    txt("external_id", null=True),
    when("shipped_at", null=True),
    when("estimated_at", null=True),
    when("delivered_at", null=True),
    when("last_event_at", null=True),
    when("read_at", null=True),
    when("check_at", null=True),
    when("watched_at", null=True),
    when("created_at"),
    reference("order_id", "orders", on_delete="CASCADE"),
    reference("connection_id", "connections"),
    UniqueConstraint("workspace_id", "order_id", "direction", "number_key"),
)
Index("ix_shipments_number", shipments.c.workspace_id, shipments.c.number_key)
Index(
    "ix_shipments_check",
    shipments.c.workspace_id,
    shipments.c.check_at,
    postgresql_where=text("check_at IS NOT NULL"),
)

tracking_events = workspace_table(
    "tracking_events",
    uid("shipment_id"),
    when("at"),
    txt("status"),
    txt("code", default=""),
    txt("text", default=""),
    txt("place", default=""),
    reference("shipment_id", "shipments", on_delete="CASCADE"),
    key=("shipment_id", "at", "code", "status"),
)

refunds = workspace_table(
    "refunds",
    uid("id"),
    uid("order_id"),
    txt("external_id"),
    big("amount"),
    big("shipping", default=0),
    txt("currency"),
    txt("destination", default="original"),
    txt("status", default="done"),
    txt("reason", default=""),
    txt("note", default=""),
    doc("pieces", default="[]"),
    txt("key", null=True),
    when("created_at"),
    reference("order_id", "orders", on_delete="CASCADE"),
    UniqueConstraint("workspace_id", "order_id", "external_id"),
)
Index("ix_refunds_created", refunds.c.workspace_id, refunds.c.created_at.desc(), refunds.c.id.desc())

subscriptions = workspace_table(
    "subscriptions",
    uid("id"),
    uid("store_id"),
    txt("external_id"),
    uid("customer_id", null=True),
    txt("store_customer", null=True),
    txt("email", default=""),
    txt("email_key", null=True),
    txt("status"),
    txt("currency"),
    big("price"),
    txt("unit"),
    small("every"),
    when("next_at", null=True),
    doc("lines", default="[]"),
    when("updated_at", null=True),
    when("read_at"),
    when("stale_at", null=True),
    when("deleted_at", null=True),
    binary("digest"),
    reference("store_id", "stores"),
    reference("customer_id", "customers"),
    UniqueConstraint("workspace_id", "store_id", "external_id"),
)
Index("ix_subscriptions_customer", subscriptions.c.workspace_id, subscriptions.c.customer_id)
Index("ix_subscriptions_email", subscriptions.c.workspace_id, subscriptions.c.email_key)
