"""Tables of the automation slice: rules, macros, SLAs and promises, routing, alerts, hand-overs."""

from sqlalchemy import Column, Date, Index, Numeric, text

from parley.kit.schema import (
    big,
    doc,
    flag,
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

# `body` is the rule as JSON (when, if, then, stop, wait). Every saving makes a row in `rule_versions`; every change of
# the set or its order makes one in `rule_sets`, whose number the decisions carry.
rules = workspace_table(
    "rules",
    uid("id"),
    num("position"),
    txt("name"),
    flag("enabled"),
    txt("event"),
    num("version", default=1),
    doc("body"),
    txt("template", null=True),
    when("created_at"),
    when("updated_at"),
    when("archived_at", null=True),
)
Index(
    "ix_rules_order",
    rules.c.workspace_id,
    rules.c.position,
    rules.c.id,
    postgresql_where=text("archived_at IS NULL"),
)
rule_versions = workspace_table(
    "rule_versions",
    uid("rule_id"),
    num("version"),
    txt("name"),
    doc("body"),
    uid("saved_by", null=True),
    when("at"),
    reference("rule_id", "rules"),
    key=("rule_id", "version"),
)
# `members` lists [rule id, version] of the enabled rules in their order.
rule_sets = workspace_table(
    "rule_sets",
    num("version"),
    doc("members", default="[]"),
    uid("saved_by", null=True),
    when("at"),
    key=("version",),
)
# One row per lane of the log, so that readers of different lanes never wait for one another.
rule_days = workspace_table(
    "rule_days",
    uid("rule_id"),
    Column("day", Date, nullable=False),
    small("lane"),
    num("matched", default=0),
    reference("rule_id", "rules"),
    key=("rule_id", "day", "lane"),
)

macros = workspace_table(
    "macros",
    uid("id"),
    txt("name"),
    txt("folder", default=""),
    uid("team_id", null=True),
    uid("agent_id", null=True),
    num("version", default=1),
    doc("texts"),
    doc("acts", default="[]"),
    texts("intents"),
    txt("shortcut", null=True),
    big("used", default=0),
    when("used_at", null=True),
    when("created_at"),
    when("updated_at"),
    when("archived_at", null=True),
    reference("team_id", "teams"),
    reference("agent_id", "agents"),
)
Index(
    "ix_macros_name",
    macros.c.workspace_id,
    macros.c.name,
    macros.c.id,
    postgresql_where=text("archived_at IS NULL"),
)
macro_versions = workspace_table(
    "macro_versions",
    uid("macro_id"),
    num("version"),
    doc("body"),
    uid("saved_by", null=True),
    when("at"),
    reference("macro_id", "macros"),
    key=("macro_id", "version"),
)
macro_files = workspace_table(
    "macro_files",
    uid("macro_id"),
    uid("file_id"),
    txt("name"),
    flag("inline"),
    small("position", default=0),
    reference("macro_id", "macros"),
    reference("file_id", "files"),
    key=("macro_id", "file_id"),
)
Index("ix_macro_files_file", macro_files.c.workspace_id, macro_files.c.file_id)
macro_uses = workspace_table(
    "macro_uses",
    uid("id"),
    uid("macro_id"),
    num("version"),
    uid("conversation_id"),
    uid("message_id", null=True),
    uid("agent_id", null=True),
    txt("intent", null=True),
    when("at"),
    reference("macro_id", "macros"),
)
Index("ix_macro_uses_macro", macro_uses.c.workspace_id, macro_uses.c.macro_id, macro_uses.c.at.desc())
Index("ix_macro_uses_conversation", macro_uses.c.workspace_id, macro_uses.c.conversation_id)

# `body` holds condition, targets, business hours, pauses, warnings and escalation.
slas = workspace_table(
    "slas",
    uid("id"),
    num("position"),
    txt("name"),
    flag("enabled"),
    num("version", default=1),
    doc("body"),
    when("created_at"),
    when("updated_at"),
    when("archived_at", null=True),
)
sla_versions = workspace_table(
    "sla_versions",
    uid("sla_id"),
    num("version"),
    txt("name"),
    doc("body"),
    uid("saved_by", null=True),
    when("at"),
    reference("sla_id", "slas"),
    key=("sla_id", "version"),
)
# A promise of one kind to one conversation. `spent_ms` is business time used up before `counted_from`.
promises = workspace_table(
    "promises",
    uid("id"),
    uid("conversation_id"),
    txt("kind"),
    uid("sla_id"),
    num("sla_version"),
    txt("state"),
    num("target_minutes"),
    when("started_at"),
    big("spent_ms", default=0),
    when("counted_from", null=True),
    when("due_at", null=True),
    when("warned_at", null=True),
    when("broken_at", null=True),
    when("met_at", null=True),
    when("ended_at", null=True),
    reference("conversation_id", "conversations"),
    reference("sla_id", "slas"),
)
Index(
    "uq_promises_standing",
    promises.c.workspace_id,
    promises.c.conversation_id,
    promises.c.kind,
    unique=True,
    postgresql_where=text("ended_at IS NULL"),
)
Index("ix_promises_conversation", promises.c.workspace_id, promises.c.conversation_id, promises.c.started_at)
Index("ix_promises_sla", promises.c.workspace_id, promises.c.sla_id, promises.c.started_at)

# How an agent takes work. `shifts` are periods as business hours have them, `away` spans of time.
agent_routing = workspace_table(
    "agent_routing",
    uid("agent_id"),
    Column("capacity", Numeric(6, 2), nullable=True),
    texts("languages"),
    texts("skills"),
    txt("time_zone", null=True),
    doc("shifts", default="[]"),
    doc("away", default="[]"),
    flag("takes_work", default=True),
    when("updated_at"),
    reference("agent_id", "agents"),
    key=("agent_id",),
)
# How a team shares its work out: method, skills it needs, next team when nobody is there.
team_routing = workspace_table(
    "team_routing",
    uid("team_id"),
    doc("settings"),
    when("updated_at"),
    reference("team_id", "teams"),
    key=("team_id",),
)
personal_agents = workspace_table(
    "personal_agents",
    uid("customer_id"),
    uid("agent_id"),
    when("at"),
    reference("customer_id", "customers"),
    reference("agent_id", "agents"),
    key=("customer_id",),
)
# A conversation that waits, or has waited, for an agent.
queue_entries = workspace_table(
    "queue_entries",
    uid("id"),
    uid("conversation_id"),
    uid("team_id", null=True),
    txt("channel_kind"),
    txt("language", null=True),
    small("priority", default=1),
    when("due_at", null=True),
    # Who has given it back, and shall not get it again.
    uid("refused_by", null=True),
    when("entered_at"),
    when("left_at", null=True),
    txt("outcome", null=True),
    uid("agent_id", null=True),
    reference("conversation_id", "conversations"),
)
Index(
    "uq_queue_entries_waiting",
    queue_entries.c.workspace_id,
    queue_entries.c.conversation_id,
    unique=True,
    postgresql_where=text("left_at IS NULL"),
)
Index(
    "ix_queue_entries_order",
    queue_entries.c.workspace_id,
    queue_entries.c.priority.desc(),
    queue_entries.c.due_at,
    queue_entries.c.entered_at,
    queue_entries.c.id,
    postgresql_where=text("left_at IS NULL"),
)
Index(
    "ix_queue_entries_left",
    queue_entries.c.workspace_id,
    queue_entries.c.left_at.desc(),
    postgresql_where=text("outcome = 'assigned'"),
)
handovers = workspace_table(
    "handovers",
    uid("id"),
    uid("agent_id"),
    uids("conversation_ids"),
    doc("brief"),
    txt("reason"),
    when("at"),
    reference("agent_id", "agents"),
)
Index("ix_handovers_newest", handovers.c.workspace_id, handovers.c.id.desc())

# Somebody has to look at once. The seconds from receipt to screen are read off these times.
alerts = workspace_table(
    "alerts",
    uid("id"),
    uid("conversation_id"),
    uid("message_id", null=True),
    txt("kind"),
    uid("decision_id", null=True),
    uids("agent_ids"),
    when("received_at"),
    when("raised_at"),
    when("seen_at", null=True),
    uid("seen_by", null=True),
    when("handled_at", null=True),
    uid("handled_by", null=True),
    reference("conversation_id", "conversations"),
)
Index("ix_alerts_newest", alerts.c.workspace_id, alerts.c.id.desc())
Index(
    "ix_alerts_open", alerts.c.workspace_id, alerts.c.id.desc(), postgresql_where=text("handled_at IS NULL")
)
Index(
    "uq_alerts_message",
    alerts.c.workspace_id,
    alerts.c.message_id,
    alerts.c.kind,
    unique=True,
    postgresql_where=text("message_id IS NOT NULL"),
)
