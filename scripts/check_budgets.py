"""Checks the size budgets: lines per source file, and bytes that a shop's page has to load.

`check_budgets.py` checks both, `--files` or `--browser` one of them. Needs the standard library only.
"""

from __future__ import annotations

import gzip
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LINES = {".py": 400, ".ts": 250, ".tsx": 250}
SKIPPED = {".git", ".venv", ".make", ".data", "node_modules", "dist", "__pycache__", "data", "build"}
# Generated files and migrations, which are never edited once they are out.
UNCOUNTED = ("web/client/src/schema.d.ts", "parley/app/migrations/versions/")

LOADER_BYTES = 3_072
FRAME_BYTES = 35_840
LOADER = ROOT / "web/widget/loader/dist/widget.js"
FRAME = ROOT / "web/widget/frame"


def list_sources() -> Iterator[Path]:
    """Every Python and TypeScript file of the project that is written by hand."""
    for current, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in SKIPPED]
        for name in names:
            path = Path(current) / name
            if path.suffix in LINES and not path.relative_to(ROOT).as_posix().startswith(UNCOUNTED):
                yield path


def check_lines() -> list[str]:
    """One complaint per file that is too long."""
    complaints = []
    for path in sorted(list_sources()):
        with path.open("rb") as lines:
            count = sum(1 for _ in lines)
        if count > LINES[path.suffix]:
            complaints.append(
                f"{path.relative_to(ROOT)}: {count} lines, at most {LINES[path.suffix]} are allowed"
            )
    return complaints


def measure(path: Path) -> int:
    """The size of a file as a browser receives it."""
    return len(gzip.compress(path.read_bytes(), 9, mtime=0))


def list_first_files() -> list[Path]:
    """What the frame loads before the first message: page, entry and every chunk not declared as late.

    A chunk that is loaded on demand counts too, unless the frame's package.json names its source under
    `parley.late` (loaded only after the visitor did something more). Of the chunks of one `locales` folder
    only the largest counts, because a visitor has one language.
    """
    dist = FRAME / "dist"
    manifest: dict[str, Any] = json.loads((dist / "manifest.json").read_text(encoding="utf-8"))
    settings = json.loads((FRAME / "package.json").read_text(encoding="utf-8")).get("parley", {})
    late, unknown = set(settings.get("late", [])), set(settings.get("late", [])) - manifest.keys()
    if unknown:
        raise SystemExit(
            f"web/widget/frame/package.json: parley.late names unknown chunks: {sorted(unknown)}"
        )
    reached: set[str] = set()
    waiting = [key for key, chunk in manifest.items() if chunk.get("isEntry")]
    while waiting:
        key = waiting.pop()
        if key in reached or key in late:
            continue
        reached.add(key)
        waiting += [*manifest[key].get("imports", []), *manifest[key].get("dynamicImports", [])]
    languages = [key for key in reached if "/locales/" in f"/{key}"]
    if languages:
        reached -= set(languages) - {max(languages, key=lambda key: measure(dist / manifest[key]["file"]))}
    names = {name for key in reached for name in (manifest[key]["file"], *manifest[key].get("css", []))}
    return [dist / "index.html", *(dist / name for name in sorted(names))]


def check_browser() -> list[str]:
    """Prints the sizes of loader and frame; one complaint for each that is too large or not built."""
    if not LOADER.is_file() or not (FRAME / "dist/index.html").is_file():
        return ["The widget is not built; run `make install`."]
    loader, frame = measure(LOADER), sum(measure(path) for path in list_first_files())
    complaints = []
    for name, size, limit in (("loader", loader, LOADER_BYTES), ("frame", frame, FRAME_BYTES)):
        print(f"{name}: {size:,} of {limit:,} bytes gzip")
        if size > limit:
            complaints.append(f"The widget's {name} has {size:,} bytes gzip, at most {limit:,} are allowed.")
    if b"import" in LOADER.read_bytes().split(b"(", 1)[0]:
        complaints.append("The loader must be one classic script without imports.")
    return complaints


def main(arguments: list[str]) -> int:
    """Returns 1 when a budget is exceeded."""
    complaints: list[str] = []
    if "--browser" not in arguments:
        complaints += check_lines()
    if "--files" not in arguments:
        complaints += check_browser()
    for complaint in complaints:
        print(complaint)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
