"""API tokens, the log for programs, and the audit with its chain."""

from datetime import timedelta
from typing import Any

import pytest

from parley.accounts.queries.auditing import verify_audit
from parley.kit.clock import FixedClock
from tests.support.app import Shop, body_of

# Tokens


async def test_a_token_is_shown_once_and_bounded_by_its_scopes(shop: Shop) -> None:
    admin = await shop.signed_in("admin")
    made = await admin.post("/api/v1/tokens", json={"name": "Sync", "scopes": ["agents:read"]})
    assert made.status_code == 201, made.text
    issued = body_of(made)
    assert issued["token"].startswith("parley_")
    assert issued["token"].endswith(issued["hint"])
    listed = body_of(await admin.get("/api/v1/tokens"))["items"]
    assert [(t["id"], t["token"]) for t in listed] == [(issued["id"], None)]
    assert issued["token"] not in str(await shop.count("SELECT jsonb_agg(to_jsonb(t)) FROM api_tokens t"))
    program = shop.client(Authorization=f"Bearer {issued['token']}")
    assert (await program.get("/api/v1/agents")).status_code == 200
    assert (await program.get("/api/v1/teams")).status_code == 403
    assert body_of(await admin.get("/api/v1/tokens"))["items"][0]["last_used_at"] is not None
    assert (await admin.delete(f"/api/v1/tokens/{issued['id']}")).status_code == 204
    assert (await program.get("/api/v1/agents")).status_code == 401
    assert (await admin.delete(f"/api/v1/tokens/{issued['id']}")).status_code == 404


async def test_a_repeated_request_gives_the_same_token_which_is_stored_nowhere(shop: Shop) -> None:
    admin = await shop.signed_in("admin")
    body = {"name": "Sync", "scopes": ["agents:read"]}
    first, second = [
        await admin.post("/api/v1/tokens", json=body, headers={"Idempotency-Key": "one"}) for _ in range(2)
    ]
    assert first.content == second.content
    assert second.headers["idempotency-replayed"] == "true"
    assert await shop.count("SELECT count(*) FROM api_tokens") == 1
    token = body_of(first)["token"].encode()
    assert token not in await shop.count("SELECT body FROM idempotency_keys")


async def test_a_token_expires(shop: Shop, clock: FixedClock) -> None:
    admin = await shop.signed_in("admin")
    expires = (clock.now() + timedelta(hours=1)).isoformat()
    body = {"name": "Sync", "scopes": ["agents:read"], "expires_at": expires}
    token = body_of(await admin.post("/api/v1/tokens", json=body))["token"]
    program = shop.client(Authorization=f"Bearer {token}")
    assert (await program.get("/api/v1/agents")).status_code == 200
    clock.advance(timedelta(hours=1))
    assert (await program.get("/api/v1/agents")).status_code == 401


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "x", "scopes": []}, "scopes"),
        ({"name": "x", "scopes": ["everything:write"]}, "scopes"),
        ({"name": "", "scopes": ["agents:read"]}, "name"),
        ({"name": "x", "scopes": ["agents:read"], "expires_at": "2020-01-01T00:00:00Z"}, "expires_at"),
    ],
)
async def test_wrong_tokens_are_refused(shop: Shop, body: dict[str, Any], field: str) -> None:
    admin = await shop.signed_in("admin")
    answer = await admin.post("/api/v1/tokens", json=body)
    assert answer.status_code == 422
    assert body_of(answer)["errors"][0]["field"] == field
    assert await shop.count("SELECT count(*) FROM api_tokens") == 0


async def test_a_program_gives_no_more_than_it_has(shop: Shop) -> None:
    program = await shop.program("tokens:write", "agents:read")
    scopes = body_of(await program.get("/api/v1/token-scopes"))["items"]
    assert scopes == ["agents:read", "tokens:write"]
    more = await program.post("/api/v1/tokens", json={"name": "x", "scopes": ["audit:read"]})
    assert more.status_code == 422
    less = await program.post("/api/v1/tokens", json={"name": "x", "scopes": ["agents:read"]})
    assert less.status_code == 201


async def test_a_neighbours_token_does_not_exist(shop: Shop, neighbour: Shop) -> None:
    theirs = await neighbour.signed_in("admin")
    token = body_of(await theirs.post("/api/v1/tokens", json={"name": "x", "scopes": ["agents:read"]}))
    mine = await shop.signed_in("owner")
    assert (await mine.delete(f"/api/v1/tokens/{token['id']}")).status_code == 404
    program = shop.client(Authorization=f"Bearer {token['token']}")
    assert len(body_of(await program.get("/api/v1/agents"))["items"]) == 1, "it sees its own workspace"
    assert body_of(await mine.get("/api/v1/tokens"))["items"] == []


async def test_leads_have_no_say_over_tokens(shop: Shop) -> None:
    lead = await shop.signed_in("lead")
    assert (
        await lead.post("/api/v1/tokens", json={"name": "x", "scopes": ["agents:read"]})
    ).status_code == 403
    assert await shop.count("SELECT count(*) FROM api_tokens") == 0


# The log


async def test_a_program_reads_the_log_to_its_end_and_goes_on(shop: Shop) -> None:
    program, lead = await shop.program("facts:read"), await shop.signed_in("lead")
    for n in range(5):
        await lead.post("/api/v1/tags", json={"name": f"Tag {n}"})
    seen: list[dict[str, Any]] = []
    url = "/api/v1/facts?kinds=SettingsChanged&limit=2"
    page = body_of(await program.get(url))
    while page["next"]:
        seen += page["items"]
        page = body_of(await program.get(f"{url}&after={page['next']}"))
    seen += page["items"]
    tags = [fact for fact in seen if fact["data"]["record"] == "tag"]
    assert len(tags) == 5
    assert len({fact["id"] for fact in seen}) == len(seen)
    assert tags[0]["actor"]["kind"] == "agent"
    assert body_of(await program.get(f"{url}&after={page['cursor']}"))["items"] == []
    await lead.post("/api/v1/tags", json={"name": "Later"})
    fresh = body_of(await program.get(f"{url}&after={page['cursor']}"))["items"]
    assert [fact["data"]["act"] for fact in fresh] == ["created"]


async def test_a_filtered_reader_gets_past_what_it_does_not_want(shop: Shop) -> None:
    program, lead = await shop.program("facts:read"), await shop.signed_in("lead")
    await lead.post("/api/v1/tags", json={"name": "Tag"})
    first = body_of(await program.get("/api/v1/facts?kinds=AgentPresenceChanged"))
    everything = body_of(await program.get("/api/v1/facts"))
    assert first["items"] == []
    assert first["cursor"] == everything["cursor"] == everything["items"][-1]["cursor"]


async def test_the_log_of_a_neighbour_stays_closed(shop: Shop, neighbour: Shop) -> None:
    await (await neighbour.signed_in("lead")).post("/api/v1/tags", json={"name": "Secret"})
    program = await shop.program("facts:read")
    text = (await program.get("/api/v1/facts")).text
    assert '"record":"tag"' not in text
    assert (await (await shop.program("agents:read")).get("/api/v1/facts")).status_code == 403


@pytest.mark.parametrize("after", ["x", "1.2", "9999999999.1.1", "-1.1.1"])
async def test_bad_cursors_are_refused(shop: Shop, after: str) -> None:
    program = await shop.program("facts:read")
    answer = await program.get(f"/api/v1/facts?after={after}")
    assert (answer.status_code, body_of(answer)["code"]) == (400, "bad_cursor")


# The audit


async def _verdict(shop: Shop) -> tuple[bool, int | None]:
    async with shop.runtime.db.transaction(shop.workspace_id) as tx:
        verdict = await verify_audit(tx, shop.workspace_id)
    return verdict.ok, verdict.broken_at


async def _busy(shop: Shop) -> int:
    lead = await shop.signed_in("lead")
    for n in range(4):
        await lead.post("/api/v1/tags", json={"name": f"Tag {n}"})
    return int(await shop.count("SELECT count(*) FROM audit_entries"))


async def test_the_audit_is_listed_newest_first_with_names(shop: Shop) -> None:
    count = await _busy(shop)
    admin = await shop.signed_in("admin")
    shop.statements.clear()
    page = body_of(await admin.get("/api/v1/audit?limit=3"))
    assert len(shop.statements) == 4
    assert page["items"][1]["text"] == "Tag created: Tag 3"
    assert [entry["seq"] for entry in page["items"]] == [count + 1, count, count - 1]
    assert page["items"][1]["actor"]["name"] == "Ana"
    assert page["items"][1]["data"]["values"]["name"] == "Tag 3"
    rest = body_of(await admin.get(f"/api/v1/audit?limit=200&after={page['next']}"))
    assert [entry["seq"] for entry in rest["items"]] == list(range(count - 2, 0, -1))
    tags = body_of(await admin.get("/api/v1/audit?kind=tag_created"))["items"]
    assert len(tags) == 4
    assert body_of(await admin.get("/api/v1/audit/verify"))["ok"] is True
    assert (await (await shop.signed_in("lead")).get("/api/v1/audit")).status_code == 403


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE audit_entries SET data = '{}' WHERE seq = 3",
        "UPDATE audit_entries SET actor_id = NULL WHERE seq = 3",
        "UPDATE audit_entries SET at = at + interval '1 microsecond' WHERE seq = 3",
        "UPDATE audit_entries SET action = 'nothing' WHERE seq = 3",
        "DELETE FROM audit_entries WHERE seq = 3",
    ],
)
async def test_tampering_is_noticed(shop: Shop, tampering: str) -> None:
    await _busy(shop)
    assert await _verdict(shop) == (True, None)
    async with shop.runtime.db.transaction(shop.workspace_id) as tx:
        await tx.execute(tampering)
    ok, broken_at = await _verdict(shop)
    assert not ok
    assert broken_at in (3, 4)


async def test_a_cut_off_end_is_noticed(shop: Shop) -> None:
    count = await _busy(shop)
    async with shop.runtime.db.transaction(shop.workspace_id) as tx:
        await tx.execute("DELETE FROM audit_entries WHERE seq = $1", count)
    assert await _verdict(shop) == (False, count)
