"""Tables of the channels slice."""

from sqlalchemy import Index, UniqueConstraint, text

from parley.kit.schema import binary, doc, flag, reference, small, txt, uid, when, workspace_table

channels = workspace_table(
    "channels",
    uid("id"),
    txt("plugin"),
    txt("kind"),
    txt("name"),
    txt("address", default=""),
    txt("public_key"),
    uid("brand_id", null=True),
    txt("state", default="active"),
    txt("error", default=""),
    doc("settings"),
    binary("secrets", null=True),
    doc("position"),
    when("checked_at", null=True),
    when("created_at"),
    when("deleted_at", null=True),
    # Of before addresses were unique: it may go on beside the older channel with the same one.
    flag("shares_address"),
    reference("brand_id", "brands"),
)
Index("uq_channels_public_key", channels.c.public_key, unique=True)
Index(
    "uq_channels_mail_address",
    channels.c.workspace_id,
    text("lower(address)"),
    unique=True,
    postgresql_where=text("kind = 'email' AND deleted_at IS NULL AND address <> '' AND NOT shares_address"),
)
Index("ix_channels_address", channels.c.workspace_id, channels.c.address)

senders = workspace_table(
    "senders",
    uid("id"),
    uid("channel_id"),
    txt("name"),
    txt("address"),
    txt("signature_html", default=""),
    flag("is_default"),
    when("created_at", now=True),
    reference("channel_id", "channels"),
    UniqueConstraint("workspace_id", "channel_id", "address"),
)

inbound_items = workspace_table(
    "inbound_items",
    uid("id"),
    uid("channel_id"),
    txt("external_key"),
    txt("sha256"),
    uid("file_id", null=True),
    doc("envelope"),
    txt("state"),
    txt("error", default=""),
    small("attempts", default=0),
    uid("message_id", null=True),
    uid("conversation_id", null=True),
    when("received_at"),
    when("finished_at", null=True),
    reference("channel_id", "channels"),
    UniqueConstraint("workspace_id", "channel_id", "external_key"),
)
Index(
    "ix_inbound_items_open",
    inbound_items.c.workspace_id,
    inbound_items.c.state,
    inbound_items.c.id,
    postgresql_where=text("state IN ('stored', 'quarantined')"),
)

visitors = workspace_table(
    "visitors",
    uid("id"),
    uid("channel_id"),
    txt("token_hash"),
    uid("customer_id", null=True),
    uid("identity_id", null=True),
    flag("verified"),
    txt("language", null=True),
    txt("time_zone", null=True),
    doc("page"),
    uid("thread_id", null=True),
    when("created_at"),
    when("seen_at"),
    reference("channel_id", "channels"),
    reference("customer_id", "customers"),
)
Index("uq_visitors_token_hash", visitors.c.token_hash, unique=True)
Index("ix_visitors_thread", visitors.c.workspace_id, visitors.c.thread_id)

mail_seen = workspace_table(
    "mail_seen",
    uid("channel_id"),
    txt("correspondent"),
    when("at"),
    uid("id"),
    txt("direction"),
    flag("automatic"),
    txt("subject_hash", default=""),
    key=("id",),
)
Index(
    "ix_mail_seen_correspondent",
    mail_seen.c.workspace_id,
    mail_seen.c.channel_id,
    mail_seen.c.correspondent,
    mail_seen.c.at.desc(),
)
