"""Merging by the API: who may, what it answers, that it costs the same however long the conversations are."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from parley.kit.clock import FixedClock
from tests.support.app import Shop, body_of
from tests.support.inbox import Inbox


@pytest.fixture
async def two(inbox: Inbox, clock: FixedClock) -> tuple[UUID, UUID]:
    """Two conversations of one customer."""
    one = await inbox.receive("Where is my parcel?", key="one")
    clock.advance(timedelta(seconds=1))
    other = await inbox.receive("It is the purple parasol", key="two")
    clock.advance(timedelta(seconds=1))
    await inbox.read_log()
    return one.conversation_id, other.conversation_id


async def test_merge_and_take_apart(shop: Shop, inbox: Inbox, two: tuple[UUID, UUID]) -> None:
    source, target = two
    desk = await shop.signed_in()
    made = body_of(await desk.post(f"/api/v1/conversations/{source}/merge", json={"into": str(target)}))
    assert (made["act"], made["source_id"], made["target_id"], made["messages"]) == (
        "merge",
        str(source),
        str(target),
        1,
    )
    again = body_of(await desk.post(f"/api/v1/conversations/{source}/merge", json={"into": str(target)}))
    assert again["id"] == made["id"]
    refused = await desk.post(f"/api/v1/conversations/{source}/notes", json={"html": "<p>Hm</p>"})
    if refused.status_code == 404:
        refused = await desk.patch(f"/api/v1/conversations/{source}", json={"priority": "high"})
    assert (refused.status_code, body_of(refused)["code"], body_of(refused)["into"]) == (
        409,
        "merged_away",
        str(target),
    )
    shown = body_of(await desk.get(f"/api/v1/conversations/{source}"))["conversation"]
    assert (shown["merged_into_id"], shown["status"]) == (str(target), "closed")
    listed = body_of(await desk.get("/api/v1/conversations?status=open&status=closed"))["items"]
    assert [row["id"] for row in listed] == [str(target)]
    lines = body_of(await desk.get(f"/api/v1/conversations/{target}/timeline"))["items"]
    assert [line["text"] for line in lines if line["type"] == "message"] == [
        "Where is my parcel?",
        "It is the purple parasol",
    ]
    assert [line["kind"] for line in lines if line["type"] == "event"][-1] == "ConversationJoined"
    found = body_of(await desk.get("/api/v1/search?q=parcel"))["items"]
    assert [hit["conversation"]["id"] for hit in found] == [str(target)]
    apart = body_of(await desk.post(f"/api/v1/conversations/{source}/unmerge"))
    assert apart["undone_at"] is not None
    found = body_of(await desk.get("/api/v1/search?q=parcel"))["items"]
    assert [hit["conversation"]["id"] for hit in found] == [str(source)]
    assert (await desk.post(f"/api/v1/conversations/{source}/unmerge")).status_code == 409
    merges = body_of(await desk.get(f"/api/v1/conversations/{target}/merges"))["items"]
    assert [(one["id"], one["undone_at"] is not None) for one in merges] == [(made["id"], True)]


async def test_who_may(shop: Shop, neighbour: Shop, two: tuple[UUID, UUID]) -> None:
    source, target = two
    guest = await shop.signed_in("collaborator")
    body = {"into": str(target)}
    assert (await guest.post(f"/api/v1/conversations/{source}/merge", json=body)).status_code == 403
    assert (await guest.get(f"/api/v1/conversations/{source}/merges")).status_code == 200
    stranger = await neighbour.signed_in()
    assert (await stranger.post(f"/api/v1/conversations/{source}/merge", json=body)).status_code == 404
    desk = await shop.signed_in()
    assert (
        await desk.post(f"/api/v1/conversations/{source}/merge", json={"into": str(uuid4())})
    ).status_code == 404
    assert (
        await desk.post(f"/api/v1/conversations/{source}/merge", json={"into": str(source)})
    ).status_code == 409


async def test_another_customers_conversation_wants_a_word(
    shop: Shop, inbox: Inbox, two: tuple[UUID, UUID]
) -> None:
    other = await inbox.receive("Me too", email="max@example.com")
    desk = await shop.signed_in()
    path = f"/api/v1/conversations/{other.conversation_id}/merge"
    refused = await desk.post(path, json={"into": str(two[0])})
    assert (refused.status_code, body_of(refused)["code"]) == (409, "other_customer")
    agreed = await desk.post(path, json={"into": str(two[0]), "confirm_other_customer": True})
    assert agreed.status_code == 200


async def test_the_statements_do_not_grow_with_the_messages(
    shop: Shop, inbox: Inbox, clock: FixedClock
) -> None:
    desk = await shop.signed_in()
    counts = []
    for many in (2, 40):
        source, target = [f"{many}-{side}" for side in ("source", "target")]
        found = {}
        for key in (source, target):
            for number in range(many):
                clock.advance(timedelta(seconds=1))
                found[key] = (await inbox.receive(f"Message {number}", key=key)).conversation_id
        path = f"/api/v1/conversations/{found[source]}"
        shop.statements.clear()
        assert (await desk.post(f"{path}/merge", json={"into": str(found[target])})).status_code == 200
        assert (await desk.post(f"{path}/unmerge")).status_code == 200
        counts.append(len(shop.statements))
    assert counts[0] == counts[1]


async def test_an_export_of_the_whole_holds_what_was_merged(shop: Shop, two: tuple[UUID, UUID]) -> None:
    source, target = two
    desk = await shop.signed_in()
    await desk.post(f"/api/v1/conversations/{source}/merge", json={"into": str(target)})
    exported = await desk.get(f"/api/v1/conversations/{target}/export?format=txt")
    assert "Where is my parcel?" in exported.text
    assert "purple parasol" in exported.text


async def test_merged_customers_and_merged_conversations_do_not_disturb_each_other(
    shop: Shop, inbox: Inbox, two: tuple[UUID, UUID]
) -> None:
    source, target = two
    other = await inbox.customer("max@example.com", "Max")
    lead = await shop.signed_in("lead")
    owner = (await inbox.row(target))["customer_id"]
    await lead.post(f"/api/v1/conversations/{source}/merge", json={"into": str(target)})
    assert (await lead.post(f"/api/v1/customers/{owner}/merge", json={"into": str(other)})).status_code == 200
    await inbox.read_log()
    assert {(await inbox.row(one))["customer_id"] for one in two} == {other}
    assert (await lead.post(f"/api/v1/conversations/{source}/unmerge")).status_code == 200
    assert (await lead.post(f"/api/v1/customers/{owner}/unmerge")).status_code == 200
    await inbox.read_log()
    rows = [await inbox.row(one) for one in two]
    assert {row["customer_id"] for row in rows} == {owner}
    assert [(row["status"], row["message_count"]) for row in rows] == [("open", 1), ("open", 1)]


async def test_split_and_put_back(shop: Shop, inbox: Inbox, clock: FixedClock) -> None:
    first = await inbox.receive("One")
    clock.advance(timedelta(seconds=1))
    second = await inbox.receive("Two")
    desk = await shop.signed_in()
    path = f"/api/v1/conversations/{first.conversation_id}/split"
    assert (await desk.post(path, json={"message_ids": []})).status_code == 400
    made = body_of(await desk.post(path, json={"message_ids": [str(second.message_id)]}))
    assert (made["act"], made["source_id"], made["messages"]) == ("split", str(first.conversation_id), 1)
    back = await desk.post(f"/api/v1/conversations/{made['target_id']}/unsplit")
    assert (back.status_code, body_of(back)["undone_at"] is not None) == (200, True)
    assert (await desk.post(f"/api/v1/conversations/{made['target_id']}/unsplit")).status_code == 409
