"""Phrases of a language, compiled once: which of them occur in a text, and where. Pure.

A phrase is words (`where is my order`), stems (`disappoint*`), choices (`(cancel|stop) my order`, `(very|) bad`) and
gaps of up to four words (`send .. back`). Languages written without spaces are searched by characters: a gap is up to
eight of them, spaces do not count.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

import msgspec

GAP, ANY = "..", "*"
GAP_WORDS, GAP_CHARACTERS = 4, 8
BREAK, CALM = "|", "calm"
MOST_FORMS = 2_000
_CHOICE = re.compile(r"\(([^()]*)\)")
# As compatibility normalisation leaves them: full-width marks are plain ones by then.
_WORD = re.compile(r"[^\W_]+(?:['\u2019`\u00b4]+[^\W_]+)*|[.!?;:,\n\u3001\u3002\u2026]")
_APOSTROPHES = re.compile(r"['\u2019`\u00b4]+")
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")
_UNWRITTEN = re.compile(r"\s+")
_STOPS = re.compile(r"[^\w]+")


class Hit(msgspec.Struct, frozen=True):
    """A phrase that occurs: its group and the places of its first and last word (or character)."""

    group: str
    first: int
    last: int


def expand_phrase(text: str) -> list[str]:
    """Gives every form of a phrase with choices, which may nest; raises ValueError for one with too many."""
    forms, done = [text], False
    while not done:
        grown: list[str] = []
        for form in forms:
            choice = _CHOICE.search(form)
            if choice is None:
                grown.append(form)
            else:
                before, after = form[: choice.start()], form[choice.end() :]
                grown += [before + option + after for option in choice[1].split("|")]
        done = grown == forms
        forms = list(dict.fromkeys(grown))
        if len(forms) > MOST_FORMS:
            raise ValueError(f"{text!r} has too many forms")
    if any(sign in form for form in forms for sign in "()"):
        raise ValueError(f"{text!r}: a bracket is open")
    return [" ".join(form.split()) for form in forms]


def fold_latin(text: str) -> str:
    """Lowers a text and takes its accents away, so that what is typed without them is found."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).casefold())
    return "".join(letter for letter in folded if not unicodedata.combining(letter))


def split_words(text: str, *, apart: bool) -> list[str]:
    """Gives the folded words of a text, `|` for punctuation; an apostrophe parts words (`apart`) or joins them."""
    words: list[str] = []
    for found in _WORD.findall(fold_latin(text)):
        if not (found[0].isalnum()):
            if words and words[-1] != BREAK:
                words.append(BREAK)
        elif apart:
            words.extend(_APOSTROPHES.split(found))
        else:
            words.append(_APOSTROPHES.sub("", found))
    return words


def squeeze(word: str, known: frozenset[str]) -> str:
    """Takes the stretching out of a word: `soooo` is `so`, `gooood` is `good` where that is a word of ours."""
    if _STRETCHED.search(word) is None:
        return word
    twice = _STRETCHED.sub(r"\1\1", word)
    return twice if twice in known else _STRETCHED.sub(r"\1", word)


# Most places lead to one other: none has tables of its own before something follows.
_NOTHING: dict[str, "_Node"] = {}


class _Node:
    """A place in the tree of all phrases: what may come next, and which groups end here."""

    __slots__ = ("gap", "groups", "stems", "words")

    def __init__(self) -> None:
        self.words: dict[str, _Node] = _NOTHING
        self.stems: dict[str, _Node] = _NOTHING
        self.gap: _Node | None = None
        self.groups: tuple[str, ...] = ()


class WordPhrases:
    """Phrases of a language that parts its words by spaces."""

    def __init__(self, groups: Mapping[str, Iterable[str]], *, apart: bool) -> None:
        self._apart = apart
        self._root = _Node()
        known: set[str] = set()
        # The same few words stand in thousands of forms.
        parts: dict[str, list[str]] = {}
        for group, phrases in groups.items():
            for form in {form for phrase in phrases for form in expand_phrase(phrase)}:
                pattern = self._parse(form, parts)
                if pattern:
                    self._add(group, pattern)
                    known.update(pattern)
        self._known = frozenset(known)

    def read(self, text: str) -> list[str]:
        """Gives the words of a text as phrases are compared with them."""
        return [squeeze(word, self._known) for word in split_words(text, apart=self._apart)]

    def find(self, words: Sequence[str]) -> list[Hit]:
        """Gives the phrases that occur; one that lies within a longer one is left out."""
        ends: dict[tuple[str, int], int] = {}
        for place in range(len(words)):
            _walk(self._root, words, place, place, ends)
        return keep_longest([Hit(group, first, last) for (group, first), last in ends.items()])

    def _parse(self, form: str, parts: dict[str, list[str]]) -> list[str]:
        pattern: list[str] = []
        for part in form.split():
            if part not in parts:
                parts[part] = [part] if part in (GAP, ANY) else self._parse_part(part)
            pattern += parts[part]
        return pattern

    def _parse_part(self, part: str) -> list[str]:
        words = [word for word in split_words(part.rstrip("*"), apart=self._apart) if word != BREAK]
        if words and part.endswith("*"):
            words[-1] += "*"
        return words

    def _add(self, group: str, pattern: Sequence[str]) -> None:
        node = self._root
        for part in pattern:
            if part == GAP:
                node.gap = node.gap or _Node()
                node = node.gap
            elif part.endswith("*"):
                if node.stems is _NOTHING:
                    node.stems = {}
                node = node.stems.setdefault(part[:-1], _Node())
            else:
                if node.words is _NOTHING:
                    node.words = {}
                node = node.words.get(part) or node.words.setdefault(part, _Node())
        if group not in node.groups:
            node.groups = (*node.groups, group)


def _walk(
    node: _Node, words: Sequence[str], first: int, place: int, ends: dict[tuple[str, int], int]
) -> None:
    """Follows the tree from a place; `ends` gets the last word of the longest phrase of each group and first word."""
    for group in node.groups:
        ends[group, first] = max(ends.get((group, first), 0), place - 1)
    if node.gap is not None:
        for skipped in range(GAP_WORDS + 1):
            if BREAK in words[place : place + skipped] or place + skipped >= len(words):
                break
            _walk(node.gap, words, first, place + skipped, ends)
    if place >= len(words):
        return
    word = words[place]
    following = node.words.get(word)
    if following is not None:
        _walk(following, words, first, place + 1, ends)
    if node.stems and word != BREAK:
        for length in range(len(word) + 1):
            following = node.stems.get(word[:length])
            if following is not None:
                _walk(following, words, first, place + 1, ends)


class LetterPhrases:
    """Phrases of a language that is searched by characters (Korean, Chinese, Japanese)."""

    def __init__(self, groups: Mapping[str, Iterable[str]]) -> None:
        self._by_head: dict[str, list[tuple[str, list[str]]]] = {}
        for group, phrases in groups.items():
            for form in {form for phrase in phrases for form in expand_phrase(phrase)}:
                parts = [self.read(part).replace(BREAK, "") for part in form.split(GAP)]
                if parts[0]:
                    self._by_head.setdefault(parts[0][:2], []).append((group, parts))

    @staticmethod
    def read(text: str) -> str:
        """Gives a text without spaces, `|` for punctuation."""
        bare = _UNWRITTEN.sub("", unicodedata.normalize("NFKC", text).casefold())
        return _STRETCHED.sub(r"\1\1", _STOPS.sub(BREAK, bare))

    def find(self, text: str) -> list[Hit]:
        """Gives the phrases that occur; one that lies within a longer one is left out."""
        hits: list[Hit] = []
        for place in range(len(text)):
            for head in (text[place : place + 2], text[place]):
                for group, parts in self._by_head.get(head, ()):
                    last = _follow_letters(text, place, parts)
                    if last is not None:
                        hits.append(Hit(group, place, last))
                if len(head) < 2:
                    break
        return keep_longest(hits)


def _follow_letters(text: str, place: int, parts: Sequence[str]) -> int | None:
    if not text.startswith(parts[0], place):
        return None
    end = place + len(parts[0])
    for part in parts[1:]:
        within = text[end : end + GAP_CHARACTERS + len(part)]
        found = within.find(part)
        if found < 0 or BREAK in within[:found]:
            return None
        end += found + len(part)
    return end - 1


def keep_longest(hits: Sequence[Hit]) -> list[Hit]:
    """Leaves out hits within a longer hit of the same family: what an intent says does not silence a feeling."""
    kept: list[Hit] = []
    reach: dict[bool, list[Hit]] = {True: [], False: []}
    for hit in sorted(hits, key=lambda one: (one.first - one.last, one.group != CALM, one.first)):
        family = reach[":" in hit.group]
        inside = any(
            other.first <= hit.first
            and hit.last <= other.last
            and (other.last - other.first > hit.last - hit.first or other.group in (hit.group, CALM))
            for other in family
        )
        if not inside:
            family.append(hit)
            kept.append(hit)
    return sorted(kept, key=lambda one: one.first)
