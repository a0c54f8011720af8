"""Results as `bench/results.json` and as a table; a goal is told as met or missed, never asserted."""

import statistics
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

RESULTS = Path(__file__).parent / "results.json"


class Result(msgspec.Struct, frozen=True):
    """One figure: the median of `runs`; `ratio` is the median of the ratios to the named `reference`."""

    name: str
    value: float
    unit: str
    reference: str | None
    ratio: float | None
    runs: list[float]


class Goal(msgspec.Struct, frozen=True):
    """What a figure or its ratio should be, `at_least` or at most."""

    limit: float
    at_least: bool = False
    of_ratio: bool = False

    def is_met(self, result: Result) -> bool | None:
        """Says whether a result reaches the goal; None when there is nothing to compare."""
        seen = result.ratio if self.of_ratio else result.value
        if seen is None:
            return None
        return seen >= self.limit if self.at_least else seen <= self.limit

    def __str__(self) -> str:
        sign = "≥" if self.at_least else "≤"
        return f"{'ratio ' if self.of_ratio else ''}{sign} {show(self.limit)}"


class Book:
    """Collects the results of one run of the benchmarks and writes them after each."""

    def __init__(self, say: Callable[[str], None], path: Path = RESULTS) -> None:
        self.say = say
        self.path = path
        self.results: list[Result] = []
        self.goals: dict[str, Goal] = {}
        self.notes: list[str] = []

    def begin(self, title: str) -> None:
        """Says what is measured from now on."""
        self.say(f"-- {title}")

    def add(
        self,
        name: str,
        runs: Sequence[float],
        unit: str,
        *,
        against: str | None = None,
        goal: Goal | None = None,
    ) -> Result:
        """Notes a figure; `against` names an earlier result whose runs took turns with these."""
        ratio = None
        if against is not None:
            others = next(result.runs for result in self.results if result.name == against)
            ratio = statistics.median(
                mine / other for mine, other in zip(runs, others, strict=True) if other > 0
            )
        result = Result(
            name,
            round(statistics.median(runs), 4),
            unit,
            against,
            None if ratio is None else round(ratio, 4),
            [round(run, 4) for run in runs],
        )
        self.results.append(result)
        if goal is not None:
            self.goals[name] = goal
        self._write()
        self.say(self._line(result))
        return result

    def note(self, text: str) -> None:
        """Keeps a sentence that belongs below the table, such as where the time of a figure goes."""
        self.notes.append(text)

    def _write(self) -> None:
        encoded = msgspec.json.encode(self.results)
        self.path.write_bytes(msgspec.json.format(encoded, indent=2) + b"\n")

    def _line(self, result: Result) -> str:
        spread = f"{show(min(result.runs))} … {show(max(result.runs))}"
        ratio = "" if result.ratio is None else f"{show(result.ratio)} of {result.reference}"
        goal = self.goals.get(result.name)
        verdict = ""
        if goal is not None:
            met = goal.is_met(result)
            verdict = f"goal {goal}: {'unknown' if met is None else 'met' if met else 'MISSED'}"
        return f"  {result.name:<52} {show(result.value):>9} {result.unit:<12} {spread:<21} {ratio}  {verdict}".rstrip()

    def table(self) -> str:
        """Gives everything once more, as one table."""
        lines = [f"  {'name':<52} {'median':>9} {'unit':<12} {'lowest … highest':<21} ratio"]
        lines += [self._line(result) for result in self.results]
        met = [self.goals[r.name].is_met(r) for r in self.results if r.name in self.goals]
        lines += ["", f"  {met.count(True)} of {len(met)} goals met"]
        return "\n".join(lines + [f"  {note}" for note in self.notes])


def show(number: float) -> str:
    """Writes a number with as many digits as mean something."""
    if number >= 100:
        return f"{number:,.0f}"
    return f"{number:.3g}"
