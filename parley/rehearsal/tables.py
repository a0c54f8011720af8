"""Tables of the rehearsal slice."""

from sqlalchemy import Index

from parley.kit.schema import doc, num, txt, uid, when, workspace_table

rehearsals = workspace_table(
    "rehearsals",
    uid("id"),
    txt("title"),
    doc("change"),
    when("from_at"),
    when("to_at"),
    txt("state"),
    num("done", default=0),
    num("total", default=0),
    doc("report", null=True),
    txt("error", null=True),
    uid("created_by", null=True),
    when("created_at"),
    when("started_at", null=True),
    when("finished_at", null=True),
)
Index("ix_rehearsals_newest", rehearsals.c.workspace_id, rehearsals.c.id.desc())
