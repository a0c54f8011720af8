"""The other side of the contact form: a shop's page in a browser."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from parley.channels.specimens import Counterpart, Fault, Recorded, Stage, Taken

FOLDER = Path(__file__).parent.parent / "recorded"
ANSWERED_BY_MAIL = "A form is answered by e-mail; nothing leaves by this channel."


class Page:
    """Posts forms from the shop's own page; a forged one comes from another site."""

    attempts = 0
    retry_after: timedelta | None = None

    def __init__(self) -> None:
        self.settings: dict[str, Any] = {"allowed_domains": ["shop.example"], "fields": ["Order number"]}
        self.fault: Fault | None = None
        self.taken: list[Taken] = []

    async def hand_over(self, stage: Stage, recorded: Recorded, *, forged: bool = False) -> bool:
        """Posts a form as a script of the page does."""
        headers = {
            "Content-Type": "application/json",
            "Origin": "https://elsewhere.example" if forged else "https://shop.example",
        }
        return (await stage.post(f"/forms/{stage.public_key}", recorded.data, headers)).status == 201

    async def send_back(self, _stage: Stage) -> None:
        """Nothing was sent."""

    def is_collected(self) -> bool:
        """Nothing is fetched."""
        return True

    async def change_credentials(self) -> dict[str, Any]:
        """There are none."""
        return {}


class FormSpecimen:
    """The plug-in as the contract suite sees it."""

    recorded = (
        Recorded("short.json", (FOLDER / "short.json").read_bytes(), "Do you ship to Iceland?"),
        Recorded("full.json", (FOLDER / "full.json").read_bytes(), "Order number: A-77"),
    )
    without = dict.fromkeys(
        ("echo", "sent_once", "rate_limit", "refused", "unknown", "credentials"), ANSWERED_BY_MAIL
    )
    marks: tuple[str, ...] = ()

    @asynccontextmanager
    async def open(self, _stage: Stage) -> AsyncIterator[Counterpart]:
        """Opens a page."""
        yield Page()


SPECIMEN = FormSpecimen()
