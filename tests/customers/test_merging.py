"""Two customers who turn out to be one, and two again."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parley.customers.actions.changing import change_customer
from parley.customers.actions.editing import name_customer, note_customer
from parley.customers.actions.identify import add_identity, create_customer, prove_identity
from parley.kit.clock import FixedClock
from parley.kit.ids import uuid7
from tests.support.app import Shop, body_of
from tests.support.inbox import Inbox

LIST = "/api/v1/customers"


@pytest.fixture
async def desk(shop: Shop) -> httpx.AsyncClient:
    """An agent's browser."""
    return await shop.signed_in(name="Mia")


async def owner(inbox: Inbox, conversation_id: UUID) -> UUID:
    """Gives whose a conversation is."""
    customer_id: UUID = (await inbox.row(conversation_id))["customer_id"]
    return customer_id


async def numbers(desk: httpx.AsyncClient, customer_id: UUID) -> list[int]:
    """Gives the conversations on a customer's page, the newest first."""
    shown = body_of(await desk.get(f"{LIST}/{customer_id}/conversations"))
    return [row["number"] for row in shown["items"]]


async def merge(desk: httpx.AsyncClient, source: UUID, target: UUID, **values: Any) -> dict[str, Any]:
    """Merges over HTTP."""
    answer = await desk.post(f"{LIST}/{source}/merge", json={"into": str(target), **values})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = body_of(answer)
    return found


async def refusal(desk: httpx.AsyncClient, path: str, **body: Any) -> tuple[int, str]:
    """Gives status and code of a refused request."""
    answer = await desk.post(f"{LIST}/{path}", json=body or None)
    return answer.status_code, body_of(answer)["code"]


async def snapshot(shop: Shop) -> dict[str, Any]:
    """Everything of a workspace that a merge may touch."""
    found: dict[str, Any] = {}
    async with shop.runtime.db.transaction(shop.workspace_id) as tx:
        for name, sql in {
            "customers": """SELECT c.*, n.value AS name, v.value AS note FROM customers c
                LEFT JOIN personal_values n ON n.id = c.name_id LEFT JOIN personal_values v ON v.id = c.note_id
                WHERE c.workspace_id = $1 ORDER BY c.id""",
            "identities": "SELECT * FROM identities WHERE workspace_id = $1 ORDER BY id",
            "conversations": "SELECT id, customer_id, status FROM conversations WHERE workspace_id = $1 ORDER BY id",
            "documents": "SELECT * FROM customer_documents WHERE workspace_id = $1 ORDER BY customer_id",
        }.items():
            found[name] = [dict(row) for row in await tx.fetch(sql, shop.workspace_id)]
    return found


async def test_one_becomes_part_of_the_other(shop: Shop, inbox: Inbox, desk: httpx.AsyncClient) -> None:
    first = await inbox.receive("From home", email="zoe@example.com", name="")
    second = await inbox.receive("From work", email="zoe@work.example", key="work", name="Zoë Novak")
    home, work = await owner(inbox, first.conversation_id), await owner(inbox, second.conversation_id)
    async with inbox.ctx() as ctx:
        await change_customer(ctx, work, {"language": "sl", "fields": {"size": "M"}, "vip": True})
        await note_customer(ctx, work, "Likes blue")
    preview = body_of(await desk.get(f"{LIST}/{work}/merge-preview", params={"into": str(home)}))
    told = await merge(desk, work, home)
    assert set(preview["taken"]) == set(told["taken"]) == {"name", "language", "vip", "fields", "note"}
    assert (told["identities"], told["conversations"], told["by_name"]) == (1, 1, "Mia")
    assert (preview["identities"], preview["conversations"]) == (1, 1)
    shown = body_of(await desk.get(f"{LIST}/{home}"))
    assert (shown["name"], shown["language"], shown["vip"], shown["notes"]) == (
        "Zoë Novak",
        "sl",
        True,
        "Likes blue",
    )
    assert {one["value"] for one in shown["identities"]} == {"zoe@example.com", "zoe@work.example"}
    assert await numbers(desk, home) == [2, 1]
    assert await numbers(desk, work) == []
    assert body_of(await desk.get(f"{LIST}/{work}"))["merged_into_id"] == str(home)
    await inbox.read_log()
    assert [c["id"] for c in body_of(await desk.get(LIST, params={"q": "novak"}))["items"]] == [str(home)]
    listed = body_of(await desk.get(f"{LIST}/{home}/merges"))["items"]
    assert [(m["source"]["id"], m["reason"], m["automatic"]) for m in listed] == [
        (str(work), "by_hand", False)
    ]
    assert body_of(await desk.get(f"{LIST}/{work}/merges"))["items"] == listed
    assert "Novak" not in repr(await shop.facts())
    assert "blue" not in repr(await shop.facts())


async def test_what_is_taken_back_is_what_was_moved(
    shop: Shop, inbox: Inbox, desk: httpx.AsyncClient, clock: FixedClock
) -> None:
    first = await inbox.receive("From home", email="zoe@example.com", name="Zoë")
    second = await inbox.receive("From work", email="zoe@work.example", key="work", name="Z. Novak")
    home, work = await owner(inbox, first.conversation_id), await owner(inbox, second.conversation_id)
    before = await snapshot(shop)
    await merge(desk, work, home)
    clock.advance(timedelta(hours=1))
    by_work = await inbox.receive("Again from work", email="zoe@work.example", key="later")
    by_home = await inbox.receive("Again from home", email="zoe@example.com", key="later still")
    assert await owner(inbox, by_work.conversation_id) == home
    async with inbox.ctx() as ctx:
        await add_identity(ctx, home, "phone", "+386 1 234", verified=False, reason="entered")
    answer = await desk.post(f"{LIST}/{work}/unmerge")
    assert answer.status_code == 200, answer.text
    assert body_of(answer)["merged_into_id"] is None
    await inbox.read_log()
    assert await numbers(desk, work) == [3, 2]
    assert await numbers(desk, home) == [4, 1]
    assert await owner(inbox, by_work.conversation_id) == work
    assert await owner(inbox, by_home.conversation_id) == home
    after = await snapshot(shop)
    assert next(i for i in after["identities"] if i["kind"] == "phone")["customer_id"] == home
    kept = {row["id"] for row in before["identities"]}
    strip = {"seen_at"}
    assert [
        {k: v for k, v in i.items() if k not in strip} for i in after["identities"] if i["id"] in kept
    ] == [{k: v for k, v in i.items() if k not in strip} for i in before["identities"]]
    assert after["customers"] == before["customers"]
    assert body_of(await desk.get(f"{LIST}/{home}/merges"))["items"] == []


async def test_what_somebody_changed_meanwhile_stays(
    shop: Shop, inbox: Inbox, desk: httpx.AsyncClient
) -> None:
    home = await inbox.customer("zoe@example.com", "")
    work = await inbox.customer("zoe@work.example", "Zoë")
    async with inbox.ctx() as ctx:
        await change_customer(ctx, work, {"language": "sl", "fields": {"size": "M", "shoe": "38"}})
    await merge(desk, work, home)
    async with inbox.ctx() as ctx:
        await name_customer(ctx, home, "Zoë Novak")
        await change_customer(ctx, home, {"fields": {"size": "L", "shoe": "38", "hat": "6"}})
    await desk.post(f"{LIST}/{work}/unmerge")
    shown = body_of(await desk.get(f"{LIST}/{home}"))
    assert (shown["name"], shown["language"], shown["fields"]) == (
        "Zoë Novak",
        None,
        {"size": "L", "hat": "6"},
    )


async def test_repeated_and_crossed_merges_are_refused(
    shop: Shop, inbox: Inbox, desk: httpx.AsyncClient
) -> None:
    a, b, c = [await inbox.customer(f"{name}@example.com", name) for name in "abc"]
    assert await refusal(desk, f"{a}/unmerge") == (409, "not_merged")
    assert await refusal(desk, f"{a}/merge", into=str(a)) == (409, "same_customer")
    assert await refusal(desk, f"{a}/merge", into=str(uuid7())) == (404, "not_found")
    await merge(desk, a, b)
    told = len(await shop.facts())
    assert await refusal(desk, f"{a}/merge", into=str(b)) == (409, "already_merged")
    assert await refusal(desk, f"{a}/merge", into=str(c)) == (409, "already_merged")
    assert await refusal(desk, f"{b}/merge", into=str(a)) == (409, "target_merged")
    assert await refusal(desk, f"{c}/merge", into=str(a)) == (409, "target_merged")
    preview = await desk.get(f"{LIST}/{c}/merge-preview", params={"into": str(a)})
    assert (preview.status_code, body_of(preview)["customer_id"]) == (409, str(b))
    assert len(await shop.facts()) == told
    await merge(desk, b, c)
    assert await refusal(desk, f"{a}/unmerge") == (409, "crossed_merge")
    for customer in (b, a):
        assert (await desk.post(f"{LIST}/{customer}/unmerge")).status_code == 200
        assert await refusal(desk, f"{customer}/unmerge") == (409, "not_merged")
    for customer, name in zip((a, b, c), "abc", strict=True):
        shown = body_of(await desk.get(f"{LIST}/{customer}"))
        assert [one["value"] for one in shown["identities"]] == [f"{name}@example.com"]


async def test_a_merge_by_proof_can_be_taken_back(shop: Shop, inbox: Inbox, desk: httpx.AsyncClient) -> None:
    mail = await inbox.receive("By mail", email="zoe@example.com")
    known = await owner(inbox, mail.conversation_id)
    chat = await inbox.receive("By chat", email="other@example.com", key="chat", name="")
    visitor = await owner(inbox, chat.conversation_id)
    async with inbox.ctx() as ctx:
        assert (
            await prove_identity(ctx, visitor, "email", "zoe@example.com", reason="answered_our_mail")
            == known
        )
    await inbox.read_log()
    assert await owner(inbox, chat.conversation_id) == known
    (shown,) = body_of(await desk.get(f"{LIST}/{known}/merges"))["items"]
    assert (shown["automatic"], shown["reason"], shown["by_name"]) == (True, "answered_our_mail", None)
    assert (shown["identities"], shown["conversations"]) == (1, 1)
    assert (await desk.post(f"{LIST}/{visitor}/unmerge")).status_code == 200
    assert await owner(inbox, chat.conversation_id) == visitor
    await inbox.read_log()
    assert await owner(inbox, chat.conversation_id) == visitor


async def test_a_merge_taken_back_before_it_was_read_moves_nothing(
    shop: Shop, inbox: Inbox, desk: httpx.AsyncClient
) -> None:
    mail = await inbox.receive("By mail", email="zoe@example.com")
    chat = await inbox.receive("By chat", email="other@example.com", key="chat")
    known, visitor = await owner(inbox, mail.conversation_id), await owner(inbox, chat.conversation_id)
    async with inbox.ctx() as ctx:
        await prove_identity(ctx, visitor, "email", "zoe@example.com", reason="answered_our_mail")
    assert (await desk.post(f"{LIST}/{visitor}/unmerge")).status_code == 200
    await inbox.read_log()
    assert await owner(inbox, chat.conversation_id) == visitor
    assert await owner(inbox, mail.conversation_id) == known


async def test_a_socket_that_knows_the_old_customer_writes_for_the_new_one(
    shop: Shop, inbox: Inbox, desk: httpx.AsyncClient
) -> None:
    from parley.conversations.actions.receiving import receive_message

    home, work = await inbox.customer("zoe@example.com"), await inbox.customer("zoe@work.example")
    await merge(desk, work, home)
    async with inbox.ctx() as ctx:
        got = await receive_message(ctx, inbox.inbound(work, "Still here", "tab"))
    assert await owner(inbox, got.conversation_id) == home


async def test_it_is_audited_and_told_by_ids(shop: Shop, inbox: Inbox, desk: httpx.AsyncClient) -> None:
    home, work = await inbox.customer("zoe@example.com"), await inbox.customer("zoe@work.example")
    told = await merge(desk, work, home, reason="same_phone")
    await desk.post(f"{LIST}/{work}/unmerge")
    merged, unmerged = await shop.facts("CustomersMerged", "CustomersUnmerged")
    ids = {"customer_id": str(work), "into_id": str(home), "merge_id": told["id"]}
    assert merged == {"kind": "CustomersMerged", **ids, "automatic": False, "reason": "same_phone"}
    assert unmerged == {"kind": "CustomersUnmerged", **ids}
    async with shop.runtime.db.transaction(shop.workspace_id) as tx:
        rows = await tx.fetch("SELECT action, actor_kind, data FROM audit_entries ORDER BY seq DESC LIMIT 2")
    assert [(row["action"], row["actor_kind"]) for row in rows] == [
        ("customers_unmerged", "agent"),
        ("customers_merged", "agent"),
    ]
    assert rows[1]["data"] == {"into": str(home), "merge": told["id"], "reason": "same_phone"}


async def test_who_may_be_the_same_person(shop: Shop, inbox: Inbox, desk: httpx.AsyncClient) -> None:
    known = await inbox.customer("zoe@example.com", "Zoë Novak")
    async with inbox.ctx() as ctx:
        claims = await create_customer(ctx)
        await add_identity(ctx, claims, "email", "Zoe@example.com", verified=False, reason="left_in_chat")
        namesake = await create_customer(ctx, name="zoë novak")
        for customer in (known, namesake):
            await add_identity(ctx, customer, "phone", "+386 1 234", verified=False, reason="entered")
        await create_customer(ctx, name="Zoë Novak")

    async def suggested(customer: UUID) -> set[tuple[str, str]]:
        items = body_of(await desk.get(f"{LIST}/{customer}/suggestions"))["items"]
        return {(one["customer"]["id"], one["reason"]) for one in items}

    assert await suggested(known) == {(str(claims), "same_email"), (str(namesake), "same_name_and_phone")}
    assert await suggested(claims) == {(str(known), "same_email")}
    await merge(desk, claims, known, reason="same_email")
    assert await suggested(known) == {(str(namesake), "same_name_and_phone")}
    assert await suggested(claims) == set()
    await desk.post(f"{LIST}/{claims}/unmerge")
    assert await suggested(known) == {(str(namesake), "same_name_and_phone")}


async def test_rights_and_walls(shop: Shop, neighbour: Shop, inbox: Inbox) -> None:
    home, work = await inbox.customer("zoe@example.com"), await inbox.customer("zoe@work.example")
    reader, theirs = await shop.signed_in("collaborator"), await neighbour.signed_in("owner")
    body = {"into": str(home)}
    for path, sent in ((f"{work}/merge", body), (f"{work}/unmerge", None)):
        assert (await reader.post(f"{LIST}/{path}", json=sent)).status_code == 403
        assert (await theirs.post(f"{LIST}/{path}", json=sent)).status_code == 404
    for path in ("merges", "suggestions", f"merge-preview?into={home}"):
        assert (await reader.get(f"{LIST}/{work}/{path}")).status_code == 200
        assert (await theirs.get(f"{LIST}/{work}/{path}")).status_code == 404
    own = await Inbox(neighbour.runtime, neighbour.workspace_id).customer("max@example.com")
    assert (await theirs.post(f"{LIST}/{own}/merge", json=body)).status_code == 404
    assert await shop.facts("CustomersMerged") == []


VALUES = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["", "Zoë", "Max"]),
        "note": st.sampled_from(["", "Likes blue", "Likes red"]),
        "language": st.sampled_from([None, "sl", "pt-BR"]),
        "time_zone": st.sampled_from([None, "Europe/Ljubljana"]),
        "country": st.sampled_from([None, "SI"]),
        "vip": st.booleans(),
        "fields": st.dictionaries(
            st.sampled_from(["size", "shoe"]), st.sampled_from(["M", "L", 7]), max_size=2
        ),
        "claims": st.sets(st.sampled_from(["zoe@example.com", "max@example.com"])),
        "conversations": st.integers(0, 2),
    }
)


async def make(inbox: Inbox, values: dict[str, Any]) -> UUID:
    """Makes a customer as told."""
    async with inbox.ctx() as ctx:
        customer_id = await create_customer(ctx, name=values["name"])
        plain = {k: values[k] for k in ("language", "time_zone", "country", "vip", "fields")}
        await change_customer(ctx, customer_id, plain)
        await note_customer(ctx, customer_id, values["note"])
        for claim in sorted(values["claims"]):
            await add_identity(ctx, customer_id, "email", claim, verified=False, reason="left_in_chat")
    from parley.conversations.actions.receiving import receive_message

    for _ in range(values["conversations"]):
        async with inbox.ctx() as ctx:
            await receive_message(ctx, inbox.inbound(customer_id, "Hello", uuid7().hex))
    return customer_id


@given(people=st.lists(VALUES, min_size=2, max_size=4), pairs=st.lists(st.permutations(range(4)), max_size=4))
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
async def test_merged_and_unmerged_all_is_as_before(
    shop: Shop, inbox: Inbox, desk: httpx.AsyncClient, people: list[dict[str, Any]], pairs: list[list[int]]
) -> None:
    ids = [await make(inbox, values) for values in people]
    await inbox.read_log()
    before = await snapshot(shop)
    pages = [await numbers(desk, customer) for customer in ids]
    merged: list[UUID] = []
    for source, target, *_ in pairs:
        if source < len(ids) and target < len(ids):
            answer = await desk.post(f"{LIST}/{ids[source]}/merge", json={"into": str(ids[target])})
            assert answer.status_code in (200, 409), answer.text
            if answer.status_code == 200:
                merged.append(ids[source])
    for customer in reversed(merged):
        assert (await desk.post(f"{LIST}/{customer}/unmerge")).status_code == 200
    await inbox.read_log()
    assert await snapshot(shop) == before
    assert [await numbers(desk, customer) for customer in ids] == pages
