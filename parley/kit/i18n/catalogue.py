"""Message catalogues: loaded from JSON files next to the code that uses them, looked up with fallback."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from parley.kit.i18n.formats import format_number
from parley.kit.i18n.locales import (
    BASE_LANGUAGE,
    PSEUDO_ACCENTED,
    PSEUDO_RTL,
    fallback_chain,
    get_locale,
    negotiate,
    normalise_tag,
)
from parley.kit.i18n.messages import (
    Message,
    MessageSyntaxError,
    Number,
    Rules,
    Value,
    format_message,
    parse_message,
)
from parley.kit.i18n.pseudo import accent_message, mirror_message

_SKIPPED_FOLDERS = {"node_modules", "dist", ".venv", ".git"}


class Catalogue:
    """The messages of several languages, `{language: {key: source}}`; all fall back to English.

    With `pseudo`, en-XA (accented, longer) and ar-XB (right to left) are made from English.
    Raises ValueError for a bad language tag.
    """

    def __init__(self, sources: Mapping[str, Mapping[str, str]], *, pseudo: bool = False) -> None:
        self.sources = {normalise_tag(tag): dict(messages) for tag, messages in sources.items()}
        self.pseudo = pseudo
        self._compiled: dict[tuple[str, str], Message | None] = {}
        self._chains: dict[str, tuple[str, ...]] = {}
        self._rules: dict[str, Rules] = {}

    def languages(self) -> list[str]:
        """The languages that have messages, sorted; the pseudo-languages last where they are on."""
        extra = [PSEUDO_ACCENTED, PSEUDO_RTL] if self.pseudo else []
        return sorted(self.sources) + extra

    def negotiate(self, accept_language: str | None) -> str:
        """The language of this catalogue that suits an Accept-Language header best."""
        return negotiate(accept_language, self.languages(), BASE_LANGUAGE)

    def translate(self, language: str, key: str, **values: Value) -> str:
        """The message of `key` in `language` or the nearest that has it, filled in; else the key itself.

        Numbers are written as the message's language writes them. Raises KeyError for a missing value and
        MessageSyntaxError for a broken message, both of which `check_catalogue` finds beforehand.
        """
        for candidate in self._chain(language):
            message = self._message(candidate, key)
            if message is not None:
                return format_message(message, self._rules_of(candidate), values)
        return key

    def sources_for(self, language: str) -> dict[str, str]:
        """All messages as source text for `language`, holes filled along the fallback chain."""
        merged: dict[str, str] = {}
        for candidate in reversed(self._chain(language)):
            merged.update(self.sources.get(candidate, {}))
        return merged

    def _chain(self, language: str) -> tuple[str, ...]:
        chain = self._chains.get(language)
        if chain is None:
            chain = tuple(fallback_chain(language, self.languages()))
            if len(self._chains) < 1_000:
                self._chains[language] = chain
        return chain

    def _message(self, language: str, key: str) -> Message | None:
        cached = (language, key)
        if cached not in self._compiled:
            message = self._compile(language, key)
            if message is None:
                return None
            self._compiled[cached] = message
        return self._compiled[cached]

    def _compile(self, language: str, key: str) -> Message | None:
        pseudo = {PSEUDO_ACCENTED: accent_message, PSEUDO_RTL: mirror_message}.get(language)
        source = self.sources.get(BASE_LANGUAGE if pseudo else language, {}).get(key)
        if source is None:
            return None
        try:
            message = parse_message(source)
        except MessageSyntaxError as error:
            raise MessageSyntaxError(f"{language}: {key}: {error}") from error
        return pseudo(message) if pseudo else message

    def _rules_of(self, language: str) -> Rules:
        rules = self._rules.get(language)
        if rules is None:
            rules = self._rules[language] = rules_of(language)
        return rules


def rules_of(language: str) -> Rules:
    """The plural rule and the way of writing numbers of a language, from CLDR."""
    plural_form = get_locale(language).plural_form

    def plural(value: Number) -> str:
        return plural_form(value if value >= 0 else -value)

    def number(value: Number) -> str:
        return format_number(language, value)

    return Rules(plural, number)


def find_locale_folders(*roots: Path) -> list[Path]:
    """Every folder called `locales` below the roots, sorted; built or installed things are skipped."""
    folders = {f for root in roots for f in root.rglob("locales") if f.is_dir()}
    return sorted(f for f in folders if not _SKIPPED_FOLDERS.intersection(f.parts))


def load_catalogue(folders: Iterable[Path], *, pseudo: bool = False) -> Catalogue:
    """Load `<language>.json` files; nested objects become dotted keys.

    Raises ValueError naming the file for bad JSON, values that are no text, a bad language tag in the name,
    or a key that two files of one language define differently.
    """
    sources: dict[str, dict[str, str]] = {}
    origin: dict[tuple[str, str], Path] = {}
    for folder in folders:
        for path in sorted(folder.glob("*.json")):
            language = normalise_tag(path.stem)
            messages = sources.setdefault(language, {})
            for key, text in read_messages(path).items():
                if messages.setdefault(key, text) != text:
                    raise ValueError(f"{path}: {key!r} is different in {origin[language, key]}")
                origin[language, key] = path
    return Catalogue(sources, pseudo=pseudo)


def read_messages(path: Path) -> dict[str, str]:
    """The messages of one file under dotted keys; raises ValueError naming the file."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error
    if not isinstance(data, dict):
        raise ValueError(f"{path}: expected an object of messages")  # noqa: TRY004 - one error for a bad file
    return dict(_flatten(path, data, ""))


def _flatten(path: Path, data: dict[str, object], prefix: str) -> Iterable[tuple[str, str]]:
    for key, value in data.items():
        if isinstance(value, str):
            yield prefix + key, value
        elif isinstance(value, dict):
            yield from _flatten(path, value, f"{prefix}{key}.")
        else:
            raise ValueError(f"{path}: {prefix}{key} is not text")  # noqa: TRY004 - one error for a bad file
