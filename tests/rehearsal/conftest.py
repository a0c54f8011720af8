"""A shop whose past can be replayed."""

from pathlib import Path

import pytest
from litestar import Litestar

from parley.kit.clock import FixedClock
from parley.kit.db import Database
from parley.kit.files.links import FileLinks
from parley.kit.files.store import LocalStore
from parley.kit.runtime import Runtime
from parley.rehearsal.slice import REHEARSAL
from tests.automation.conftest import SLICES, inbox, neighbour, settle, shop  # noqa: F401 - fixtures
from tests.support.app import build_test_app, build_test_runtime
from tests.support.inbox import AnyChannel

WHOLE = (*SLICES, REHEARSAL)


@pytest.fixture
def runtime(db: Database, clock: FixedClock, tmp_path: Path) -> Runtime:
    """A runtime with the slices up to the rehearsal."""
    made = build_test_runtime(db, clock, WHOLE, files=LocalStore(tmp_path))
    made.parts["channel_port"] = AnyChannel()
    made.parts["file_links"] = FileLinks(b"key of the tests")
    return made


@pytest.fixture
def app(runtime: Runtime) -> Litestar:
    """The application with these slices."""
    return build_test_app(runtime, WHOLE)
