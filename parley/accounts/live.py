"""What live screens get beside the facts of this slice."""

from typing import Any
from uuid import UUID

from parley.accounts.queries.notifications import find_notifications
from parley.facts.accounts import NotificationRaised
from parley.kit.db import Transaction
from parley.kit.log.fact import Recorded

EXTRA = "notifications"
READ = "notifications_read"
"""What an agent's other screens hear (`{"t": "notifications_read", "agent": id}`): fetch the list again."""


async def enrich_notifications(
    tx: Transaction, workspace_id: UUID, facts: list[Recorded], extras: dict[str, Any]
) -> None:
    """Puts the notifications of a batch into `extras["notifications"]`, a list of `Notification`.

    Each is for the screens of its `agent_id` alone.
    """
    ids = [UUID(f.data["notification_id"]) for f in facts if f.kind == NotificationRaised.__name__]
    if ids:
        extras[EXTRA] = await find_notifications(tx, workspace_id, ids)
