"""Which Python `make` takes: new enough, and for root one that others can run too."""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path

import pytest

from scripts.setup import find_closed_folder

SCRIPT = Path(__file__).parents[2] / "scripts/find-python.sh"
FAKE = '#!/bin/sh\ncase "$2" in *ensurepip*) exit {shared} ;; *) exit {new} ;; esac\n'


def place(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize(("user", "taken"), [("0", "shared"), ("1000", "closed")])
def test_root_takes_one_that_others_can_run(tmp_path: Path, user: str, taken: str) -> None:
    place(tmp_path / "old", "python3", FAKE.format(new=1, shared=0))
    place(tmp_path / "closed", "python3", FAKE.format(new=0, shared=1))
    place(tmp_path / "shared", "python3", FAKE.format(new=0, shared=0))
    place(tmp_path / "old", "id", f"#!/bin/sh\necho {user}\n")
    path = ":".join([*(str(tmp_path / name) for name in ("old", "closed", "shared")), os.environ["PATH"]])
    done = subprocess.run([SCRIPT], env={"PATH": path}, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(tmp_path / taken / "python3")


def test_a_closed_folder_on_the_way_is_found() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        program = place(folder / "bin", "python3", FAKE)
        assert find_closed_folder(program) == folder
        folder.chmod(0o755)
        assert find_closed_folder(program) is None
        program.parent.chmod(0o700)
        assert find_closed_folder(program) == program.parent
