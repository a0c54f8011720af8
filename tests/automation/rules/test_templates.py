"""Rules to begin with: listed in the language of whoever looks, filled in, and doing what they say."""

from typing import Any

from parley.automation.rules.templates import TEMPLATES, WORDS
from tests.automation.conftest import Settle
from tests.support.app import Shop, body_of
from tests.support.inbox import Inbox

RULES = "/api/v1/rules"


async def begin(shop: Shop, template: str, **choices: Any) -> Any:
    """Makes a rule of a template and switches it on."""
    lead = await shop.signed_in("lead")
    body = {"template": template, "choices": choices, "enabled": True}
    answer = await lead.post(RULES, json=body)
    assert answer.status_code == 201, answer.text
    return body_of(answer)


def test_every_template_is_written_in_every_language() -> None:
    for language, words in WORDS.sources.items():
        assert words.keys() == WORDS.sources["en"].keys(), language
    for template in TEMPLATES:
        for name in ("name", "description", *(place.name for place in template.places if place.has_default)):
            assert f"template.{template.key}.{name}" in WORDS.sources["en"]


async def test_templates_are_listed_and_each_makes_a_rule(shop: Shop) -> None:
    admin = await shop.signed_in("admin")
    team = body_of(await admin.post("/api/v1/teams", json={"name": "Orders"}))["id"]
    listed = body_of(await admin.get(f"{RULES}/templates"))["items"]
    assert [one["key"] for one in listed] == [
        *("order_size", "order_status", "promoter", "furious"),
        *("vip", "out_of_hours", "no_reply", "spam"),
    ]
    assert listed[0]["rule"]["then"][2] == {"act": "assign_team", "team_id": "{team_id}"}
    local = body_of(await admin.get(f"{RULES}/templates", headers={"Accept-Language": "pt"}))["items"]
    assert local[0]["name"] == "Troca de tamanho do pedido"
    for one in listed:
        needed = {place["name"]: team for place in one["places"] if place["required"]}
        made = await begin(shop, one["key"], **needed)
        assert (made["template"], made["name"], made["enabled"]) == (one["key"], one["name"], True)
    again = await begin(shop, "furious")
    names = [tag["name"] for tag in body_of(await admin.get("/api/v1/tags"))["items"]]
    assert sorted(names) == sorted(set(names))
    assert "Furious" in names
    assert again["name"] == "Furious: to a lead at once"


async def test_what_is_chosen_wrongly_is_named(shop: Shop) -> None:
    lead = await shop.signed_in("lead")
    for body, place in (
        ({"template": "order_size"}, "choices.team_id"),
        ({"template": "order_size", "choices": {"team_id": "nobody"}}, "then.2.team_id"),
        ({"template": "furious", "choices": {"colour": "red"}}, "choices.colour"),
        ({"template": "furious", "choices": {"tag": 3}}, "choices.tag"),
        ({"template": "out_of_hours", "choices": {"text": None}}, "choices"),
        ({"template": "of another time"}, "template"),
        ({"name": "Without a rule"}, "rule"),
    ):
        answer = await lead.post(RULES, json=body)
        assert (answer.status_code, body_of(answer)["errors"][0]["field"]) == (422, place), body
    assert body_of(await lead.get("/api/v1/tags"))["items"] == []


async def test_a_change_of_size_goes_to_the_top_and_to_the_team(
    shop: Shop, inbox: Inbox, settle: Settle
) -> None:
    admin = await shop.signed_in("admin")
    team = body_of(await admin.post("/api/v1/teams", json={"name": "Orders"}))["id"]
    await begin(shop, "order_size", team_id=team, tag="Size!")
    asked = await inbox.receive("Hello, could you please change the size of my order to L?")
    other = await inbox.receive("Do you have an invoice for me?", email="other@example.com")
    await settle()
    row = await inbox.row(asked.conversation_id)
    assert (row["priority"], str(row["team_id"])) == (3, team)
    assert (await inbox.row(other.conversation_id))["priority"] == 1
    tag = """SELECT t.name FROM conversation_tags c JOIN tags t ON t.workspace_id = $1 AND t.id = c.tag_id
             WHERE c.workspace_id = $1 AND c.conversation_id = $2"""
    assert await shop.count(tag, shop.workspace_id, asked.conversation_id) == "Size!"


async def test_fury_is_shown_to_the_leads(shop: Shop, inbox: Inbox, settle: Settle) -> None:
    await begin(shop, "furious")
    asked = await inbox.receive("This is the worst company ever! I am FURIOUS, you are thieves and liars!!!")
    await settle()
    alerts = (
        "SELECT count(*) FROM alerts WHERE workspace_id = $1 AND conversation_id = $2 AND kind = 'furious'"
    )
    assert await shop.count(alerts, shop.workspace_id, asked.conversation_id) == 1
    assert (await inbox.row(asked.conversation_id))["priority"] == 3


async def test_mail_that_nobody_reads_is_closed(shop: Shop, inbox: Inbox, settle: Settle) -> None:
    await begin(shop, "no_reply")
    automatic = await inbox.receive("Your parcel was scanned", email="noreply@carrier.example")
    person = await inbox.receive("Hello", email="nora@example.com")
    await settle()
    assert (await inbox.row(automatic.conversation_id))["status"] == "closed"
    assert (await inbox.row(person.conversation_id))["status"] == "open"
