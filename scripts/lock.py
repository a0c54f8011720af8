"""Writes the lock files from the *.in files, or with `--check` tells which were not written after a change.

`lock.py [--check] [--upgrade]`. The files name versions and digests, never an address, so that any index
serves; their first line holds the digest of their source.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# A later one is bound by the earlier ones.
NAMES = ("requirements", "requirements-build", "requirements-node", "requirements-dev")
COMPILE = (
    "pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url"
)
ADDRESS = re.compile(r"://|^\s*--(index-url|extra-index-url|find-links)", re.MULTILINE)
# npm also records where a project asks for donations; only where a package came from matters.
NPM_ADDRESS = re.compile(r'"resolved": "(http|file)')


def first_line(name: str) -> str:
    """What a lock file starts with when it belongs to its source as it is now."""
    digest = hashlib.sha256((ROOT / f"{name}.in").read_bytes()).hexdigest()
    return f"# from {name}.in, sha256 {digest}; write with: make lock\n"


def write_lock(name: str, *options: str) -> None:
    """Resolves one source file; what is locked already stays unless `--upgrade` is among the options."""
    target = ROOT / f"{name}.txt"
    uv = str(ROOT / ".venv" / "bin" / "uv")
    subprocess.run(
        [uv, *COMPILE.split(), *options, f"{name}.in", "--output-file", target.name], cwd=ROOT, check=True
    )
    # The tool keeps the comments at the top of an older file.
    locked = re.sub(r"\A(#[^\n]*\n)*", "", target.read_text(encoding="utf-8"))
    target.write_text(first_line(name) + locked, encoding="utf-8")


def find_problems() -> list[str]:
    """One sentence per lock file that is out of date or holds an address."""
    problems = []
    for name in NAMES:
        text = (ROOT / f"{name}.txt").read_text(encoding="utf-8")
        if not text.startswith(first_line(name)):
            problems.append(f"{name}.txt does not belong to {name}.in as it is now; run `make lock`.")
        if ADDRESS.search(text):
            problems.append(f"{name}.txt holds the address of a package index.")
    if NPM_ADDRESS.search((ROOT / "web" / "package-lock.json").read_text(encoding="utf-8")):
        problems.append("web/package-lock.json holds the address of a package index.")
    return problems


def main(arguments: list[str]) -> int:
    """Returns 1 when a lock file is out of date or holds an address."""
    if "--check" not in arguments:
        for name in NAMES:
            write_lock(name, *arguments)
            print(f"{name}.txt", flush=True)
        npm = [str(ROOT / "scripts" / "npm.sh"), "install", "--package-lock-only", "--no-audit", "--no-fund"]
        subprocess.run(npm, check=True)
    problems = find_problems()
    print("\n".join(problems) or "The lock files are up to date.")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
