"""(e) What a shop's page has to load before the first message, as a browser receives it."""

from bench.report import Book, Goal
from scripts.check_budgets import FRAME_BYTES, LOADER, LOADER_BYTES, list_first_files, measure


def measure_sizes(book: Book) -> None:
    """Measures loader and frame with the functions that `make check` uses."""
    book.add("widget loader", [measure(LOADER)], "bytes gzip", goal=Goal(LOADER_BYTES))
    book.add(
        "widget frame",
        [sum(measure(path) for path in list_first_files())],
        "bytes gzip",
        goal=Goal(FRAME_BYTES),
    )
