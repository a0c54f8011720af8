"""Tables of policies: every version stays; one per store (or for all stores) is in force."""

from sqlalchemy import Index, text

from parley.kit.schema import doc, num, reference, txt, uid, when, workspace_table

policies = workspace_table(
    "policies",
    uid("id"),
    uid("store_id", null=True),
    num("version"),
    txt("state", default="draft"),
    doc("terms"),
    txt("note", default=""),
    uid("made_by", null=True),
    when("created_at"),
    when("published_at", null=True),
    when("ended_at", null=True),
    reference("store_id", "stores"),
)
Index(
    "uq_policies_in_force",
    policies.c.workspace_id,
    text("coalesce(store_id, '00000000-0000-0000-0000-000000000000'::uuid)"),
    unique=True,
    postgresql_where=text("state = 'published'"),
)
Index("ix_policies_versions", policies.c.workspace_id, policies.c.store_id, policies.c.version.desc())
