"""What somebody types into a search field, taken apart, and its form for PostgreSQL's token index."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from parley.kit.search.tokens import fold, is_run, split_units, tokenise

_MAX_QUERY = 1_000
_MAX_PARTS = 32
_QUOTES = str.maketrans("\u201c\u201d\u201e\u201f\u00ab\u00bb\uff02\uff1a", '""""""":')
_PART = re.compile(
    r'(?P<minus>-)?(?:(?P<name>[A-Za-z][A-Za-z0-9_-]*):)?(?:"(?P<quoted>[^"]*)"?|(?P<word>[^\s"]+))'
)


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase: its folded units in order; with `is_prefix` the last one may go on."""

    units: tuple[str, ...]
    is_prefix: bool = False

    def tokens(self) -> tuple[str, ...]:
        """The index tokens that a text with this term has."""
        return tuple(token for unit in self.units for token in tokenise(unit))

    def is_exact(self) -> bool:
        """Whether having the tokens is the same as having the term: no order or closeness to be checked."""
        return len(self.tokens()) == 1


@dataclass(frozen=True, slots=True)
class Filter:
    """`name:value`, as typed; `is_negated` for `-name:value`."""

    name: str
    value: str
    is_negated: bool = False


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """A query taken apart: all `terms` and `phrases` are wanted, none of `excluded`, all `filters` hold."""

    terms: tuple[Term, ...] = ()
    phrases: tuple[Term, ...] = ()
    excluded: tuple[Term, ...] = ()
    filters: tuple[Filter, ...] = ()

    def is_empty(self) -> bool:
        """Whether nothing at all is asked for."""
        return not (self.terms or self.phrases or self.excluded or self.filters)


@dataclass(frozen=True, slots=True)
class AndGroup:
    """Tokens that must all be there (or, negated, must not); the last may be the start of a longer one."""

    tokens: tuple[str, ...]
    last_is_prefix: bool = False
    is_negated: bool = False


def parse_query(q: str, operators: Collection[str] = (), *, last_is_prefix: bool = False) -> SearchQuery:
    """Take a query apart; every text is a query, nothing is raised.

    `word`, `wor*` (start of a word), `"a phrase"`, `-word`, `-"a phrase"`, and `name:value` or
    `name:"a value"` for the names in `operators` (lower case; others are words). `last_is_prefix` treats the
    last plain word as if it ended in `*`, for searching while typing. Only the first 1,000 characters and 32
    parts count.
    """
    terms: list[Term] = []
    phrases: list[Term] = []
    excluded: list[Term] = []
    filters: list[Filter] = []
    parts = list(_PART.finditer(q[:_MAX_QUERY].translate(_QUOTES)))[:_MAX_PARTS]
    for index, part in enumerate(parts):
        name, quoted, word = part["name"], part["quoted"], part["word"]
        value = quoted if quoted is not None else word
        is_negated = part["minus"] is not None
        if name and name.lower() in operators and value.strip():
            filters.append(Filter(name.lower(), value.strip(), is_negated))
            continue
        is_last = last_is_prefix and index == len(parts) - 1
        for term, is_phrase in _terms_of(name, quoted, word, is_last=is_last):
            (excluded if is_negated else phrases if is_phrase else terms).append(term)
    return SearchQuery(_distinct(terms), _distinct(phrases), _distinct(excluded), tuple(filters))


def query_terms(query: SearchQuery, prefix: str) -> list[AndGroup]:
    """The groups of tokens, each behind `prefix`, that the index has to satisfy together.

    What has an order, and exclusions of more than one token, the index can only narrow down: see `matches`.
    """
    groups = [_group(term, prefix) for term in (*query.terms, *query.phrases)]
    groups += [
        AndGroup(_group(term, prefix).tokens, _group(term, prefix).last_is_prefix, is_negated=True)
        for term in query.excluded
        if term.is_exact()
    ]
    return list(dict.fromkeys(groups))


def build_tsquery(query: SearchQuery, prefix: str) -> str:
    """The text of a `tsquery` (to be cast with `::tsquery`), or "" when nothing positive is asked for.

    A query of exclusions alone would have to read the whole index, so it gets no tsquery.
    """
    groups = query_terms(query, prefix)
    if all(group.is_negated for group in groups):
        return ""
    lexemes = [lexeme for group in groups for lexeme in _lexemes(group)]
    return " & ".join(dict.fromkeys(lexemes))


def needs_recheck(query: SearchQuery) -> bool:
    """Whether hits of the index have to be looked at with `matches` before they count."""
    return any(not term.is_exact() for term in (*query.terms, *query.phrases, *query.excluded))


def _terms_of(
    name: str | None, quoted: str | None, word: str | None, *, is_last: bool
) -> list[tuple[Term, bool]]:
    found: list[tuple[Term, bool]] = []
    if quoted is not None:
        if name:
            found.append((_term(name), False))
        found.append((_term(quoted), True))
    else:
        written = f"{name}:{word}" if name else word or ""
        found.append((_term(written, is_prefix=is_last or written.endswith("*")), False))
    return [(term, is_phrase) for term, is_phrase in found if term.units]


def _distinct(terms: list[Term]) -> tuple[Term, ...]:
    return tuple(dict.fromkeys(terms))


def _term(text: str, *, is_prefix: bool = False) -> Term:
    return Term(tuple(split_units(fold(text))), is_prefix)


def _group(term: Term, prefix: str) -> AndGroup:
    # A single character of a run is found as the start of a pair; at the end of a longer run it is not found.
    single = is_run(term.units[-1]) and len(term.units[-1]) == 1
    return AndGroup(tuple(prefix + token for token in term.tokens()), term.is_prefix or single)


def _lexemes(group: AndGroup) -> list[str]:
    quoted = ["'" + token.replace("\\", "\\\\").replace("'", "''") + "'" for token in group.tokens]
    if group.last_is_prefix:
        quoted[-1] += ":*"
    return [f"!{lexeme}" for lexeme in quoted] if group.is_negated else quoted
