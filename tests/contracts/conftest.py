"""The official descriptions of other services: in the folder that PARLEY_CONTRACTS names."""

import os
from pathlib import Path

import pytest

MISSING = "Set PARLEY_CONTRACTS to the folder with the descriptions of other services (see docs/channels.md)."


def find_contracts() -> Path | None:
    """Gives the folder, or None where it is not set or not there."""
    named = os.environ.get("PARLEY_CONTRACTS", "")
    return Path(named) if named and Path(named).is_dir() else None


@pytest.fixture(scope="session")
def contracts() -> Path:
    """The folder; a contract test without it fails, for it has compared nothing."""
    found = find_contracts()
    if found is None:
        pytest.fail(MISSING, pytrace=False)
    return found
