"""Which language a text is in: its script decides first, then frequent short words. Pure."""

import re
from collections.abc import Mapping

from parley.assistant.understanding.phrases import fold_latin

SURE_WORDS = 2
KNOWN = 0.5
# A letter that hardly any other of these languages has counts as much as a word.
LETTERS = {
    "pt-BR": "ãõ",
    "es": "ñ¿¡",
    "de": "ßäöü",
    "fr": "êëœû",
    "it": "ìò",
    "sl": "čšž",
    "pl": "ąęłńśźż",
    "sv": "åö",
    "tr": "ğış",
}
_HANGUL = re.compile(r"[\uac00-\ud7af\u1100-\u11ff\u3130-\u318f]")
_KANA = re.compile(r"[\u3041-\u30ff\uff66-\uff9f]")
_HAN = re.compile(r"[\u4e00-\u9fff\u3400-\u4dbf]")
_OTHER = {
    "ru": re.compile(r"[\u0400-\u04ff]"),
    "el": re.compile(r"[\u0370-\u03ff]"),
    "ar": re.compile(r"[\u0600-\u06ff]"),
    "he": re.compile(r"[\u0590-\u05ff]"),
    "hi": re.compile(r"[\u0900-\u097f]"),
    "th": re.compile(r"[\u0e00-\u0e7f]"),
}
_WORDS = re.compile(r"[^\W\d_]+")
_NOT_SPEECH = re.compile(r"\S+@\S+|https?://\S+|www\.\S+|#\S+")


class Languages:
    """Tells languages apart by the words given for each."""

    def __init__(self, frequent: Mapping[str, list[str]], known: Mapping[str, list[str]]) -> None:
        """`frequent` words count fully, those that are only `known` of a language half."""
        weights: dict[str, dict[str, float]] = {}
        for words, weight in ((known, KNOWN), (frequent, 1.0)):
            for language, listed in words.items():
                for word in {fold_latin(word) for word in listed}:
                    weights.setdefault(word, {})[language] = weight
        self._speakers = {
            word: [
                (language, weight * (0.25 + 0.75 / len(speakers))) for language, weight in speakers.items()
            ]
            for word, speakers in weights.items()
        }

    def guess(self, text: str, hint: str | None) -> tuple[str | None, list[str]]:
        """Gives the language and, where that is not sure, others it may be; `hint` wins where the text says too little."""
        speech = _NOT_SPEECH.sub(" ", text)
        script = _by_script(speech)
        if script is not None:
            return like_hint(script, hint), []
        words = _WORDS.findall(speech)
        scores = self._score(words, speech.lower())
        if not scores:
            return hint, []
        own = primary(hint)
        for language in scores:
            if primary(language) == own:
                scores[language] += 0.6
        ranked = sorted(scores.items(), key=lambda pair: -pair[1])
        best, points = ranked[0]
        lead = points - (ranked[1][1] if len(ranked) > 1 else 0.0)
        if hint is not None and own != primary(best) and len(words) <= SURE_WORDS and points < SURE_WORDS:
            return hint, [name for name, _ in ranked[:4]]
        if points >= SURE_WORDS and lead >= 0.5:
            return like_hint(best, hint), []
        return like_hint(best, hint), [name for name, _ in ranked[:4]]

    def _score(self, words: list[str], lowered: str) -> dict[str, float]:
        scores: dict[str, float] = {}
        for word in words:
            for language, weight in self._speakers.get(fold_latin(word), ()):
                scores[language] = scores.get(language, 0.0) + weight
        for language, letters in LETTERS.items():
            found = sum(lowered.count(letter) for letter in letters)
            if found:
                scores[language] = scores.get(language, 0.0) + min(2.0, 0.7 * found)
        return scores


def _by_script(text: str) -> str | None:
    """Gives the language that a script stands for, when it makes at least a third of the letters."""
    letters = sum(map(str.isalpha, text)) or 1
    hangul, kana, han = (len(script.findall(text)) for script in (_HANGUL, _KANA, _HAN))
    # A sign of Chinese or Japanese is a word, not a letter.
    if (hangul + kana + han) * 3 >= letters:
        if hangul >= max(kana, 1) and hangul * 2 >= han:
            return "ko"
        return "ja" if kana * 20 >= han and kana else "zh-Hans"
    for language, script in _OTHER.items():
        if len(script.findall(text)) * 3 >= letters:
            return language
    return None


def primary(language: str | None) -> str:
    """Gives the first part of a language tag: `pt` of `pt-BR`."""
    return (language or "").split("-")[0].lower()


def like_hint(language: str, hint: str | None) -> str:
    """Gives the customer's own form of a language (`zh-Hant`, `pt-PT`) where it is the same language."""
    return hint if hint and primary(hint) == primary(language) else language
