"""Tables of the conversations slice."""

from sqlalchemy import Index, UniqueConstraint, text

from parley.kit.schema import (
    big,
    doc,
    flag,
    lexemes,
    num,
    reference,
    small,
    txt,
    uid,
    uids,
    when,
    workspace_table,
)

conversations = workspace_table(
    "conversations",
    uid("id"),
    big("number"),
    uid("customer_id"),
    uid("channel_id"),
    txt("channel_kind"),
    uid("brand_id", null=True),
    uid("subject_value_id", null=True),
    txt("status", default="open"),
    small("priority", default=1),
    uid("assignee_id", null=True),
    uid("team_id", null=True),
    txt("language", null=True),
    doc("custom_fields"),
    when("snoozed_until", null=True),
    flag("snoozed_until_reply"),
    when("waiting_since", null=True),
    uid("last_message_id", null=True),
    uid("preview_message_id", null=True),
    when("last_message_at"),
    uid("last_incoming_id", null=True),
    when("first_reply_at", null=True),
    when("closed_at", null=True),
    num("message_count", default=0),
    small("rating", null=True),
    uid("rating_value_id", null=True),
    big("version", default=1),
    uid("merged_into_id", null=True),
    # Kept here for lists: the next promise that falls due, what the customer last sounded like and wanted.
    when("promise_due_at", null=True),
    txt("promise_kind", null=True),
    txt("sentiment", null=True),
    txt("intent", null=True),
    when("created_at"),
    reference("customer_id", "customers"),
    reference("assignee_id", "agents"),
    reference("team_id", "teams"),
    reference("subject_value_id", "personal_values"),
    UniqueConstraint("workspace_id", "number"),
)
_c = conversations.c
Index("ix_conversations_newest", _c.workspace_id, _c.last_message_at.desc(), _c.id.desc())
Index("ix_conversations_status", _c.workspace_id, _c.status, _c.last_message_at.desc(), _c.id.desc())
Index(
    "ix_conversations_assignee",
    _c.workspace_id,
    _c.assignee_id,
    _c.status,
    _c.last_message_at.desc(),
    _c.id.desc(),
)
Index(
    "ix_conversations_team",
    _c.workspace_id,
    _c.team_id,
    _c.status,
    _c.last_message_at.desc(),
    _c.id.desc(),
    postgresql_where=text("team_id IS NOT NULL"),
)
Index("ix_conversations_customer", _c.workspace_id, _c.customer_id, _c.last_message_at.desc(), _c.id.desc())
Index(
    "ix_conversations_waiting",
    _c.workspace_id,
    _c.waiting_since,
    _c.id,
    postgresql_where=text("waiting_since IS NOT NULL AND status = 'open'"),
)
Index(
    "ix_conversations_priority",
    _c.workspace_id,
    _c.priority.desc(),
    _c.last_message_at.desc(),
    _c.id.desc(),
    postgresql_where=text("status = 'open'"),
)
Index(
    "ix_conversations_snoozed",
    _c.snoozed_until,
    _c.id,
    postgresql_where=text("status = 'snoozed' AND snoozed_until IS NOT NULL"),
)

Index(
    "ix_conversations_due",
    _c.workspace_id,
    _c.promise_due_at,
    _c.id,
    postgresql_where=text("promise_due_at IS NOT NULL AND status = 'open'"),
)
Index(
    "ix_conversations_merged",
    _c.workspace_id,
    _c.merged_into_id,
    postgresql_where=text("merged_into_id IS NOT NULL"),
)

threads = workspace_table(
    "threads",
    uid("id"),
    uid("conversation_id"),
    uid("channel_id"),
    txt("channel_kind"),
    uid("identity_id", null=True),
    txt("purpose", default="customer"),
    txt("key"),
    txt("token"),
    uid("subject_value_id", null=True),
    doc("participants", default="[]"),
    when("seen_by_customer_at", null=True),
    uid("seen_message_id", null=True),
    when("created_at"),
    when("last_message_at"),
    reference("conversation_id", "conversations"),
    reference("identity_id", "identities"),
    UniqueConstraint("workspace_id", "channel_id", "key"),
)
Index("ix_threads_conversation", threads.c.workspace_id, threads.c.conversation_id)
Index("ix_threads_identity", threads.c.workspace_id, threads.c.identity_id, threads.c.last_message_at.desc())
Index("uq_threads_token", threads.c.workspace_id, threads.c.token, unique=True)

messages = workspace_table(
    "messages",
    uid("id"),
    uid("conversation_id"),
    uid("thread_id", null=True),
    uid("channel_id", null=True),
    txt("channel_kind"),
    txt("kind"),
    txt("direction"),
    txt("author_kind"),
    uid("author_id", null=True),
    txt("external_id", null=True),
    uid("subject_value_id", null=True),
    txt("html", null=True),
    txt("text", null=True),
    txt("quoted_html", null=True),
    doc("envelope", null=True),
    txt("state"),
    txt("error", null=True),
    flag("automatic"),
    num("attachment_count", default=0),
    num("remote_images", default=0),
    uids("mentions"),
    uid("raw_file_id", null=True),
    when("undo_until", null=True),
    when("scheduled_for", null=True),
    when("seen_at", null=True),
    when("redacted_at", null=True),
    when("created_at"),
    reference("conversation_id", "conversations"),
)
_m = messages.c
Index("ix_messages_conversation", _m.workspace_id, _m.conversation_id, _m.id)
Index(
    "uq_messages_external",
    _m.workspace_id,
    _m.channel_id,
    _m.external_id,
    unique=True,
    postgresql_where=text("external_id IS NOT NULL"),
)
Index(
    "ix_messages_external_mail",
    _m.workspace_id,
    _m.external_id,
    postgresql_where=text("channel_kind = 'email' AND external_id IS NOT NULL"),
)
Index(
    "ix_messages_thread_pending",
    _m.workspace_id,
    _m.thread_id,
    _m.id,
    postgresql_where=text("state IN ('queued', 'sending', 'scheduled')"),
)

attachments = workspace_table(
    "attachments",
    uid("id"),
    uid("message_id"),
    uid("file_id"),
    txt("name"),
    txt("content_id", null=True),
    flag("inline"),
    small("position", default=0),
    reference("message_id", "messages"),
    reference("file_id", "files"),
)
Index("ix_attachments_message", attachments.c.workspace_id, attachments.c.message_id, attachments.c.position)
Index("ix_attachments_file", attachments.c.workspace_id, attachments.c.file_id)

deliveries = workspace_table(
    "deliveries",
    uid("id"),
    uid("message_id"),
    uid("thread_id"),
    uid("conversation_id"),
    uid("channel_id"),
    txt("purpose"),
    txt("state"),
    small("attempts", default=0),
    txt("external_id", null=True),
    txt("error", null=True),
    doc("address", null=True),
    when("not_before"),
    when("started_at", null=True),
    when("created_at"),
    when("finished_at", null=True),
    reference("message_id", "messages"),
    UniqueConstraint("workspace_id", "message_id", "purpose"),
)
Index(
    "ix_deliveries_thread",
    deliveries.c.workspace_id,
    deliveries.c.thread_id,
    deliveries.c.id,
    postgresql_where=text("state IN ('queued', 'sending')"),
)
Index(
    "ix_deliveries_due",
    deliveries.c.not_before,
    deliveries.c.id,
    postgresql_where=text("state IN ('queued', 'sending')"),
)
Index(
    "ix_deliveries_trouble",
    deliveries.c.workspace_id,
    deliveries.c.id,
    postgresql_where=text("state IN ('failed', 'unknown')"),
)
Index(
    "ix_deliveries_external",
    deliveries.c.workspace_id,
    deliveries.c.external_id,
    postgresql_where=text("external_id IS NOT NULL"),
)

conversation_tags = workspace_table(
    "conversation_tags",
    uid("conversation_id"),
    uid("tag_id"),
    when("at", now=True),
    reference("conversation_id", "conversations"),
    reference("tag_id", "tags"),
    key=("conversation_id", "tag_id"),
)
Index(
    "ix_conversation_tags_tag",
    conversation_tags.c.workspace_id,
    conversation_tags.c.tag_id,
    conversation_tags.c.conversation_id,
)

read_marks = workspace_table(
    "read_marks",
    uid("agent_id"),
    uid("conversation_id"),
    uid("message_id", null=True),
    when("at"),
    reference("agent_id", "agents"),
    reference("conversation_id", "conversations"),
    key=("agent_id", "conversation_id"),
)

drafts = workspace_table(
    "drafts",
    uid("agent_id"),
    uid("conversation_id"),
    txt("kind"),
    txt("html"),
    doc("envelope"),
    uids("file_ids"),
    when("updated_at"),
    reference("agent_id", "agents"),
    reference("conversation_id", "conversations"),
    key=("agent_id", "conversation_id"),
)

mentions = workspace_table(
    "mentions",
    uid("agent_id"),
    uid("message_id"),
    uid("conversation_id"),
    when("at"),
    reference("message_id", "messages"),
    key=("agent_id", "message_id"),
)
Index("ix_mentions_conversation", mentions.c.workspace_id, mentions.c.agent_id, mentions.c.conversation_id)

followers = workspace_table(
    "followers",
    uid("conversation_id"),
    uid("agent_id"),
    when("at", now=True),
    reference("conversation_id", "conversations"),
    key=("conversation_id", "agent_id"),
)

conversation_checklists = workspace_table(
    "conversation_checklists",
    uid("conversation_id"),
    uid("checklist_id"),
    doc("done", default="[]"),
    when("updated_at"),
    reference("conversation_id", "conversations"),
    reference("checklist_id", "checklists"),
    key=("conversation_id",),
)

bulk_acts = workspace_table(
    "bulk_acts",
    uid("id"),
    uid("agent_id", null=True),
    doc("act"),
    num("total", default=0),
    num("done", default=0),
    txt("state"),
    when("at"),
    when("undone_at", null=True),
)

# The conversations of a bulk act in the batches in which it is carried out; `changes` are the values before.
bulk_batches = workspace_table(
    "bulk_batches",
    uid("bulk_id"),
    num("batch"),
    uids("conversation_ids"),
    doc("changes", null=True),
    flag("done"),
    flag("undone"),
    reference("bulk_id", "bulk_acts"),
    key=("bulk_id", "batch"),
)

# Holds tokens that begin with the workspace, read through an index that row security would make unusable:
# `@@` may not run before the policy has been asked. The queries name the workspace, a test keeps them to it.
search_documents = workspace_table(
    "search_documents",
    uid("message_id"),
    uid("conversation_id"),
    lexemes("tokens"),
    key=("message_id",),
    info={"tenant": False},
)
# Every search reads the entries that wait to be merged into the index one by one, so few may wait.
Index(
    "ix_search_documents_tokens",
    search_documents.c.tokens,
    postgresql_using="gin",
    postgresql_with={"gin_pending_list_limit": "256"},
)
