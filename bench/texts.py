"""Text as shops see it: the demo store's sentences, recombined, with names, order numbers and rare words."""

import random
import re
from functools import cache

from parley.app.demo.content import load_conversations

# How often each language occurs.
LANGUAGES = {
    "en": 34,
    "de": 12,
    "pt-BR": 11,
    "es": 10,
    "fr": 9,
    "it": 6,
    "ja": 5,
    "zh-CN": 5,
    "ko": 4,
    "sl": 2,
    "ar": 2,
}
JOINED = frozenset({"ja", "zh-CN"})
TAIL_WORDS = 60_000
_SENTENCE = re.compile(r"[^.!?\u3002\uff01\uff1f\n]+[.!?\u3002\uff01\uff1f]*")
_SYLLABLES = {
    "ja": "たのしみかわせつきほしやまうみそらはなゆきなつふゆ",
    "zh-CN": "山水云月风花雪林石桥灯书茶琴棋画春夏秋冬东南西北",
    "ko": "가나다라마바사아자차카타파하거너더러머버서어저처",
    "ar": "بتجحدرسشصطعفقكلمنهوي",
    "": "ba be ci do du fa ga hi jo ka le li lo ma me mo na ni no pa pe po ra ri ro sa se so ta ti to va vi zo",
}
FIRST = (
    "Ana Ben Chloe Daniel Eva Felix Grace Hana Ivan Julia Kenji Lara Marco Nina Oliver Paula Rui Sara Tom Uma "
    "Victor Wei Xenia Yusuf Zoe João Léa Miha Søren Łucja"
)
LAST = (
    "Almeida Bauer Costa Dubois Evans Fischer García Hughes Ito Jansen Kim Lopes Moreau Novak Oliveira Park "
    "Quinn Rossi Silva Tanaka Ueda Vogel Wang Xu Yamada Zupan Müller O'Neill Schmidt Kovač"
)


@cache
def load_corpus() -> dict[str, list[str]]:
    """Gives the sentences of the demo's past conversations by language."""
    corpus: dict[str, list[str]] = {language: [] for language in LANGUAGES}
    for conversation in load_conversations():
        for message in conversation.messages:
            found = [s.strip() for s in _SENTENCE.findall(message.text)]
            corpus[conversation.language] += [s for s in found if len(s) > 2]
    return {language: sentences or corpus["en"] for language, sentences in corpus.items()}


def build_rare_word(language: str, rank: int) -> str:
    """Gives the word of a rank in a language's long tail: always the same, pronounceable, mostly unknown."""
    if language in ("ja", "zh-CN", "ko", "ar"):
        signs: list[str] | str = _SYLLABLES[language]
    else:
        signs = _SYLLABLES[""].split()
    word, left = "", rank + len(signs)
    while left:
        left, place = divmod(left, len(signs))
        word += signs[place]
    return word


class Writer:
    """Writes messages; the same seed writes the same."""

    def __init__(self, random_source: random.Random) -> None:
        self._random = random_source
        self._corpus = load_corpus()
        self._names = list(LANGUAGES)
        self._first, self._last = FIRST.split(), LAST.split()
        self._weights = list(LANGUAGES.values())

    def choose_language(self) -> str:
        """Gives a language, common ones more often."""
        return self._random.choices(self._names, self._weights)[0]

    def write(self, language: str, order: str | None) -> str:
        """Writes one message of one to four sentences; `order` is a number that it mentions."""
        chance = self._random.random
        sentences = self._corpus[language]
        count = 1 + int(chance() * chance() * 4)
        parts = [sentences[int(chance() * len(sentences))] for _ in range(count)]
        if order is not None:
            parts.append(f"{order}.")
        if chance() < 0.6:
            # Cubed, so that low ranks are common and most of the tail is seen once or never.
            words = [build_rare_word(language, int(chance() ** 3 * TAIL_WORDS)) for _ in range(2)]
            parts.append((("" if language in JOINED else " ").join(words)) + ".")
        return ("" if language in JOINED else " ").join(parts)

    def write_subject(self, language: str) -> str:
        """Writes a subject line."""
        sentences = self._corpus[language]
        return sentences[int(self._random.random() * len(sentences))][:60]

    def write_name(self) -> str:
        """Gives a person's name."""
        return f"{self._random.choice(self._first)} {self._random.choice(self._last)}"
