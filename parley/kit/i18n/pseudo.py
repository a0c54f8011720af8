"""Pseudo-languages made from English: what is untranslated, too narrow or not mirrored shows at once."""

import re

from parley.kit.i18n.messages import Message, map_text

_PLAIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_ACCENTED = "ÅƁÇÐÉƑĜĤÎĴĶĻṀÑÖÞǪŔŠŢÛṼŴẊÝŽåƀçðéƒĝĥîĵķļɱñöþǫŕšţûṽŵẋýž"
_ACCENTS = str.maketrans(_PLAIN, _ACCENTED)
_WORD = re.compile(r"[^\W\d_]+")
_RLO, _PDF, _RLM = "\u202e", "\u202c", "\u200f"


def accent_message(message: Message) -> Message:
    """Accents on every letter and about 40 % more of them, in brackets, so that a cut end is seen."""
    return ("[", *map_text(message, _accented), "]")


def mirror_message(message: Message) -> Message:
    """Every word turned right to left by override characters, as Arabic would run."""
    return (_RLM, *map_text(message, _mirrored), _RLM)


def _accented(text: str) -> str:
    return _WORD.sub(lambda found: _lengthened(found[0]), text)


def _lengthened(word: str) -> str:
    return (word + word[-1] * round(len(word) * 0.4)).translate(_ACCENTS)


def _mirrored(text: str) -> str:
    return _WORD.sub(lambda found: f"{_RLO}{found[0]}{_PDF}", text)
