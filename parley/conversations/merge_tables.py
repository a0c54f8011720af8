"""Tables of conversations that became one, or one that became two."""

from sqlalchemy import Index, text

from parley.kit.schema import doc, flag, reference, txt, uid, when, workspace_table

# Two conversations that became one (`merge`), or one that became two (`split`). What moved is listed beside it.
conversation_merges = workspace_table(
    "conversation_merges",
    uid("id"),
    txt("act"),
    uid("source_id"),
    uid("target_id"),
    flag("automatic"),
    txt("reason", default=""),
    doc("taken"),
    txt("by_kind"),
    uid("by_id", null=True),
    when("at"),
    when("undone_at", null=True),
    txt("undone_by_kind", null=True),
    uid("undone_by_id", null=True),
    reference("source_id", "conversations"),
    reference("target_id", "conversations"),
)
_g = conversation_merges.c
Index(
    "uq_conversation_merges_source",
    _g.workspace_id,
    _g.source_id,
    unique=True,
    postgresql_where=text("undone_at IS NULL AND act = 'merge'"),
)
Index("ix_conversation_merges_target", _g.workspace_id, _g.target_id)
Index("ix_conversation_merges_source", _g.workspace_id, _g.source_id)

# `kind` is thread, message, draft, tag, … Each slice notes what it moved of its own; `data` what it was before.
conversation_merge_items = workspace_table(
    "conversation_merge_items",
    uid("merge_id"),
    txt("kind"),
    uid("item_id"),
    doc("data", null=True),
    reference("merge_id", "conversation_merges", on_delete="CASCADE"),
    key=("merge_id", "kind", "item_id"),
)
