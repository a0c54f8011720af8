"""Rows as lines for COPY, table by table, in its text format (PostgreSQL manual, COPY, "Text Format"). Pure."""

from typing import Any
from uuid import UUID

COLUMNS = {
    "customers": "workspace_id id name_id language country avatar_colour created_at seen_at",
    "identities": "workspace_id id customer_id kind value value_key verified reason created_at seen_at",
    "personal_values": "workspace_id id subject_kind subject_id field value at",
    "conversations": "workspace_id id number customer_id channel_id channel_kind subject_value_id status priority "
    "assignee_id team_id language snoozed_until waiting_since last_message_id last_message_at last_incoming_id "
    "first_reply_at closed_at message_count rating version created_at",
    "threads": "workspace_id id conversation_id channel_id channel_kind identity_id key token created_at last_message_at",
    "messages": "workspace_id id conversation_id thread_id channel_id channel_kind kind direction author_kind "
    "author_id external_id html text envelope state created_at",
    "conversation_tags": "workspace_id conversation_id tag_id at",
    "read_marks": "workspace_id agent_id conversation_id message_id at",
    "facts": "workspace_id epoch id kind at lane conversation_id actor_kind actor_id data",
    "search_documents": "workspace_id message_id conversation_id tokens",
}


class Rows:
    """Collects the rows of one workspace until they are taken."""

    def __init__(self, workspace_id: UUID) -> None:
        self._workspace = str(workspace_id)
        self._lines: dict[str, list[str]] = {table: [] for table in COLUMNS}

    def add(self, table: str, *values: Any) -> None:
        """Adds a row: the workspace, then `values` in the order of `COLUMNS`; None is NULL."""
        self._lines[table].append("\t".join((self._workspace, *map(spell, values))))

    def take(self, at_least: int) -> dict[str, bytes]:
        """Hands over what COPY takes, for the tables with so many rows or more, and forgets it."""
        taken = {}
        for table, lines in self._lines.items():
            if len(lines) >= at_least:
                taken[table] = ("\n".join(lines) + "\n").encode()
                lines.clear()
        return taken


def spell(value: Any) -> str:
    """Writes one value of a row."""
    if value is None:
        return "\\N"
    text = str(value)
    # Looking first is much faster than replacing: hardly any text holds one of these.
    if "\\" in text or "\n" in text or "\t" in text or "\r" in text:
        return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
    return text
