"""Figures and goals."""

from pathlib import Path

import msgspec

from bench.report import Book, Goal, Result


def test_a_ratio_is_the_median_of_the_turns(tmp_path: Path) -> None:
    said: list[str] = []
    book = Book(said.append, tmp_path / "results.json")
    book.add("reference", [100, 200, 400], "messages/s")
    result = book.add(
        "accepted",
        [50, 60, 100],
        "messages/s",
        against="reference",
        goal=Goal(0.4, at_least=True, of_ratio=True),
    )
    assert (result.value, result.ratio) == (60, 0.3)
    assert "MISSED" in said[-1]
    assert "0 of 1 goals met" in book.table()


def test_results_are_written_as_they_come(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    book = Book(lambda _: None, path)
    book.add("size", [3000], "bytes", goal=Goal(3072))
    assert msgspec.json.decode(path.read_bytes()) == [
        {"name": "size", "value": 3000, "unit": "bytes", "reference": None, "ratio": None, "runs": [3000]}
    ]
    assert "1 of 1 goals met" in book.table()


def test_a_goal_of_a_ratio_is_unknown_without_one() -> None:
    assert Goal(1.5, of_ratio=True).is_met(Result("x", 1, "ms", None, None, [1])) is None
