"""Every channel plug-in that is installed passes the contract of channels; one that brings no specimen fails here."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from parley.channels.plugins import load_plugins
from parley.channels.specimens import find_specimen
from parley.kit.clock import FixedClock
from parley.kit.db import Database
from tests.support.channel_contract import CHECKS, plan
from tests.support.channel_contract.stage import Shared, open_stage


def list_cases() -> Iterator[ParameterSet]:
    """Gives every plug-in with every check it must pass."""
    for slug, adapter in load_plugins().items():
        specimen = find_specimen(adapter)
        if specimen is not None:
            marks = [getattr(pytest.mark, name) for name in specimen.marks]
            for check in plan(adapter, specimen):
                yield pytest.param(slug, check, id=f"{slug}-{check}", marks=marks)


@pytest.fixture(scope="module")
def shared() -> Iterator[Shared]:
    """Servers that all checks share."""
    made = Shared()
    yield made
    made.close()


def test_every_plugin_brings_a_specimen() -> None:
    plugins = load_plugins()
    assert {"chat", "contact_form", "email_imap", "email_listener", "email_webhook"} <= set(plugins)
    for slug, adapter in plugins.items():
        assert find_specimen(adapter) is not None, f"{slug}: tests/specimen.py is missing (docs/channels.md)"


@pytest.mark.parametrize(("slug", "check"), [*list_cases()])
async def test_contract(
    db: Database, clock: FixedClock, tmp_path: Path, shared: Shared, slug: str, check: str
) -> None:
    adapter = load_plugins()[slug]
    specimen = find_specimen(adapter)
    assert specimen is not None
    async with open_stage(db, clock, tmp_path, adapter, specimen, shared) as stage:
        await CHECKS[check](stage)
