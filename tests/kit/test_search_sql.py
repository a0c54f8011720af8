import pytest

from parley.kit.db import Database
from parley.kit.search import build_tsquery, index_terms, matches, needs_recheck, parse_query

TEXTS = [
    "Where is my order A-1001? It's late",
    "The blue jacket of order 1001-A",
    "jacket, blue; ordering again",
    "주문취소 부탁드립니다",
    "주문하고 취소",
    "我想退货，谢谢",
    "Kje je pošiljka O'Brien \\ back",
]
# A prefix with everything that a tsquery would have to escape.
PREFIX = "w'1\\:"
QUERIES = [
    "order",
    "ord*",
    "order -jacket",
    "a-1001",
    '"blue jacket"',
    "주문취소",
    "취소",
    "退货",
    "谢",
    "posil* o'brien",
    "it's",
    "nothing",
    '-"blue jacket" order',
]


@pytest.mark.parametrize("q", QUERIES)
async def test_the_index_finds_what_the_query_means(db: Database, q: str) -> None:
    query = parse_query(q)
    tsquery = build_tsquery(query, PREFIX)
    found = set()
    async with db.transaction(None) as tx:
        for n, text in enumerate(TEXTS):
            sql = "SELECT array_to_tsvector($1::text[]) @@ $2::text::tsquery"
            if await tx.fetchval(sql, index_terms(text, PREFIX), tsquery):
                found.add(n)
    wanted = {n for n, text in enumerate(TEXTS) if matches(text, query)}
    assert wanted <= found
    if not needs_recheck(query):
        assert wanted == found
