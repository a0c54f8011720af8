"""How often rules held, how often they would have held, and whether one would hold now."""

from datetime import timedelta
from typing import Any

import pytest

from parley.automation.rules import counting
from parley.facts.commerce import OrderPlaced
from parley.kit.clock import FixedClock
from parley.kit.ids import uuid7
from tests.automation.conftest import Settle
from tests.support.app import Shop, body_of
from tests.support.inbox import Inbox

RULES = "/api/v1/rules"
SIZE = {"field": "message.text", "op": "contains", "value": ["size"]}
URGENT = [{"act": "set_priority", "priority": "urgent"}]


async def test_a_match_is_counted_once_on_its_day(
    shop: Shop, inbox: Inbox, settle: Settle, clock: FixedClock
) -> None:
    lead = await shop.signed_in("lead")
    for name, test in (("Size", SIZE), ("All", {"all": []})):
        rule: dict[str, Any] = {"when": "message_received", "if": test, "then": URGENT}
        await lead.post(RULES, json={"name": name, "rule": rule, "enabled": True})

    async def counts() -> dict[str, int]:
        lead = await shop.signed_in("lead")
        return {one["name"]: one["matched"] for one in body_of(await lead.get(RULES))["items"]}

    assert await counts() == {"Size": 0, "All": 0}
    for n in range(3):
        await inbox.receive("Another size, please", email=f"{n}@example.com")
    await inbox.receive("Where is it?", email="late@example.com")
    await settle()
    await settle()
    assert await counts() == {"Size": 3, "All": 4}
    clock.advance(timedelta(days=29))
    assert await counts() == {"Size": 3, "All": 4}
    clock.advance(timedelta(days=1))
    assert await counts() == {"Size": 0, "All": 0}


async def test_the_live_count_looks_back_over_what_came(
    shop: Shop, inbox: Inbox, settle: Settle, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await inbox.receive("An old question of size", email="old@example.com")
    await settle()
    clock.advance(timedelta(days=31))
    lead = await shop.signed_in("lead")
    asked = []
    for n, text in enumerate(("What size?", "Where is it?", "The size is wrong", "SIZE matters")):
        asked.append((await inbox.receive(text, email=f"{n}@example.com")).conversation_id)
        await settle()
        clock.advance(timedelta(minutes=1))
    await inbox.receive("I said size", email="3@example.com")
    await settle()

    body: dict[str, Any] = {"event": "message_received", "if": SIZE}
    found = body_of(await lead.post(f"{RULES}/count", json=body))
    assert (found["matched"], found["events"], found["sampled"], found["total"]) == (3, 4, 5, 5)
    assert found["conversation_ids"] == [str(asked[3]), str(asked[2]), str(asked[0])]
    every = body_of(await lead.post(f"{RULES}/count", json={"event": "message_received"}))
    assert (every["matched"], len(every["conversation_ids"])) == (4, 3)

    monkeypatch.setattr(counting, "SAMPLE", 2)
    found = body_of(await lead.post(f"{RULES}/count", json=body))
    assert (found["matched"], found["events"], found["sampled"], found["total"]) == (1, 2, 2, 5)
    wrong = await lead.post(f"{RULES}/count", json={"event": "message_received", "if": {"all": [{}]}})
    assert body_of(wrong)["errors"][0]["field"] == "if.all.0.field"
    assert (await lead.post(f"{RULES}/count", json={"event": "never"})).status_code == 422


async def test_the_count_costs_no_more_statements_where_there_is_more(
    shop: Shop, inbox: Inbox, settle: Settle
) -> None:
    lead = await shop.signed_in("lead")
    known = shop.runtime.catalogue
    tests = [
        {"field": field.name, "op": "is_not" if field.kind == "number" else "filled"}
        | ({"value": -5} if field.kind == "number" else {})
        for field in known.fields_for("message_received")
        if field.kind != "flag"
    ]
    body = {"event": "message_received", "if": {"any": tests}}

    async def spent() -> int:
        shop.statements.clear()
        answer = await lead.post(f"{RULES}/count", json=body)
        assert body_of(answer)["matched"] > 0
        return len(shop.statements)

    await inbox.receive("What size?", email="0@example.com")
    await settle()
    few = await spent()
    for n in range(1, 12):
        await inbox.receive("What size?", email=f"{n}@example.com")
    await settle()
    assert await spent() <= few


async def test_a_rule_is_tried_and_nothing_is_done(shop: Shop, inbox: Inbox, settle: Settle) -> None:
    lead = await shop.signed_in("lead")
    asked = await inbox.receive("What size?")
    await settle()
    high = {"field": "conversation.priority", "op": "is", "value": "high"}
    rule = {"when": "message_received", "if": {"all": [SIZE, high]}, "then": URGENT}
    body: dict[str, Any] = {"rule": rule, "conversation_id": str(asked.conversation_id)}
    found = body_of(await lead.post(f"{RULES}/try", json=body))
    assert (found["found"], found["holds"], found["acts"]) == (True, False, [])
    assert found["message_id"] == str(asked.message_id)
    assert [(one["field"], one["met"], one["held"]) for one in found["findings"]] == [
        ("conversation.priority", "normal", False)
    ]
    rule["if"] = SIZE
    found = body_of(await lead.post(f"{RULES}/try", json=body))
    assert (found["holds"], [act["name"] for act in found["acts"]]) == (True, ["change_conversation"])
    assert found["findings"][0]["hidden"] is True
    assert "met" not in found["findings"][0]
    assert (await inbox.row(asked.conversation_id))["priority"] == 1
    decided = "SELECT count(*) FROM decisions WHERE workspace_id = $1 AND decider = 'rules'"
    assert await shop.count(decided, shop.workspace_id) == 0

    rule["when"] = "conversation_closed"
    rule["if"] = {"all": []}
    assert body_of(await lead.post(f"{RULES}/try", json=body))["found"] is False


async def test_a_rule_about_orders_is_tried_on_the_newest_of_the_customer(
    shop: Shop, inbox: Inbox, settle: Settle
) -> None:
    lead = await shop.signed_in("lead")
    asked = await inbox.receive("What size?")
    await inbox.receive("Another customer", email="other@example.com")
    others = await inbox.customer("other@example.com")
    customer = await inbox.customer()
    rule = {"when": "order_placed", "if": {"field": "conversation.status", "op": "is", "value": "open"}}
    body = {"rule": {**rule, "then": URGENT}, "conversation_id": str(asked.conversation_id)}
    orders = {customer: uuid7(), others: uuid7()}
    for whose in (others, customer):
        assert body_of(await lead.post(f"{RULES}/try", json=body))["found"] is False
        async with inbox.ctx() as ctx:
            ctx.emit(OrderPlaced(order_id=orders[whose], store_id=uuid7(), customer_id=whose, fields={}))
    await settle()
    found = body_of(await lead.post(f"{RULES}/try", json=body))
    assert (found["found"], found["holds"], found["kind"]) == (True, True, "OrderPlaced")
    assert found["acts"][0]["args"]["conversation_id"] == str(asked.conversation_id)


async def test_a_rule_that_waits_is_tried_as_if_its_time_had_come(
    shop: Shop, inbox: Inbox, settle: Settle
) -> None:
    lead = await shop.signed_in("lead")
    asked = await inbox.receive("What size?")
    await settle()
    rule = {"when": "waited", "wait": {"anchor": "reply", "minutes": 30}, "then": URGENT}
    body = {"rule": rule, "conversation_id": str(asked.conversation_id)}
    found = body_of(await lead.post(f"{RULES}/try", json=body))
    assert (found["found"], found["holds"], len(found["acts"])) == (True, True, 1)


async def test_nothing_is_tried_on_the_conversation_of_another_shop(
    shop: Shop, neighbour: Shop, inbox: Inbox, settle: Settle
) -> None:
    asked = await inbox.receive("What size?")
    await settle()
    other = await neighbour.signed_in("lead")
    rule = {"when": "message_received", "if": SIZE, "then": URGENT}
    body = {"rule": rule, "conversation_id": str(asked.conversation_id)}
    assert (await other.post(f"{RULES}/try", json=body)).status_code == 404
    found = body_of(await other.post(f"{RULES}/count", json={"event": "message_received", "if": SIZE}))
    assert (found["matched"], found["total"]) == (0, 0)
