"""Limits of acts: who may set them, what they do to plans, and that a rule moves nothing until somebody lets it."""

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.commerce.acting.limits import MACHINES, MONEY, SETTABLE, check_limit, default_limit, role_of
from parley.commerce.acting.plan import Asker, Limit
from parley.commerce.actions.committing import approve_act
from parley.commerce.intents import RefundOrder
from parley.commerce.queries.acts import ActView, get_act
from parley.commerce.wishing import Asked, commit_plan, plan_wish
from parley.kit.errors import NotAllowed
from parley.kit.ids import uuid7
from parley.kit.log.fact import Actor
from tests.commerce.test_acts import commit, paper, place, plan
from tests.support.app import Shop, body_of
from tests.support.paper_store import PaperStore

__all__ = ["paper"]
PATH = "/api/v1/act-limits"
SIZES = st.none() | st.integers(0, 1_000)


def find(items: list[dict[str, Any]], role: str, act: str, currency: str = "EUR") -> dict[str, Any]:
    """Picks one limit from the list."""
    return next(x for x in items if (x["role"], x["act"], x["currency"]) == (role, act, currency))


@given(SIZES, SIZES, SIZES, st.integers(-1_200, 1_200), st.integers(0, 1_200))
def test_what_passes_is_within_every_amount(
    largest: int | None, alone: int | None, daily: int | None, amount: int, moved: int
) -> None:
    limit = Limit(largest=largest, alone=alone, daily=daily)
    refusals, second = check_limit(limit, Asker(role="agent", moved=moved), "refund", amount, "EUR")
    size = abs(amount)
    within = (largest is None or size <= largest) and (daily is None or moved + size <= daily)
    assert (not refusals, not second) == (within, alone is None or size <= alone)


@pytest.mark.parametrize("act", MONEY)
def test_machines_move_nothing_that_nobody_has_allowed(act: str) -> None:
    assert not default_limit("rule", act).allowed
    assert not default_limit("assistant", act).allowed


def test_a_decider_is_a_machine_whatever_role_it_names() -> None:
    assert {role_of("decider", role) for role in ("owner", "admin", "agent", "", "rule")} == {"rule"}
    assert {role_of("decider", role) for role in MACHINES} == set(MACHINES)
    assert {role_of("agent", role) for role in SETTABLE} == set(SETTABLE)


async def test_an_admin_sets_a_limit_and_the_next_plan_heeds_it(
    shop: Shop, store_id: UUID, paper: PaperStore
) -> None:
    order_id = await place(shop, store_id, paper)
    admin, agent = await shop.signed_in("admin"), await shop.signed_in()
    body = {"role": "agent", "act": "refund", "currency": "EUR", "largest": 5000, "alone": 1000}
    answer = await admin.put(PATH, json=body)
    assert answer.status_code == 200, answer.text
    found = find(body_of(answer)["items"], "agent", "refund")
    assert found == {**body, "allowed": True, "daily": None, "given": True}
    one = await plan(agent, order_id, "refund", pieces=[{"line": "l1", "quantity": 1}])
    assert [(x["code"], x["args"]["amount"]) for x in one["second"]] == [("limit.alone", 1000)]
    two = await plan(agent, order_id, "refund", pieces=[{"line": "l1", "quantity": 2}])
    assert [x["code"] for x in two["refusals"]] == ["limit.largest"]
    told = await shop.facts("SettingsChanged")
    assert [(x["record"], x["act"]) for x in told if x["record"] == "act_limit"] == [("act_limit", "changed")]
    entry = await shop.count("SELECT data FROM audit_entries WHERE action = 'act_limit_changed'")
    assert (entry["role"], entry["act"], entry["values"]["alone"]) == ("agent", "refund", 1000)

    gone = await admin.delete(PATH, params={"role": "agent", "act": "refund", "currency": "EUR"})
    assert gone.status_code == 204
    again = find(body_of(await agent.get(PATH))["items"], "agent", "refund")
    assert (again["largest"], again["alone"], again["daily"], again["given"]) == (
        50_000,
        10_000,
        100_000,
        False,
    )
    assert (await shop.facts("SettingsChanged"))[-1]["act"] == "removed"


async def test_a_limit_for_all_currencies_holds_where_there_is_none_of_its_own(
    shop: Shop, store_id: UUID, paper: PaperStore
) -> None:
    order_id = await place(shop, store_id, paper)
    owner, agent = await shop.signed_in("owner"), await shop.signed_in()
    await owner.put(PATH, json={"role": "agent", "act": "refund", "allowed": False})
    refused = await plan(agent, order_id, "refund", amount=100)
    assert [x["code"] for x in refused["refusals"]] == ["limit.not_allowed"]
    items = body_of(await owner.put(PATH, json={"role": "agent", "act": "refund", "currency": "EUR"}))[
        "items"
    ]
    assert (find(items, "agent", "refund")["allowed"], find(items, "agent", "refund", "")["allowed"]) == (
        True,
        False,
    )
    assert (await plan(agent, order_id, "refund", amount=100))["refusals"] == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"role": "nobody"}, "role"),
        ({"act": "address"}, "act"),
        ({"role": "customer", "act": "draft"}, "act"),
        ({"role": "customer", "daily": 100}, "daily"),
        ({"alone": 200, "largest": 100}, "alone"),
        ({"largest": -1}, "largest"),
        ({"largest": 2**53}, "largest"),
        ({"currency": "euro"}, "currency"),
    ],
)
async def test_what_makes_no_sense_is_refused_by_its_field(
    shop: Shop, change: dict[str, Any], field: str
) -> None:
    admin = await shop.signed_in("admin")
    answer = await admin.put(PATH, json={"role": "agent", "act": "refund", "currency": "EUR", **change})
    assert answer.status_code in (400, 422), answer.text
    assert field in answer.text
    assert await shop.count("SELECT count(*) FROM act_limits") == 0


async def test_nobody_sets_a_limit_that_is_his_own(shop: Shop) -> None:
    body = {"role": "agent", "act": "refund", "largest": 1}
    for role in ("lead", "agent", "collaborator"):
        assert (await (await shop.signed_in(role)).put(PATH, json=body)).status_code == 403
    admin, owner = await shop.signed_in("admin"), await shop.signed_in("owner")
    for role in ("admin", "owner"):
        refused = await admin.put(PATH, json={**body, "role": role})
        assert (refused.status_code, body_of(refused)["code"]) == (403, "owners_only")
        assert (await owner.put(PATH, json={**body, "role": role})).status_code == 200
        at = {"role": role, "act": "refund"}
        assert (await admin.delete(PATH, params=at)).status_code == 403
    program = await shop.program("limits:write", "orders:read")
    refused = await program.put(PATH, json={**body, "role": "token"})
    assert (refused.status_code, body_of(refused)["code"]) == (403, "people_only")


async def test_limits_are_those_of_the_own_workspace(shop: Shop, neighbour: Shop) -> None:
    await (await shop.signed_in("owner")).put(PATH, json={"role": "rule", "act": "refund", "largest": 7})
    items = body_of(await (await neighbour.signed_in("owner")).get(PATH))["items"]
    assert not find(items, "rule", "refund", "")["allowed"]


async def plan_as_rule(
    shop: Shop, order_id: str, amount: int, role: str = "rule", actor: Actor | None = None
) -> ActView:
    """Has a decision ask for a refund and gives the plan."""
    intent = RefundOrder(amount=amount, notify=False)
    asked = Asked(
        workspace_id=shop.workspace_id,
        actor=actor or Actor("decider", uuid7()),
        role=role,
        target=UUID(order_id),
        intent=intent,
    )
    act_id = await plan_wish(shop.runtime, asked)
    async with shop.runtime.db.transaction(shop.workspace_id) as tx:
        return await get_act(tx, shop.workspace_id, act_id)


async def test_a_rule_moves_money_only_when_a_limit_lets_it(
    shop: Shop, store_id: UUID, paper: PaperStore
) -> None:
    order_id = await place(shop, store_id, paper)
    for role in ("rule", "owner"):
        refused = await plan_as_rule(shop, order_id, 100, role)
        assert [x.code for x in refused.refusals] == ["limit.not_allowed"]
    admin = await shop.signed_in("admin")
    limit = {"role": "rule", "act": "refund", "currency": "EUR", "largest": 500, "alone": 400, "daily": 700}
    assert (await admin.put(PATH, json=limit)).status_code == 200
    actor = Actor("decider", uuid7())
    made = await plan_as_rule(shop, order_id, 450, actor=actor)
    assert (made.refusals, [x.code for x in made.second]) == ([], ["limit.alone"])
    async with shop.runtime.ctx(shop.workspace_id, actor) as ctx:
        assert (await commit_plan(ctx, shop.runtime, made.id, "rule:1")).state == "waiting"
    # Another decision of the same day is counted with it, and no decision is a second person.
    above = await plan_as_rule(shop, order_id, 300)
    assert [x.code for x in above.refusals] == ["limit.daily"]
    async with shop.runtime.ctx(shop.workspace_id, Actor("decider", uuid7())) as ctx:
        with pytest.raises(NotAllowed):
            await approve_act(ctx, made.id, "rule")
    lead = await shop.signed_in("lead")
    assert body_of(await lead.post(f"/api/v1/acts/{made.id}/approve"))["state"] == "committed"


async def test_a_plan_is_committed_by_whoever_made_it(shop: Shop, store_id: UUID, paper: PaperStore) -> None:
    order_id = await place(shop, store_id, paper)
    owner, agent = await shop.signed_in("owner"), await shop.signed_in()
    admin = await shop.signed_in("admin")
    await admin.put(PATH, json={"role": "agent", "act": "refund", "largest": 100})
    made = await plan(owner, order_id, "refund", amount=3000)
    refused = await commit(agent, order_id, "refund", made["id"])
    assert (refused.status_code, body_of(refused)["code"]) == (409, "plan_of_another")
    assert body_of(await commit(owner, order_id, "refund", made["id"]))["state"] == "committed"


async def test_limits_are_heeded_once_more_at_the_commit(
    shop: Shop, store_id: UUID, paper: PaperStore
) -> None:
    order_id = await place(shop, store_id, paper)
    admin, agent = await shop.signed_in("admin"), await shop.signed_in()
    limit = {"role": "agent", "act": "refund", "currency": "EUR", "daily": 1500}
    await admin.put(PATH, json=limit)
    first, second, third = [await plan(agent, order_id, "refund", amount=1000 - n) for n in range(3)]
    assert [x["refusals"] for x in (first, second, third)] == [[], [], []]
    assert body_of(await commit(agent, order_id, "refund", first["id"]))["state"] == "committed"
    # Two plans within the day's limit are together above it.
    refused = await commit(agent, order_id, "refund", second["id"])
    assert (refused.status_code, body_of(refused)["code"]) == (409, "plan_outdated")
    again = await plan(agent, order_id, "refund", amount=999)
    assert [x["code"] for x in again["refusals"]] == ["limit.daily"]
    # A limit that was lowered after the plan holds, too.
    await admin.put(PATH, json={**limit, "daily": None, "alone": 500})
    waiting = await commit(agent, order_id, "refund", third["id"])
    assert body_of(waiting)["state"] == "waiting"
