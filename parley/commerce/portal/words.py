"""The words of the public pages, and how they write money and days."""

from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel import Locale

from parley.kit.i18n.catalogue import Catalogue, load_catalogue
from parley.kit.i18n.formats import format_date
from parley.kit.i18n.locales import fallback_chain, get_locale
from parley.kit.money import Money, format_money

HERE = Path(__file__).parent


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    """Gives the messages of the public pages."""
    return load_catalogue([HERE / "locales"])


def pick(texts: dict[str, str], language: str) -> str:
    """Chooses a text by language; any rather than none."""
    if not texts:
        return ""
    chain = fallback_chain(language, texts)
    return texts[chain[0]] if chain else next(iter(texts.values()))


def write_money(minor: int, currency: str, language: str) -> str:
    """Writes an amount as a language does."""
    return format_money(language, Money(minor, currency))


def write_day(day: date | datetime | str, language: str, time_zone: str = "UTC") -> str:
    """Writes a day in full; an ISO date as well as a moment."""
    if isinstance(day, str):
        day = date.fromisoformat(day[:10])
    return format_date(language, day, time_zone=time_zone, width="long")


def write_country(code: str, language: str) -> str:
    """Gives a country's name."""
    locale: Locale = get_locale(language)
    return str(locale.territories.get(code, code))


def write_language(tag: str) -> str:
    """Gives a language's name in itself."""
    name: Any = get_locale(tag).display_name or tag
    return str(name).partition(" (")[0].capitalize() if tag != "pt-BR" else "Português (Brasil)"
