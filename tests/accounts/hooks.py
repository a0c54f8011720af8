"""Webhooks in tests: creating them, letting things happen, delivering."""

from typing import Any

import httpx
import msgspec

from parley.kit.log.readers import ReaderLoop
from tests.support.app import Shop, body_of
from tests.support.jobs import run_jobs
from tests.support.receiver import Received, Receiver

DRAIN = "accounts.webhook"


async def hook(admin: httpx.AsyncClient, receiver: Receiver, *kinds: str) -> dict[str, Any]:
    """Creates a webhook."""
    made = await admin.post("/api/v1/webhooks", json={"url": f"{receiver.url}/hook", "kinds": list(kinds)})
    assert made.status_code == 201, made.text
    found: dict[str, Any] = body_of(made)
    return found


async def state_of(admin: httpx.AsyncClient, webhook: dict[str, Any]) -> dict[str, Any]:
    """Reads a webhook."""
    found: dict[str, Any] = body_of(await admin.get(f"/api/v1/webhooks/{webhook['id']}"))
    return found


async def make_tags(admin: httpx.AsyncClient, *names: str) -> None:
    """Lets something happen."""
    for name in names:
        assert (await admin.post("/api/v1/tags", json={"name": name})).status_code == 201


async def deliver(shop: Shop) -> int:
    """Lets readers read and jobs run, as the worker would, but nothing that was put off."""
    ran = 0
    while True:
        await ReaderLoop(shop.runtime).drain()
        now = await run_jobs(shop.runtime, DRAIN, delayed=False)
        if not now:
            return ran
        ran += now


def tags_in(requests: list[Received]) -> list[dict[str, Any]]:
    """The deliveries about tags."""
    bodies = [msgspec.json.decode(r.body) for r in requests]
    return [b for b in bodies if b["data"].get("record") == "tag"]
