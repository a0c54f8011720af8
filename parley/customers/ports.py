"""What the customers slice asks of the inbox above it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

import msgspec

from parley.customers.actions.merging import Merge
from parley.kit.ctx import Ctx
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

    async def take_over(self, ctx: Ctx, source: UUID) -> None:
        """Gives the conversations of a merged customer to whom he is part of, and notes which."""

    async def give_back(self, ctx: Ctx, merge: Merge) -> None:
        """Gives back the conversations that a merge moved, with those begun since by an identity that goes back."""
