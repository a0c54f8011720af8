"""The demo store's own table."""

from sqlalchemy import Index

from parley.kit.schema import big, binary, doc, txt, uid, when, workspace_table

demo_orders = workspace_table(
    "demo_orders",
    txt("number"),
    big("serial"),
    txt("email_key"),
    doc("data"),
    when("placed_at"),
    key=("number",),
)
Index(
    "ix_demo_orders_email",
    demo_orders.c.workspace_id,
    demo_orders.c.email_key,
    demo_orders.c.placed_at.desc(),
)

demo_mails = workspace_table(
    "demo_mails",
    uid("id"),
    txt("sender"),
    txt("recipients"),
    txt("subject", default=""),
    binary("raw"),
    when("at", now=True),
)
