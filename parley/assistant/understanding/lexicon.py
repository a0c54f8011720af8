"""The model that is always there: phrases and word lists. What it does not know it calls neutral.

The words of each language lie in `lexicons/<language>.toml`: groups of phrases (see `phrases.py`) for what is felt
(furious, strong, swear, negative, positive, promoter, calm, negator, intense), urged and threatened, and for each intent.
"""

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from parley.assistant.understanding.entities import find_entities
from parley.assistant.understanding.languages import Languages, primary
from parley.assistant.understanding.model import Understanding
from parley.assistant.understanding.phrases import LetterPhrases, WordPhrases
from parley.assistant.understanding.tone import NEGATION_REACH, Tone, hear_tone

FOLDER = Path(__file__).parent / "lexicons"
FIRST, LAST = 4_000, 2_000
LETTERS_REACH = 4
INTENT = "intent:"
OTHERS = "others"
_WORDS = re.compile(r"[^\W\d_]{3,}")
_PARTS = re.compile(r"[,\n]")
_FEELINGS = ("neutral", "positive", "negative", "promoter", "furious")


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A language as its file gives it: lists parted by commas or lines.

    `frequent` words tell it apart; `letters` says that it is searched by characters, `apart` that an apostrophe parts
    words.
    """

    frequent: str
    feelings: dict[str, str]
    threats: dict[str, str]
    intents: dict[str, str]
    letters: bool = False
    apart: bool = False

    def groups(self) -> dict[str, list[str]]:
        """Gives every group of phrases under the name of its hits."""
        intents = {INTENT + name: phrases for name, phrases in self.intents.items()}
        every = {**self.feelings, **self.threats, **intents}
        return {name: split_list(phrases) for name, phrases in every.items()}


def split_list(text: str) -> list[str]:
    """Parts a list by commas and lines."""
    return [part.strip() for part in _PARTS.split(text) if part.strip()]


class Tongue:
    """One language, compiled."""

    def __init__(self, words: Words) -> None:
        groups = words.groups()
        self._letters = LetterPhrases(groups) if words.letters else None
        self._words = None if words.letters else WordPhrases(groups, apart=words.apart)

    def hear(self, text: str) -> tuple[Tone, dict[str, int]]:
        """Gives the tone of a text and how many different phrases speak for each intent."""
        if self._letters is not None:
            letters = self._letters.read(text)
            hits = self._letters.find(letters)
            tone = hear_tone(text, letters, hits, LETTERS_REACH)
        else:
            assert self._words is not None  # noqa: S101 - one of the two is there
            words = self._words.read(text)
            hits = self._words.find(words)
            tone = hear_tone(text, words, hits, NEGATION_REACH)
        weights: dict[str, int] = {}
        for hit in hits:
            if hit.group.startswith(INTENT):
                name = hit.group.removeprefix(INTENT)
                weights[name] = weights.get(name, 0) + 1
        return tone, weights


@cache
def load_words(folder: Path) -> tuple[dict[str, Words], dict[str, str]]:
    """Reads the languages of a folder, and the frequent words of those that have no lexicon."""
    files = {path.stem: tomllib.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.toml"))}
    others: dict[str, str] = files.pop(OTHERS, {})
    return {language: msgspec.convert(found, Words) for language, found in files.items()}, others


@cache
def load_languages(folder: Path) -> Languages:
    """Learns which words speak for which language: the frequent ones, and all that occur in its phrases."""
    words, others = load_words(folder)
    frequent = {language: split_list(found.frequent) for language, found in words.items()}
    known = {
        language: [
            word
            for text in (*found.feelings.values(), *found.intents.values())
            for word in _WORDS.findall(text)
        ]
        for language, found in words.items()
        if not found.letters
    }
    return Languages(frequent | {language: split_list(text) for language, text in others.items()}, known)


@cache
def load_tongue(folder: Path, language: str) -> Tongue:
    """Compiles a language when it is first heard; once a process."""
    return Tongue(load_words(folder)[0][language])


class Lexicon:
    """Understands by phrases."""

    name = "lexicon-1"

    def __init__(self, folder: Path = FOLDER) -> None:
        self._folder = folder
        words, _ = load_words(folder)
        self.languages = tuple(words)
        self._files = {primary(language): language for language in words}
        self._languages = load_languages(folder)

    def understand(self, text: str, language: str | None) -> Understanding:
        """Says what a text is about; `language` is what is known of the customer.

        Of a very long text only the beginning and the end are read.
        """
        if not text.strip():
            return Understanding(model=self.name)
        read = text if len(text) <= FIRST + LAST else f"{text[:FIRST]}\n{text[-LAST:]}"
        guessed, others = self._languages.guess(read, language)
        tone, weights, spoken = self._listen(read, (guessed, *others) if guessed else (language, "en"))
        reasons: list[dict[str, Any]] = [
            *tone.reasons,
            {"language": guessed, "sure": not others, "lexicon": spoken},
            *({"intent": name, "phrases": weight} for name, weight in weights.items()),
        ]
        return Understanding(
            model=self.name,
            language=guessed,
            sentiment=tone.sentiment,
            urgent=tone.urgent,
            threatening=tone.threatening,
            intents=_rank(weights),
            entities=tuple(find_entities(read)),
            reasons=tuple(reasons),
        )

    def _listen(self, text: str, languages: Iterable[str | None]) -> tuple[Tone, dict[str, int], str]:
        """Hears a text in the languages it may be in; of several, the one that feels and finds most counts."""
        names = dict.fromkeys(name for name in map(primary, languages) if name in self._files)
        heard = [
            (*load_tongue(self._folder, self._files[name]).hear(text), name) for name in names or ("en",)
        ]
        return max(heard, key=lambda one: (_FEELINGS.index(one[0].sentiment), len(one[1])))


def _rank(weights: dict[str, int]) -> tuple[tuple[str, float], ...]:
    """Turns numbers of phrases into shares of certainty: 0.7 for one phrase, nearing 0.95 for many."""
    sure = {name: round(0.95 - 0.25 * 0.5 ** (weight - 1), 3) for name, weight in weights.items()}
    return tuple(sorted(sure.items(), key=lambda pair: (-pair[1], pair[0])))
