"""Writing macros: who may, who sees them, what is refused, versions, files."""

from typing import Any
from uuid import uuid4

from tests.automation.macros.conftest import save
from tests.support.app import Shop, body_of

MACROS = "/api/v1/macros"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63f8cfc0f01f00050001ff"
    "56c72f0d0000000049454e44ae426082"
)


async def test_a_macro_is_stored_listed_and_found(shop: Shop) -> None:
    lead = await shop.signed_in("lead")
    made = await save(
        lead,
        "Where is it",
        folder="Shipping",
        texts={"en": "<p onclick='x'>On its way: {{shipment.link}}</p>", "pt_br": "<p>Oi</p>", "de": " "},
        shortcut="/Wismo",
        intents=["order_status", "order_status"],
    )
    assert made["texts"]["en"] == "<p>On its way: {{ shipment.link }}</p>"
    assert (made["languages"], made["shortcut"], made["intents"]) == (
        ["en", "pt-BR"],
        "wismo",
        ["order_status"],
    )
    await save(lead, "Another")
    agent = await shop.signed_in()
    listed = body_of(await agent.get(MACROS, params={"q": "WAY"}))["items"]
    assert [one["name"] for one in listed] == ["Where is it"]
    assert (listed[0]["excerpt"], listed[0]["may_change"], listed[0]["uses"]) == (
        "On its way: \u2026",
        False,
        0,
    )
    folders = body_of(await agent.get(f"{MACROS}/folders"))["items"]
    assert folders == [{"name": "", "macros": 1}, {"name": "Shipping", "macros": 1}]
    first = body_of(await agent.get(MACROS, params={"limit": 1}))
    rest = body_of(await agent.get(MACROS, params={"limit": 1, "after": first["next"]}))
    assert [one["name"] for one in first["items"] + rest["items"]] == ["Another", "Where is it"]
    assert rest["next"] is None


async def test_mistakes_are_refused_with_their_place(shop: Shop) -> None:
    lead = await shop.signed_in("lead")
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"texts": {"en": "{{ order.numbr }}"}}, "texts.en"),
        ({"texts": {"not a language": "x"}}, "texts.not a language"),
        ({"texts": {}}, "texts"),
        ({"acts": [{"act": "set_priority", "priority": "topmost"}]}, "acts.0.priority"),
        ({"acts": [{"act": "apply_macro", "macro": str(uuid4())}]}, "acts.0.act"),
        ({"texts": {"en": "x"}, "shortcut": "a b"}, "shortcut"),
        ({"texts": {"en": "x"}, "team_id": str(uuid4())}, "team_id"),
        ({"texts": {"en": "x"}, "files": [{"id": str(uuid4())}]}, "files"),
        ({"texts": {"en": "x"}, "name": " "}, "name"),
    ]
    for body, place in wrong:
        answer = await lead.post(MACROS, json={"name": "Wrong", **body})
        assert answer.status_code == 422, body
        assert body_of(answer)["errors"][0]["field"] == place
    assert await shop.count("SELECT count(*) FROM macros WHERE workspace_id = $1", shop.workspace_id) == 0


async def test_own_macros_are_seen_by_nobody_else_and_shared_ones_need_the_right(shop: Shop) -> None:
    agent, other, lead = await shop.signed_in(), await shop.signed_in(), await shop.signed_in("lead")
    refused = await agent.post(MACROS, json={"name": "For all", "texts": {"en": "x"}})
    assert refused.status_code == 403
    own = await save(agent, "Mine", mine=True)
    assert (own["mine"], own["may_change"]) == (True, True)
    for one in (other, lead):
        assert body_of(await one.get(MACROS))["items"] == []
        assert (await one.get(f"{MACROS}/{own['id']}")).status_code == 404
        assert (await one.delete(f"{MACROS}/{own['id']}")).status_code == 404
    # Nobody makes his own one everybody's without the right.
    assert (await agent.patch(f"{MACROS}/{own['id']}", json={"mine": False})).status_code == 403
    shared = await save(lead, "For all")
    assert (await agent.patch(f"{MACROS}/{shared['id']}", json={"name": "x"})).status_code == 403
    assert [one["name"] for one in body_of(await agent.get(MACROS, params={"mine": True}))["items"]] == [
        "Mine"
    ]


async def test_macros_of_a_team_are_for_its_members(shop: Shop) -> None:
    lead = await shop.signed_in("lead")
    member_id = await shop.agent()
    member, stranger = await shop.browser(member_id), await shop.signed_in()
    team = body_of(await lead.post("/api/v1/teams", json={"name": "Returns", "agent_ids": [str(member_id)]}))
    await save(lead, "Team's", team_id=team["id"])
    assert [one["name"] for one in body_of(await member.get(MACROS))["items"]] == ["Team's"]
    assert body_of(await stranger.get(MACROS))["items"] == []


async def test_each_saving_is_a_version_and_none_is_lost(shop: Shop) -> None:
    lead = await shop.signed_in("lead")
    made = await save(lead)
    path = f"{MACROS}/{made['id']}"
    changed = body_of(await lead.patch(path, json={"name": "New", "version": 1}))
    assert (changed["version"], changed["name"], changed["texts"]) == (2, "New", made["texts"])
    late = await lead.patch(path, json={"name": "Other", "version": 1})
    assert (late.status_code, body_of(late)["code"]) == (409, "macro_changed")
    same = body_of(await lead.patch(path, json={"name": "New"}))
    assert same["version"] == 2
    kept = "SELECT array_agg(body ->> 'name' ORDER BY version) FROM macro_versions WHERE workspace_id = $1"
    assert await shop.count(kept, shop.workspace_id) == ["Answer", "New"]


async def test_archived_and_brought_back_and_copied(shop: Shop) -> None:
    lead, agent = await shop.signed_in("lead"), await shop.signed_in()
    made = await save(lead, shortcut="hi")
    path = f"{MACROS}/{made['id']}"
    assert (await lead.delete(path)).status_code == 204
    assert body_of(await agent.get(MACROS))["items"] == []
    assert body_of(await agent.get(MACROS, params={"archived": True}))["items"][0]["archived"]
    assert body_of(await lead.patch(path, json={"archived": False}))["version"] == 1
    copy = body_of(await agent.post(f"{path}/duplicate"))
    assert (copy["name"], copy["mine"], copy["shortcut"], copy["version"]) == ("Answer (2)", True, None, 1)
    assert copy["texts"] == made["texts"]


async def test_files_stay_and_pictures_are_signed_anew(shop: Shop) -> None:
    lead = await shop.signed_in("lead")
    picture = body_of(await lead.post("/api/v1/files", files={"file": ("a.png", PNG, "image/png")}))
    path = picture["url"].split("?")[0]
    made = await save(
        lead,
        texts={"en": f'<p>See <img src="{path}?e=1&s=old" alt="size chart"></p>'},
        files=[{"id": picture["id"], "inline": True}],
    )
    shown = made["attachments"][0]
    assert (shown["id"], shown["name"], shown["inline"]) == (picture["id"], "a.png", True)
    assert shown["url"].replace("&", "&amp;") in made["texts"]["en"]
    assert await shop.count("SELECT used FROM files WHERE workspace_id = $1", shop.workspace_id)
    without = body_of(await lead.patch(f"{MACROS}/{made['id']}", json={"files": []}))
    assert without["attachments"] == []


async def test_a_list_costs_no_more_where_there_are_more(shop: Shop) -> None:
    lead = await shop.signed_in("lead")
    await save(lead, "1")
    await lead.get(MACROS)
    shop.statements.clear()
    await lead.get(MACROS)
    few = len(shop.statements)
    for number in range(8):
        await save(lead, f"More {number}")
    shop.statements.clear()
    assert len(body_of(await lead.get(MACROS))["items"]) == 9
    assert len(shop.statements) == few


async def test_another_shop_sees_nothing(shop: Shop, neighbour: Shop) -> None:
    made = await save(await shop.signed_in("lead"))
    stranger = await neighbour.signed_in("lead")
    assert body_of(await stranger.get(MACROS))["items"] == []
    assert (await stranger.get(f"{MACROS}/{made['id']}")).status_code == 404
    assert (await stranger.post(f"{MACROS}/{made['id']}/duplicate")).status_code == 404
