"""Writes the files that are derived from the code, or with `--check` tells which are out of date.

`generate.py [--check] [openapi] [map]`: the description of the API with the types of the browser's client,
and the map of the source tree. `parley openapi` and `parley map` print what belongs in the files.
"""

from __future__ import annotations

import difflib
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PARLEY = ROOT / ".venv" / "bin" / "parley"
OPENAPI = ROOT / "web/client/openapi.json"
SCHEMA = ROOT / "web/client/src/schema.d.ts"
MAP = ROOT / "docs/map.md"


def run(*command: str | Path) -> str:
    """The output of a command; its complaints go through, and its failure ends this program."""
    done = subprocess.run([str(part) for part in command], cwd=ROOT, stdout=subprocess.PIPE, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(str(part) for part in command)} ended with status {done.returncode}")
    return done.stdout.decode()


def generate_openapi() -> Iterator[tuple[Path, str]]:
    """The API's description in a stable order, and the TypeScript types made from it."""
    described = (
        json.dumps(json.loads(run(PARLEY, "openapi")), indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    )
    yield OPENAPI, described
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "openapi.json", Path(folder) / "schema.d.ts"
        source.write_text(described, encoding="utf-8")
        # A field with a default may be left out of a request.
        flags = ("--output", target, "--default-non-nullable=false")
        run(ROOT / "scripts/npm.sh", "exec", "--", "openapi-typescript", source, *flags)
        yield SCHEMA, target.read_text(encoding="utf-8")


def generate_map() -> Iterator[tuple[Path, str]]:
    """The map of the source tree."""
    yield MAP, run(PARLEY, "map")


TARGETS = {"openapi": generate_openapi, "map": generate_map}


def show_difference(path: Path, old: str, new: str) -> None:
    """Prints the first lines of what would change."""
    name = str(path.relative_to(ROOT))
    difference = difflib.unified_diff(
        old.splitlines(), new.splitlines(), name, f"{name}, generated", lineterm="", n=1
    )
    for line, _ in zip(difference, range(30), strict=False):
        print(line)


def main(arguments: list[str]) -> int:
    """Writes or compares the wanted files; returns 1 when `--check` finds one out of date."""
    wanted = [name for name in arguments if name != "--check"] or list(TARGETS)
    stale = 0
    for name in wanted:
        for path, new in TARGETS[name]():
            old = path.read_text(encoding="utf-8") if path.is_file() else ""
            if old == new:
                continue
            if "--check" in arguments:
                show_difference(path, old, new)
                print(f"{path.relative_to(ROOT)} is out of date; run `make openapi docs`.")
                stale += 1
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(new, encoding="utf-8")
                print(f"wrote {path.relative_to(ROOT)}")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
