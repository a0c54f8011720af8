"""Automatic merging on trial: what would have become one, beside what agents merged."""

from datetime import timedelta
from typing import Any

import pytest

from parley.conversations.actions.joining import merge_conversations
from parley.kit.clock import FixedClock
from parley.kit.db import plain_json
from parley.kit.errors import Invalid
from parley.kit.log.fact import Actor
from parley.rehearsal.running import rehearse
from tests.automation.conftest import Settle
from tests.support.app import Shop
from tests.support.inbox import Inbox


async def report(shop: Shop, clock: FixedClock, change: Any) -> dict[str, Any]:
    async with shop.runtime.ctx(shop.workspace_id) as ctx:
        begins, ends = clock.now() - timedelta(days=1), clock.now() + timedelta(days=1)
        return await rehearse(ctx, shop.runtime.decisions, {"automatic_merge": change}, begins, ends)


async def test_what_would_have_been_merged_and_what_agents_did(
    shop: Shop, inbox: Inbox, settle: Settle, clock: FixedClock
) -> None:
    """Zoe writes three times, the third time much later; an agent merged the second into the first."""
    first = await inbox.receive("One", key="one")
    clock.advance(timedelta(minutes=5))
    second = await inbox.receive("Two", key="two")
    await inbox.receive("Another customer", email="x@example.com")
    clock.advance(timedelta(hours=5))
    await inbox.receive("Three", key="three")
    await settle()
    agent = await shop.agent()
    async with inbox.ctx(Actor("agent", agent)) as ctx:
        await merge_conversations(ctx, second.conversation_id, first.conversation_id)
    await settle()
    merges = await shop.count("SELECT count(*) FROM conversation_merges")
    found = await report(shop, clock, {"on": True, "minutes": 60})
    assert found["conversations"] == {"seen": 4, "changed": 1}
    (merged,) = [act for act in found["acts"] if act["act"] == "merge"]
    assert (merged["before"], merged["after"], merged["by_agents"], merged["agreed"]) == (0, 1, 1, 1)
    added = {"decider": "automatic_merge", "act": "merge", "value": str(first.conversation_id), "why": []}
    assert found["examples"][0]["conversation_id"] == str(second.conversation_id)
    assert found["examples"][0]["added"] == [added]
    assert plain_json(found) == plain_json(await report(shop, clock, {"on": True, "minutes": 60}))
    later = await report(shop, clock, {"on": True, "minutes": 600})
    assert later["conversations"]["changed"] == 2
    assert await shop.count("SELECT count(*) FROM conversation_merges") == merges


@pytest.mark.parametrize("change", [{"hours": 1}, {"on": 1}, {"minutes": -1}, {"minutes": True}, []])
async def test_what_is_no_setting_is_refused(shop: Shop, clock: FixedClock, change: Any) -> None:
    with pytest.raises(Invalid):
        await report(shop, clock, change)
