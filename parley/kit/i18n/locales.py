"""Language tags (BCP 47): which of the available languages serves a wanted one, its direction and rules."""

import re
from collections.abc import Iterable
from functools import lru_cache

from babel.core import Locale, UnknownLocaleError, get_global
from babel.core import parse_locale as parse_babel_locale

BASE_LANGUAGE = "en"
PSEUDO_ACCENTED = "en-XA"
PSEUDO_RTL = "ar-XB"
_PSEUDO = {PSEUDO_ACCENTED.lower(): PSEUDO_ACCENTED, PSEUDO_RTL.lower(): PSEUDO_RTL}
_TAG = re.compile(r"[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8}){0,5}")
_MAX_HEADER = 1_000
_SPELLING = {2: str.upper, 4: str.title}


def normalise_tag(tag: str) -> str:
    """The usual spelling of a language tag (zh_hans_cn → zh-Hans-CN); raises ValueError when it is none."""
    if not _TAG.fullmatch(tag):
        raise ValueError(f"not a language tag: {tag!r}")
    first, *rest = re.split("[-_]", tag)
    return "-".join([first.lower(), *(_SPELLING.get(len(part), str.lower)(part) for part in rest)])


@lru_cache(maxsize=256)
def get_locale(tag: str) -> Locale:
    """Babel's data for a language tag; the nearest one known (sl-XX → sl), English for the pseudo-languages.

    Raises ValueError for something that is no tag; an unknown language gets the data of English.
    """
    spelled = normalise_tag(tag)
    if spelled.lower() in _PSEUDO:
        spelled = BASE_LANGUAGE
    parts = spelled.split("-")
    for count in range(len(parts), 0, -1):
        try:
            return Locale.parse("_".join(parts[:count]))
        except (UnknownLocaleError, ValueError):
            continue
    return Locale.parse(BASE_LANGUAGE)


def is_rtl(tag: str) -> bool:
    """Whether a language is written from right to left."""
    return tag.lower() == PSEUDO_RTL.lower() or get_locale(tag).text_direction == "rtl"


def fallback_chain(wanted: str, available: Iterable[str], base: str = BASE_LANGUAGE) -> list[str]:
    """The available languages in which a reader of `wanted` may be addressed, best first, `base` last.

    The same tag, then shorter ones, then any of the same language and script (pt → pt-BR, zh-CN → zh-Hans).
    """
    by_lower = {tag.lower(): tag for tag in available}
    try:
        spelled = normalise_tag(wanted)
    except ValueError:
        spelled = base
    is_pseudo = spelled.lower() in _PSEUDO
    lowers = [spelled.lower()] if is_pseudo else _relatives(spelled, sorted(by_lower))
    chain = [by_lower[lower] for lower in [*lowers, base.lower()] if lower in by_lower]
    return list(dict.fromkeys(chain))


def _relatives(spelled: str, candidates: list[str]) -> list[str]:
    """Lower-case tags that a reader of `spelled` can read: itself, shorter ones, same language and script."""
    parts = spelled.lower().split("-")
    shorter = ["-".join(parts[:count]) for count in range(len(parts) - 1, 0, -1)]
    siblings = [tag for tag in candidates if tag.split("-")[0] == parts[0] and tag not in _PSEUDO]
    script = _script(spelled)
    return [spelled.lower(), *(tag for tag in [*shorter, *siblings] if _script(tag) == script)]


def negotiate(accept_language: str | None, available: Iterable[str], default: str = BASE_LANGUAGE) -> str:
    """The available language that suits an Accept-Language header best (RFC 9110, 12.5.4); else `default`."""
    tags = list(available)
    for wanted in _by_quality(accept_language or ""):
        if wanted == "*":
            return default
        chain = fallback_chain(wanted, tags, base="")
        if chain:
            return chain[0]
    return default


def _by_quality(header: str) -> list[str]:
    ranked: list[tuple[float, str]] = []
    for item in header[:_MAX_HEADER].split(","):
        tag, _, parameter = item.partition(";")
        tag = tag.strip()
        quality = _quality(parameter.strip())
        if quality > 0 and (tag == "*" or _TAG.fullmatch(tag)):
            ranked.append((quality, tag))
    return [tag for _, tag in sorted(ranked, key=lambda pair: -pair[0])]


def _quality(parameter: str) -> float:
    if not parameter:
        return 1.0
    found = re.fullmatch(r"q\s*=\s*(0(?:\.\d{1,3})?|1(?:\.0{1,3})?)", parameter, re.IGNORECASE)
    return float(found[1]) if found else 0.0


@lru_cache(maxsize=512)
def _script(tag: str) -> str:
    """The script of a tag, as written in it or as likely (CLDR likely subtags); "" when unknown."""
    try:
        language, region, script = parse_babel_locale(normalise_tag(tag).replace("-", "_"))[:3]
    except ValueError:
        return ""
    if script:
        return script
    likely: dict[str, str] = get_global("likely_subtags")  # type: ignore[assignment]
    for key in (f"{language}_{region}", language):
        if key in likely:
            return parse_babel_locale(likely[key])[2] or ""
    return ""
