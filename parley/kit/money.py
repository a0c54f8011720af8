"""Money: an integer of minor units in a currency, never a float."""

import copy
import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from babel.numbers import list_currencies

from parley.kit.i18n.locales import get_locale

# Digits after the decimal point where they are not two (ISO 4217).
_EXPONENTS = {
    **dict.fromkeys(
        ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV"), 0
    ),
    **dict.fromkeys(("XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}
# Babel has no pattern for codes without a symbol; CLDR's currency spacing puts a space in between.
_LETTER_BY_DIGIT = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")
_DECIMAL = re.compile(r"([+-]?)(\d{1,18})(?:\.(\d{1,18}))?")


class CurrencyMismatchError(ValueError):
    """Two amounts of different currencies cannot be added or compared."""


@dataclass(frozen=True, slots=True)
class Money:
    """`minor` units (cents, won) of `currency` (ISO 4217, upper case); ValueError for an unknown one."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise TypeError("money is a whole number of minor units")
        if self.currency not in _currencies():
            raise ValueError(f"unknown currency: {self.currency!r}")

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._minor_of(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._minor_of(other), self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __mul__(self, factor: int) -> "Money":
        if type(factor) is not int:
            raise TypeError("money is multiplied by whole numbers; use split() for parts")
        return Money(self.minor * factor, self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.minor < self._minor_of(other)

    def __le__(self, other: "Money") -> bool:
        return self.minor <= self._minor_of(other)

    def __gt__(self, other: "Money") -> bool:
        return self.minor > self._minor_of(other)

    def __ge__(self, other: "Money") -> bool:
        return self.minor >= self._minor_of(other)

    def __bool__(self) -> bool:
        return self.minor != 0

    def split(self, weights: list[int]) -> list["Money"]:
        """Parts in proportion to `weights` that add up exactly; the remainder goes to the largest fractions.

        Raises ValueError for negative weights or a sum of zero.
        """
        total = sum(weights)
        if total <= 0 or min(weights) < 0:
            raise ValueError("weights are not negative and not all zero")
        shares = [divmod(self.minor * weight, total) for weight in weights]
        left = self.minor - sum(share for share, _ in shares)
        by_fraction = sorted(range(len(shares)), key=lambda i: -shares[i][1])
        topped_up = set(by_fraction[:left])
        return [Money(share + (i in topped_up), self.currency) for i, (share, _) in enumerate(shares)]

    def to_decimal(self) -> Decimal:
        """The amount in major units, exact."""
        return Decimal(self.minor).scaleb(-exponent_of(self.currency))

    def _minor_of(self, other: "Money") -> int:
        if other.currency != self.currency:
            raise CurrencyMismatchError(f"{self.currency} and {other.currency} do not mix")
        return other.minor


def exponent_of(currency: str) -> int:
    """Digits after the decimal point of a currency (ISO 4217)."""
    return _EXPONENTS.get(currency, 2)


def parse_money(amount: str, currency: str) -> Money:
    """Read a decimal string of major units ("12.30", "-0.5", "1200") exactly.

    Raises ValueError for anything else, for more digits than the currency has (zeros excepted) and for an
    unknown currency.
    """
    found = _DECIMAL.fullmatch(amount) if amount.isascii() else None
    if found is None:
        raise ValueError(f"not an amount: {amount!r}")
    sign, whole, fraction = found[1], found[2], found[3] or ""
    exponent = exponent_of(currency)
    kept, rest = fraction[:exponent].ljust(exponent, "0"), fraction[exponent:]
    if rest.strip("0"):
        raise ValueError(f"{currency} has {exponent} decimal digits: {amount!r}")
    return Money(int(f"{sign}{whole}{kept}"), currency)


def format_decimal_string(money: Money) -> str:
    """The amount as a plain decimal string of major units ("-0.50"), as `parse_money` reads it."""
    return f"{money.to_decimal():f}"


def format_money(language: str, money: Money) -> str:
    """The amount as a language writes it, with the symbol and all digits of the currency."""
    locale = get_locale(language)
    pattern = copy.copy(locale.currency_formats["standard"])
    exponent = exponent_of(money.currency)
    pattern.frac_prec = (exponent, exponent)
    written = pattern.apply(money.to_decimal(), locale, currency=money.currency, currency_digits=False)
    return _LETTER_BY_DIGIT.sub("\u00a0", written)


@lru_cache(maxsize=1)
def _currencies() -> frozenset[str]:
    return frozenset(list_currencies())
