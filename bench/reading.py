"""(c) First page of the inbox, opening a conversation, search: what a hundred times the history costs."""

import random
import re
import statistics
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import cycle, islice
from time import perf_counter
from urllib.parse import quote

import asyncpg
import msgspec

from bench.loading import Loaded
from bench.report import Goal
from bench.servers import Cluster, Parley
from bench.stage import RUNS, Stage
from bench.talk import Sample
from bench.texts import build_rare_word
from bench.wire import Http, open_http
from parley.kit.search.tokens import fold, is_run, split_units

REQUESTS = 100
EACH = 40
KINDS = (
    "frequent word", "any word", "rare word", "several words", "without spaces", "phrase", "operators", "absent word"
)  # fmt: skip
OPERATORS = (
    "{word} status:closed", "{word} is:note", "{word} tag:refund", "{word} from:ana", "{word} after:2026-01",
    "{word} channel:chat -refund", "{word} assignee:me", "from:me {word} before:2026-06",
)  # fmt: skip
OPENED = 3_000
VIEWS = ("all_open", "mine", "unassigned", "waiting", "snoozed", "closed", "all")
GROWTH = Goal(1.5, of_ratio=True)
SEARCH = Goal(150.0)


class House:
    """A history served by a web process of its own, with everything that is asked for there."""

    def __init__(self, scale: str, loaded: Loaded, parley: Parley, http: Http) -> None:
        self.scale = scale
        self.http = http
        self._loaded = loaded
        self._parley = parley
        self._sessions = cycle(loaded.cast.sessions)
        self._random = random.Random(3)
        self._conversations: Iterator[str] = iter(())
        self._views = cycle(VIEWS)
        self.queries: dict[str, list[str]] = {}
        self._searched: Iterator[tuple[str, str]] = iter(())
        self.by_kind: dict[str, list[float]] = {}
        self.empty: dict[str, int] = {}

    async def prepare(self, cluster: Cluster) -> None:
        """Chooses conversations from all of the history and builds the searches."""
        numbers = self._random.sample(range(1, self._loaded.size + 1), k=min(OPENED, self._loaded.size))
        connection = await asyncpg.connect(cluster.admin_dsn(self._loaded.database))
        try:
            rows = await connection.fetch("SELECT id FROM conversations WHERE number = ANY($1)", numbers)
        finally:
            await connection.close()
        ids = [str(row["id"]) for row in rows]
        self._random.shuffle(ids)
        self._conversations = cycle(ids)
        self.queries = build_queries(self._loaded.samples, self._random)
        mixed = [(kind, query) for kind, found in self.queries.items() for query in found]
        self._random.shuffle(mixed)
        self._searched = cycle(mixed)

    async def _get(self, path: str) -> bytes:
        status, body = await self.http.ask("GET", path, {"Cookie": f"parley_session={next(self._sessions)}"})
        if status != 200:
            raise RuntimeError(f"{path}: {status} {body[:300]!r}")
        return body

    async def list_inbox(self) -> None:
        """Asks for the first page of a view."""
        await self._get(f"/api/v1/conversations?view={next(self._views)}")

    async def count_views(self) -> None:
        """Asks for the side bar: every view with its count."""
        await self._get("/api/v1/views")

    async def open_one(self) -> None:
        """Asks for a conversation and its timeline, as the desk does."""
        conversation = next(self._conversations)
        await self._get(f"/api/v1/conversations/{conversation}")
        await self._get(f"/api/v1/conversations/{conversation}/timeline")

    async def search(self) -> None:
        """Searches once."""
        kind, query = next(self._searched)
        began = perf_counter()
        body = await self._get(f"/api/v1/search?q={quote(query)}")
        self.by_kind.setdefault(kind, []).append((perf_counter() - began) * 1000)
        if not msgspec.json.decode(body)["items"]:
            self.empty[kind] = self.empty.get(kind, 0) + 1

    def close(self) -> None:
        """Ends connection and process."""
        self.http.close()
        self._parley.stop()


def build_queries(samples: Sequence[Sample], source: random.Random) -> dict[str, list[str]]:
    """Builds searches out of messages that are there, in all their languages: the same number of every kind."""
    kinds: dict[str, list[str]] = {kind: [] for kind in KINDS}
    seen = Counter(word for sample in samples for word in set(_list_words(sample.text)))
    kinds["frequent word"] = [word for word, _ in seen.most_common(20)]
    narrowing = cycle(OPERATORS)
    for sample in samples:
        words, runs = _list_words(sample.text), [u for u in split_units(fold(sample.text)) if is_run(u)]
        if sample.order and sample.order in sample.text:
            kinds["rare word"].append(sample.order)
        if words:
            kinds["any word"].append(source.choice(words))
            kinds["operators"].append(next(narrowing).format(word=source.choice(words)))
        if len(words) > 2:
            kinds["several words"].append(" ".join(source.sample(words, source.choice((2, 3)))))
        if runs:
            run = source.choice(runs)
            start = source.randrange(max(1, len(run) - 2))
            kinds["without spaces"].append(run[start : start + source.choice((2, 3))])
        written = re.findall(r"\w+", sample.text)
        if len(written) > 4 and words:
            start = source.randrange(len(written) - 3)
            kinds["phrase"].append('"' + " ".join(written[start : start + 3]) + '"')
        kinds["absent word"].append(build_rare_word("en", 10_000_000 + source.randrange(10_000_000)))
    return {kind: list(islice(cycle(found), EACH)) for kind, found in kinds.items() if found}


def _list_words(text: str) -> list[str]:
    """Gives the words of a text in a script with spaces, without the shortest."""
    return [unit for unit in split_units(fold(text)) if not is_run(unit) and len(unit) > 3]


async def measure_reading(stage: Stage) -> None:
    """Measures every size in turn, round after round, each by a process of its own."""
    houses = []
    try:
        for scale in stage.scales:
            loaded = await stage.loaded(scale)
            parley = Parley("web", stage.data, database=stage.cluster.dsn(loaded.database))
            parley.start()
            house = House(scale, loaded, parley, await open_http(parley.port))
            houses.append(house)
            await house.prepare(stage.cluster)
        await _measure(stage, houses, "inbox, first page", "median", GROWTH)
        await _measure(stage, houses, "views with counts", "median", None)
        await _measure(stage, houses, "opening a conversation", "median", GROWTH)
        await _measure(stage, houses, "search", "p95", SEARCH)
        for kind, times in sorted(houses[-1].by_kind.items()):
            stage.book.note(
                f"search at {houses[-1].scale}, {kind}: median {statistics.median(times):.1f} ms, "
                f"p95 {percentile(times, 95):.1f} ms, {houses[-1].empty.get(kind, 0)} of {len(times)} found nothing"
            )
    finally:
        for house in houses:
            house.close()


async def _measure(stage: Stage, houses: Sequence[House], name: str, figure: str, goal: Goal | None) -> None:
    runs: dict[str, list[float]] = {house.scale: [] for house in houses}
    # The first turn fills the caches of a server that has just started.
    await _take_turns(houses, name)
    for house in houses:
        house.by_kind.clear()
        house.empty.clear()
    for _ in range(RUNS):
        for scale, times in (await _take_turns(houses, name)).items():
            runs[scale].append(statistics.median(times) if figure == "median" else percentile(times, 95))
    smallest = houses[0].scale
    for house in houses:
        grows = goal is not None and goal.of_ratio
        stage.book.add(
            f"{name} at {house.scale}",
            runs[house.scale],
            "ms" if figure == "median" else f"ms {figure}",
            against=f"{name} at {smallest}" if house.scale != smallest else None,
            goal=None if grows and house.scale == smallest else goal,
        )


async def _take_turns(houses: Sequence[House], name: str) -> dict[str, list[float]]:
    """Times every size once, then every size again, so that noise of the machine meets all alike."""
    times: dict[str, list[float]] = {house.scale: [] for house in houses}
    for turn in range(REQUESTS):
        for house in houses if turn % 2 else reversed(houses):
            work = {
                "inbox, first page": house.list_inbox,
                "views with counts": house.count_views,
                "opening a conversation": house.open_one,
                "search": house.search,
            }[name]
            began = perf_counter()
            await work()
            times[house.scale].append((perf_counter() - began) * 1000)
    return times


def percentile(values: Sequence[float], share: int) -> float:
    """Gives the value below which so many percent lie (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -(-len(ordered) * share // 100) - 1))]
