"""`python -m bench.understanding FOLDER`: the lexicon on public sets that are measured and never shipped.

FOLDER holds `umsab/<language>/test_text.txt` and `test_labels.txt` (0 negative, 1 neutral, 2 positive; tweets) and
`langid/ha_sentences.json.gz` (sentences by language). Prints one JSON object: accuracy and macro-F1 per language of
the sets and of the test sentences' form, accuracy of languages, and milliseconds for 500 characters.
"""

import gzip
import json
import sys
from pathlib import Path
from time import perf_counter
from typing import Any

from bench.reading import percentile
from parley.assistant.understanding.languages import primary
from parley.assistant.understanding.lexicon import Lexicon

TAGS = {
    "english": "en",
    "french": "fr",
    "german": "de",
    "italian": "it",
    "portuguese": "pt-BR",
    "spanish": "es",
}
LABELS = {"furious": 0, "negative": 0, "neutral": 1, "positive": 2, "promoter": 2}
CHARACTERS = 500


def measure_tones(lexicon: Lexicon, folder: Path) -> dict[str, dict[str, float]]:
    """Gives accuracy and macro-F1 of three classes for every language of the set that has a lexicon."""
    found: dict[str, dict[str, float]] = {}
    for name, tag in TAGS.items():
        texts = (folder / name / "test_text.txt").read_text("utf-8").splitlines()
        labels = [int(line) for line in (folder / name / "test_labels.txt").read_text().split()]
        said = [LABELS[lexicon.understand(text, tag).sentiment] for text in texts]
        pairs = list(zip(labels, said, strict=True))
        found[tag] = {
            "accuracy": round(sum(a == b for a, b in pairs) / len(pairs), 3),
            "macro_f1": round(sum(_f1(pairs, label) for label in range(3)) / 3, 3),
        }
    return found


def _f1(pairs: list[tuple[int, int]], label: int) -> float:
    hits = sum(a == b == label for a, b in pairs)
    there, said = sum(a == label for a, _ in pairs), sum(b == label for _, b in pairs)
    return 2 * hits / (there + said) if there + said else 0.0


def measure_languages(lexicon: Lexicon, path: Path) -> dict[str, float]:
    """Gives the share of sentences whose language was told without a hint, of the languages with a lexicon."""
    sets: dict[str, Any] = json.loads(gzip.decompress(path.read_bytes()))
    ours = {primary(tag) for tag in lexicon.languages}
    found: dict[str, float] = {}
    for language, sentences in sets.items():
        if primary(language) in ours:
            right = sum(
                primary(lexicon.understand(one, None).language) == primary(language) for one, _ in sentences
            )
            found[language] = round(right / len(sentences), 3)
    return found


def measure_time(lexicon: Lexicon, folder: Path) -> dict[str, float]:
    """Gives milliseconds for texts of 500 characters, tweets joined, in all languages of the set."""
    times: list[float] = []
    for name, tag in TAGS.items():
        text = " ".join((folder / name / "test_text.txt").read_text("utf-8").split())
        lexicon.understand(text[:CHARACTERS], tag)
        for start in range(0, min(len(text) - CHARACTERS, 50_000), CHARACTERS):
            began = perf_counter()
            lexicon.understand(text[start : start + CHARACTERS], tag)
            times.append((perf_counter() - began) * 1000)
    return {"p50": round(percentile(times, 50), 2), "p99": round(percentile(times, 99), 2)}


def main() -> int:
    """Measures and prints."""
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    folder, lexicon = Path(sys.argv[1]), Lexicon()
    print(
        json.dumps(
            {
                "tones": measure_tones(lexicon, folder / "umsab"),
                "languages": measure_languages(lexicon, folder / "langid" / "ha_sentences.json.gz"),
                "milliseconds": measure_time(lexicon, folder / "umsab"),
            },
            indent=2,
        )
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
