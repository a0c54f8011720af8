"""The demo store's own books behind its shop: what was done there, subscriptions, drafts, codes, labels."""

from parley.kit.schema import doc, txt, when, workspace_table

demo_records = workspace_table(
    "demo_records",
    txt("kind"),
    txt("id"),
    doc("data"),
    when("at"),
    key=("kind", "id"),
)
