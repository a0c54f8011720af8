"""The other side of the built-in listener: a mail server that hands mail over, and one that takes ours."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

from parley.channels.specimens import Counterpart, Recorded, Stage
from tests.support.mail_counterpart import MailTaker, open_listener, read_mails, send_by_smtp, serving_smtp

HELP = "help@shop.example"


class MailServer(MailTaker):
    """Speaks SMTP in both directions."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self._listener = port

    @property
    def settings(self) -> dict[str, Any]:
        """The channel's address and where it sends."""
        return {"address": HELP, **self.sending}

    async def hand_over(self, _stage: Stage, recorded: Recorded, *, forged: bool = False) -> bool:
        """Hands a mail over; a forged one is for an address that is not ours, the only thing SMTP can check."""
        return await send_by_smtp(self._listener, "nobody@shop.example" if forged else HELP, recorded.data)

    async def send_back(self, _stage: Stage) -> None:
        """Hands our own mail over, as a forwarding address does."""
        assert await send_by_smtp(self._listener, HELP, self.raw[-1])

    def is_collected(self) -> bool:
        """Nothing is fetched."""
        return True

    async def change_credentials(self) -> dict[str, Any]:
        """Changes the password for sending."""
        self.password = "second password"
        return {"smtp_password": self.password}


class ListenerSpecimen:
    """The plug-in as the contract suite sees it."""

    recorded = read_mails(
        Path(__file__).parent.parent,
        {"gmail.eml": "size M please, and the blue one.", "outlook.eml": "das Gerät ist defekt angekommen."},
    )
    without = MappingProxyType[str, str]({})
    marks: tuple[str, ...] = ()

    @asynccontextmanager
    async def open(self, stage: Stage) -> AsyncIterator[Counterpart]:
        """Opens the listener and a server that takes mail."""
        async with open_listener(stage.runtime) as port:
            server = MailServer(port)
            async with serving_smtp(server):
                yield server


SPECIMEN = ListenerSpecimen()
