"""What comes in from outside is read at once, and what becomes of it is looked at."""

import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from structlog.testing import capture_logs

from parley.channels.actions.intake import MAX_ATTEMPTS
from parley.channels.routes import forms, hooks, widget
from parley.kit.failures import Retry
from parley.kit.http.limits import Limiter
from parley.kit.log.readers import ReaderLoop
from parley.kit.postgres import EmbeddedPostgres
from tests.robust.laboratory import Laboratory, open_laboratory
from tests.support.mailroom import write_mail

SECRET = "a long shared secret"
SHOWN = "/api/v1/conversations/{}/timeline"
# What may be the reason for putting a mail aside; anything else would be a fault of ours in disguise.
REASONS = ("UnparsableMail", "Refused", "Retry")
LIMITERS = ((hooks, "HOOKS"), (forms, "BY_ADDRESS"), (forms, "BY_FORM"), (widget, "UPLOADS"))
CHANNELS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("email_webhook", {"address": "in@shop.example", "secret": SECRET, "smtp_host": "127.0.0.1"}),
    ("contact_form", {"fields": ["Order number"]}),
)


class Intake:
    """A place with a hook and a form, whose items are read at once."""

    def __init__(self, laboratory: Laboratory, hook: str, form: str) -> None:
        self.laboratory = laboratory
        self.place = laboratory.place
        self.runtime = laboratory.place.runtime
        self.hook, self.form = hook, form

    async def read_all(self) -> list[dict[str, Any]]:
        """Reads every stored item as often as the worker would, then lets the readers of the log look at it."""
        workspace_id = self.place.workspace_id
        async with self.runtime.db.transaction(workspace_id) as tx:
            stored = await tx.fetch(
                "SELECT id FROM inbound_items WHERE workspace_id = $1 AND state = 'stored' ORDER BY id",
                workspace_id,
            )
        for row in stored:
            for _ in range(MAX_ATTEMPTS):
                with contextlib.suppress(Retry):
                    await self.runtime.parts["channels"].ingesting.read(self.runtime, workspace_id, row["id"])
        await ReaderLoop(self.runtime).drain()
        async with self.runtime.db.transaction(workspace_id) as tx:
            rows = await tx.fetch(
                "SELECT state, error, conversation_id FROM inbound_items WHERE workspace_id = $1 AND id = ANY($2)",
                workspace_id,
                [row["id"] for row in stored],
            )
            failed = await tx.fetchval(
                "SELECT count(*) FROM failed_facts WHERE workspace_id = $1 AND error NOT LIKE $2",
                workspace_id,
                f"{self.place.marker}%",
            )
        assert failed == 0, "a reader of the log could not handle what came of it"
        return [dict(row) for row in rows]

    async def check(self, wanted: int) -> None:
        """So many items have been taken; each is a message that can be shown, or is put aside for a good reason."""
        with capture_logs() as events:
            items = await self.read_all()
        assert len(items) == wanted
        assert {item["state"] for item in items} <= {"done", "quarantined"}, items
        reasons = [event["error"] for event in events if event["event"] == "an item cannot be read"]
        assert all(reason.startswith(REASONS) for reason in reasons), reasons
        for conversation_id in {item["conversation_id"] for item in items} - {None}:
            answer = await self.laboratory.owner.get(SHOWN.format(conversation_id))
            assert answer.status_code == 200, answer.text
        listed = await self.laboratory.owner.get("/api/v1/failed-work")
        assert listed.status_code == 200, listed.text

    async def check_going_on(self) -> None:
        """A good mail still becomes a message."""
        raw = write_mail("Everything is fine").as_bytes()
        assert (await self.post(raw, "message/rfc822")).status_code == 200
        (item,) = await self.read_all()
        assert item["state"] == "done", item

    async def post(self, content: bytes, kind: str) -> Any:
        """Posts to the hook as a provider does."""
        headers = {"X-Parley-Secret": SECRET, "Content-Type": kind}
        return await self.place.client().post(f"/hooks/{self.hook}", content=content, headers=headers)


@asynccontextmanager
async def open_intake(server: EmbeddedPostgres, folder: Path) -> AsyncIterator[Intake]:
    """Furnishes a workspace where every try is undone; one caller may send as much as he likes."""
    async with open_laboratory(server, folder) as made:
        keys = []
        for plugin, values in CHANNELS:
            body = {"plugin": plugin, "name": plugin, "settings": values}
            answer = await made.owner.post("/api/v1/channels", json=body)
            assert answer.status_code == 201, answer.text
            keys.append(answer.json()["public_key"])
        with contextlib.ExitStack() as stack:
            for module, name in LIMITERS:
                stack.enter_context(patch.object(module, name, Limiter(rate=1e9, burst=10**9)))
            yield Intake(made, *keys)
