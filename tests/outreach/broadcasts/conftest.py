"""People who are all affected by the same thing, and a desk that tells them."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from parley.kit.clock import FixedClock
from parley.kit.timers import fire_due_timers
from parley.outreach.broadcasts.actions import SEND
from parley.outreach.broadcasts.records import TELL
from tests.outreach.conftest import Outlook
from tests.support.app import Shop, body_of
from tests.support.jobs import run_jobs
from tests.support.mailroom import write_mail

URL = "/api/v1/broadcasts"
BY_MAIL = {"field": "conversation.channel", "op": "is", "value": ["email"]}
TEXTS: dict[str, Any] = {
    "fallback": "en",
    "languages": {
        "en": {"subject": "About your order", "html": "<p>Hello {{ customer.name }}, we are late.</p>"},
        "de": {
            "subject": "Zu Ihrer Bestellung",
            "html": "<p>Guten Tag {{ customer.name }}, wir sind spät.</p>",
        },
    },
}


class Crowd:
    """Short ways to have people write and be told."""

    def __init__(self, outlook: Outlook, clock: FixedClock, lead: httpx.AsyncClient) -> None:
        self.outlook = outlook
        self.room = outlook.room
        self.clock = clock
        self.lead = lead

    async def write(
        self, who: str, *, language: str = "en", subject: str = "Where is it?", **values: Any
    ) -> UUID:
        """Lets somebody write a mail; gives the conversation."""
        mail = write_mail(sender=f"{who}@example.com", name=who.title(), subject=subject, **values)
        item = await self.room.arrive(mail)
        message = await self.room.message(item["message_id"])
        found: UUID = message["conversation_id"]
        async with self.room.ctx() as ctx:
            await ctx.tx.execute(
                "UPDATE conversations SET language = $3 WHERE workspace_id = $1 AND id = $2",
                ctx.workspace_id, found, language,
            )  # fmt: skip
        return found

    async def draft(self, **values: Any) -> Any:
        """Writes a draft to everybody who wrote by mail."""
        body = {"name": "Late", "selection": {"if": BY_MAIL}, "texts": TEXTS, "per_minute": 600, **values}
        answer = await self.lead.post(URL, json=body)
        assert answer.status_code == 201, answer.text
        return body_of(answer)

    async def preview(self, broadcast: Any) -> Any:
        """Looks at a draft."""
        answer = await self.lead.post(f"{URL}/{broadcast['id']}/preview")
        assert answer.status_code == 200, answer.text
        return body_of(answer)

    async def start(self, broadcast: Any) -> Any:
        """Looks at a draft and starts it."""
        digest = (await self.preview(broadcast))["digest"]
        answer = await self.lead.post(f"{URL}/{broadcast['id']}/start", json={"digest": digest})
        assert answer.status_code == 200, answer.text
        return body_of(answer)

    async def do(self, broadcast: Any, act: str, status: int = 200, **body: Any) -> Any:
        """Does something with a broadcast."""
        answer = await self.lead.post(f"{URL}/{broadcast['id']}/{act}", json=body or None)
        assert answer.status_code == status, answer.text
        return body_of(answer)

    async def get(self, broadcast: Any) -> Any:
        """Reads a broadcast."""
        return body_of(await self.lead.get(f"{URL}/{broadcast['id']}"))

    async def tick(self, seconds: float = 0) -> None:
        """Lets a time pass, and what is due be sent."""
        self.clock.advance(timedelta(seconds=seconds))
        await fire_due_timers(self.room.runtime)
        await run_jobs(self.room.runtime, SEND, TELL)

    async def targets(self) -> list[dict[str, Any]]:
        """Gives the rows of all targets."""
        return await self.room.rows(
            "SELECT * FROM broadcast_targets WHERE workspace_id = $1 ORDER BY position"
        )

    async def posted(self) -> list[dict[str, Any]]:
        """Gives what was posted of broadcasts."""
        return await self.room.rows(
            "SELECT * FROM messages WHERE workspace_id = $1 AND envelope ? 'broadcast_id' ORDER BY id"
        )


@pytest.fixture
async def crowd(shop: Shop, outlook: Outlook, clock: FixedClock) -> Crowd:
    """A shop that can be written to, and a lead."""
    return Crowd(outlook, clock, await shop.signed_in("lead", name="Lea Lead"))
