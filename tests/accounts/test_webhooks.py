"""Webhooks: signed, in order, caught up after an outage, replayed, given up after three days."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook as Verifier

from parley.accounts.announcing import every_fact, wake_webhooks
from parley.accounts.cleaning import remove_outdated
from parley.accounts.webhooks import LONGEST_PAUSE, make_secret, parse_url, pause_after, sign_body
from parley.kit.addresses import AllowList
from parley.kit.clock import FixedClock
from parley.kit.errors import Invalid
from parley.kit.log.readers import ReaderLoop
from tests.accounts.hooks import DRAIN, deliver, hook, make_tags, state_of, tags_in
from tests.support.app import Shop, body_of, open_shop
from tests.support.jobs import run_jobs
from tests.support.receiver import Receiver

# Signature and payload


async def test_a_delivery_can_be_verified_by_the_standards_library(hooked: Shop, receiver: Receiver) -> None:
    hooked.runtime.clock.set(datetime.now(UTC))  # type: ignore[attr-defined]
    admin = await hooked.signed_in("admin")
    webhook = await hook(admin, receiver, "SettingsChanged")
    assert webhook["secret"].startswith("whsec_")
    await make_tags(admin, "VIP")
    await deliver(hooked)
    request = receiver.requests[-1]
    body = Verifier(webhook["secret"]).verify(request.body, request.headers)
    assert (body["type"], body["data"]["record"], body["data"]["act"]) == (
        "SettingsChanged",
        "tag",
        "created",
    )
    assert request.headers["webhook-id"] == body["id"]
    assert request.headers["content-type"] == "application/json"
    assert request.path == "/hook"
    assert body_of(await admin.get("/api/v1/webhooks"))["items"][0]["secret"] is None
    stored = await hooked.count("SELECT secret FROM webhooks")
    assert webhook["secret"].encode() not in stored


@given(st.binary(max_size=50).map(lambda raw: raw.hex().encode()))
def test_any_body_verifies_with_its_secret_and_no_other(body: bytes) -> None:
    at = datetime.now(UTC)
    payload = b'{"x":"' + body + b'"}'
    secret, message = make_secret(), uuid4()
    headers = sign_body(secret, message, at, payload)
    assert Verifier(secret).verify(payload, headers)
    with pytest.raises(Exception, match="signature"):
        Verifier(make_secret()).verify(payload, headers)


def test_pauses_grow_to_an_hour_and_listen_to_the_receiver() -> None:
    seconds = [pause_after(n).total_seconds() for n in range(1, 13)]
    assert seconds[:4] == [5, 10, 20, 40]
    assert seconds == sorted(seconds)
    assert seconds[-1] == 3600
    assert pause_after(1, timedelta(minutes=7)) == timedelta(minutes=7)
    assert pause_after(1, timedelta(days=1)) == LONGEST_PAUSE
    assert pause_after(10**6) == LONGEST_PAUSE


@pytest.mark.parametrize(
    "url",
    [
        "",
        "x",
        "ftp://a.example/",
        "https://",
        "https://u:p@a.example/",
        "https://a b.example",
        "http://[",
        "https://" + "a" * 3000,
    ],
)
def test_bad_addresses_are_refused(url: str) -> None:
    with pytest.raises(Invalid):
        parse_url(url, AllowList())


# In order, and only what is wanted


async def test_everything_arrives_in_the_order_of_the_log(hooked: Shop, receiver: Receiver) -> None:
    admin = await hooked.signed_in("admin")
    await make_tags(admin, "before")
    webhook = await hook(admin, receiver, "SettingsChanged")
    names = [f"Tag {n}" for n in range(7)]
    await make_tags(admin, *names)
    await deliver(hooked)
    expected = [f["record_id"] for f in await hooked.facts("SettingsChanged") if f["record"] == "tag"][1:]
    assert [b["data"]["record_id"] for b in tags_in(receiver.requests)] == expected
    state = await state_of(admin, webhook)
    assert (state["state"], state["failures"]) == ("active", 0)
    receiver.requests.clear()
    await make_tags(admin, "later")
    assert await deliver(hooked) >= 1
    assert len(tags_in(receiver.requests)) == 1, "nothing twice"


async def test_other_kinds_are_skipped_and_the_cursor_still_moves(hooked: Shop, receiver: Receiver) -> None:
    admin = await hooked.signed_in("admin")
    webhook = await hook(admin, receiver, "AgentPresenceChanged")
    start = (await state_of(admin, webhook))["cursor"]
    await make_tags(admin, "a", "b")
    await deliver(hooked)
    assert await hooked.count("SELECT count(*) FROM pgqueuer WHERE entrypoint = $1", DRAIN) == 0
    await admin.put("/api/v1/me/presence", json={"state": "away"})
    await deliver(hooked)
    assert [msgspec.json.decode(r.body)["type"] for r in receiver.requests] == ["AgentPresenceChanged"]
    assert (await state_of(admin, webhook))["cursor"] > start


async def test_many_facts_make_one_job(hooked: Shop, receiver: Receiver) -> None:
    admin = await hooked.signed_in("admin")
    await hook(admin, receiver)
    await make_tags(admin, *(f"Tag {n}" for n in range(5)))
    await ReaderLoop(hooked.runtime).drain()
    assert await hooked.count("SELECT count(*) FROM pgqueuer WHERE entrypoint = $1", DRAIN) == 1


async def test_a_fact_that_comes_while_the_job_runs_is_not_forgotten(
    hooked: Shop, receiver: Receiver
) -> None:
    admin = await hooked.signed_in("admin")
    webhook = await hook(admin, receiver, "SettingsChanged")
    await make_tags(admin, "first")
    await ReaderLoop(hooked.runtime).drain()
    async with hooked.runtime.db.transaction(hooked.workspace_id) as tx:
        await tx.execute(
            "UPDATE webhooks SET lease_id = gen_random_uuid(), leased_until = $1, announced = false",
            hooked.runtime.clock.now() + timedelta(seconds=30),
        )
    assert await run_jobs(hooked.runtime, DRAIN) == 1
    assert receiver.requests == [], "somebody else has it"
    await make_tags(admin, "second")
    await ReaderLoop(hooked.runtime).drain()
    assert await hooked.count("SELECT announced FROM webhooks") is True
    await run_jobs(hooked.runtime, DRAIN)
    hooked.runtime.clock.advance(timedelta(seconds=61))  # type: ignore[attr-defined]
    await wake_webhooks(hooked.runtime)
    await run_jobs(hooked.runtime, DRAIN)
    assert len(tags_in(receiver.requests)) == 2, "a crash leaves nothing behind"
    assert (await state_of(admin, webhook))["state"] == "active"
    await wake_webhooks(hooked.runtime)
    assert await run_jobs(hooked.runtime, DRAIN) == 0, "nothing left to look at"


async def test_a_neighbour_hears_nothing(hooked: Shop, receiver: Receiver) -> None:
    other = await open_shop(hooked.runtime, hooked.app, "Other")
    admin, theirs = await hooked.signed_in("admin"), await other.signed_in("admin")
    webhook = await hook(admin, receiver)
    await make_tags(theirs, "secret")
    await deliver(hooked)
    assert tags_in(receiver.requests) == []
    path = f"/api/v1/webhooks/{webhook['id']}"
    calls: list[tuple[str, str, Any]] = [
        ("GET", path, None),
        ("PATCH", path, {"url": "https://evil.example"}),
        ("DELETE", path, None),
        ("POST", f"{path}/test", None),
        ("POST", f"{path}/secret", None),
        ("POST", f"{path}/replay", {"after": ""}),
        ("GET", f"{path}/deliveries", None),
    ]
    before = await state_of(admin, webhook)
    for method, url, body in calls:
        assert (await theirs.request(method, url, json=body)).status_code == 404, url
        lead = await hooked.signed_in("lead")
        assert (await lead.request(method, url, json=body)).status_code == 403, url
    assert await state_of(admin, webhook) == before
    await other.close()


# Pause, replay, test, change


async def test_a_pause_keeps_everything_for_later(hooked: Shop, receiver: Receiver) -> None:
    admin = await hooked.signed_in("admin")
    webhook = await hook(admin, receiver, "SettingsChanged")
    path = f"/api/v1/webhooks/{webhook['id']}"
    await deliver(hooked)
    await admin.patch(path, json={"state": "paused"})
    receiver.requests.clear()
    await make_tags(admin, "a", "b")
    await deliver(hooked)
    assert receiver.requests == []
    await admin.patch(path, json={"state": "active"})
    await deliver(hooked)
    assert len(tags_in(receiver.requests)) == 2


async def test_replay_from_a_cursor(hooked: Shop, receiver: Receiver) -> None:
    admin = await hooked.signed_in("admin")
    await make_tags(admin, "before")
    webhook = await hook(admin, receiver, "SettingsChanged")
    await make_tags(admin, "a", "b")
    await deliver(hooked)
    first = [r.headers["webhook-id"] for r in receiver.requests]
    receiver.requests.clear()
    path = f"/api/v1/webhooks/{webhook['id']}/replay"
    assert (await admin.post(path, json={"after": webhook["cursor"]})).status_code == 202
    await deliver(hooked)
    assert [r.headers["webhook-id"] for r in receiver.requests] == first, "the receiver can tell"
    receiver.requests.clear()
    await admin.post(path, json={"after": ""})
    await deliver(hooked)
    assert len(tags_in(receiver.requests)) == 3, "from the beginning, also what was before the webhook"
    assert (await admin.post(path, json={"after": "1.999999999999.1"})).status_code == 422
    assert (await admin.post(path, json={"after": "nonsense"})).status_code == 400


async def test_a_replay_during_a_delivery_is_not_undone_by_it(hooked: Shop, receiver: Receiver) -> None:
    admin = await hooked.signed_in("admin")
    webhook = await hook(admin, receiver, "SettingsChanged")
    path = f"/api/v1/webhooks/{webhook['id']}"
    await make_tags(admin, "a", "b")

    async def replay() -> None:
        assert (await admin.post(f"{path}/replay", json={"after": webhook["cursor"]})).status_code == 202

    receiver.before_third = replay
    await deliver(hooked)
    sent = [r.headers["webhook-id"] for r in receiver.requests]
    assert sent[3:] == sent[:3], "all three facts again, from the beginning"
    assert len(sent) == 6
    assert (await state_of(admin, webhook))["state"] == "active"


async def test_a_pause_during_a_delivery_stops_after_it(hooked: Shop, receiver: Receiver) -> None:
    admin = await hooked.signed_in("admin")
    webhook = await hook(admin, receiver, "SettingsChanged")
    path = f"/api/v1/webhooks/{webhook['id']}"
    await make_tags(admin, "a", "b", "c")

    async def pause() -> None:
        assert (await admin.patch(path, json={"state": "paused"})).status_code == 200

    receiver.before_third = pause
    await deliver(hooked)
    assert len(receiver.requests) == 3
    await admin.patch(path, json={"state": "active"})
    await deliver(hooked)
    acts = [msgspec.json.decode(r.body)["data"] for r in receiver.requests[2:]]
    assert [a["record"] for a in acts[:3]] == ["tag", "tag", "tag"], "the third again, then the rest"


async def test_a_test_delivery_is_sent_once_and_listed(hooked: Shop, receiver: Receiver) -> None:
    admin = await hooked.signed_in("admin")
    webhook = await hook(admin, receiver)
    path = f"/api/v1/webhooks/{webhook['id']}"
    await admin.patch(path, json={"state": "paused"})
    started = await admin.post(f"{path}/test")
    assert started.status_code == 202
    receiver.answers = [418]
    await run_jobs(hooked.runtime, "accounts.webhook_test")
    [listed] = body_of(await admin.get(f"{path}/deliveries"))["items"]
    assert listed["id"] == body_of(started)["delivery_id"]
    assert (listed["kind"], listed["state"], listed["status"]) == ("test", "failed", 418)
    assert msgspec.json.decode(receiver.requests[0].body)["type"] == "test"
    assert (await state_of(admin, webhook))["failures"] == 0


async def test_a_new_secret_replaces_the_old_one(hooked: Shop, receiver: Receiver) -> None:
    hooked.runtime.clock.set(datetime.now(UTC))  # type: ignore[attr-defined]
    admin = await hooked.signed_in("admin")
    webhook = await hook(admin, receiver, "SettingsChanged")
    renewed = body_of(await admin.post(f"/api/v1/webhooks/{webhook['id']}/secret"))["secret"]
    assert renewed != webhook["secret"]
    await make_tags(admin, "a")
    await deliver(hooked)
    request = receiver.requests[-1]
    Verifier(renewed).verify(request.body, request.headers)
    with pytest.raises(Exception, match="signature"):
        Verifier(webhook["secret"]).verify(request.body, request.headers)


@pytest.mark.parametrize(
    ("body", "field"),
    [({"url": "nowhere"}, "url"), ({"url": "https://a.example", "kinds": ["Nothing"]}, "kinds")],
)
async def test_wrong_webhooks_are_refused(shop: Shop, body: dict[str, Any], field: str) -> None:
    admin = await shop.signed_in("admin")
    answer = await admin.post("/api/v1/webhooks", json=body)
    assert (answer.status_code, body_of(answer)["errors"][0]["field"]) == (422, field)
    assert await shop.count("SELECT count(*) FROM webhooks") == 0


async def test_webhooks_are_listed_changed_and_removed(shop: Shop) -> None:
    admin = await shop.signed_in("admin")
    ids = []
    for n in range(3):
        made = await admin.post("/api/v1/webhooks", json={"url": f"https://{n}.example/"})
        ids.append(body_of(made)["id"])
    shop.statements.clear()
    page = body_of(await admin.get("/api/v1/webhooks?limit=2"))
    assert len(shop.statements) == 2
    rest = body_of(await admin.get(f"/api/v1/webhooks?limit=2&after={page['next']}"))
    assert [w["id"] for w in page["items"] + rest["items"]] == ids
    changed = await admin.patch(f"/api/v1/webhooks/{ids[0]}", json={"kinds": ["AgentJoined"]})
    assert body_of(changed)["kinds"] == ["AgentJoined"]
    assert (await admin.patch(f"/api/v1/webhooks/{ids[0]}", json={"state": "failing"})).status_code == 422
    assert (await admin.delete(f"/api/v1/webhooks/{ids[0]}")).status_code == 204
    assert (await admin.get(f"/api/v1/webhooks/{ids[0]}")).status_code == 404


async def test_kinds_are_listed(shop: Shop) -> None:
    kinds = body_of(await (await shop.signed_in("admin")).get("/api/v1/fact-kinds"))["items"]
    assert {"MessageReceived", "SettingsChanged", "CustomerCreated"} <= set(kinds)
    assert len(kinds) == len(every_fact())


async def test_old_deliveries_and_sessions_are_cleaned_away(
    hooked: Shop, receiver: Receiver, clock: FixedClock
) -> None:
    admin = await hooked.signed_in("admin")
    await hook(admin, receiver, "SettingsChanged")
    await make_tags(admin, "a")
    await deliver(hooked)
    await remove_outdated(hooked.runtime)
    assert await hooked.count("SELECT count(*) FROM webhook_deliveries") > 0
    clock.advance(timedelta(days=31))
    await remove_outdated(hooked.runtime)
    for table in ("webhook_deliveries", "sessions", "one_time_tokens"):
        assert await hooked.count(f"SELECT count(*) FROM {table}") == 0
