"""The shop's own words: texts per language, money and dates in the reader's locale."""

from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec
from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, get_currency_precision

HERE = Path(__file__).parent

Lang = Literal["en", "pt-BR"]
LANGUAGES: tuple[Lang, ...] = ("en", "pt-BR")
Text = dict[Lang, str]
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})


@cache
def load_words() -> dict[Lang, dict[str, str]]:
    """Read `words.json`, the interface texts by language and key."""
    return msgspec.json.decode((HERE / "words.json").read_bytes(), type=dict[Lang, dict[str, str]])


def say(lang: Lang, key: str, **values: object) -> str:
    """The text behind a key with its values filled in; raises KeyError for an unknown key or a missing value."""
    text = load_words()[lang][key]
    return text.format(**values) if values else text


@cache
def find_locale(lang: str) -> Locale:
    """The locale for a BCP 47 language; British English for "en", as the shop writes it."""
    return Locale.parse("en_GB" if lang == "en" else lang.replace("-", "_"))


def format_money(minor: int, currency: str, lang: str) -> str:
    """Write an amount in minor units ("€189.00", "R$ 1.349,00")."""
    precision = get_currency_precision(currency)
    return format_currency(Decimal(minor).scaleb(-precision), currency, locale=find_locale(lang))


def format_day(value: date | datetime, lang: str) -> str:
    """Write a day ("14 November 2026")."""
    return format_date(value, "long", locale=find_locale(lang))


def format_moment(value: datetime, lang: str) -> str:
    """Write a day and time in UTC without seconds ("14 Nov, 09:30")."""
    pattern = "d MMM, HH:mm" if lang == "en" else "d 'de' MMM, HH:mm"
    return format_datetime(value, pattern, locale=find_locale(lang))


def find_country_name(code: str, lang: str) -> str:
    """The name of a country in a language, or its code when unknown."""
    return str(find_locale(lang).territories.get(code, code))
