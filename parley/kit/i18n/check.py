"""What is wrong with the catalogues: found by the checks, so that no screen has to find it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from parley.kit.i18n.catalogue import Catalogue
from parley.kit.i18n.locales import BASE_LANGUAGE, get_locale
from parley.kit.i18n.messages import Choice, Message, MessageSyntaxError, parse_message, placeholders, walk

Kind = Literal["syntax", "missing", "extra", "placeholders", "plural"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in one message; `detail` says it in a few words."""

    language: str
    key: str
    kind: Kind
    detail: str


def check_catalogue(catalogue: Catalogue, *, complete: frozenset[str] = frozenset()) -> list[Problem]:
    """Every message that is broken, extra, asks for other values than English, or lacks a plural form.

    Missing keys are reported for the languages in `complete`, or for all when it is empty.
    """
    base = catalogue.sources.get(BASE_LANGUAGE, {})
    problems: list[Problem] = []
    for language, messages in sorted(catalogue.sources.items()):
        problems += _message_problems(language, messages, base)
        if not complete or language in complete:
            absent = sorted(base.keys() - messages.keys())
            problems += [Problem(language, key, "missing", base[key]) for key in absent]
    return problems


def _message_problems(
    language: str, messages: Mapping[str, str], base: Mapping[str, str]
) -> Iterator[Problem]:
    for key, source in sorted(messages.items()):
        try:
            message = parse_message(source)
        except MessageSyntaxError as error:
            yield Problem(language, key, "syntax", str(error))
            continue
        if key not in base:
            yield Problem(language, key, "extra", source)
            continue
        difference = _placeholder_difference(message, base[key])
        if difference:
            yield Problem(language, key, "placeholders", difference)
        yield from (Problem(language, key, "plural", text) for text in _plural_problems(language, message))


def _placeholder_difference(message: Message, base_source: str) -> str:
    try:
        expected = placeholders(parse_message(base_source))
    except MessageSyntaxError:
        return ""
    found = placeholders(message)
    # A language may leave the choice out ("{n} 件" needs no plural), but not the value.
    lost, unknown = expected.keys() - found.keys(), found.keys() - expected.keys()
    parts = [f"lacks {{{name}}}" for name in sorted(lost)] + [f"has {{{name}}}" for name in sorted(unknown)]
    for name in sorted(expected.keys() & found.keys()):
        wrong_select = "select" in {expected[name], found[name]} and expected[name] != found[name]
        if wrong_select:
            parts.append(f"{{{name}}} is {found[name]}, not {expected[name]}")
    return ", ".join(parts)


def _plural_problems(language: str, message: Message) -> Iterator[str]:
    categories = _integer_categories(language)
    for node in walk(message):
        if isinstance(node, Choice) and node.kind == "plural":
            given = {selector for selector, _ in node.branches}
            absent = sorted(categories - given)
            if absent:
                yield f"{{{node.name}}} has no branch for {', '.join(absent)}"


def _integer_categories(language: str) -> set[str]:
    """The plural categories that whole numbers up to a thousand reach; rarer ones fall to "other"."""
    plural_form = get_locale(language).plural_form
    return {plural_form(number) for number in range(1_001)}
