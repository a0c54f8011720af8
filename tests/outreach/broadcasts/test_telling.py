"""A broadcast from its draft to the answers."""

from datetime import timedelta

from parley.customers.actions.editing import block_customer
from parley.kit.clock import FixedClock
from parley.kit.ids import uuid7
from tests.outreach.broadcasts.conftest import TEXTS, URL, Crowd
from tests.support.app import Shop, body_of, open_shop
from tests.support.mailroom import write_mail


async def test_everybody_affected_is_told_once_in_his_language(crowd: Crowd) -> None:
    first = await crowd.write("ann")
    again = await crowd.write("ann", subject="A second question")
    assert first != again
    await crowd.write("bernd", language="de")
    await crowd.write("chie", language="ja")
    draft = await crowd.draft()
    look = await crowd.preview(draft)
    assert (look["total"], look["problems"], look["approval"]) == (3, [], False)
    assert {
        (one["channel"], one["language"], one["text_language"], one["customers"]) for one in look["shares"]
    } == {
        ("email", "en", "en", 1),
        ("email", "de", "de", 1),
        ("email", "ja", "en", 1),
    }
    assert {one["language"] for one in look["examples"]} == {"en", "de"}
    assert any("Guten Tag Bernd" in one["html"] for one in look["examples"])
    assert await crowd.targets() == []
    assert (await crowd.start(draft))["state"] == "running"
    await crowd.tick()
    await crowd.tick(1)
    done = await crowd.get(draft)
    assert (done["state"], done["total"], done["sent"], done["failed"]) == ("done", 3, 3, 0)
    await crowd.room.deliver()
    sent = {str(mail["To"]): mail for mail in crowd.outlook.outbox.mails}
    assert set(sent) == {"Ann <ann@example.com>", "Bernd <bernd@example.com>", "Chie <chie@example.com>"}
    assert sent["Bernd <bernd@example.com>"]["Auto-Submitted"] == "auto-generated"
    assert "wir sind" in sent["Bernd <bernd@example.com>"].as_string()
    (to_ann,) = [one for one in await crowd.targets() if one["conversation_id"] == again]
    assert to_ann["state"] == "sent"


async def test_it_answers_nobody(crowd: Crowd) -> None:
    told = await crowd.write("ann")
    before = await crowd.room.conversation(told)
    await crowd.start(await crowd.draft())
    await crowd.tick()
    after = await crowd.room.conversation(told)
    assert (after["waiting_since"], after["first_reply_at"]) == (before["waiting_since"], None)
    assert (after["status"], after["message_count"]) == ("open", 2)
    (message,) = await crowd.posted()
    assert (message["author_kind"], message["automatic"]) == ("agent", True)


async def test_answers_are_counted_once_and_found_by_a_tag(crowd: Crowd, shop: Shop) -> None:
    told = await crowd.write("ann")
    await crowd.write("bob")
    tag = body_of(await crowd.lead.post("/api/v1/tags", json={"name": "Late parcels"}))
    draft = await crowd.draft(tag_id=tag["id"])
    await crowd.start(draft)
    await crowd.tick()
    await crowd.tick(1)
    assert await shop.count("SELECT count(*) FROM conversation_tags WHERE tag_id = $1", tag["id"]) == 2
    await crowd.room.deliver()
    (message,) = [one for one in await crowd.posted() if one["conversation_id"] == told]
    crowd.clock.advance(timedelta(minutes=5))
    for _ in range(2):
        answers, subject = message["external_id"], message["envelope"]["subject"]
        mail = write_mail("Thanks", sender="ann@example.com", name="Ann", answers=answers, subject=subject)
        await crowd.room.arrive(mail)
        await crowd.outlook.read()
    mail = write_mail(
        "I am away", sender="bob@example.com", subject="Automatic reply: away", Auto_Submitted="auto-replied"
    )
    await crowd.room.arrive(mail)
    await crowd.outlook.read()
    assert (await crowd.get(draft))["replied"] == 1
    answered = body_of(await crowd.lead.get(f"{URL}/{draft['id']}/targets?replied=true"))["items"]
    assert [one["customer_name"] for one in answered] == ["Ann"]
    told_of = await shop.facts("BroadcastChanged")
    assert (told_of[-1]["replied"], told_of[-1]["sent"]) == (1, 2)


async def test_who_is_left_out_is_named_with_the_reason(crowd: Crowd) -> None:
    await crowd.write("ann")
    blocked = await crowd.write("bob")
    skipped = await crowd.write("cid")
    spam = await crowd.write("dan")
    await crowd.lead.post(f"/api/v1/conversations/{spam}/spam")
    people = {one: (await crowd.room.conversation(one))["customer_id"] for one in (blocked, skipped)}
    async with crowd.room.ctx() as ctx:
        await block_customer(ctx, people[blocked])
    named = [
        one["id"] for one in await crowd.room.rows("SELECT id FROM conversations WHERE workspace_id = $1")
    ]
    draft = await crowd.draft(selection={"ids": [str(one) for one in named], "skip": [str(people[skipped])]})
    look = await crowd.preview(draft)
    reasons = {one["reason"]: one["customers"] for one in look["left_out"]}
    assert (look["total"], reasons) == (1, {"blocked": 1, "skipped": 1, "spam": 1})
    page = body_of(await crowd.lead.get(f"{URL}/{draft['id']}/left-out?limit=2"))
    rest = body_of(await crowd.lead.get(f"{URL}/{draft['id']}/left-out?limit=2&after={page['next']}"))
    assert {one["customer_name"] for one in (*page["items"], *rest["items"])} == {"Bob", "Cid", "Dan"}
    assert rest["next"] is None
    await crowd.start(draft)
    kept = body_of(await crowd.lead.get(f"{URL}/{draft['id']}/targets?state=skipped"))["items"]
    assert sorted(one["reason"] for one in kept) == ["blocked", "skipped", "spam"]


async def test_what_has_changed_since_it_was_looked_at_is_not_sent(crowd: Crowd) -> None:
    await crowd.write("ann")
    draft = await crowd.draft()
    digest = (await crowd.preview(draft))["digest"]
    await crowd.write("bob")
    refused = await crowd.do(draft, "start", 409, digest=digest)
    assert refused["code"] == "selection_changed"
    digest = (await crowd.preview(draft))["digest"]
    texts = {**TEXTS, "languages": {"en": {"subject": "Other", "html": "<p>Other words</p>"}}}
    assert (await crowd.lead.patch(f"{URL}/{draft['id']}", json={"texts": texts})).status_code == 200
    assert (await crowd.do(draft, "start", 409, digest=digest))["code"] == "selection_changed"
    assert await crowd.targets() == []


async def test_holes_are_named_before_the_start(crowd: Crowd) -> None:
    await crowd.write("ann")
    texts = {"fallback": "en", "languages": {"en": {"html": "<p>Your order {{ order.number }}</p>"}}}
    draft = await crowd.draft(texts=texts)
    look = await crowd.preview(draft)
    assert look["problems"] == [
        {
            "kind": "missing_variable",
            "customers": 1,
            "channel": "email",
            "language": "en",
            "variable": "order.number",
        }
    ]
    assert (await crowd.do(draft, "start", 422, digest=look["digest"]))["code"] == "not_ready"
    none = await crowd.draft(texts={"fallback": "fr", "languages": TEXTS["languages"]})
    assert (await crowd.preview(none))["problems"][0]["kind"] == "no_fallback"
    wrong = await crowd.lead.patch(
        f"{URL}/{draft['id']}", json={"texts": {"languages": {"en": {"html": "{{ order.nothing }}"}}}}
    )
    assert (wrong.status_code, body_of(wrong)["code"]) == (422, "bad_template")


async def test_many_customers_need_a_second_person(crowd: Crowd, shop: Shop) -> None:
    owner = await shop.signed_in("owner", name="Olga")
    assert (await crowd.lead.patch("/api/v1/workspace", json={"broadcast_approval": 5})).status_code == 403
    assert (await owner.patch("/api/v1/workspace", json={"broadcast_approval": 1})).status_code == 200
    await crowd.write("ann")
    await crowd.write("bob")
    draft = await crowd.draft()
    assert (await crowd.preview(draft))["approval"]
    assert (await crowd.start(draft))["state"] == "waiting"
    await crowd.tick(60)
    assert await crowd.posted() == []
    assert (await crowd.do(draft, "approve", 403))["code"] == "same_person"
    approved = await owner.post(f"{URL}/{draft['id']}/approve")
    assert (approved.status_code, body_of(approved)["state"]) == (200, "running")
    await crowd.tick()
    assert len(await crowd.posted()) == 2


async def test_only_leads_of_the_workspace_touch_it(crowd: Crowd, shop: Shop) -> None:
    await crowd.write("ann")
    draft = await crowd.draft()
    agent = await shop.signed_in("agent")
    assert (await agent.get(f"{URL}/{draft['id']}")).status_code == 200
    for act in ("preview", "start", "approve", "pause", "resume", "cancel", "retry"):
        assert (await agent.post(f"{URL}/{draft['id']}/{act}", json={})).status_code == 403
    assert (await agent.post(URL, json={"name": "Mine"})).status_code == 403
    program = await shop.program("broadcasts:write", "automation:read")
    digest = body_of(await program.post(f"{URL}/{draft['id']}/preview"))["digest"]
    refused = await program.post(f"{URL}/{draft['id']}/start", json={"digest": digest})
    assert body_of(refused)["code"] == "agents_only"
    other = await open_shop(shop.runtime, shop.app, "Neighbour")
    stranger = await other.signed_in("owner")
    assert (await stranger.get(f"{URL}/{draft['id']}")).status_code == 404
    assert (await stranger.post(f"{URL}/{draft['id']}/preview")).status_code == 404
    assert body_of(await stranger.get(URL))["items"] == []
    mine = body_of(await stranger.post(URL, json={"name": "Theirs", "selection": {"ids": [str(uuid7())]}}))
    assert body_of(await stranger.post(f"{URL}/{mine['id']}/preview"))["total"] == 0
    await other.close()


async def test_a_draft_is_deleted_and_what_was_started_is_not(crowd: Crowd, clock: FixedClock) -> None:
    await crowd.write("ann")
    draft, other = await crowd.draft(), await crowd.draft()
    assert (await crowd.lead.delete(f"{URL}/{draft['id']}")).status_code == 204
    await crowd.start(other)
    refused = await crowd.lead.delete(f"{URL}/{other['id']}")
    assert (refused.status_code, body_of(refused)["code"]) == (409, "wrong_state")
    assert (await crowd.lead.patch(f"{URL}/{other['id']}", json={"name": "x"})).status_code == 409
    listed = body_of(await crowd.lead.get(URL))["items"]
    assert [one["id"] for one in listed] == [other["id"]]


async def test_screens_hear_of_it_once_a_second_and_of_the_last_counts(crowd: Crowd, shop: Shop) -> None:
    for who in ("ann", "bob", "cid", "dan", "eve", "fay"):
        await crowd.write(who)
    draft = await crowd.draft(per_minute=300)
    await crowd.start(draft)
    await crowd.tick(1)
    assert [one["sent"] for one in await shop.facts("BroadcastChanged")] == [0, 0, 1]
    await crowd.tick(1)
    await crowd.tick(1)
    told = await shop.facts("BroadcastChanged")
    assert (told[-1]["state"], told[-1]["sent"]) == ("done", 6)
    assert len(told) <= 8
