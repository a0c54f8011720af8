"""Agents and rights: who may change whom, and that a denied call changes nothing."""

import asyncio
from itertools import product
from typing import Any

import httpx
import pytest

from parley.accounts.actions.agents import change_agent
from parley.accounts.rights import may_grant, may_manage, rank_of
from parley.kit.errors import NotAllowed
from parley.kit.ids import uuid7
from parley.kit.log.fact import Actor
from parley.kit.slices import ROLES
from tests.support.app import Shop, body_of


async def snapshot(shop: Shop) -> Any:
    """Everything that a denied call must leave alone."""
    return await shop.count(
        """SELECT jsonb_build_object(
             'agents', (SELECT jsonb_agg(to_jsonb(a) ORDER BY a.id) FROM agents a),
             'members', (SELECT jsonb_agg(to_jsonb(m) ORDER BY m.agent_id) FROM team_members m),
             'tokens', (SELECT jsonb_agg(to_jsonb(t) - 'used_at' ORDER BY t.id) FROM api_tokens t),
             'links', (SELECT count(*) FROM one_time_tokens),
             'audit', (SELECT count(*) FROM audit_entries),
             'facts', (SELECT count(*) FROM facts))"""
    )


def test_nobody_reaches_above_himself() -> None:
    for actor, other in product(ROLES, ROLES):
        expected = ROLES.index(actor) <= ROLES.index(other)
        assert may_manage(actor, other) is may_grant(actor, other) is expected
    assert rank_of("token") == rank_of("admin")


async def test_agents_are_listed_in_pages_and_one_statement(shop: Shop) -> None:
    browser = await shop.signed_in("collaborator")
    for n in range(5):
        await shop.agent(name=f"Agent {n}")
    seen: list[str] = []
    after = ""
    while True:
        shop.statements.clear()
        page = body_of(await browser.get(f"/api/v1/agents?limit=2{after}"))
        assert len(shop.statements) == 2
        seen += [agent["name"] for agent in page["items"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert seen == ["Ana", *(f"Agent {n}" for n in range(5))]
    assert "password_hash" not in page["items"][0]
    filtered = body_of(await browser.get("/api/v1/agents?state=disabled"))
    assert filtered == {"items": [], "next": None}


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=x", "after=%%%", "after=bm9wZQ", "team=1"])
async def test_bad_queries_are_refused(shop: Shop, query: str) -> None:
    browser = await shop.signed_in()
    answer = await browser.get(f"/api/v1/agents?{query}")
    assert answer.status_code == 400, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


async def test_admin_changes_role_state_name_and_teams(shop: Shop) -> None:
    admin, agent_id = await shop.signed_in("admin"), await shop.agent("agent")
    team = body_of(await admin.post("/api/v1/teams", json={"name": "First line"}))["id"]
    answer = await admin.patch(
        f"/api/v1/agents/{agent_id}", json={"role": "lead", "name": "Eva", "team_ids": [team]}
    )
    agent = body_of(answer)
    assert (agent["role"], agent["name"], agent["team_ids"]) == ("lead", "Eva", [team])
    told = (await shop.facts("AgentChanged"))[-1]
    assert told["changes"] == {"role": "lead", "name": True, "team_ids": [team]}
    browser = await shop.browser(agent_id)
    disabled = body_of(await admin.patch(f"/api/v1/agents/{agent_id}", json={"state": "disabled"}))
    assert disabled["state"] == "disabled"
    assert (await browser.get("/api/v1/me")).status_code == 401


@pytest.mark.parametrize(
    ("role", "target", "changes", "code"),
    [
        ("agent", "agent", {"role": "lead"}, "not_allowed"),
        ("lead", "agent", {"state": "disabled"}, "not_allowed"),
        ("admin", "owner", {"role": "agent"}, "above_you"),
        ("admin", "owner", {"state": "disabled"}, "above_you"),
        ("admin", "agent", {"role": "owner"}, "above_you"),
    ],
)
async def test_denied_changes_change_nothing(
    shop: Shop, role: str, target: str, changes: dict[str, str], code: str
) -> None:
    await shop.agent("owner")
    caller, agent_id = await shop.signed_in(role), await shop.agent(target)
    before = await snapshot(shop)
    answer = await caller.patch(f"/api/v1/agents/{agent_id}", json=changes)
    assert (answer.status_code, body_of(answer)["code"]) == (403, code)
    assert await snapshot(shop) == before


async def test_admin_cannot_raise_himself(shop: Shop) -> None:
    admin_id = await shop.agent("admin")
    admin = await shop.browser(admin_id)
    before = await snapshot(shop)
    assert (await admin.patch(f"/api/v1/agents/{admin_id}", json={"role": "owner"})).status_code == 403
    assert (await admin.patch(f"/api/v1/agents/{admin_id}", json={"state": "disabled"})).status_code == 403
    assert await snapshot(shop) == before


@pytest.mark.parametrize("changes", [{"role": "admin"}, {"state": "disabled"}])
async def test_the_last_owner_stays(shop: Shop, changes: dict[str, str]) -> None:
    owner_id = await shop.agent("owner")
    owner = await shop.browser(owner_id)
    before = await snapshot(shop)
    answer = await owner.patch(f"/api/v1/agents/{owner_id}", json=changes)
    assert answer.status_code == 403
    assert await snapshot(shop) == before
    second = await shop.agent("owner")
    answer = await owner.patch(f"/api/v1/agents/{second}", json=changes)
    assert answer.status_code == 200, "one of two owners may go"


async def test_disabled_and_invited_owners_do_not_count(shop: Shop) -> None:
    owner_id, other = await shop.agent("owner"), await shop.agent("owner")
    owner = await shop.browser(owner_id)
    async with shop.runtime.db.transaction(shop.workspace_id) as tx:
        await tx.execute("UPDATE agents SET state = 'invited' WHERE id = $1", other)
    answer = await owner.patch(f"/api/v1/agents/{owner_id}", json={"role": "agent"})
    assert (answer.status_code, body_of(answer)["code"]) == (403, "last_owner")


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"role": "king"}, 422),
        ({"state": "invited"}, 422),
        ({"name": "  "}, 422),
        ({"name": "x" * 101}, 422),
        ({"team_ids": ["018f0000-0000-7000-8000-000000000000"]}, 422),
        ({"role": 5}, 400),
        ({"rank": "lead"}, 400),
        ([], 400),
    ],
)
async def test_wrong_values_are_named(shop: Shop, changes: Any, status: int) -> None:
    admin, agent_id = await shop.signed_in("admin"), await shop.agent("agent")
    before = await snapshot(shop)
    answer = await admin.patch(f"/api/v1/agents/{agent_id}", json=changes)
    assert answer.status_code == status, answer.text
    assert body_of(answer)["errors"]
    assert await snapshot(shop) == before


async def test_a_neighbours_agent_does_not_exist(shop: Shop, neighbour: Shop) -> None:
    owner, foreign = await shop.signed_in("owner"), await neighbour.agent("agent")
    before = await snapshot(neighbour)
    path = f"/api/v1/agents/{foreign}"
    calls: list[tuple[str, str, Any]] = [
        ("GET", path, None),
        ("PATCH", path, {"state": "disabled"}),
        ("POST", f"{path}/invitation", None),
        ("POST", f"{path}/password-reset", None),
        ("DELETE", f"{path}/totp", None),
    ]
    for method, url, body in calls:
        answer: httpx.Response = await owner.request(method, url, json=body)
        assert answer.status_code == 404, (method, url)
    foreign_team = body_of(
        await (await neighbour.signed_in("owner")).post("/api/v1/teams", json={"name": "T"})
    )
    mine = await shop.agent()
    answer = await owner.patch(f"/api/v1/agents/{mine}", json={"team_ids": [foreign_team["id"]]})
    assert answer.status_code == 422
    assert (await snapshot(neighbour))["agents"][: len(before["agents"])] == before["agents"]
    assert len(body_of(await owner.get("/api/v1/agents"))["items"]) == 2


async def test_a_colleague_who_lost_his_phone_is_helped(shop: Shop) -> None:
    agent_id = await shop.agent("agent")
    async with shop.runtime.db.transaction(shop.workspace_id) as tx:
        await tx.execute(
            "UPDATE agents SET totp_confirmed_at = now(), totp_secret = 'x' WHERE id = $1", agent_id
        )
    admin = await shop.signed_in("admin")
    assert body_of(await admin.get(f"/api/v1/agents/{agent_id}"))["totp"] is True
    assert (await admin.delete(f"/api/v1/agents/{agent_id}/totp")).status_code == 204
    assert body_of(await admin.get(f"/api/v1/agents/{agent_id}"))["totp"] is False


async def test_an_agent_created_with_a_password_can_sign_in(shop: Shop) -> None:
    admin = await shop.signed_in("admin")
    person = {"email": "eva@shop.example", "name": "Eva", "role": "agent", "password": "correct horse"}
    assert (await admin.post("/api/v1/agents", json=person)).status_code == 201
    again = await admin.post("/api/v1/agents", json=person | {"email": "EVA@shop.example"})
    assert (again.status_code, body_of(again)["code"]) == (409, "email_taken")
    above = await admin.post("/api/v1/agents", json=person | {"email": "x@shop.example", "role": "owner"})
    assert above.status_code == 403
    signed_in = await shop.client().post(
        "/api/v1/session", json={"email": "eva@shop.example", "password": "correct horse"}
    )
    assert signed_in.status_code == 200


async def test_a_write_repeated_with_its_key_acts_once(shop: Shop) -> None:
    admin = await shop.signed_in("admin")
    person = {"email": "eva@shop.example", "name": "Eva", "password": "correct horse"}
    answers = [
        await admin.post("/api/v1/agents", json=person, headers={"Idempotency-Key": "k1"}) for _ in range(2)
    ]
    assert [a.status_code for a in answers] == [201, 201]
    assert answers[0].content == answers[1].content
    assert await shop.count("SELECT count(*) FROM agents WHERE name = 'Eva'") == 1


async def test_two_owners_cannot_demote_each_other_at_once(shop: Shop) -> None:
    first, second = await shop.agent("owner"), await shop.agent("owner")

    async def demote(by: Any, whom: Any) -> bool:
        try:
            async with shop.runtime.ctx(shop.workspace_id, Actor("agent", by)) as ctx:
                await change_agent(ctx, "owner", whom, {"role": "agent"})
        except NotAllowed:
            return False
        return True

    assert sorted(await asyncio.gather(demote(first, second), demote(second, first))) == [False, True]


async def test_me_is_changed_by_oneself(shop: Shop) -> None:
    browser = await shop.signed_in()
    changes = {
        "name": " Ana\u202e Novak ",
        "language": "pt_br",
        "time_zone": "America/Sao_Paulo",
        "theme": "dark",
        "signature_html": '<b>Ana</b><script>alert(1)</script><img src=x onerror="alert(1)">',
        "notifications": {"sound": False, "quiet": {"on": True, "from": "19:00"}, "events": {"sla": False}},
    }
    answer = await browser.patch("/api/v1/me", json=changes)
    assert answer.status_code == 200, answer.text
    me = body_of(answer)
    assert (me["name"], me["language"], me["theme"]) == ("Ana Novak", "pt-BR", "dark")
    assert "script" not in me["signature_html"]
    assert "onerror" not in me["signature_html"]
    assert "Ana" in me["signature_html"]
    assert me["notifications"]["sound"] is False
    assert me["notifications"]["quiet"] == {
        "on": True,
        "from": "19:00",
        "to": "08:00",
        "days": [0, 1, 2, 3, 4, 5, 6],
    }
    assert me["notifications"]["events"]["sla"] is False
    assert me["notifications"]["events"]["assigned"] is True


@pytest.mark.parametrize(
    "changes",
    [
        {"language": "not a tag!"},
        {"time_zone": "Mars/Olympus"},
        {"time_zone": "../../etc/passwd"},
        {"theme": "pink"},
        {"notifications": {"sms": True}},
        {"notifications": {"events": {"birthday": True}}},
        {"notifications": {"events": 5}},
        {"notifications": {"quiet": {"from": "25:99"}}},
        {"notifications": {"quiet": {"from": "08:00", "to": "08:00"}}},
        {"notifications": {"quiet": {"days": [7]}}},
        {"signature_html": "x" * 30_000},
    ],
)
async def test_wrong_values_of_me_are_named(shop: Shop, changes: dict[str, Any]) -> None:
    browser = await shop.signed_in()
    before = await snapshot(shop)
    answer = await browser.patch("/api/v1/me", json=changes)
    assert answer.status_code == 422, answer.text
    assert body_of(answer)["errors"][0]["field"].split(".")[0] in changes
    assert await snapshot(shop) == before


async def test_presence_is_told_once_per_change(shop: Shop) -> None:
    browser = await shop.signed_in()
    for state in ("online", "online", "away", "online"):
        assert (await browser.put("/api/v1/me/presence", json={"state": state})).status_code == 204
    assert [f["presence"] for f in await shop.facts("AgentPresenceChanged")] == ["away", "online"]
    assert (await browser.put("/api/v1/me/presence", json={"state": "asleep"})).status_code == 422
    assert body_of(await browser.get("/api/v1/me"))["online"] is True


async def test_unknown_agent_is_not_found(shop: Shop) -> None:
    admin = await shop.signed_in("admin")
    assert (await admin.get(f"/api/v1/agents/{uuid7()}")).status_code == 404
    assert (await admin.get("/api/v1/agents/not-an-id")).status_code == 404
