"""SLAs over HTTP: saved, versioned, ordered, refused with the place of the mistake."""

from typing import Any

import pytest

from tests.support.app import Shop, body_of

VIP = {
    "if": {"all": [{"field": "conversation.priority", "op": "is", "value": ["high", "urgent"]}]},
    "targets": {"first_reply": {"high": 30, "urgent": 10}, "resolution": 480},
    "hours": None,
    "pause": {"waiting_for_customer": True, "snoozed": False},
    "warn_minutes": [5, 20],
    "escalate": [{"act": "set_priority", "priority": "urgent"}],
}


async def test_an_sla_is_saved_changed_and_removed_with_its_versions(shop: Shop) -> None:
    lead = await shop.signed_in("lead")
    saved = await lead.post("/api/v1/slas", json={"name": "  VIP ", "sla": VIP})
    assert saved.status_code == 201, saved.text
    made = body_of(saved)
    assert (made["name"], made["version"], made["enabled"], made["position"]) == ("VIP", 1, True, 1)
    assert made["sla"]["targets"] == {"first_reply": {"high": 30, "urgent": 10}, "resolution": 480}
    assert made["sla"]["warn_minutes"] == [20, 5]
    assert made["sla"]["escalate"] == {"broken": [{"act": "set_priority", "priority": "urgent"}]}

    place = f"/api/v1/slas/{made['id']}"
    again = body_of(await lead.patch(place, json={"sla": made["sla"], "enabled": False}))
    assert (again["version"], again["enabled"]) == (1, False)
    body = {**VIP, "targets": {"next_reply": 15}}
    assert body_of(await lead.patch(place, json={"sla": body}))["version"] == 2
    versions = body_of(await lead.get(f"{place}/versions"))["items"]
    assert [(one["version"], one["sla"]["targets"]) for one in versions] == [
        (2, {"next_reply": 15}),
        (1, {"first_reply": {"high": 30, "urgent": 10}, "resolution": 480}),
    ]

    assert (await lead.delete(place)).status_code == 204
    assert body_of(await lead.get("/api/v1/slas"))["items"] == []
    assert (await lead.get(place)).status_code == 404
    told = "SELECT array_agg(action ORDER BY seq) FROM audit_entries WHERE workspace_id = $1 AND subject_kind = 'sla'"
    assert await shop.count(told, shop.workspace_id) == [
        "sla_created",
        "sla_changed",
        "sla_changed",
        "sla_removed",
    ]


async def test_the_order_names_every_sla_once(shop: Shop) -> None:
    lead = await shop.signed_in("lead")
    ids = [
        body_of(await lead.post("/api/v1/slas", json={"name": n, "sla": VIP}))["id"] for n in ("A", "B", "C")
    ]
    turned = [ids[2], ids[0], ids[1]]
    answer = await lead.put("/api/v1/slas/order", json={"ids": turned})
    assert [one["name"] for one in body_of(answer)["items"]] == ["C", "A", "B"]
    for wrong in (ids[:2], [*ids, ids[0]]):
        assert (await lead.put("/api/v1/slas/order", json={"ids": wrong})).status_code == 422


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"targets": {}}, "targets"),
        ({"targets": {"first_reply": {"high": 0}}}, "targets.first_reply.high"),
        ({"targets": {"first_reply": {"highest": 5}}}, "targets.first_reply.highest"),
        ({"targets": {"second_reply": 5}}, "targets.second_reply"),
        ({"targets": {"first_reply": True}}, "targets.first_reply"),
        ({"hours": "tomorrow"}, "hours"),
        ({"hours": "01890000-0000-7000-8000-000000000000"}, "hours"),
        ({"pause": {"asleep": True}}, "pause.asleep"),
        ({"pause": {"snoozed": 1}}, "pause.snoozed"),
        ({"warn_minutes": [5, "ten"]}, "warn_minutes.1"),
        ({"if": {"all": [{"field": "message.text", "op": "contains", "value": "x"}]}}, "if.all.0.field"),
        (
            {"escalate": {"broken": [{"act": "set_priority", "priority": "top"}]}},
            "escalate.broken.0.priority",
        ),
        ({"escalate": {"early": []}}, "escalate.early"),
        ({"colour": "red"}, "colour"),
    ],
)
async def test_a_mistake_is_named_with_its_place(shop: Shop, change: dict[str, Any], place: str) -> None:
    lead = await shop.signed_in("lead")
    answer = await lead.post("/api/v1/slas", json={"name": "VIP", "sla": {**VIP, **change}})
    assert answer.status_code == 422, answer.text
    assert body_of(answer)["errors"][0]["field"] == place


async def test_agents_read_slas_and_leads_write_them(shop: Shop, neighbour: Shop) -> None:
    lead, agent = await shop.signed_in("lead"), await shop.signed_in("agent")
    made = body_of(await lead.post("/api/v1/slas", json={"name": "VIP", "sla": VIP}))
    place = f"/api/v1/slas/{made['id']}"
    assert (await agent.get(place)).status_code == 200
    assert (await agent.post("/api/v1/slas", json={"name": "X", "sla": VIP})).status_code == 403
    assert (await agent.patch(place, json={"enabled": False})).status_code == 403
    assert (await agent.delete(place)).status_code == 403
    stranger = await neighbour.signed_in("owner")
    for answer in (await stranger.get(place), await stranger.patch(place, json={"enabled": False})):
        assert answer.status_code == 404
