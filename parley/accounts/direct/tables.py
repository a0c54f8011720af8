"""Tables of what agents write to each other."""

from sqlalchemy import Index, UniqueConstraint

from parley.kit.schema import reference, txt, uid, when, workspace_table

direct_threads = workspace_table(
    "direct_threads",
    uid("id"),
    txt("members_key"),
    uid("created_by"),
    when("created_at"),
    uid("last_message_id", null=True),
    when("last_message_at"),
    reference("created_by", "agents"),
    UniqueConstraint("workspace_id", "members_key"),
)
direct_members = workspace_table(
    "direct_members",
    uid("thread_id"),
    uid("agent_id"),
    uid("read_id", null=True),
    reference("thread_id", "direct_threads", on_delete="CASCADE"),
    reference("agent_id", "agents"),
    key=("thread_id", "agent_id"),
)
Index("ix_direct_members_agent", direct_members.c.workspace_id, direct_members.c.agent_id)

direct_messages = workspace_table(
    "direct_messages",
    uid("id"),
    uid("thread_id"),
    uid("author_id"),
    txt("text"),
    when("created_at"),
    reference("thread_id", "direct_threads", on_delete="CASCADE"),
    reference("author_id", "agents"),
)
Index(
    "ix_direct_messages_thread",
    direct_messages.c.workspace_id,
    direct_messages.c.thread_id,
    direct_messages.c.id.desc(),
)
