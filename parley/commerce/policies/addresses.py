"""Addresses that not every carrier goes to: boxes at a post office, and military post. Pure.

Sources: Universal Postal Union, Postal Addressing Systems; USPS Publication 28 (sections 238, 28, 293); BFPO.
"""

# ruff: noqa: RUF001 - words stand in their own scripts

import re

from parley.commerce.model import Address

# Unmistakable words, whatever the country.
_BOXES = re.compile(
    r"""\bp\W{0,3}o\W{0,3}\s?box\b | \bpost(?:al)?\s+office\s+box\b | \bpost\s?box\b | \bg\W?p\W?o\s+box\b
    | \blocked\s+bag\b | \bprivate\s+bag\b | \bpostfach\b | \bpostbus\b | \bpostboks\b | \bpostl[åa]da\b
    | \bbo[iî]te\s+postale\b | \bcase\s+postale\b | \bcaixa\s+postal\b | \bcasella\s+postale\b
    | \bapartado\s+(?:de\s+correos?|postal|a[ée]reo)\b | \bapdo\.?\s | \bcasilla\s+(?:de\s+correos?|postal)\b
    | \bpo[šs]tni\s+predal\b | \bpo[šs]tanski\s+pretinac\b | \bskrytka\s+poczt | \bskr\.\s*poczt
    | \bpo[šs]tovn[íi]\s+p[řr]ihr[áa]dka\b | \bpostafi[óo]k\b | \bpostilokero\b | \bc[ăa]su[țt]a\s+po[șs]tal
    | \bposta\s+kutusu\b | \bабонентский\s+ящик\b | (?<!\w)а/[яс](?!\w) | 私書箱 | 信箱 | 사서함
    | صندوق\s+بريد | ص\s?\.\s?ب | ת\s?\.\s?ד | תא\s+דואר | (?<!\w)τ\.?\s?θ\.?\s""",
    re.IGNORECASE | re.VERBOSE,
)
# Short forms that mean a box only in some countries.
_LOCAL: dict[str, str] = {
    "FR BE LU MC MA TN DZ SN CI CM": r"\bb\.?\s?p\.?\s?\d+\b|\bcs\s?\d{4,6}\b",
    "CH": r"\bcase\s?\d+\b",
    "IT SM VA": r"\bc\.?\s?p\.?\s?\d+\b",
    "ES PT AR CL CO CR MX PE": r"\bapartado\s+\d+\b|\bapdo\.?\s*\d+|\bcasilla\s+\d+\b",
    "FI": r"\bpl\s?\d+\b",
    "HU": r"\bpf\.?\s?\d+",
    "SI": r"\bp\.\s?p\.\s?\d+",
    "HR RS BA ME": r"\bp\.?\s?p\.?\s?\d+\b",
    "TR": r"\bp\.?\s?k\.?\s?\d+\b",
    "SE US CA AU NZ IE": r"^\s*box\s+\d+\b",
}
_SHORT = {code: re.compile(form, re.IGNORECASE) for codes, form in _LOCAL.items() for code in codes.split()}
_MILITARY = re.compile(
    r"""\b[afd]po\s*,?\s*a[aep]\b | \bb\.?f\.?p\.?o\.?\b | \bcfpo\b | \bfeldpost | \barmees\b | \bфельдпочта\b
    | \bпольова\s+пошта\b | 군부대 | 제\s?\d+\s?부대""",
    re.IGNORECASE | re.VERBOSE,
)
_US_POST = re.compile(r"\b(?:psc|cmr|unit)\s+\d+\s*,?\s*box\s+\d+|\b[afd]po\b", re.IGNORECASE)
_US_CODES = re.compile(r"^(?:09[0-8]\d\d|340\d\d|96[2-6]\d\d)")


def is_po_box(address: Address) -> bool:
    """Says whether an address is a box at a post office."""
    if is_military(address):
        return False
    lines = (address.company, address.line1, address.line2)
    short = _SHORT.get(address.country.upper())
    return any(_BOXES.search(f"{line} ") or (short is not None and short.search(line)) for line in lines)


def is_military(address: Address) -> bool:
    """Says whether an address is one of military or diplomatic post."""
    text = f"{address.line1} {address.line2} {address.city} {address.region}"
    if _MILITARY.search(text):
        return True
    country = address.country.upper()
    if country == "US":
        return (
            address.region.upper() in ("AA", "AE", "AP")
            or _US_CODES.match(address.postcode.strip()) is not None
            or _US_POST.search(f"{address.line1} {address.line2} {address.city}") is not None
        )
    if country == "GB":
        return address.postcode.upper().replace(" ", "").startswith("BF1")
    return False
