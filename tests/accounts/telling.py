"""Telling an agent, for tests."""

from typing import Any
from uuid import UUID

from parley.accounts.actions.notifying import notify_agent
from parley.kit.log.fact import SYSTEM, Actor
from tests.support.app import Shop


async def tell(
    shop: Shop, agent_id: UUID, kind: str = "assigned", by: Actor = SYSTEM, **about: Any
) -> UUID | None:
    """Tells an agent."""
    async with shop.runtime.ctx(shop.workspace_id, by) as ctx:
        return await notify_agent(ctx, agent_id, kind, **about)
