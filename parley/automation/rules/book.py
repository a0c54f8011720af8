"""The compiled rules of each workspace, kept while their set stays the same."""

from uuid import UUID

from parley.automation.rules.engine import Book
from parley.automation.rules.model import Rule, parse_rule
from parley.kit.conditions.catalogue import Catalogue
from parley.kit.ctx import Ctx
from parley.kit.errors import Invalid

NEWEST = "SELECT max(version) FROM rule_sets WHERE workspace_id = $1"
LOAD = """
SELECT v.rule_id, v.version, v.name, v.body
FROM rule_sets s CROSS JOIN LATERAL jsonb_array_elements(s.members) WITH ORDINALITY AS m(pair, place)
JOIN rule_versions v ON v.workspace_id = $1 AND v.rule_id = (m.pair ->> 0)::uuid AND v.version = (m.pair ->> 1)::int
WHERE s.workspace_id = $1 AND s.version = $2 ORDER BY m.place
"""


class Books:
    """Gives the book of a workspace; the version of its set is asked each time, the rules only when it is new."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._books: dict[UUID, Book] = {}

    async def get(self, ctx: Ctx) -> Book:
        """Gives the rules that are in force; an empty book of version 0 where there have never been any."""
        version = await ctx.tx.fetchval(NEWEST, ctx.workspace_id) or 0
        known = self._books.get(ctx.workspace_id)
        if known is not None and known.version == version:
            return known
        book = Book(version, await load_rules(ctx, self._catalogue, version), self._catalogue)
        self._books[ctx.workspace_id] = book
        return book


async def load_rules(ctx: Ctx, catalogue: Catalogue, version: int) -> list[Rule]:
    """Reads the rules of one version of the set, in order. One that names what is no longer there is left out."""
    rows = await ctx.tx.fetch(LOAD, ctx.workspace_id, version) if version else []
    found: list[Rule] = []
    for row in rows:
        try:
            found.append(parse_rule(row["body"], catalogue, row["rule_id"], row["version"], row["name"]))
        except Invalid:
            continue
    return found
