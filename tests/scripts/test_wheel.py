"""The wheel is built from the source tree without a network and holds everything that runs."""

from __future__ import annotations

import subprocess
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
INSIDE = (
    "parley/_web/desk/index.html",
    "parley/_web/frame/manifest.json",
    "parley/_web/loader/widget.js",
    "parley/app/migrations/versions/0001_foundation.sql",
    "parley/app/demo/pages/base.html",
    "parley/channels/forms/page.html",
)


def test_make_wheel(tmp_path: Path) -> None:
    # `install` is left out: it is what the tests run in.
    made = subprocess.run(
        ["make", "wheel", f"DIST={tmp_path}", "--assume-old=install"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stdout + made.stderr
    (wheel,) = tmp_path.glob("parley-*-py3-none-any.whl")
    assert str(wheel) in made.stdout
    with zipfile.ZipFile(wheel) as packed:
        names = set(packed.namelist())
    assert set(INSIDE) <= names
    assert not [name for name in names if "/tests/" in name]
