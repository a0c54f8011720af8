"""Sentences that were not in mind when the lexicons were written: fury is found, and hardly anything else taken for it."""

import tomllib
from pathlib import Path

import pytest

from parley.assistant.understanding.languages import primary
from parley.assistant.understanding.lexicon import Lexicon

FOLDER = Path(__file__).parent / "heldout"
LANGUAGES = sorted(path.stem for path in FOLDER.glob("*.toml"))
TONES = ("furious", "negative", "positive", "promoter", "neutral")
LEAST_RIGHT = 0.8
LEXICON = Lexicon()


def read_sentences(language: str) -> dict[str, list[str]]:
    """Gives the sentences of a language by the tone they were written in."""
    found = tomllib.loads((FOLDER / f"{language}.toml").read_text("utf-8"))
    return {tone: [line for line in found[tone].splitlines() if line] for tone in TONES}


def test_there_are_ten_languages_with_twelve_sentences_a_tone() -> None:
    assert sorted(LEXICON.languages) == LANGUAGES
    assert len(LANGUAGES) == 10
    assert all(len(lines) >= 12 for one in LANGUAGES for lines in read_sentences(one).values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_most_tones_and_languages_are_told(language: str) -> None:
    told = [
        (tone, LEXICON.understand(line, None), line)
        for tone, lines in read_sentences(language).items()
        for line in lines
    ]
    wrong = [(tone, found.sentiment, line) for tone, found, line in told if found.sentiment != tone]
    assert 1 - len(wrong) / len(told) >= LEAST_RIGHT, wrong
    foreign = [line for _, found, line in told if primary(found.language) != primary(language)]
    assert len(foreign) / len(told) <= 0.05, foreign


@pytest.mark.parametrize("language", LANGUAGES)
def test_fury_is_heard(language: str) -> None:
    lines = read_sentences(language)["furious"]
    missed = [line for line in lines if LEXICON.understand(line, language).sentiment != "furious"]
    assert 1 - len(missed) / len(lines) >= 0.9, missed


def test_hardly_anything_else_is_taken_for_fury() -> None:
    others = [
        (language, line)
        for language in LANGUAGES
        for tone, lines in read_sentences(language).items()
        if tone != "furious"
        for line in lines
    ]
    alarms = [line for language, line in others if LEXICON.understand(line, language).sentiment == "furious"]
    assert len(alarms) / len(others) <= 0.03, alarms
