"""The channel that the documentation builds is found by its entry point and passes the contract of channels."""

import re
import sys
import tomllib
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from parley.channels.email.settings import MailSettings
from parley.channels.plugins import load_plugins
from parley.channels.ports import Adapter, Link, OutboundMessage, Sent
from parley.channels.specimens import find_specimen
from parley.kit.clock import FixedClock
from parley.kit.db import Database
from parley.kit.failures import Failure, Misconfigured
from tests.support.channel_contract import CHECKS, plan
from tests.support.channel_contract.stage import Shared, open_stage

Send = Callable[[Link, Any, OutboundMessage], Awaitable[Sent]]
Sabotage = Callable[[Any, Send], None]
PAGE = Path(__file__).parent.parent.parent / "docs/channels.md"
FILE = re.compile(r"^`([\w/]+(?:\.\w+)+)`:\n\n```\w*\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with the page's package installed in it, as pip would."""
    folder = tmp_path_factory.mktemp("site")
    files = dict(FILE.findall(PAGE.read_text(encoding="utf-8")))
    project = tomllib.loads(files.pop("pyproject.toml"))["project"]
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    info = folder / f"parley_pigeon-{project['version']}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Name: {project['name']}\nVersion: {project['version']}\n")
    points = [f"{name} = {where}" for name, where in project["entry-points"]["parley.channels"].items()]
    (info / "entry_points.txt").write_text("[parley.channels]\n" + "\n".join(points))
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(folder))
        yield folder
    for name in [name for name in sys.modules if name.partition(".")[0] == "parley_pigeon"]:
        del sys.modules[name]


@pytest.fixture(scope="module")
def shared() -> Iterator[Shared]:
    """What all checks share."""
    made = Shared()
    yield made
    made.close()


@pytest.fixture
def pigeon(site: Path) -> Adapter:
    """The plug-in, found as every other one is."""
    return load_plugins()["pigeon"]


def test_it_must_pass_every_check(pigeon: Adapter) -> None:
    specimen = find_specimen(pigeon)
    assert specimen is not None
    assert plan(pigeon, specimen) == [*CHECKS]


@pytest.mark.parametrize("check", CHECKS)
async def test_it_passes_the_contract(
    db: Database, clock: FixedClock, tmp_path: Path, shared: Shared, pigeon: Adapter, check: str
) -> None:
    await try_check((db, clock, tmp_path), shared, pigeon, check)


async def try_check(
    ground: tuple[Database, FixedClock, Path], shared: Shared, adapter: Adapter, check: str
) -> None:
    """Tries one check; raises AssertionError when the plug-in does not pass it."""
    specimen = find_specimen(adapter)
    assert specimen is not None
    async with open_stage(*ground, adapter, specimen, shared) as stage:
        await CHECKS[check](stage)


def send_twice(pigeon: Any, send: Send) -> None:
    """Sends each message a second time under another key."""

    async def work(link: Link, settings: Any, message: OutboundMessage) -> Sent:
        await send(link, settings, message)
        return await send(link, settings, msgspec.structs.replace(message, external_id="<2@shop.example>"))

    pigeon.send = work


def hide_failures(pigeon: Any, send: Send) -> None:
    """Says that everything was sent."""

    async def work(link: Link, settings: Any, message: OutboundMessage) -> Sent:
        try:
            return await send(link, settings, message)
        except Failure:
            return Sent()

    pigeon.send = work


def blame_another_setting(pigeon: Any, send: Send) -> None:
    """Names a setting that there is not."""

    async def work(link: Link, settings: Any, message: OutboundMessage) -> Sent:
        try:
            return await send(link, settings, message)
        except Misconfigured as failure:
            raise Misconfigured("credentials", failure.reason) from failure

    pigeon.send = work


def show_the_token(pigeon: Any, _send: Send) -> None:
    """Does not mark the token as a secret."""
    fields: list[tuple[str, Any] | tuple[str, Any, Any]] = [
        ("address", str),
        ("url", str),
        ("token", str, ""),
    ]
    settings = msgspec.defstruct("Open", fields, kw_only=True, bases=(MailSettings,))
    pigeon.manifest = msgspec.structs.replace(pigeon.manifest, settings=settings)


@pytest.mark.parametrize(
    ("sabotage", "check"),
    [
        (send_twice, "sent_once"),
        (hide_failures, "rate_limit"),
        (hide_failures, "refused"),
        (hide_failures, "unknown"),
        (hide_failures, "credentials"),
        (blame_another_setting, "credentials"),
        (show_the_token, "form"),
    ],
)
async def test_the_contract_finds_what_is_wrong(
    db: Database,
    clock: FixedClock,
    tmp_path: Path,
    shared: Shared,
    pigeon: Any,
    sabotage: Sabotage,
    check: str,
) -> None:
    wrong = type(pigeon)()
    sabotage(wrong, wrong.send)
    with pytest.raises(AssertionError):
        await try_check((db, clock, tmp_path), shared, wrong, check)
