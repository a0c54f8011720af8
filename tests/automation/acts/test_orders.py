"""Rules about orders: when they are asked, whose conversation is meant, and what they may do at a store."""

from typing import Any
from uuid import UUID

import pytest

from parley.automation.vocabulary import ABOUT_CONVERSATION
from parley.commerce.ruling import JOB
from parley.facts.outreach import DelayFound
from parley.kit.conditions.catalogue import Catalogue, Subject
from parley.kit.decisions.executor import undo_decision
from parley.kit.ids import uuid7
from parley.outreach.vocabulary import load_delay, register_vocabulary
from tests.automation.conftest import Settle
from tests.automation.vocabulary.test_sections import NOW, mirror, record, store_id
from tests.commerce.conftest import make_order
from tests.commerce.test_acts import paper, place
from tests.support.app import Shop
from tests.support.inbox import Inbox
from tests.support.jobs import run_jobs
from tests.support.paper_store import PaperStore

__all__ = ["paper", "store_id"]
WINDOWS = "SELECT days FROM window_changes WHERE workspace_id = $1"


async def add_rule(shop: Shop, when: str, *acts: dict[str, Any], **body: Any) -> None:
    """Puts a rule into force."""
    lead = await shop.signed_in("lead")
    rule = {"when": when, "then": list(acts), **body}
    saved = await lead.post("/api/v1/rules", json={"name": when, "rule": rule, "enabled": True})
    assert saved.status_code == 201, saved.text


async def allow(shop: Shop, **limit: Any) -> None:
    """Lets rules cancel orders."""
    admin = await shop.signed_in("admin")
    body = {"role": "rule", "act": "cancel", "currency": "EUR", **limit}
    answer = await admin.put("/api/v1/act-limits", json=body)
    assert answer.status_code == 200, answer.text


async def last_decision(shop: Shop) -> UUID:
    """Gives the newest decision of the rules."""
    found: UUID = await shop.count(
        "SELECT id FROM decisions WHERE decider = 'rules' ORDER BY id DESC LIMIT 1"
    )
    return found


async def test_an_order_that_comes_in_moves_the_conversation_that_is_open(
    shop: Shop, inbox: Inbox, settle: Settle, store_id: UUID
) -> None:
    await add_rule(
        shop,
        "order_placed",
        {"act": "set_priority", "priority": "high"},
        **{"if": {"field": "order.total", "op": "over", "value": 60}},
    )
    await add_rule(shop, "order_changed", {"act": "set_priority", "priority": "urgent"})
    asked = await inbox.receive()
    await settle()
    await mirror(inbox, store_id, make_order(1, total=5_999))
    await settle()
    assert (await inbox.row(asked.conversation_id))["priority"] == 1
    await mirror(inbox, store_id, make_order(2, total=6_001))
    await settle()
    assert (await inbox.row(asked.conversation_id))["priority"] == 2
    await mirror(inbox, store_id, make_order(2, total=6_001, payment="refunded"))
    await settle()
    assert (await inbox.row(asked.conversation_id))["priority"] == 3


async def test_a_window_is_moved_and_put_back(
    shop: Shop, inbox: Inbox, settle: Settle, store_id: UUID
) -> None:
    await inbox.customer()
    await add_rule(shop, "message_received", {"act": "move_window", "days": 14})
    await mirror(inbox, store_id, make_order(1))
    await inbox.receive()
    await settle()
    assert await shop.count(WINDOWS, shop.workspace_id) == 14
    decision_id = await last_decision(shop)
    async with inbox.ctx() as ctx:
        assert await undo_decision(shop.runtime.decisions, ctx, decision_id) == ["move_order_window"]
    assert await shop.count(WINDOWS, shop.workspace_id) is None
    assert [fact["days"] for fact in await shop.facts("WindowMoved")] == [14, 0]


async def test_without_an_order_nothing_is_done_about_one(shop: Shop, inbox: Inbox, settle: Settle) -> None:
    await add_rule(shop, "message_received", {"act": "move_window", "days": 14})
    await inbox.receive()
    await settle()
    reasons = await shop.count("SELECT reasons FROM decisions WHERE decider = 'rules'")
    assert reasons[0]["values"]["skipped"] == [{"act": "move_window", "why": "no_order"}]


@pytest.mark.parametrize(
    ("limit", "of_rule", "state"),
    [
        (None, None, "declined"),
        ({"largest": 5_000}, None, "declined"),
        ({}, 50, "declined"),
        ({"alone": 1_000}, None, "waiting"),
        ({}, 65, "committed"),
        ({"largest": 10_000}, None, "committed"),
    ],
)
async def test_an_order_is_cancelled_only_within_every_limit(
    shop: Shop,
    inbox: Inbox,
    settle: Settle,
    store_id: UUID,
    paper: PaperStore,
    limit: dict[str, Any] | None,
    of_rule: int | None,
    state: str,
) -> None:
    if limit is not None:
        await allow(shop, **limit)
    await inbox.customer()
    await place(shop, store_id, paper)
    await add_rule(
        shop, "message_received", {"act": "cancel_order", **({"limit": of_rule} if of_rule else {})}
    )
    await inbox.receive("Please cancel my order")
    await settle()
    await run_jobs(shop.runtime, JOB)
    assert await shop.count("SELECT state FROM store_acts") == state
    assert paper.calls == 0, "the act itself is carried out by its own job"
    if state == "committed":
        await run_jobs(shop.runtime, "commerce.act")
        assert paper.orders["ext-1"].cancelled_at is not None
        committed = "SELECT committed_by_kind || ':' || committed_by::text FROM store_acts"
        assert await shop.count(committed) == f"decider:{await last_decision(shop)}"


async def test_a_job_that_runs_twice_cancels_once(
    shop: Shop, inbox: Inbox, settle: Settle, store_id: UUID, paper: PaperStore
) -> None:
    await allow(shop)
    await inbox.customer()
    await place(shop, store_id, paper)
    await add_rule(shop, "message_received", {"act": "cancel_order", "limit": 100})
    await inbox.receive("Please cancel my order")
    await settle()
    async with shop.runtime.db.transaction(None) as tx:
        again = await tx.fetchval("SELECT payload FROM pgqueuer WHERE entrypoint = $1", JOB)
    await run_jobs(shop.runtime, JOB)
    async with shop.runtime.db.transaction(None) as tx:
        await tx.execute(
            """INSERT INTO pgqueuer (priority, entrypoint, payload, status, execute_after, created, updated)
               VALUES (0, $1, $2, 'queued', now(), now(), now())""",
            JOB,
            again,
        )
    assert await run_jobs(shop.runtime, JOB) == 1
    assert await shop.count("SELECT count(*) FROM store_acts") == 1


async def test_a_delay_is_an_event_with_fields_of_its_own(shop: Shop, inbox: Inbox) -> None:
    catalogue = Catalogue()
    shop.runtime.catalogue, kept = catalogue, shop.runtime.catalogue
    register_vocabulary(shop.runtime)
    shop.runtime.catalogue = kept
    fact = DelayFound(order_id=uuid7(), shipment_id=None, kind="late", promised_at=NOW, days=3)
    assert [event.name for event in catalogue.events_of(fact)] == ["delay_found"]
    subject = Subject(fact, record(fact), NOW)
    async with inbox.ctx() as ctx:
        await load_delay(ctx, [subject])
    assert (subject.values["delay.kind"], subject.values["delay.days"]) == ("late", 3)


def test_every_event_names_sections_that_there_are(shop: Shop) -> None:
    catalogue = shop.runtime.catalogue
    missing = {
        name
        for event in catalogue.events.values()
        for name in event.sections
        if name not in catalogue.sections
    }
    assert missing <= {"promise", "delay"}, "sections of slices that are not in these tests"
    assert set(ABOUT_CONVERSATION) <= set(catalogue.events["message_received"].sections)
