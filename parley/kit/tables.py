"""Tables of the kit: the log and its readers, decisions, idempotency keys, files, personal values."""

from typing import Any

from sqlalchemy import Column, Identity, Index, PrimaryKeyConstraint, Table, text
from sqlalchemy.types import BigInteger, UserDefinedType

from parley.kit.schema import (
    big,
    binary,
    doc,
    flag,
    metadata,
    num,
    small,
    texts,
    txt,
    uid,
    when,
    workspace_table,
)


class Xid8(UserDefinedType[int]):
    """PostgreSQL's 64-bit transaction id."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """Names the type in DDL."""
        return "xid8"


# Where the server's counter of transactions stood when the fact was written, always above the writer's own id
# (see `kit.log.read`). The writer's own id would not do: whoever waited for a row may be older than who had it.
WRITTEN_AT = text(
    "greatest(pg_snapshot_xmax(pg_current_snapshot()), ((pg_current_xact_id()::text)::bigint + 1)::text::xid8)"
)

facts = workspace_table(
    "facts",
    num("epoch"),
    Column("xid", Xid8(), nullable=False, server_default=WRITTEN_AT),
    Column("seq", BigInteger, Identity(always=True), nullable=False),
    uid("id"),
    txt("kind"),
    when("at"),
    small("lane"),
    uid("conversation_id", null=True),
    uid("subject_id", null=True),
    txt("actor_kind"),
    uid("actor_id", null=True),
    uid("cause_id", null=True),
    small("depth", default=0),
    doc("data"),
    key=("epoch", "xid", "seq"),
)
Index("ix_facts_lane", facts.c.lane, facts.c.epoch, facts.c.xid, facts.c.seq)
Index(
    "ix_facts_conversation",
    facts.c.workspace_id,
    facts.c.conversation_id,
    facts.c.epoch,
    facts.c.xid,
    facts.c.seq,
    postgresql_where=text("conversation_id IS NOT NULL"),
)

# Costs next to nothing to keep, since facts are written in the order of their time.
Index("ix_facts_at", facts.c.at, postgresql_using="brin", postgresql_with={"pages_per_range": "32"})

log_epochs = Table(
    "log_epochs",
    metadata,
    num("epoch"),
    when("started_at", now=True),
    txt("reason"),
    PrimaryKeyConstraint("epoch"),
)

readers = Table(
    "readers",
    metadata,
    txt("reader"),
    small("lane"),
    num("epoch", default=0),
    Column("xid", Xid8(), nullable=False, server_default=text("'0'::xid8")),
    big("seq", default=0),
    when("moved_at", now=True),
    PrimaryKeyConstraint("reader", "lane"),
)

failed_facts = workspace_table(
    "failed_facts",
    uid("id"),
    txt("reader"),
    uid("fact_id"),
    num("fact_epoch"),
    Column("fact_xid", Xid8(), nullable=False),
    big("fact_seq"),
    txt("kind"),
    uid("conversation_id", null=True),
    txt("error"),
    num("attempts", default=1),
    when("at", now=True),
)

decisions = workspace_table(
    "decisions",
    uid("id"),
    uid("fact_id"),
    txt("decider"),
    num("version"),
    uid("conversation_id", null=True),
    doc("reasons", default="[]"),
    doc("facts"),
    doc("acts", default="[]"),
    # What led here: names of the rules (or whatever the decider counts) that fired before in the same chain of causes.
    texts("chain"),
    when("at"),
    when("undone_at", null=True),
)
Index("uq_decisions_fact", decisions.c.workspace_id, decisions.c.fact_id, decisions.c.decider, unique=True)
Index("ix_decisions_conversation", decisions.c.workspace_id, decisions.c.conversation_id, decisions.c.at)

decision_acts = workspace_table(
    "decision_acts",
    uid("decision_id"),
    small("position"),
    txt("act"),
    txt("state"),
    doc("result"),
    when("at"),
    key=("decision_id", "position"),
)

idempotency_keys = workspace_table(
    "idempotency_keys",
    txt("key"),
    txt("caller"),
    txt("request_hash"),
    small("status", null=True),
    binary("body", null=True),
    when("at", now=True),
    key=("caller", "key"),
)
Index("ix_idempotency_keys_at", idempotency_keys.c.at)

files = workspace_table(
    "files",
    uid("id"),
    txt("sha256"),
    txt("name"),
    txt("type"),
    big("size"),
    num("width", null=True),
    num("height", null=True),
    txt("thumbnail_sha256", null=True),
    txt("owner_kind"),
    uid("owner_id", null=True),
    flag("used"),
    when("at", now=True),
)
Index("ix_files_sha256", files.c.workspace_id, files.c.sha256)
Index(
    "ix_files_thumbnail",
    files.c.workspace_id,
    files.c.thumbnail_sha256,
    postgresql_where=text("thumbnail_sha256 IS NOT NULL"),
)
Index("ix_files_unused", files.c.at, postgresql_where=text("NOT used"))

personal_values = workspace_table(
    "personal_values",
    uid("id"),
    txt("subject_kind"),
    uid("subject_id"),
    txt("field"),
    txt("value", null=True),
    when("at", now=True),
    when("erased_at", null=True),
)
Index(
    "ix_personal_values_subject",
    personal_values.c.workspace_id,
    personal_values.c.subject_kind,
    personal_values.c.subject_id,
)


decider_configs = workspace_table(
    "decider_configs",
    txt("decider"),
    num("version"),
    flag("enabled", default=True),
    doc("config"),
    uid("created_by", null=True),
    when("at", now=True),
    key=("decider", "version"),
)

# What is to happen at a time, once per key: setting it again moves it. When due it becomes the job `kind`.
timers = workspace_table(
    "timers",
    txt("kind"),
    txt("key"),
    uid("subject_id", null=True),
    when("due_at"),
    doc("data"),
    key=("kind", "key"),
)
Index("ix_timers_due", timers.c.due_at)
Index(
    "ix_timers_subject",
    timers.c.workspace_id,
    timers.c.subject_id,
    postgresql_where=text("subject_id IS NOT NULL"),
)

worker_beats = Table(
    "worker_beats", metadata, txt("worker"), when("moved_at", now=True), PrimaryKeyConstraint("worker")
)
