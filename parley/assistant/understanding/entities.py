"""What is named in a text: order numbers, addresses, phones, tracking numbers, amounts. Pure and linear in the text."""

import re

from parley.assistant.understanding.model import Entity

MOST = 20
_ORDER_WORDS = (
    r"orders?(?:\s?(?:number|no|nr|id))?|pedido|encomenda|orden|bestell(?:ung|nummer|nr)|auftrag(?:snummer)?|commande"
    r"|ordine|naročil[oau]?|narocil[oau]?|주문(?:\s?번호)?|订单(?:编?号)?|單號|单号|注文(?:番号)?|オーダー"
)
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
_TRACKING = (
    ("ups", re.compile(r"\b1Z[0-9A-Z]{16}\b", re.IGNORECASE)),
    ("usps", re.compile(r"\b9[2-5]\d{18,20}\b")),
    ("dhl", re.compile(r"\bJJD\d{10,18}\b|\bJD\d{16,18}\b|(?<=DHL )\d{10}\b", re.IGNORECASE)),
    ("post", re.compile(r"\b[A-Z]{2}\d{9}[A-Z]{2}\b")),
)
_HASH = re.compile(r"(?<!\w)#\s?([A-Z]{0,5}-?\d{3,12}(?:-\d{1,6})?)\b", re.IGNORECASE)
_AFTER_WORD = re.compile(
    rf"(?:{_ORDER_WORDS})[\s:.,#º°-]{{0,4}}(?:(?:number|no|nr|num|número|numero|nº|n°|n|nummer|is|é|es|est)"
    r"[\s:.#º°-]{0,3}){0,2}([A-Z]{0,5}-?\d{3,12}(?:-\d{1,6})?)(?![\w@])",
    re.IGNORECASE,
)
_CODES = "USD|EUR|GBP|BRL|KRW|JPY|CNY|CHF|CAD|AUD|MXN"
_NUMBER = r"\d{1,9}(?:[.,]\d{3}){0,3}(?:[.,]\d{1,2})?"
_AMOUNT = re.compile(
    rf"(R\$|US\$|[$€£¥￥₩]|\b(?:{_CODES})\b)\s?({_NUMBER})(?!\d)"
    rf"|(?<![\w.,])({_NUMBER})\s?([$€£¥₩]|(?:{_CODES}|euros?|dollars?|reais|dólares|元|원|円)(?![a-z]))",
    re.IGNORECASE,
)
_CURRENCIES = {
    "r$": "BRL",
    "us$": "USD",
    "$": "USD",
    "€": "EUR",
    "£": "GBP",
    "₩": "KRW",
    "元": "CNY",
    "원": "KRW",
    "円": "JPY",
    "reais": "BRL",
    "euro": "EUR",
    "euros": "EUR",
    "dollar": "USD",
    "dollars": "USD",
    "dólares": "USD",
}
_PHONE = re.compile(
    r"(?<![\w#.,/-])(?:\+\d{1,3}[\s.-]?)?(?:\(\d{1,4}\)[\s.-]?)?\d{2,5}(?:[\s.-]?\d{2,5}){1,4}(?![\w/])"
)


def find_entities(text: str) -> list[Entity]:
    """Gives what is named, each place once, at most 20: kinds email, tracking_number, order_number, amount, phone."""
    found = [Entity("email", match[0], match[0].lower()) for match in _EMAIL.finditer(text)]
    rest = _EMAIL.sub(_blank, text)
    for carrier, pattern in _TRACKING:
        found += [
            Entity("tracking_number", match[0], {"number": match[0].upper(), "carrier": carrier})
            for match in pattern.finditer(rest)
        ]
        rest = pattern.sub(_blank, rest)
    for pattern in (_HASH, _AFTER_WORD):
        found += [Entity("order_number", match[1], match[1].upper()) for match in pattern.finditer(rest)]
        rest = pattern.sub(_blank, rest)
    found += [_amount_of(match) for match in _AMOUNT.finditer(rest)]
    rest = _AMOUNT.sub(_blank, rest)
    for match in _PHONE.finditer(rest):
        digits = re.sub(r"\D", "", match[0])
        if 9 <= len(digits) <= 15:
            found.append(Entity("phone", match[0].strip(), ("+" if "+" in match[0] else "") + digits))
    return found[:MOST]


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _amount_of(match: re.Match[str]) -> Entity:
    sign, number = (match[1], match[2]) if match[1] else (match[4], match[3])
    currency = _CURRENCIES.get(sign.lower(), sign.upper() if sign.isalpha() and sign.isascii() else None)
    whole, cents = re.fullmatch(r"(.*?)(?:[.,](\d{1,2}))?", number).groups()  # type: ignore[union-attr]
    value = re.sub(r"\D", "", whole) + (f".{cents}" if cents else "")
    return Entity("amount", match[0].strip(), {"amount": value, "currency": currency})
