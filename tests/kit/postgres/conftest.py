"""Data folders and other users for the tests of the embedded server."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from parley.kit.postgres.account import Account, may_execute

ROOT = Path(__file__).parents[3]


@pytest.fixture
def open_dir() -> Iterator[Path]:
    """A folder that every user may enter, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="parley-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def needs_root() -> None:
    """Skips the test for ordinary users: they have no other user to become."""
    if os.geteuid() != 0:
        pytest.skip("only root can lend the server another user")


@pytest.fixture
def nobody() -> Account:
    """An unprivileged account of this machine."""
    entry = pwd.getpwnam("nobody")
    return Account("nobody", entry.pw_uid, entry.pw_gid, (entry.pw_gid,))


def find_python(account: Account) -> str:
    """A Python 3.11 or newer that the account may execute; skips the test when there is none."""
    for candidate in (sys.executable, shutil.which("python3", path="/usr/bin:/usr/local/bin")):
        if candidate is None or not may_execute(account, Path(candidate).resolve()):
            continue
        asked = subprocess.run(
            [candidate, "-c", "import sys; print(sys.version_info >= (3, 11))"],
            capture_output=True,
            text=True,
            check=False,
            user=account.uid,
            group=account.gid,
            extra_groups=[],
            cwd="/",
        )
        if asked.stdout.strip() == "True":
            return candidate
    pytest.skip("no Python here that an ordinary user may run")
