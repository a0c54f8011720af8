"""What the customers slice asks of the inbox above it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

import msgspec

from parley.kit.db import Transaction

CONVERSATIONS = "customer_conversations"


class Summary(msgspec.Struct, frozen=True):
    """How many conversations a customer has, and when the last one moved."""

    count: int
    last_at: datetime | None


NONE = Summary(0, None)


class ConversationsPort(Protocol):
    """Implemented by the conversations slice, found in `runtime.parts[CONVERSATIONS]`."""

    async def summarise(
        self, tx: Transaction, workspace_id: UUID, customer_ids: Sequence[UUID]
    ) -> dict[UUID, Summary]:
        """Sums up the conversations of these customers in one statement; who has none is absent."""
