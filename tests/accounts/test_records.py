"""Settings records: teams, tags, brands, fields, views, checklists, hours, the workspace."""

from typing import Any

import msgspec
import pytest

from parley.accounts.records import ViewFilter, parse_filter
from parley.conversations.filters import Filter
from parley.kit.errors import Invalid
from tests.support.app import Shop, body_of

WEEK = [{"day": 0, "from": "09:00", "to": "17:00"}]
GOOD: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "team": ("/api/v1/teams", {"name": "First line"}, {"name": "Second line", "colour": "teal"}),
    "tag": ("/api/v1/tags", {"name": "Return", "colour": "red"}, {"name": "Returns"}),
    "brand": (
        "/api/v1/brands",
        {"name": "Lipa", "languages": ["sl", "en"]},
        {"colour": "#AABBCC", "logo": "https://lipa.example/logo.svg", "languages": ["pt-br"]},
    ),
    "custom_field": (
        "/api/v1/custom-fields",
        {"label": "Order number", "type": "text"},
        {"label": "Order no.", "position": 3},
    ),
    "checklist": (
        "/api/v1/checklists",
        {
            "name": "Refund",
            "intent": "refund",
            "items": ["Check the order", "Refund"],
            "tag_ids": ["0199a000-0000-7000-8000-000000000001"],
        },
        {"items": ["Ask", "Check"], "tag_ids": []},
    ),
    "business_hours": (
        "/api/v1/business-hours",
        {"name": "Summer", "time_zone": "Europe/Ljubljana", "periods": WEEK},
        {"periods": [], "holidays": [{"date": "2026-12-25", "name": "Christmas"}]},
    ),
}


@pytest.mark.parametrize("record", GOOD)
async def test_a_record_lives_from_creation_to_archive(shop: Shop, record: str) -> None:
    path, new, changes = GOOD[record]
    lead, agent = await shop.signed_in("lead"), await shop.signed_in("agent")
    made = await lead.post(path, json=new)
    assert made.status_code == 201, made.text
    found = body_of(made)
    assert {name: found[name] for name in new} == new
    changed = await lead.patch(f"{path}/{found['id']}", json=changes)
    assert changed.status_code == 200, changed.text
    assert body_of(changed) != found
    listed = body_of(await agent.get(path))["items"]
    assert body_of(changed) in listed
    assert (await lead.delete(f"{path}/{found['id']}")).status_code == 204
    assert found["id"] not in [item["id"] for item in body_of(await agent.get(path))["items"]]
    kept = body_of(await agent.get(f"{path}?archived=true"))["items"]
    assert next(item for item in kept if item["id"] == found["id"])["archived"] is True
    assert (await lead.delete(f"{path}/{found['id']}")).status_code == 404
    assert (await lead.patch(f"{path}/{found['id']}", json=changes)).status_code == 404
    told = [(f["record"], f["act"]) for f in await shop.facts("SettingsChanged")]
    assert told == [(record, act) for act in ("created", "changed", "removed")]
    assert await shop.count("SELECT count(*) FROM audit_entries WHERE subject_kind = $1", record) == 3


@pytest.mark.parametrize("record", GOOD)
async def test_agents_may_look_but_not_touch(shop: Shop, record: str) -> None:
    path, new, changes = GOOD[record]
    lead, agent = await shop.signed_in("lead"), await shop.signed_in("agent")
    record_id = body_of(await lead.post(path, json=new))["id"]
    before = await shop.count("SELECT count(*) FROM facts")
    listed = body_of(await agent.get(path))
    assert (await agent.post(path, json=new)).status_code == 403
    assert (await agent.patch(f"{path}/{record_id}", json=changes)).status_code == 403
    assert (await agent.delete(f"{path}/{record_id}")).status_code == 403
    assert body_of(await agent.get(path)) == listed
    assert await shop.count("SELECT count(*) FROM facts") == before


@pytest.mark.parametrize("record", GOOD)
async def test_a_neighbours_record_does_not_exist(shop: Shop, neighbour: Shop, record: str) -> None:
    path, new, changes = GOOD[record]
    mine, theirs = await shop.signed_in("owner"), await neighbour.signed_in("owner")
    record_id = body_of(await theirs.post(path, json=new))["id"]
    before = body_of(await theirs.get(path))
    assert (await mine.patch(f"{path}/{record_id}", json=changes)).status_code == 404
    assert (await mine.delete(f"{path}/{record_id}")).status_code == 404
    assert record_id not in (await mine.get(f"{path}?archived=true")).text
    assert body_of(await theirs.get(path)) == before


@pytest.mark.parametrize("record", GOOD)
async def test_lists_take_one_statement_however_long(shop: Shop, record: str) -> None:
    path, new, _ = GOOD[record]
    lead = await shop.signed_in("lead")
    label = "label" if "label" in new else "name"
    for n in range(3):
        made = await lead.post(path, json=new | {label: f"Number {n}"})
        assert made.status_code == 201, made.text
    shop.statements.clear()
    page = body_of(await lead.get(f"{path}?limit=2"))
    assert len(shop.statements) == 2
    rest = body_of(await lead.get(f"{path}?limit=200&after={page['next']}"))
    names = [item[label] for item in page["items"] + rest["items"]]
    assert names[-3:] == [f"Number {n}" for n in range(3)]
    assert rest["next"] is None


@pytest.mark.parametrize(
    ("record", "wrong", "field"),
    [
        ("team", {"name": ""}, "name"),
        ("team", {"name": "\u200b\u202e"}, "name"),
        ("team", {"colour": "#12"}, "colour"),
        ("team", {"agent_ids": ["018f0000-0000-7000-8000-000000000000"]}, "agent_ids"),
        ("tag", {"name": "x" * 51}, "name"),
        ("brand", {"logo": "javascript:alert(1)"}, "logo"),
        ("brand", {"logo": "http://lipa.example/x.png"}, "logo"),
        ("brand", {"languages": []}, "languages"),
        ("brand", {"languages": ["??"]}, "languages"),
        ("custom_field", {"type": "money"}, "type"),
        ("custom_field", {"type": "select"}, "options"),
        ("custom_field", {"options": ["a"]}, "options"),
        ("custom_field", {"key": "Order No"}, "key"),
        ("custom_field", {"position": -1}, "position"),
        ("checklist", {"items": []}, "items"),
        ("checklist", {"items": [" "]}, "items"),
        ("checklist", {"items": ["x" * 301]}, "items"),
        ("business_hours", {"time_zone": "Nowhere"}, "time_zone"),
        ("business_hours", {"periods": [{"day": 7, "from": "09:00", "to": "10:00"}]}, "periods"),
        ("business_hours", {"periods": [{"day": 1, "from": "9", "to": "10:00"}]}, "periods"),
        ("business_hours", {"holidays": [{"date": "2026-13-01"}]}, "periods"),
        ("business_hours", {"holidays": [{"date": "2026-12-25"}] * 2}, "holidays"),
    ],
)
async def test_wrong_values_are_named(shop: Shop, record: str, wrong: dict[str, Any], field: str) -> None:
    path, new, _ = GOOD[record]
    lead = await shop.signed_in("lead")
    before = body_of(await lead.get(path))
    answer = await lead.post(path, json=new | wrong)
    assert answer.status_code == 422, answer.text
    assert body_of(answer)["errors"][0]["field"] == field
    assert body_of(await lead.get(path)) == before


async def test_tags_of_one_name_exist_once_but_may_come_back(shop: Shop) -> None:
    lead = await shop.signed_in("lead")
    first = body_of(await lead.post("/api/v1/tags", json={"name": "VIP"}))
    second = body_of(await lead.post("/api/v1/tags", json={"name": "Slow"}))
    taken = await lead.post("/api/v1/tags", json={"name": "ｖｉｐ"})
    assert (taken.status_code, body_of(taken)["code"]) == (409, "tag_exists")
    taken = await lead.patch(f"/api/v1/tags/{second['id']}", json={"name": "vip"})
    assert taken.status_code == 409
    assert (await lead.patch(f"/api/v1/tags/{first['id']}", json={"name": "vip"})).status_code == 200
    await lead.delete(f"/api/v1/tags/{first['id']}")
    assert (await lead.post("/api/v1/tags", json={"name": "VIP"})).status_code == 201


async def test_team_members_are_set_and_told(shop: Shop) -> None:
    lead = await shop.signed_in("lead")
    ana, ben = str(await shop.agent()), str(await shop.agent())
    team = body_of(await lead.post("/api/v1/teams", json={"name": "T", "agent_ids": [ana]}))
    changed = body_of(await lead.patch(f"/api/v1/teams/{team['id']}", json={"agent_ids": [ben]}))
    assert changed["agent_ids"] == [ben]
    told = [(f["agent_id"], f["changes"]["member"]) for f in await shop.facts("AgentChanged")]
    assert told[0] == (ana, True)
    assert sorted(told[1:]) == sorted([(ana, False), (ben, True)])


@pytest.mark.parametrize("path", ["/api/v1/brands", "/api/v1/business-hours"])
async def test_there_is_always_one_default(shop: Shop, path: str) -> None:
    record = "brand" if "brand" in path else "business_hours"
    lead = await shop.signed_in("lead")
    first = body_of(await lead.get(path))["items"][0]
    assert first["is_default"] is True
    refused = await lead.delete(f"{path}/{first['id']}")
    assert (refused.status_code, body_of(refused)["code"]) == (409, "is_default")
    second = body_of(await lead.post(path, json=GOOD[record][1] | {"is_default": True}))
    assert [item["is_default"] for item in body_of(await lead.get(path))["items"]] == [False, True]
    await lead.patch(f"{path}/{first['id']}", json={"is_default": True})
    assert [item["is_default"] for item in body_of(await lead.get(path))["items"]] == [True, False]
    assert (await lead.delete(f"{path}/{second['id']}")).status_code == 204


async def test_keys_of_custom_fields_come_from_labels_and_stay(shop: Shop) -> None:
    lead = await shop.signed_in("lead")
    path = "/api/v1/custom-fields"
    field = body_of(await lead.post(path, json={"label": "Order Nº!", "type": "text"}))
    assert field["key"] == "order_n"
    taken = await lead.post(path, json={"label": "Other", "key": "order_n", "type": "number"})
    assert (taken.status_code, body_of(taken)["code"]) == (409, "key_taken")
    choice = body_of(
        await lead.post(path, json={"label": "Size", "type": "select", "options": ["S", "M", "S"]})
    )
    assert choice["options"] == ["S", "M"]
    assert (await lead.patch(f"{path}/{choice['id']}", json={"options": []})).status_code == 422
    assert (await lead.patch(f"{path}/{choice['id']}", json={"type": "text"})).status_code == 400


# Views


async def test_views_are_ones_own_unless_shared_with_the_right_to(shop: Shop) -> None:
    ana_id = await shop.agent()
    ana, ben, lead = await shop.browser(ana_id), await shop.signed_in(), await shop.signed_in("lead")
    path = "/api/v1/views"
    own = await ana.post(path, json={"name": "Mine", "filter": {"assignee": "me", "status": ["open"]}})
    assert own.status_code == 201, own.text
    view = f"{path}/{body_of(own)['id']}"
    assert (await ana.post(path, json={"name": "All", "shared": True})).status_code == 403
    assert (await ana.patch(view, json={"shared": True})).status_code == 403
    assert (await ben.patch(view, json={"name": "Stolen"})).status_code == 404
    assert (await lead.delete(view)).status_code == 404
    assert body_of(await ana.patch(view, json={"sort": "oldest", "position": 2}))["sort"] == "oldest"
    shared = body_of(
        await lead.post(path, json={"name": "Waiting", "shared": True, "filter": {"waiting": True}})
    )
    assert (await ben.patch(f"{path}/{shared['id']}", json={"name": "x"})).status_code == 403
    assert (await ben.delete(f"{path}/{shared['id']}")).status_code == 403
    assert await shop.count("SELECT array_agg(name ORDER BY position) FROM views") == ["Waiting", "Mine"]
    assert (await ana.delete(view)).status_code == 204
    assert (await ana.delete(view)).status_code == 404


@pytest.mark.parametrize(
    "given",
    [
        {"status": ["happy"]},
        {"status": "open"},
        {"assignee": "somebody"},
        {"team": "x"},
        {"tag": "x"},
        {"priority": [1]},
        {"unread": "yes"},
        {"sql": "1=1"},
    ],
)
def test_filters_are_checked(given: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        parse_filter(given)


def test_every_filter_a_view_may_hold_is_understood_by_the_inbox() -> None:
    known = {f.name: f for f in msgspec.structs.fields(Filter)}
    for field in msgspec.structs.fields(ViewFilter):
        assert field.name in known
    full = parse_filter(
        {
            "status": ["open"],
            "assignee": "me",
            "team": "mine",
            "priority": ["high"],
            "unread": True,
            "waiting": True,
            "mentioned": True,
            "draft": True,
            "language": "sl",
            "tag": "018f0000-0000-7000-8000-000000000000",
        }
    )
    assert msgspec.to_builtins(msgspec.convert(full, Filter)) == full


# The workspace


async def test_workspace_is_changed_by_leads_and_its_locks_by_admins(shop: Shop) -> None:
    lead, admin = await shop.signed_in("lead"), await shop.signed_in("admin")
    changes = {"name": "Lipa", "language": "sl", "time_zone": "Europe/Ljubljana", "undo_seconds": 0}
    changed = await lead.patch("/api/v1/workspace", json=changes)
    assert changed.status_code == 200, changed.text
    assert {name: body_of(changed)[name] for name in changes} == changes
    assert (await lead.patch("/api/v1/workspace", json={"require_totp": True})).status_code == 403
    assert body_of(await lead.get("/api/v1/workspace"))["require_totp"] is False
    assert (await admin.patch("/api/v1/workspace", json={"require_totp": True})).status_code == 200
    assert body_of(await lead.get("/api/v1/me"))["permissions"] == []
    assert (await lead.get("/api/v1/workspace")).status_code == 403
    told = [f["record"] for f in await shop.facts("SettingsChanged")]
    assert told == ["workspace", "workspace"]


@pytest.mark.parametrize(
    "changes",
    [{"undo_seconds": 61}, {"undo_seconds": -1}, {"name": ""}, {"time_zone": "x"}, {"language": ""}],
)
async def test_wrong_workspace_values_are_named(shop: Shop, changes: dict[str, Any]) -> None:
    lead = await shop.signed_in("lead")
    before = body_of(await lead.get("/api/v1/workspace"))
    answer = await lead.patch("/api/v1/workspace", json=changes)
    assert answer.status_code == 422
    assert [e["field"] for e in body_of(answer)["errors"]] == list(changes)
    assert body_of(await lead.get("/api/v1/workspace")) == before
