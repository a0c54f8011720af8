"""Search in all languages: words for scripts with spaces, pairs of characters for those without."""

from parley.kit.search.match import highlight, matches, matches_phrase
from parley.kit.search.query import (
    AndGroup,
    Filter,
    SearchQuery,
    Term,
    build_tsquery,
    needs_recheck,
    parse_query,
    query_terms,
)
from parley.kit.search.tokens import index_terms, tokenise

__all__ = [
    "AndGroup",
    "Filter",
    "SearchQuery",
    "Term",
    "build_tsquery",
    "highlight",
    "index_terms",
    "matches",
    "matches_phrase",
    "needs_recheck",
    "parse_query",
    "query_terms",
    "tokenise",
]
