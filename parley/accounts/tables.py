"""Tables of the accounts slice."""

from sqlalchemy import Index, PrimaryKeyConstraint, Table, UniqueConstraint, text

from parley.kit.schema import (
    big,
    binary,
    doc,
    flag,
    metadata,
    num,
    reference,
    small,
    texts,
    txt,
    uid,
    uids,
    when,
    workspace_table,
)

# Belongs to the installation, not to a workspace: the keys of browser push.
installation_values = Table(
    "installation_values",
    metadata,
    txt("name"),
    binary("value"),
    when("created_at", now=True),
    PrimaryKeyConstraint("name"),
)

workspaces = workspace_table(
    "workspaces",
    txt("name"),
    txt("slug"),
    txt("language", default="en"),
    txt("time_zone", default="UTC"),
    doc("settings"),
    when("created_at", now=True),
    UniqueConstraint("slug"),
    key=(),
)

counters = workspace_table("counters", txt("name"), big("value", default=0), key=("name",))

agents = workspace_table(
    "agents",
    uid("id"),
    txt("email"),
    txt("email_key"),
    txt("name"),
    txt("role"),
    txt("state"),
    txt("password_hash", null=True),
    txt("language", default="en"),
    txt("time_zone", default="UTC"),
    txt("theme", default="system"),
    txt("signature_html", default=""),
    txt("avatar_colour", default="slate"),
    binary("totp_secret", null=True),
    when("totp_confirmed_at", null=True),
    big("totp_step", null=True),
    doc("notification_prefs"),
    txt("presence", default="online"),
    when("presence_at", null=True),
    when("last_assigned_at", null=True),
    when("created_at", now=True),
    UniqueConstraint("workspace_id", "email_key"),
)
Index("ix_agents_email_key", agents.c.email_key)

recovery_codes = workspace_table(
    "recovery_codes",
    uid("id"),
    uid("agent_id"),
    txt("code_hash"),
    when("used_at", null=True),
    reference("agent_id", "agents"),
)
Index("ix_recovery_codes_agent", recovery_codes.c.workspace_id, recovery_codes.c.agent_id)
passkeys = workspace_table(
    "passkeys",
    uid("id"),
    uid("agent_id"),
    txt("name"),
    binary("credential_id"),
    binary("public_key"),
    big("sign_count", default=0),
    when("created_at", now=True),
    when("used_at", null=True),
    reference("agent_id", "agents"),
)
Index("uq_passkeys_credential", passkeys.c.credential_id, unique=True)

sessions = workspace_table(
    "sessions",
    uid("id"),
    uid("agent_id"),
    txt("token_hash"),
    flag("totp_pending"),
    flag("must_enrol"),
    txt("user_agent", default=""),
    when("created_at", now=True),
    when("seen_at", now=True),
    when("expires_at"),
    reference("agent_id", "agents"),
)
Index("uq_sessions_token_hash", sessions.c.token_hash, unique=True)
Index("ix_sessions_agent", sessions.c.workspace_id, sessions.c.agent_id)
Index("ix_sessions_expires", sessions.c.expires_at)

one_time_tokens = workspace_table(
    "one_time_tokens",
    uid("id"),
    txt("purpose"),
    uid("agent_id", null=True),
    txt("token_hash"),
    doc("data"),
    when("created_at", now=True),
    when("expires_at"),
    when("used_at", null=True),
    reference("agent_id", "agents"),
)
Index("uq_one_time_tokens_hash", one_time_tokens.c.token_hash, unique=True)

teams = workspace_table(
    "teams",
    uid("id"),
    txt("name"),
    txt("colour", default="slate"),
    when("created_at", now=True),
    when("archived_at", null=True),
)
team_members = workspace_table(
    "team_members",
    uid("team_id"),
    uid("agent_id"),
    reference("team_id", "teams", on_delete="CASCADE"),
    reference("agent_id", "agents"),
    key=("team_id", "agent_id"),
)
Index("ix_team_members_agent", team_members.c.workspace_id, team_members.c.agent_id)

api_tokens = workspace_table(
    "api_tokens",
    uid("id"),
    txt("name"),
    txt("token_hash"),
    txt("hint"),
    texts("scopes"),
    uid("created_by", null=True),
    when("created_at", now=True),
    when("expires_at", null=True),
    when("used_at", null=True),
    when("revoked_at", null=True),
)
Index("uq_api_tokens_hash", api_tokens.c.token_hash, unique=True)

audit_entries = workspace_table(
    "audit_entries",
    big("seq"),
    when("at"),
    txt("actor_kind"),
    uid("actor_id", null=True),
    txt("action"),
    txt("subject_kind", null=True),
    uid("subject_id", null=True),
    doc("data"),
    txt("previous_hash"),
    txt("hash"),
    key=("seq",),
)

brands = workspace_table(
    "brands",
    uid("id"),
    txt("name"),
    txt("colour", default="#2f6f5e"),
    txt("logo", null=True),
    txt("signature_html", default=""),
    texts("languages"),
    flag("is_default"),
    when("created_at", now=True),
    when("archived_at", null=True),
)

business_hours = workspace_table(
    "business_hours",
    uid("id"),
    txt("name"),
    txt("time_zone", default="UTC"),
    doc("periods", default="[]"),
    doc("holidays", default="[]"),
    flag("is_default"),
    when("created_at", now=True),
    when("archived_at", null=True),
)

notifications = workspace_table(
    "notifications",
    uid("id"),
    uid("agent_id"),
    txt("kind"),
    uid("conversation_id", null=True),
    uid("message_id", null=True),
    doc("data"),
    uid("fact_id", null=True),
    texts("channels"),
    when("at", now=True),
    when("read_at", null=True),
    when("mailed_at", null=True),
    reference("agent_id", "agents"),
)
Index(
    "ix_notifications_agent",
    notifications.c.workspace_id,
    notifications.c.agent_id,
    notifications.c.id.desc(),
)
Index(
    "uq_notifications_fact",
    notifications.c.workspace_id,
    notifications.c.agent_id,
    notifications.c.fact_id,
    notifications.c.kind,
    unique=True,
    postgresql_where=text("fact_id IS NOT NULL"),
)

push_subscriptions = workspace_table(
    "push_subscriptions",
    uid("id"),
    uid("agent_id"),
    txt("endpoint"),
    binary("keys"),
    txt("user_agent", default=""),
    when("created_at", now=True),
    num("failures", default=0),
    reference("agent_id", "agents"),
)
Index(
    "uq_push_subscriptions_endpoint",
    push_subscriptions.c.workspace_id,
    push_subscriptions.c.endpoint,
    unique=True,
)
Index("ix_push_subscriptions_agent", push_subscriptions.c.workspace_id, push_subscriptions.c.agent_id)

webhooks = workspace_table(
    "webhooks",
    uid("id"),
    txt("url"),
    texts("kinds"),
    binary("secret"),
    txt("state", default="active"),
    num("failures", default=0),
    txt("last_error", default=""),
    num("cursor_epoch", default=0),
    big("cursor_xid", default=0),
    big("cursor_seq", default=0),
    when("created_at", now=True),
    when("delivered_at", null=True),
    when("failing_since", null=True),
    when("retry_at", null=True),
    flag("announced"),
    when("paused_at", null=True),
    uid("lease_id", null=True),
    when("leased_until", null=True),
)
webhook_deliveries = workspace_table(
    "webhook_deliveries",
    uid("id"),
    uid("webhook_id"),
    uid("fact_id", null=True),
    txt("cursor"),
    txt("kind"),
    txt("state"),
    small("attempts", default=0),
    num("status", null=True),
    txt("error", default=""),
    num("duration_ms", null=True),
    when("at", now=True),
    reference("webhook_id", "webhooks", on_delete="CASCADE"),
)
Index(
    "ix_webhook_deliveries_hook",
    webhook_deliveries.c.workspace_id,
    webhook_deliveries.c.webhook_id,
    webhook_deliveries.c.id.desc(),
)
Index("ix_webhook_deliveries_at", webhook_deliveries.c.at)

tags = workspace_table(
    "tags",
    uid("id"),
    txt("name"),
    txt("name_key"),
    txt("colour", default="slate"),
    when("created_at", now=True),
    when("archived_at", null=True),
)
Index(
    "uq_tags_name_key",
    tags.c.workspace_id,
    tags.c.name_key,
    unique=True,
    postgresql_where=text("archived_at IS NULL"),
)

custom_fields = workspace_table(
    "custom_fields",
    uid("id"),
    txt("key"),
    txt("label"),
    txt("type"),
    doc("options", default="[]"),
    small("position", default=0),
    when("created_at", now=True),
    when("archived_at", null=True),
    UniqueConstraint("workspace_id", "key"),
)

views = workspace_table(
    "views",
    uid("id"),
    txt("name"),
    uid("owner_id", null=True),
    flag("shared"),
    small("position", default=0),
    doc("filter"),
    txt("sort", default="newest"),
    when("created_at", now=True),
)

checklists = workspace_table(
    "checklists",
    uid("id"),
    txt("name"),
    txt("intent", default=""),
    doc("items", default="[]"),
    uids("team_ids"),
    uids("tag_ids"),
    when("created_at", now=True),
    when("archived_at", null=True),
)
