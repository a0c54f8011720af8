"""What a channel plug-in brings along so that the contract suite can try it: recorded payloads and its other side.

A plug-in's folder holds `tests/specimen.py` with `SPECIMEN`. The suite that uses it is `tests/support/channel_contract`;
`docs/channels.md` shows a whole one.
"""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from enum import Enum
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

import msgspec

from parley.channels.ports import Adapter


class Fault(Enum):
    """What the other side does with a message from here instead of taking it."""

    LATER = "later"
    """It asks to come again later: nothing was taken."""
    REFUSE = "refuse"
    """It says no for good."""
    VANISH = "vanish"
    """It takes it, and the connection breaks before it says so."""


class Recorded(msgspec.Struct, frozen=True):
    """A payload as the other side sends it, and what the customer says in it."""

    name: str
    data: bytes
    text: str


class Taken(msgspec.Struct, frozen=True):
    """A message that has reached the other side; `key` is that by which it can tell a repetition."""

    key: str
    text: str


class Answer(msgspec.Struct, frozen=True):
    """Parley's answer to a request."""

    status: int
    body: bytes


class Stage(Protocol):
    """The installation on which a plug-in is tried, with one channel of its kind."""

    app: Any
    """The ASGI application."""
    runtime: Any
    channel_id: UUID
    public_key: str

    async def post(self, path: str, content: bytes, headers: Mapping[str, str]) -> Answer:
        """Posts to Parley as anybody in the world can."""

    async def share(self, name: str, make: Any) -> Any:
        """Gives a thing that all checks of a run share; `make` gives a context manager that is entered once."""


class Counterpart(Protocol):
    """The other side of a channel: a server of its own that behaves as the vendor's does. The suite sets `fault`."""

    fault: Fault | None

    @property
    def settings(self) -> dict[str, Any]:
        """Gives settings with which the channel works; the suite fills in what is missing."""

    @property
    def taken(self) -> list[Taken]:
        """Gives every message from here, each time it was taken."""

    @property
    def attempts(self) -> int:
        """Says how often it was asked to take a message, whatever became of it."""

    @property
    def retry_after(self) -> timedelta | None:
        """Gives the pause that it asks for with `Fault.LATER`; None where its protocol has no words for it."""

    async def hand_over(self, stage: Stage, recorded: Recorded, *, forged: bool = False) -> bool:
        """Hands a payload over as the vendor does; says whether it was taken.

        `forged`: as somebody who does not know the secret would. Where Parley fetches, it puts the payload where it
        is fetched from, and with `forged` has Parley's credentials refused from now on.
        """

    async def send_back(self, stage: Stage) -> None:
        """Hands the message that it took last over to us, as vendors do that report a shop's own messages too."""

    def is_collected(self) -> bool:
        """Says whether everything has been fetched; always where nothing is fetched."""

    async def change_credentials(self) -> dict[str, Any]:
        """Lets only new credentials in from now on, for both directions, and gives the settings that they mean."""


class Specimen(Protocol):
    """One plug-in as the suite sees it."""

    @property
    def recorded(self) -> tuple[Recorded, ...]:
        """Gives the recorded payloads."""

    @property
    def without(self) -> Mapping[str, str]:
        """Gives checks that make no sense for this channel, with the reason."""

    @property
    def marks(self) -> tuple[str, ...]:
        """Gives the pytest markers of what the other side needs on the machine, such as `mailserver`."""

    def open(self, stage: Stage) -> AbstractAsyncContextManager[Counterpart]:
        """Opens the other side for one check; the channel is made with its settings afterwards."""


def find_specimen(adapter: Adapter) -> Specimen | None:
    """Gives the specimen beside a plug-in: `tests/specimen.py` in the folder of its package; None when there is none."""
    package = find_package(adapter)
    name = f"{package}.tests.specimen"
    if find_spec(f"{package}.tests") is None or find_spec(name) is None:
        return None
    found: Specimen = import_module(name).SPECIMEN
    return found


def find_package(adapter: Adapter) -> str:
    """Gives the name of the package in which a plug-in lives."""
    name = type(adapter).__module__
    module = import_module(name)
    return name if hasattr(module, "__path__") else name.rpartition(".")[0]


def find_folder(adapter: Adapter) -> Path:
    """Gives the folder in which a plug-in lives."""
    return Path(str(import_module(find_package(adapter)).__file__)).parent
