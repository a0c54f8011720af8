"""Masking: payment card numbers in what people write, personal data and secrets in what we log."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

# First digits and lengths of card numbers, by network (ISO/IEC 7812 ranges as the networks publish them).
_RANGES: tuple[tuple[str, str, tuple[int, ...]], ...] = (
    ("4", "4", (13, 16, 19)),  # Visa
    ("51", "55", (16,)),  # Mastercard
    ("2221", "2720", (16,)),
    ("34", "34", (15,)),  # American Express
    ("37", "37", (15,)),
    ("300", "305", (14, 16)),  # Diners Club
    ("36", "36", (14, 16)),
    ("38", "39", (14, 16)),
    ("3528", "3589", (16, 17, 18, 19)),  # JCB
    ("6011", "6011", (16, 17, 18, 19)),  # Discover
    ("644", "659", (16, 17, 18, 19)),
    ("62", "62", (16, 17, 18, 19)),  # UnionPay
    ("81", "82", (16, 17, 18, 19)),  # UnionPay, RuPay
    ("60", "60", (16,)),  # RuPay, Hipercard
    ("506", "509", (16, 17, 18, 19)),  # Elo, Verve, RuPay
    ("6277", "6277", (16,)),  # Elo
    ("6362", "6363", (16,)),
    ("2200", "2204", (16, 17, 18, 19)),  # Mir
    ("9792", "9792", (16,)),  # Troy
    ("5018", "5038", (13, 14, 15, 16, 17, 18, 19)),  # Maestro
    ("56", "58", (13, 14, 15, 16, 17, 18, 19)),
    ("6304", "6304", (13, 14, 15, 16, 17, 18, 19)),
    ("67", "67", (13, 14, 15, 16, 17, 18, 19)),
)
_SEPARATOR = "[\\s.\\-_\u00b7\u200b-\u200d\u2010-\u2015\u2212\ufeff]{1,2}"
# What is masked already is no start of another number.
_DIGITS = re.compile(rf"(?<!\w)(?<!•••• )\d+(?:{_SEPARATOR}\d+)*(?!\w)")
_GROUP = re.compile(r"\d+")
_LONGEST, _SHORTEST = 19, 13

_LOG_LIMIT = 10_000
_LOG_DEPTH = 6
_HIDDEN_NAME = (
    r"(?:pass(?:word|wd|phrase)?|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|authorization"
    r"|cookie|set-cookie|session|signature|credential|otp|dsn)"
)
_HIDDEN_KEY = re.compile(rf"(?:^|[_\-.]){_HIDDEN_NAME}s?(?:$|[_\-.](?!id$|count$))", re.IGNORECASE)
_PERSONAL_KEY = re.compile(r"(?:^|[_\-.])(?:e?mail|phone|address|name|subject|body|text)$", re.IGNORECASE)
_LOG_PATTERN = re.compile(
    r"""
      (?P<keep>
          \b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b              # UUID
        | \b\d{4}-\d\d-\d\d(?:[T\ ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?\b   # ISO 8601
        | \b\d{1,3}(?:\.\d{1,3}){3}\b                                  # IPv4 address
      )
    | (?P<userinfo>(?<=://)[^\s/@:]{1,200}:[^\s/@]{1,200}(?=@))
    | (?P<email>[^\s@<>"'(),;:\[\]=]{1,64}@[^\s@<>"'(),;:\[\]=]{1,200}\.[^\s@<>"'(),;:\[\]=.]{2,})
    | (?P<scheme>\b(?:bearer|basic)\s+)[\w.~+/=-]{8,}
    | (?P<pair>(?<![A-Za-z])"""
    + _HIDDEN_NAME
    + r"""["']?\s*[=:]\s*["']?)(?:(?:bearer|basic)\s+)?[^\s"'&;,]{1,500}
    | (?P<token>
          \beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?                       # JSON web token
        | \b[A-Za-z]{2,12}_[\w-]{20,}                                  # prefixed token
        | \b(?=[\w+/-]{0,60}\d)(?=[\w+/-]{0,60}[A-Za-z])[\w+/-]{32,}={0,2}
      )
    | (?P<phone>(?<![\w.])(?:\+|00)?\(?\d(?:[\ ().\-/]{0,2}\d){7,14}(?![\w]))
    """,
    re.VERBOSE | re.IGNORECASE,
)


def mask_cards(text: str) -> tuple[str, int]:
    """Replace payment card numbers by `•••• 1234` and say how many there were.

    A card number has 13 to 19 digits, alone or in groups, of a known network and length, with a valid check
    digit (Luhn, ISO/IEC 7812-1). Thirteen digits that are a valid EAN bar code stay.
    """
    count = 0

    def masked(found: re.Match[str]) -> str:
        nonlocal count
        if len(found[0]) < _SHORTEST:
            return found[0]
        replaced, cards = _mask_run(found[0])
        count += cards
        return replaced

    return _DIGITS.sub(masked, text), count


def mask_for_log(value: Any) -> Any:
    """A copy of `value` fit for a log: no e-mail addresses, phone numbers, tokens or passwords in any string.

    Mappings and sequences are followed; values under names such as `password` or `email` go whole; bytes
    become their length; long text is cut. Ids (UUID), times, IP addresses and numbers stay.
    """
    return _mask_value(value, _LOG_DEPTH)


def _mask_run(run: str) -> tuple[str, int]:
    groups = [(m.start(), m.end()) for m in _GROUP.finditer(run)]
    pieces: list[str] = []
    count = at = index = 0
    while index < len(groups):
        last = _card_end(run, groups, index)
        if last is None:
            index += 1
            continue
        digits = "".join(_plain_digits(run[a:b]) for a, b in groups[index : last + 1])
        pieces += [run[at : groups[index][0]], f"•••• {digits[-4:]}"]
        at, index = groups[last][1], last + 1
        count += 1
    return "".join(pieces) + run[at:], count


def _card_end(run: str, groups: list[tuple[int, int]], first: int) -> int | None:
    """Index of the group with which a card number that begins at group `first` ends; the longest one."""
    digits, best = "", None
    for index in range(first, len(groups)):
        digits += _plain_digits(run[slice(*groups[index])][: _LONGEST + 1])
        if len(digits) > _LONGEST:
            break
        if _is_card(digits):
            best = index
    return best


def _plain_digits(digits: str) -> str:
    """0 to 9 for the digits of any script."""
    return digits if digits.isascii() else "".join(str(int(char)) for char in digits)


def _is_card(digits: str) -> bool:
    length = len(digits)
    if length < _SHORTEST or len(set(digits)) == 1:
        return False
    known = any(length in lengths and low <= digits[: len(low)] <= high for low, high, lengths in _RANGES)
    return known and _has_luhn_digit(digits) and not (length == 13 and _is_ean(digits))


def _has_luhn_digit(digits: str) -> bool:
    odd = sum(int(d) for d in digits[-1::-2])
    even = sum(sum(divmod(2 * int(d), 10)) for d in digits[-2::-2])
    return (odd + even) % 10 == 0


def _is_ean(digits: str) -> bool:
    """Check digit of a bar code (GS1): the same idea as Luhn's with other weights."""
    return (sum(int(d) for d in digits[-1::-2]) + 3 * sum(int(d) for d in digits[-2::-2])) % 10 == 0


def _mask_value(value: Any, depth: int) -> Any:
    if isinstance(value, str):
        return _mask_text(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return f"[{len(value)} bytes]"
    if depth == 0 and isinstance(value, Mapping | Sequence):
        return "[…]"
    if isinstance(value, Mapping):
        return {key: _mask_field(str(key), item, depth - 1) for key, item in value.items()}
    if isinstance(value, Sequence | set | frozenset):
        return [_mask_value(item, depth - 1) for item in value]
    if isinstance(value, BaseException):
        return _mask_text(f"{type(value).__name__}: {value}")
    return value


def _mask_field(name: str, value: Any, depth: int) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if _HIDDEN_KEY.search(name) or (isinstance(value, str) and _PERSONAL_KEY.search(name)):
        return "[removed]"
    return _mask_value(value, depth)


def _mask_text(text: str) -> str:
    if len(text) > _LOG_LIMIT:
        text = text[:_LOG_LIMIT] + "…"
    return _LOG_PATTERN.sub(_masked_log_match, text)


def _masked_log_match(found: re.Match[str]) -> str:
    kind = found.lastgroup or "token"
    if kind == "keep":
        return found[0]
    if kind in {"scheme", "pair"}:
        return f"{found[kind]}[removed]"
    return f"[{kind}]"
