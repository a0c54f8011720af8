"""Why things were done, over HTTP; undoing them, and what is left because somebody has changed it since."""

from typing import Any
from uuid import UUID

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parley.conversations.actions.changing import change_conversation
from parley.conversations.model import PRIORITIES
from parley.kit.log.fact import Actor
from tests.automation.conftest import Settle
from tests.support.app import Shop, body_of
from tests.support.inbox import Inbox

RULES, DECISIONS = "/api/v1/rules", "/api/v1/decisions"
BOUNDED = settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


async def save(shop: Shop, name: str, then: list[dict[str, Any]], **body: Any) -> str:
    lead = await shop.signed_in("lead")
    rule = {"when": "message_received", "then": then, **body}
    answer = await lead.post(RULES, json={"name": name, "rule": rule, "enabled": True})
    assert answer.status_code == 201, answer.text
    return str(body_of(answer)["id"])


async def decided(agent: httpx.AsyncClient, **query: Any) -> list[Any]:
    """Gives what the rules have decided."""
    answer = await agent.get(DECISIONS, params={"decider": "rules", **query})
    return list(body_of(answer)["items"])


async def test_decisions_are_listed_by_what_they_are_about(shop: Shop, inbox: Inbox, settle: Settle) -> None:
    size = {"field": "message.text", "op": "contains", "value": ["size"]}
    one = await save(shop, "Size", [{"act": "set_priority", "priority": "high"}], **{"if": size})
    two = await save(shop, "Any", [{"act": "set_priority", "priority": "urgent"}])
    agent = await shop.signed_in("agent")
    first = await inbox.receive("What size?", email="a@example.com")
    await settle()
    second = await inbox.receive("Where is it?", email="b@example.com")
    await settle()
    conversations = [str(second.conversation_id), str(first.conversation_id)]
    assert [item["conversation_id"] for item in await decided(agent)] == conversations
    assert [item["conversation_id"] for item in await decided(agent, rule_id=one)] == conversations[1:]
    assert len(await decided(agent, rule_id=two)) == 2
    (only,) = await decided(agent, conversation_id=conversations[0])
    page = body_of(await agent.get(DECISIONS, params={"decider": "rules", "limit": 1}))
    rest = body_of(await agent.get(DECISIONS, params={"decider": "rules", "limit": 1, "after": page["next"]}))
    assert (page["items"], len(rest["items"]), rest["next"]) == ([only], 1, None)
    assert body_of(await agent.get(f"{DECISIONS}/{only['id']}")) == only


async def test_acts_say_what_became_of_them_and_are_undone(shop: Shop, inbox: Inbox, settle: Settle) -> None:
    gone = await shop.agent(name="Bo")
    then = [
        {"act": "set_priority", "priority": "urgent"},
        {"act": "assign_agent", "agent_id": str(gone)},
        {"act": "reply", "text": "We are on it."},
    ]
    await save(shop, "Urgent", then)
    async with inbox.ctx() as ctx:
        await ctx.tx.execute(
            "UPDATE agents SET state = 'disabled' WHERE workspace_id = $1 AND id = $2",
            shop.workspace_id,
            gone,
        )
    agent = await shop.signed_in("agent")
    asked = await inbox.receive("Help")
    await settle()
    (decision,) = await decided(agent)
    told = [(act["name"], act["state"], act["can_undo"], act["why_not"]) for act in decision["acts"]]
    assert told == [
        ("change_conversation", "done", True, None),
        ("assign_conversation", "failed", False, "failed"),
        ("post_message", "done", False, "sent"),
    ]
    assert decision["acts"][1]["detail"] == "This agent is not active; choose somebody else."
    answer = body_of(await agent.post(f"{DECISIONS}/{decision['id']}/undo"))
    assert (answer["undone"], answer["kept"]) == (["change_conversation"], [])
    assert [(one["code"], one["detail"]) for one in answer["left"]] == [
        ("sent", "A message that was sent cannot be taken back.")
    ]
    assert [act["state"] for act in answer["decision"]["acts"]] == ["undone", "failed", "done"]
    assert (await inbox.row(asked.conversation_id))["priority"] == 1
    again = await agent.post(f"{DECISIONS}/{decision['id']}/undo")
    assert (again.status_code, body_of(again)["code"]) == (409, "already_undone")


async def test_what_somebody_has_changed_since_is_left_and_said(
    shop: Shop, inbox: Inbox, settle: Settle
) -> None:
    team = body_of(await (await shop.signed_in("admin")).post("/api/v1/teams", json={"name": "Size"}))["id"]
    then = [{"act": "set_priority", "priority": "urgent"}, {"act": "assign_team", "team_id": team}]
    await save(shop, "Urgent", then)
    bo = await shop.agent(name="Bo")
    agent = await shop.browser(bo)
    asked = await inbox.receive("Help")
    await settle()
    async with inbox.ctx(Actor("agent", bo)) as ctx:
        await change_conversation(ctx, asked.conversation_id, {"priority": 0})
    (decision,) = await decided(agent)
    answer = body_of(await agent.post(f"{DECISIONS}/{decision['id']}/undo"))
    assert [(one["name"], one["value"], one["actor_id"]) for one in answer["kept"]] == [
        ("priority", 0, str(bo))
    ]
    row = await inbox.row(asked.conversation_id)
    assert (row["priority"], row["team_id"]) == (0, None)


async def test_what_is_undone_does_not_start_the_rule_again(shop: Shop, inbox: Inbox, settle: Settle) -> None:
    urgent = [{"act": "set_priority", "priority": "urgent"}]
    await save(shop, "Always urgent", urgent, when="conversation_edited")
    asked = await inbox.receive("Help")
    bo = await shop.agent(name="Bo")
    async with inbox.ctx(Actor("agent", bo)) as ctx:
        await change_conversation(ctx, asked.conversation_id, {"priority": 0})
    await settle()
    assert (await inbox.row(asked.conversation_id))["priority"] == 3
    agent = await shop.browser(bo)
    (decision,) = await decided(agent)
    assert (await agent.post(f"{DECISIONS}/{decision['id']}/undo")).status_code == 200
    await settle()
    assert (await inbox.row(asked.conversation_id))["priority"] == 0
    newest = (await decided(agent))[0]
    assert ([one["key"] for one in newest["reasons"]], newest["acts"]) == (["rule.circle"], [])


async def test_only_who_may_write_undoes(shop: Shop, neighbour: Shop, inbox: Inbox, settle: Settle) -> None:
    await save(shop, "Reply", [{"act": "reply", "text": "Thank you."}])
    await inbox.receive("Help")
    await settle()
    agent = await shop.signed_in("agent")
    (decision,) = await decided(agent)
    url = f"{DECISIONS}/{decision['id']}"
    assert (decision["can_undo"], decision["acts"][0]["why_not"]) == (False, "sent")
    nothing = await agent.post(f"{url}/undo")
    assert (nothing.status_code, body_of(nothing)["code"]) == (409, "nothing_to_undo")
    assert (await (await shop.signed_in("collaborator")).post(f"{url}/undo")).status_code == 403
    other = await neighbour.signed_in("owner")
    assert (await other.get(url)).status_code == 404
    assert (await other.post(f"{url}/undo")).status_code == 404


@BOUNDED
@given(data=st.data())
async def test_deciding_and_undoing_is_as_if_nothing_had_been(
    shop: Shop, inbox: Inbox, settle: Settle, data: st.DataObject
) -> None:
    """One shop, one rule more and one message more each time."""
    admin = await shop.signed_in("admin")
    wanted = data.draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=6))
    tags = [tag["id"] for tag in body_of(await admin.get("/api/v1/tags"))["items"]]
    teams = [team["id"] for team in body_of(await admin.get("/api/v1/teams"))["items"]]
    if not tags:
        tags = [body_of(await admin.post("/api/v1/tags", json={"name": n}))["id"] for n in "abc"]
        teams = [body_of(await admin.post("/api/v1/teams", json={"name": n}))["id"] for n in "xy"]
    agent_id = str(await shop.agent(name="Bo"))
    some_tags = st.lists(st.sampled_from(tags), min_size=1, max_size=3, unique=True)
    given: dict[str, st.SearchStrategy[dict[str, Any]]] = {
        "tag": st.fixed_dictionaries({"tag_ids": some_tags}),
        "untag": st.fixed_dictionaries({"tag_ids": some_tags}),
        "set_priority": st.fixed_dictionaries({"priority": st.sampled_from(PRIORITIES)}),
        "assign_team": st.fixed_dictionaries({"team_id": st.sampled_from(teams)}),
        "assign_agent": st.just({"agent_id": agent_id}),
        "set_status": st.fixed_dictionaries({"status": st.sampled_from(("open", "closed", "spam"))}),
        "snooze": st.just({"minutes": 30}),
        "set_language": st.fixed_dictionaries({"language": st.sampled_from(("de", "pt-BR"))}),
    }
    then = [{"act": kind, **data.draw(given[kind])} for kind in wanted]
    asked = await inbox.receive("Hello")
    async with inbox.ctx() as ctx:
        start = data.draw(st.lists(st.sampled_from(tags), unique=True))
        for tag in start:
            await ctx.tx.execute(
                """INSERT INTO conversation_tags (workspace_id, conversation_id, tag_id, at)
                   VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING""",
                shop.workspace_id,
                asked.conversation_id,
                UUID(tag),
                ctx.now,
            )
    await settle()
    before = await state(shop, inbox, asked.conversation_id)
    rule_id = await save(shop, "Any", then, when="conversation_rated")
    agent = await shop.signed_in("agent")
    async with inbox.ctx(Actor("customer")) as ctx:
        await change_conversation(ctx, asked.conversation_id, {"rating": 5 if before["rating"] != 5 else 4})
    await settle()
    before = {**before, "rating": 5 if before["rating"] != 5 else 4}
    for decision in await decided(agent, rule_id=rule_id):
        if decision["can_undo"]:
            answer = body_of(await agent.post(f"{DECISIONS}/{decision['id']}/undo"))
            assert (answer["left"], answer["kept"]) == ([], [])
    assert await state(shop, inbox, asked.conversation_id) == before
    assert (await admin.delete(f"{RULES}/{rule_id}")).status_code == 204


KINDS = (
    "tag",
    "untag",
    "set_priority",
    "assign_team",
    "assign_agent",
    "set_status",
    "snooze",
    "set_language",
)


async def state(shop: Shop, inbox: Inbox, conversation_id: UUID) -> dict[str, Any]:
    """Gives row and tags as they stand."""
    row = await inbox.row(conversation_id)
    async with inbox.ctx() as ctx:
        tags = await ctx.tx.fetch(
            "SELECT tag_id FROM conversation_tags WHERE workspace_id = $1 AND conversation_id = $2 ORDER BY 1",
            shop.workspace_id,
            conversation_id,
        )
    del row["version"]
    return {**row, "tags": [tag["tag_id"] for tag in tags]}
