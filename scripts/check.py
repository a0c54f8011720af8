"""All checks that need no running Parley, two at a time; every one runs, and those that fail say why."""

from __future__ import annotations

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
NPM = str(ROOT / "scripts" / "npm.sh")
PYTHON = str(BIN / "python")

# The longest first, so that the two lines end together.
CHECKS: dict[str, list[str]] = {
    "mypy": [
        str(BIN / "mypy"),
        *(name for name in ("parley", "tests", "scripts", "bench") if (ROOT / name).is_dir()),
    ],
    "eslint": [NPM, "run", "--silent", "lint"],
    "tsc": [NPM, "run", "--silent", "check"],
    "generated files": [PYTHON, "scripts/generate.py", "--check"],
    "import contracts": [str(BIN / "lint-imports")],
    "ruff": [str(BIN / "ruff"), "check"],
    "ruff format": [str(BIN / "ruff"), "format", "--check"],
    "catalogues": [PYTHON, "-m", "scripts.check_catalogues"],
    "locks": [PYTHON, "scripts/lock.py", "--check"],
    "budgets": [PYTHON, "scripts/check_budgets.py"],
}


def run_check(name: str) -> bool:
    """Runs one check and prints its result at once; true when it passed."""
    began = time.monotonic()
    done = subprocess.run(
        CHECKS[name],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    said = done.stdout.decode(errors="replace")
    passed = done.returncode == 0
    report = f"{'ok    ' if passed else 'FAILED'} {name} ({time.monotonic() - began:.1f} s)\n"
    if not passed or name == "budgets":
        report += "".join(f"       {line}\n" for line in said.splitlines())
    sys.stdout.write(report)
    sys.stdout.flush()
    return passed


def main(arguments: list[str]) -> int:
    """Runs the named checks, or all; returns 1 when one failed."""
    names = arguments or list(CHECKS)
    unknown = [name for name in names if name not in CHECKS]
    if unknown:
        print(f"unknown: {', '.join(unknown)}; there are: {', '.join(CHECKS)}")
        return 2
    with ThreadPoolExecutor(max_workers=2) as pool:
        results = list(pool.map(run_check, names))
    failed = [name for name, passed in zip(names, results, strict=True) if not passed]
    print(
        f"\n{len(names) - len(failed)} of {len(names)} checks passed"
        + (f"; failed: {', '.join(failed)}" if failed else "")
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
