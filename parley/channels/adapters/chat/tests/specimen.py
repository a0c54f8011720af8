"""The other side of the chat: a widget, and a shop that signs who is logged in."""

import asyncio
import hashlib
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from parley.channels.specimens import Counterpart, Fault, Recorded, Stage, Taken
from tests.support.sockets import AsgiSocket

FOLDER = Path(__file__).parent.parent / "recorded"
READ_FROM_THE_LOG = (
    "The widget reads answers from the log: nothing is handed to another server that could fail."
)


class WidgetOfCustomer:
    """A widget on the page of a customer who is logged in; a forged one does not know the shop's secret."""

    attempts = 0
    retry_after: timedelta | None = None

    def __init__(self) -> None:
        self.settings: dict[str, Any] = {
            "identity_secret": "secret of the shop and us",
            "require_identity": True,
        }
        self.fault: Fault | None = None
        self.taken: list[Taken] = []
        self._token: str | None = None
        self._outbox: list[Recorded] = []
        self._first = asyncio.Lock()

    async def hand_over(self, stage: Stage, recorded: Recorded, *, forged: bool = False) -> bool:
        """Opens a tab, says who is there, and sends a frame; says whether it was acknowledged."""
        secret = "a guess" if forged else str(self.settings["identity_secret"])
        async with AsgiSocket(
            stage.runtime.parts["chat_socket"], "/widget/socket", f"channel={stage.public_key}"
        ) as tab:
            async with self._first:
                if not await self._enter(tab, self._identity(stage, secret)):
                    return False
            await tab.send_text(recorded.data.decode("latin-1"))
            await tab.until(
                lambda s: s.closed is not None or any(f["t"] in ("ack", "reject") for f in s.frames)
            )
            answered = any(frame["t"] == "ack" for frame in tab.frames)
        if answered:
            self._outbox.append(recorded)
        return answered

    async def _enter(self, tab: AsgiSocket, identity: dict[str, Any]) -> bool:
        await tab.send("hello", v=1, token=self._token, language="en", identity=identity)
        await tab.until(lambda s: s.closed is not None or any(f["t"] == "welcome" for f in s.frames))
        welcome = next((frame for frame in tab.frames if frame["t"] == "welcome"), None)
        if welcome is None:
            return False
        self._token = welcome["token"]
        for message in welcome["messages"]:
            if message["author"]["kind"] == "agent":
                self.taken.append(Taken(message["id"], message["text"]))
        return True

    def _identity(self, stage: Stage, secret: str) -> dict[str, Any]:
        expires = int(stage.runtime.clock.now().timestamp()) + 3600
        given = {"id": "4711", "email": "zoe@customer.example", "name": "Zoë", "expires": expires}
        signed = "\n".join(("v1", "4711", "zoe@customer.example", "Zoë", str(expires)))
        return {**given, "signature": hmac.new(secret.encode(), signed.encode(), hashlib.sha256).hexdigest()}

    async def send_back(self, stage: Stage) -> None:
        """Comes back from sleep: sees our answer, and sends all that it ever sent once more."""
        seen = len(self.taken)
        for recorded in list(self._outbox):
            assert await self.hand_over(stage, recorded)
        assert len(self.taken) > seen, "our answer did not come back"

    def is_collected(self) -> bool:
        """Nothing is fetched."""
        return True

    async def change_credentials(self) -> dict[str, Any]:
        """The widget has none towards us."""
        return {}


class ChatSpecimen:
    """The plug-in as the contract suite sees it."""

    recorded = (
        Recorded("send.json", (FOLDER / "send.json").read_bytes(), "Where is my order?"),
        Recorded("topic.json", (FOLDER / "topic.json").read_bytes(), "The zip is broken."),
    )
    without = dict.fromkeys(
        ("sent_once", "rate_limit", "refused", "unknown", "credentials"), READ_FROM_THE_LOG
    )
    marks: tuple[str, ...] = ()

    @asynccontextmanager
    async def open(self, _stage: Stage) -> AsyncIterator[Counterpart]:
        """Opens a widget."""
        yield WidgetOfCustomer()


SPECIMEN = ChatSpecimen()
