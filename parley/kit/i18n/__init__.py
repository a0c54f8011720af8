"""Languages: message catalogues, plural rules, numbers, dates and relative time, pseudo-languages, checks."""

from parley.kit.i18n.catalogue import Catalogue, find_locale_folders, load_catalogue
from parley.kit.i18n.check import Problem, check_catalogue
from parley.kit.i18n.formats import (
    format_date,
    format_datetime,
    format_duration,
    format_number,
    format_percent,
    format_relative,
    format_time,
)
from parley.kit.i18n.locales import fallback_chain, get_locale, is_rtl, negotiate, normalise_tag

__all__ = [
    "Catalogue",
    "Problem",
    "check_catalogue",
    "fallback_chain",
    "find_locale_folders",
    "format_date",
    "format_datetime",
    "format_duration",
    "format_number",
    "format_percent",
    "format_relative",
    "format_time",
    "get_locale",
    "is_rtl",
    "load_catalogue",
    "negotiate",
    "normalise_tag",
]
