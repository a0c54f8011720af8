"""Webhooks that fail: tried again, caught up, given up after three days."""

from datetime import datetime, timedelta

import pytest

from parley.accounts.announcing import wake_webhooks
from parley.kit.clock import FixedClock
from parley.kit.outbound import OutboundClient
from tests.accounts.hooks import DRAIN, deliver, hook, make_tags, state_of, tags_in
from tests.support.app import Shop, body_of
from tests.support.jobs import run_jobs
from tests.support.receiver import Receiver


async def test_a_receiver_that_was_away_catches_up_in_order(
    hooked: Shop, receiver: Receiver, clock: FixedClock
) -> None:
    admin = await hooked.signed_in("admin")
    webhook = await hook(admin, receiver, "SettingsChanged")
    await deliver(hooked)
    receiver.requests.clear()
    receiver.answers = [500, 503]
    await make_tags(admin, "a")
    await deliver(hooked)
    state = await state_of(admin, webhook)
    assert (state["state"], state["failures"]) == ("failing", 1)
    assert state["last_error"] == "the receiver answered 500"
    assert datetime.fromisoformat(state["retry_at"]) == clock.now() + timedelta(seconds=5)
    await make_tags(admin, "b", "c")
    assert await deliver(hooked) == 0, "it is left alone until then"
    assert len(receiver.requests) == 1
    clock.advance(timedelta(seconds=5))
    await run_jobs(hooked.runtime, DRAIN, deferred=False)
    assert (await state_of(admin, webhook))["failures"] == 2
    clock.advance(timedelta(seconds=10))
    await run_jobs(hooked.runtime, DRAIN)
    assert (await state_of(admin, webhook))["state"] == "active"
    sent = [r.headers["webhook-id"] for r in receiver.requests]
    assert sent[0] == sent[1] == sent[2], "the same message keeps its id"
    assert len(tags_in(receiver.requests[2:])) == 3
    deliveries = body_of(await admin.get(f"/api/v1/webhooks/{webhook['id']}/deliveries"))["items"]
    assert [(d["state"], d["status"], d["attempts"]) for d in deliveries[:5]] == [
        ("delivered", 200, 1),
        ("delivered", 200, 1),
        ("delivered", 200, 3),
        ("failed", 503, 2),
        ("failed", 500, 1),
    ]
    assert all(d["duration_ms"] is not None for d in deliveries)


async def test_a_job_that_comes_too_early_waits(hooked: Shop, receiver: Receiver, clock: FixedClock) -> None:
    admin = await hooked.signed_in("admin")
    await hook(admin, receiver, "SettingsChanged")
    receiver.answers = [500]
    await make_tags(admin, "a")
    await deliver(hooked)
    await run_jobs(hooked.runtime, DRAIN)
    assert len(receiver.requests) == 1
    clock.advance(timedelta(seconds=6))
    await wake_webhooks(hooked.runtime)
    await run_jobs(hooked.runtime, DRAIN)
    assert tags_in(receiver.requests)[-1]["data"]["act"] == "created"
    assert await hooked.count("SELECT failures FROM webhooks") == 0


async def test_given_up_after_three_days_with_a_word_to_the_admins(
    hooked: Shop, receiver: Receiver, clock: FixedClock
) -> None:
    admin_id = await hooked.agent("admin")
    admin = await hooked.browser(admin_id)
    webhook = await hook(admin, receiver, "SettingsChanged")
    receiver.answers = [500] * 500
    await make_tags(admin, "a")
    await deliver(hooked)
    started = clock.now()
    while (await state_of(admin, webhook))["state"] == "failing":
        clock.set(datetime.fromisoformat((await state_of(admin, webhook))["retry_at"]))
        assert await run_jobs(hooked.runtime, DRAIN, deferred=False) >= 1
    assert timedelta(days=3) <= clock.now() - started <= timedelta(days=3, hours=1)
    assert (await state_of(admin, webhook))["state"] == "paused"
    admin = await hooked.browser(admin_id)
    told = body_of(await admin.get("/api/v1/me/notifications"))["items"]
    assert [n["text"] for n in told] == [
        f"The webhook {receiver.url}/hook was paused after three days of failures"
    ]
    assert body_of(await (await hooked.signed_in("lead")).get("/api/v1/me/notifications"))["items"] == []
    assert await run_jobs(hooked.runtime, DRAIN) == 0
    receiver.answers, receiver.requests = [], []
    await make_tags(admin, "b")
    await deliver(hooked)
    assert receiver.requests == []
    await admin.patch(f"/api/v1/webhooks/{webhook['id']}", json={"state": "active"})
    await deliver(hooked)
    assert len(tags_in(receiver.requests)) == 2, "nothing was lost"


async def test_gone_means_gone(hooked: Shop, receiver: Receiver) -> None:
    admin = await hooked.signed_in("admin")
    webhook = await hook(admin, receiver, "SettingsChanged")
    receiver.answers = [410]
    await make_tags(admin, "a")
    await deliver(hooked)
    assert (await state_of(admin, webhook))["state"] == "paused"


async def test_a_private_address_is_not_called(hooked: Shop, clock: FixedClock, receiver: Receiver) -> None:
    admin = await hooked.signed_in("admin")
    webhook = await hook(admin, receiver, "SettingsChanged")
    http = OutboundClient(clock=clock)
    allowed, hooked.runtime.http = hooked.runtime.http, http
    await make_tags(admin, "a")
    await deliver(hooked)
    state = await state_of(admin, webhook)
    assert (state["state"], receiver.requests) == ("failing", [])
    assert "not a public address" in state["last_error"]
    refused = await admin.patch(f"/api/v1/webhooks/{webhook['id']}", json={"url": receiver.url})
    assert refused.status_code == 422
    hooked.runtime.http = allowed
    await http.close()


@pytest.mark.parametrize(
    "url",
    [
        "http://10.0.0.1/x",
        "http://127.0.0.1:1/",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f.0.0.1/",
        "http://[::1]/x",
        "http://[::ffff:10.0.0.1]/x",
        "https://LOCALHOST./x",
    ],
)
async def test_a_private_address_is_refused_at_once(shop: Shop, clock: FixedClock, url: str) -> None:
    strict = OutboundClient(clock=clock)
    shop.runtime.http = strict
    admin = await shop.signed_in("admin")
    refused = await admin.post("/api/v1/webhooks", json={"url": url, "kinds": []})
    assert refused.status_code == 422
    assert [one["field"] for one in body_of(refused)["errors"]] == ["url"]
    made = body_of(
        await admin.post("/api/v1/webhooks", json={"url": "https://hooks.example.com/x", "kinds": []})
    )
    changed = await admin.patch(f"/api/v1/webhooks/{made['id']}", json={"url": url})
    assert changed.status_code == 422
    await strict.close()
    allowing = OutboundClient(allow=("127.0.0.0/8", "10.0.0.0/8", "::1", "::ffff:10.0.0.1"), clock=clock)
    shop.runtime.http = allowing
    made = await admin.post("/api/v1/webhooks", json={"url": url, "kinds": []})
    assert made.status_code == 201, made.text
    await allowing.close()
