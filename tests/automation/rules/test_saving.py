"""Rules are saved in versions, ordered, copied and restored; what is in force follows at once, in every process."""

from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest

from parley.automation.rules import saving
from parley.automation.rules.book import Books
from parley.automation.rules.references import SOURCES, Named, check_named
from parley.kit.errors import Invalid
from parley.kit.ids import uuid7
from tests.automation.conftest import Settle
from tests.support.app import Shop, body_of
from tests.support.inbox import Inbox

RULES = "/api/v1/rules"


def rule(word: str, priority: str = "high") -> dict[str, Any]:
    return {
        "when": "message_received",
        "if": {"field": "message.text", "op": "contains", "value": [word]},
        "then": [{"act": "set_priority", "priority": priority}],
        "stop": False,
    }


async def save(lead: httpx.AsyncClient, name: str, body: dict[str, Any], *, enabled: bool = True) -> Any:
    answer = await lead.post(RULES, json={"name": name, "rule": body, "enabled": enabled})
    assert answer.status_code == 201, answer.text
    return body_of(answer)


async def members(shop: Shop) -> tuple[int, list[Any]]:
    async with shop.runtime.ctx(shop.workspace_id) as ctx:
        row = await ctx.tx.fetchrow(
            "SELECT version, members FROM rule_sets WHERE workspace_id = $1 ORDER BY version DESC LIMIT 1",
            shop.workspace_id,
        )
    return (row["version"], row["members"]) if row else (0, [])


async def test_another_body_is_a_version_and_what_was_seen_is_compared(shop: Shop) -> None:
    lead = await shop.signed_in("lead")
    saved = await save(lead, "Size", rule("size"))
    url = f"{RULES}/{saved['id']}"
    changed = body_of(await lead.patch(url, json={"rule": rule("sizes"), "version": 1}))
    assert (changed["version"], changed["rule"]) == (2, rule("sizes") | {"if": rule("sizes")["if"]})
    late = await lead.patch(url, json={"name": "Mine", "version": 1})
    assert (late.status_code, body_of(late)["code"]) == (409, "rule_changed")
    assert "version 2" in body_of(late)["detail"]
    same = body_of(await lead.patch(url, json={"rule": rule("sizes"), "version": 2}))
    assert same["version"] == 2
    off = body_of(await lead.patch(url, json={"enabled": False}))
    assert (off["version"], off["enabled"]) == (2, False)
    assert await members(shop) == (3, [])

    restored = body_of(await lead.post(f"{url}/restore", json={"version": 1, "seen": 2}))
    assert (restored["version"], restored["rule"]) == (3, rule("size"))
    detail = body_of(await lead.get(url))
    assert [(one["version"], one["rule"] == rule("size")) for one in detail["versions"]] == [
        (3, True),
        (2, False),
        (1, True),
    ]
    assert (await lead.post(f"{url}/restore", json={"version": 9})).status_code == 404
    audited = (
        "SELECT array_agg(action ORDER BY seq) FROM audit_entries WHERE workspace_id = $1 AND subject_id = $2"
    )
    assert (await shop.count(audited, shop.workspace_id, UUID(saved["id"]))) == [
        "rule_created",
        "rule_changed",
        "rule_changed",
        "rule_changed",
    ]
    told = [fact["act"] for fact in await shop.facts("SettingsChanged") if fact["record"] == "rule"]
    assert told == ["created", "changed", "changed", "changed"]


async def test_the_whole_order_is_given_and_nothing_is_forgotten(shop: Shop) -> None:
    lead = await shop.signed_in("lead")
    ids = [(await save(lead, word, rule(word)))["id"] for word in ("one", "two", "three")]
    turned = [ids[2], ids[0], ids[1]]
    assert (await lead.post(f"{RULES}/order", json={"rule_ids": turned})).status_code == 204
    assert [one["id"] for one in body_of(await lead.get(RULES))["items"]] == turned
    assert [pair[0] for pair in (await members(shop))[1]] == turned
    before = await members(shop)
    assert (await lead.post(f"{RULES}/order", json={"rule_ids": turned})).status_code == 204
    assert await members(shop) == before
    assert (await lead.post(f"{RULES}/order", json={"rule_ids": ids[:2]})).status_code == 409
    assert (await lead.post(f"{RULES}/order", json={"rule_ids": [*ids, ids[0]]})).status_code == 422
    first = body_of(await lead.get(RULES, params={"limit": 2}))
    rest = body_of(await lead.get(RULES, params={"limit": 2, "after": first["next"]}))
    assert [one["id"] for one in first["items"] + rest["items"]] == turned
    assert rest["next"] is None


async def test_a_rule_goes_and_its_copy_stays_switched_off(shop: Shop) -> None:
    lead = await shop.signed_in("lead")
    saved = await save(lead, "Size", rule("size"))
    copy = body_of(await lead.post(f"{RULES}/{saved['id']}/duplicate", json={}))
    assert (copy["name"], copy["enabled"], copy["rule"]) == ("Size (2)", False, rule("size"))
    assert (await lead.delete(f"{RULES}/{saved['id']}")).status_code == 204
    assert [one["id"] for one in body_of(await lead.get(RULES))["items"]] == [copy["id"]]
    assert (await members(shop))[1] == []
    for answer in (
        await lead.delete(f"{RULES}/{saved['id']}"),
        await lead.patch(f"{RULES}/{saved['id']}", json={"name": "Again"}),
        await lead.post(f"{RULES}/{saved['id']}/duplicate", json={}),
    ):
        assert answer.status_code == 404


@pytest.mark.parametrize(
    ("then", "place"),
    [
        ({"act": "tag", "tag_ids": [str(uuid7())]}, "then.0.tag_ids.0"),
        ({"act": "assign_team", "team_id": "the best one"}, "then.0.team_id"),
        ({"act": "assign_agent", "agent_id": str(uuid7())}, "then.0.agent_id"),
    ],
)
async def test_what_an_act_names_must_be_there(shop: Shop, then: dict[str, Any], place: str) -> None:
    lead = await shop.signed_in("lead")
    answer = await lead.post(RULES, json={"name": "Wrong", "rule": {**rule("a word"), "then": [then]}})
    assert answer.status_code == 422
    assert body_of(answer)["errors"][0]["field"] == place


async def test_what_is_out_of_use_or_of_another_shop_cannot_be_named(shop: Shop, neighbour: Shop) -> None:
    lead, other = await shop.signed_in("lead"), await neighbour.signed_in("admin")
    admin = await shop.signed_in("admin")
    theirs = body_of(await other.post("/api/v1/tags", json={"name": "Theirs"}))["id"]
    ours = body_of(await admin.post("/api/v1/tags", json={"name": "Ours"}))["id"]
    tests = {"not": {"field": "conversation.tags", "op": "has", "value": [ours, theirs]}}
    answer = await lead.post(
        RULES, json={"name": "Wrong", "rule": {**rule("a word"), "if": {"all": [tests]}}}
    )
    assert body_of(answer)["errors"][0]["field"] == "if.all.0.not.value.1"

    tagging = {**rule("a word"), "then": [{"act": "tag", "tag_ids": [ours]}]}
    saved = await save(lead, "Tag", tagging, enabled=False)
    await admin.delete(f"/api/v1/tags/{ours}")
    answer = await lead.patch(f"{RULES}/{saved['id']}", json={"enabled": True})
    assert (answer.status_code, body_of(answer)["errors"][0]["field"]) == (422, "then.0.tag_ids.0")
    assert (await lead.patch(f"{RULES}/{saved['id']}", json={"name": "Named anew"})).status_code == 200


@pytest.mark.parametrize("source", SOURCES)
async def test_every_kind_of_thing_that_can_be_named_is_looked_up(shop: Shop, source: str) -> None:
    async with shop.runtime.ctx(shop.workspace_id) as ctx:
        for value in (str(uuid7()), "no id"):
            with pytest.raises(Invalid) as caught:
                await check_named(ctx, [Named("then.0.it", source, value, living=True)])
            assert caught.value.errors[0].field == "then.0.it"
            assert caught.value.detail == f"There is no such {SOURCES[source][2]}."


async def test_there_is_an_end_to_what_is_switched_on(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saving, "MAX_ENABLED", 2)
    lead = await shop.signed_in("lead")
    for word in ("one", "two"):
        await save(lead, word, rule(word))
    third = await save(lead, "three", rule("three"), enabled=False)
    for answer in (
        await lead.patch(f"{RULES}/{third['id']}", json={"enabled": True}),
        await lead.post(RULES, json={"name": "four", "rule": rule("four"), "enabled": True}),
    ):
        assert (answer.status_code, body_of(answer)["code"]) == (422, "too_many_rules")


async def test_what_is_changed_is_in_force_in_every_process(shop: Shop, inbox: Inbox, settle: Settle) -> None:
    lead = await shop.signed_in("lead")
    saved = await save(lead, "Size", rule("size", "high"))
    elsewhere = Books(shop.runtime.catalogue)
    async with inbox.ctx() as ctx:
        before = await elsewhere.get(ctx)
        assert (await elsewhere.get(ctx)) is before
    await lead.patch(f"{RULES}/{saved['id']}", json={"rule": rule("size", "urgent")})
    async with inbox.ctx() as ctx:
        after = await elsewhere.get(ctx)
    assert after.version == before.version + 1
    (standing,) = after.shelves["message_received"].rules
    assert (standing.version, standing.acts[0].args) == (2, {"priority": "urgent"})
    asked = await inbox.receive("What size?")
    await settle()
    assert (await inbox.row(asked.conversation_id))["priority"] == 3


async def test_a_rule_whose_words_are_gone_says_so_and_is_left_out(
    shop: Shop, inbox: Inbox, settle: Settle
) -> None:
    lead = await shop.signed_in("lead")
    saved = await save(lead, "Size", rule("size"))
    other = await save(lead, "Sizes", rule("sizes", "urgent"))
    assert (saved["fault"], other["fault"]) == (None, None)
    del shop.runtime.catalogue.fields["message.text"]
    section = shop.runtime.catalogue.sections["message"]
    kept = tuple(field for field in section.fields if field.name != "message.text")
    shop.runtime.catalogue.sections["message"] = msgspec.structs.replace(section, fields=kept)
    listed = body_of(await lead.get(RULES))["items"]
    assert [one["fault"] for one in listed] == ["There is nothing called 'message.text' to test here."] * 2
    asked = await inbox.receive("What size, which sizes?")
    await settle()
    assert (await inbox.row(asked.conversation_id))["priority"] == 1


async def test_an_agent_reads_rules_and_does_not_write_them(shop: Shop) -> None:
    lead, agent = await shop.signed_in("lead"), await shop.signed_in("agent")
    saved = await save(lead, "Size", rule("size"))
    assert (await agent.get(f"{RULES}/{saved['id']}")).status_code == 200
    assert (await agent.patch(f"{RULES}/{saved['id']}", json={"name": "Mine"})).status_code == 403
    assert (await agent.post(f"{RULES}/order", json={"rule_ids": [saved["id"]]})).status_code == 403


async def test_a_rule_taken_out_of_use_comes_back_switched_off_and_as_it_was(shop: Shop) -> None:
    lead = await shop.signed_in("lead")
    saved = await save(lead, "Size", rule("size"))
    url = f"{RULES}/{saved['id']}"
    assert (await lead.delete(url)).status_code == 204
    assert (await lead.get(url)).status_code == 404
    back = body_of(await lead.post(f"{url}/restore", json={"version": 1}))
    assert (back["id"], back["version"], back["enabled"], back["rule"]) == (
        saved["id"],
        1,
        False,
        rule("size"),
    )
    assert body_of(await lead.patch(url, json={"enabled": True}))["enabled"] is True
    assert (await members(shop))[1] != []
