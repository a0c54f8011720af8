"""Runs the test suites: Python's (browser and mail servers included) and the browser parts' own.

`run_tests.py [pytest arguments…]`. What cannot run on this machine is left out and named at the end; with
`PARLEY_TEST_STRICT=1` that is a failure.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Long runs and checks against foreign descriptions have commands of their own.
ELSEWHERE = ["soak", "contracts"]


def find_missing() -> list[str]:
    """The markers of tests whose programs are not installed."""
    asked = subprocess.run(
        [ROOT / "scripts" / "install-system.sh", "--missing"], stdout=subprocess.PIPE, text=True, check=True
    )
    return asked.stdout.split()


def run_suite(name: str, command: list[str]) -> bool:
    """Runs one suite with its output shown; true when it passed."""
    print(f"\n{name}: {' '.join(command)}", flush=True)
    began = time.monotonic()
    code = subprocess.run(command, cwd=ROOT, check=False).returncode
    print(
        f"{name}: {'passed' if code == 0 else f'FAILED (status {code})'} in {time.monotonic() - began:.0f} s",
        flush=True,
    )
    return code == 0


def main(arguments: list[str]) -> int:
    """Returns 0 when everything passed."""
    strict, missing = os.environ.get("PARLEY_TEST_STRICT") == "1", find_missing()
    chosen = " and ".join(f"not {marker}" for marker in [*ELSEWHERE, *missing])
    pytest = [str(ROOT / ".venv/bin/python"), "-m", "pytest", "-m", chosen, *arguments]
    results = [run_suite("Python tests", pytest)]
    if not arguments:
        results.append(
            run_suite("Browser parts' tests", [str(ROOT / "scripts/npm.sh"), "run", "--silent", "test"])
        )
    print()
    for marker in missing:
        print(f"LEFT OUT: the tests marked `{marker}`, because their programs are not installed (see above).")
    if not os.environ.get("PARLEY_CONTRACTS"):
        print(
            "Left out: the contract tests, because PARLEY_CONTRACTS is not set (see `make test-contracts`)."
        )
    return 0 if all(results) and not (strict and missing) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
