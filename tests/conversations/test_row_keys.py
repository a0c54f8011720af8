"""Rows are found by key also under row security."""

import re
from pathlib import Path

import parley

# PostgreSQL takes these for leaky: with row security no index helps to find what they compute.
LEAKY = re.compile(
    r"\b(?:JOIN|ON|AND|WHERE)\s+\w+\.id\s*=\s*(?:coalesce|greatest|least|nullif)\(", re.IGNORECASE
)


def test_no_statement_looks_for_a_key_that_is_computed_by_a_leaky_function() -> None:
    package = Path(parley.__file__).parent
    found = {
        f"{path.relative_to(package)}: {match[0]}"
        for path in package.rglob("*.py")
        for match in LEAKY.finditer(path.read_text(encoding="utf-8"))
    }
    assert not found
