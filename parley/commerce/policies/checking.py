"""What is wrong with terms that have the right shape. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from zoneinfo import available_timezones

from parley.commerce.policies.answering import EVERYWHERE
from parley.commerce.policies.terms import Terms
from parley.kit.errors import FieldError
from parley.kit.i18n.locales import normalise_tag


def check_terms(terms: Terms) -> list[FieldError]:
    """Gives every mistake with the field it is in."""
    return [*_check_processing(terms), *_check_codes(terms), *_check_countries(terms), *_check_rest(terms)]


def _check_processing(terms: Terms) -> Iterator[FieldError]:
    if terms.processing.time_zone not in available_timezones():
        yield FieldError("processing.time_zone", "There is no such time zone.")
    if terms.processing.least > terms.processing.most:
        yield FieldError("processing.most", "The longest time is shorter than the shortest.")
    for number, day in enumerate(terms.processing.holidays):
        try:
            date.fromisoformat(day)
        except ValueError:
            yield FieldError(f"processing.holidays.{number}", "Write a day as 2026-12-25.")
    for number, option in enumerate(terms.shipping):
        if option.least > option.most:
            yield FieldError(f"shipping.{number}.most", "The longest time is shorter than the shortest.")


def _check_codes(terms: Terms) -> Iterator[FieldError]:
    lists: dict[str, Iterable[str]] = {
        "shipping": (one.code for one in terms.shipping),
        "returns.reasons": (one.code for one in terms.returns.reasons),
        "clauses": (one.code for one in terms.clauses),
        "returns.other_currencies": (one.currency for one in terms.returns.other_currencies),
    }
    for name, codes in lists.items():
        for code, count in Counter(codes).items():
            if count > 1:
                yield FieldError(name, f"{code} is there twice.")


def _check_countries(terms: Terms) -> Iterator[FieldError]:
    lists = {
        **{f"shipping.{n}.countries": one.countries for n, one in enumerate(terms.shipping)},
        **{f"charges.{n}.countries": one.countries for n, one in enumerate(terms.charges)},
        "returns.countries": terms.returns.countries,
        "returns.windows": list(terms.returns.windows),
        "returns.free_days": list(terms.returns.free_days),
    }
    for name, codes in lists.items():
        for code in codes:
            bare = code.removeprefix("-")
            if code != EVERYWHERE and not (len(bare) == 2 and bare.isalpha() and bare.isupper()):
                yield FieldError(name, f"{code} is no country code such as DE.")


def _check_rest(terms: Terms) -> Iterator[FieldError]:
    for number, language in enumerate(terms.languages):
        try:
            normalise_tag(language)
        except ValueError:
            yield FieldError(f"languages.{number}", "This is no language tag such as pt-BR.")
    if not terms.languages:
        yield FieldError("languages", "A policy has at least one language.")
    if terms.returns.label == "shop" and not terms.returns.address.get("line1"):
        yield FieldError("returns.address", "A label of the shop needs the address returns go to.")
