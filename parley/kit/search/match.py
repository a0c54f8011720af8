"""A second look at what the index found, and the places to mark in it."""

import unicodedata
from functools import lru_cache

from parley.kit.search.query import SearchQuery, Term
from parley.kit.search.tokens import MAX_TOKEN_LENGTH, fold, is_run, split_units, token_spans

_SEPARATOR = "\x1f"
_MAX_TEXT = 200_000


def matches_phrase(text: str, phrase: str) -> bool:
    """Whether a text has the words of a phrase next to each other; True for a phrase without words."""
    return _has(_haystack(text), Term(tuple(split_units(fold(phrase)))))


def matches(text: str, query: SearchQuery) -> bool:
    """Whether a text has every term and phrase of a query and none of its exclusions; filters aside."""
    haystack = _haystack(text)
    wanted = (*query.terms, *query.phrases)
    return all(_has(haystack, term) for term in wanted) and not any(
        _has(haystack, term) for term in query.excluded
    )


def highlight(text: str, query: SearchQuery) -> list[tuple[int, int]]:
    """Places (start, end) of a query's terms and phrases in the text as written, sorted and disjoint."""
    atoms = _atoms_with_places(text[:_MAX_TEXT])
    by_first: dict[str, list[int]] = {}
    for index, (atom, _, _) in enumerate(atoms):
        by_first.setdefault(atom, []).append(index)
    found: list[tuple[int, int]] = []
    for term in (*query.terms, *query.phrases):
        wanted = _atoms(term.units)
        for start in _starts(by_first, wanted, is_prefix=term.is_prefix):
            window = atoms[start : start + len(wanted)]
            if _fits([atom for atom, _, _ in window], wanted, is_prefix=term.is_prefix):
                found.append((window[0][1], window[-1][2]))
    return _merged(found)


def _starts(by_first: dict[str, list[int]], wanted: list[str], *, is_prefix: bool) -> list[int]:
    if is_prefix and len(wanted) == 1:
        return [index for atom, places in by_first.items() if atom.startswith(wanted[0]) for index in places]
    return by_first.get(wanted[0], []) if wanted else []


def _fits(atoms: list[str], wanted: list[str], *, is_prefix: bool) -> bool:
    if len(atoms) != len(wanted) or atoms[:-1] != wanted[:-1]:
        return False
    return atoms[-1].startswith(wanted[-1]) if is_prefix else atoms[-1] == wanted[-1]


def _atoms(units: tuple[str, ...]) -> list[str]:
    """What is compared: whole words, and each character of a run."""
    atoms: list[str] = []
    for unit in units:
        if is_run(unit):
            atoms += unit
        else:
            atoms.append(unit[:MAX_TOKEN_LENGTH])
    return atoms


def _haystack(text: str) -> str:
    return _SEPARATOR + _SEPARATOR.join(_atoms(tuple(split_units(fold(text))))) + _SEPARATOR


def _has(haystack: str, term: Term) -> bool:
    needle = _SEPARATOR + _SEPARATOR.join(_atoms(term.units))
    return (needle if term.is_prefix or not term.units else needle + _SEPARATOR) in haystack


def _atoms_with_places(text: str) -> list[tuple[str, int, int]]:
    folded: list[str] = []
    places: list[tuple[int, int]] = []
    for start, end in _clusters(text):
        piece = _fold_cluster(text[start:end])
        folded.append(piece)
        places += [(start, end)] * len(piece)
    atoms: list[tuple[str, int, int]] = []
    for unit, start, end in token_spans("".join(folded)):
        if is_run(unit):
            atoms += [(char, *places[start + offset]) for offset, char in enumerate(unit)]
        else:
            atoms.append((unit[:MAX_TOKEN_LENGTH], places[start][0], places[end - 1][1]))
    return atoms


def _clusters(text: str) -> list[tuple[int, int]]:
    """Pieces that NFKC treats on their own: a character with the marks and jamo that may melt into it."""
    if not text:
        return []
    starts = [index for index, char in enumerate(text) if index == 0 or not _melts(char)]
    return list(zip(starts, [*starts[1:], len(text)], strict=True))


def _melts(char: str) -> bool:
    if char.isascii():
        return False
    return (
        unicodedata.combining(char) != 0
        or unicodedata.category(char)[0] == "M"
        or "\u1160" <= char <= "\u11ff"
        or char in "\uff9e\uff9f"
    )


@lru_cache(maxsize=4_096)
def _fold_cluster(cluster: str) -> str:
    return fold(cluster)


def _merged(places: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(places):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
