"""A policy in the form its pages show: tables, answers of the calculators, structured data. Pure."""

from datetime import date, datetime, time
from typing import Any

import msgspec
from babel import Locale

from parley.commerce.model import Address
from parley.commerce.policies.answering import (
    EVERYWHERE,
    ChargesQuestion,
    ShippingQuestion,
    WindowQuestion,
    answer_charges,
    answer_shipping,
    answer_window,
)
from parley.commerce.policies.calendar import zone_of
from parley.commerce.policies.terms import Clause, ShippingOption, Terms
from parley.commerce.portal.words import pick
from parley.kit.i18n.locales import get_locale
from parley.kit.money import Money, format_decimal_string

SCHEMA = "https://schema.org/"
ABOUT = {
    "shipping": ("shipping", "delivery", "charges", "tax", "dut", "customs"),
    "returns": ("return", "exchange", "refund"),
}
NOT_COUNTRIES = frozenset({"EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"})


def list_countries(language: str) -> list[tuple[str, str]]:
    """Gives all countries with their names, by name."""
    locale: Locale = get_locale(language)
    found = [
        (code, str(name))
        for code, name in locale.territories.items()
        if len(code) == 2 and code.isalpha() and code not in NOT_COUNTRIES
    ]
    return sorted(found, key=lambda one: one[1].casefold())


def clauses_about(terms: Terms, page: str) -> list[Clause]:
    """Gives the clauses of a page; one that belongs to neither stands with the shipping."""
    own, other = ABOUT[page], ABOUT["returns" if page == "shipping" else "shipping"]
    return [
        one
        for one in terms.clauses
        if one.code.startswith(own) or (page == "shipping" and not one.code.startswith(other))
    ]


def calculate_shipping(
    terms: Terms, country: str, day: str, line: str, now: datetime
) -> dict[str, Any] | None:
    """Answers the date calculator: an order of a day (now, if that is today) to a country; None without one."""
    if len(country) != 2 or not country.isalpha():
        return None
    zone = zone_of(terms.processing)
    at = now
    try:
        wanted = date.fromisoformat(day) if day else now.astimezone(zone).date()
    except ValueError:
        wanted = now.astimezone(zone).date()
    if wanted != now.astimezone(zone).date():
        at = datetime.combine(wanted, time(0, 1), zone)
    code = country.upper()
    address = Address(line1=line[:200], country=code) if line.strip() else None
    found = answer_shipping(terms, ShippingQuestion(at=at, country=code, address=address))
    charges = answer_charges(terms, ChargesQuestion(country=code))
    return {**found.values, "day": wanted.isoformat(), "charges": charges.values["charges"]}


def calculate_window(terms: Terms, country: str, day: str, now: datetime) -> dict[str, Any] | None:
    """Answers until when something that arrived on a day can come back; None without a day."""
    try:
        arrived = datetime.combine(date.fromisoformat(day), time(12), zone_of(terms.processing))
    except ValueError:
        return None
    code = country.upper()[:2]
    found = {}
    for resolution in ("refund", "exchange"):
        if resolution in terms.returns.resolutions:
            asked = WindowQuestion(
                now=now, country=code, resolution=resolution, sent_at=arrived, delivered_at=arrived
            )
            found[resolution] = answer_window(terms, asked)
    return {"answers": found, "day": day, "country": code} if found else None


def places_of(countries: list[str], language: str) -> tuple[list[str], list[str], bool]:
    """Gives the names a list of countries names, those it leaves out, and whether it is the whole world."""
    territories = get_locale(language).territories
    named = [str(territories.get(c, c)) for c in countries if c != EVERYWHERE and not c.startswith("-")]
    without = [str(territories.get(c[1:], c[1:])) for c in countries if c.startswith("-")]
    return named, without, EVERYWHERE in countries


def describe_returns(terms: Terms) -> dict[str, Any]:
    """Writes the return policy as schema.org's MerchantReturnPolicy."""
    rules = terms.returns
    kinds = {"refund": "FullRefund", "exchange": "ExchangeRefund", "store_credit": "StoreCreditRefund"}
    fees = "ReturnFeesCustomerResponsibility"
    if rules.label == "shop":
        fees = "ReturnShippingFees" if rules.label_fee else "FreeReturn"
    found: dict[str, Any] = {
        "@context": SCHEMA.rstrip("/"),
        "@type": "MerchantReturnPolicy",
        "returnPolicyCategory": f"{SCHEMA}MerchantReturnFiniteReturnWindow",
        "merchantReturnDays": rules.window,
        "returnMethod": f"{SCHEMA}ReturnByMail",
        "returnFees": f"{SCHEMA}{fees}",
        "refundType": [f"{SCHEMA}{kinds[one]}" for one in rules.resolutions],
    }
    countries = [one for one in rules.countries if len(one) == 2]
    if countries:
        found["applicableCountry"] = countries
    if fees == "ReturnShippingFees":
        found["returnShippingFeesAmount"] = _amount(rules.label_fee, terms.currency)
    return found


def describe_shipping(terms: Terms, language: str) -> list[dict[str, Any]]:
    """Writes the shipping options as schema.org's OfferShippingDetails."""
    processing = _days(terms.processing.least, terms.processing.most)
    return [
        {
            "@context": SCHEMA.rstrip("/"),
            "@type": "OfferShippingDetails",
            "shippingLabel": pick(one.name, language),
            "shippingRate": _amount(one.cost, one.currency or terms.currency),
            "deliveryTime": {
                "@type": "ShippingDeliveryTime",
                "handlingTime": processing,
                "transitTime": _days(one.least, one.most),
            },
            **_destinations(one),
        }
        for one in terms.shipping
        if not one.pickup
    ]


def _destinations(option: ShippingOption) -> dict[str, Any]:
    countries = [one for one in option.countries if len(one) == 2]
    if not countries:
        return {}
    return {"shippingDestination": {"@type": "DefinedRegion", "addressCountry": countries}}


def _days(least: int, most: int) -> dict[str, Any]:
    return {"@type": "QuantitativeValue", "minValue": least, "maxValue": most, "unitCode": "DAY"}


def _amount(minor: int, currency: str) -> dict[str, Any]:
    value = format_decimal_string(Money(minor, currency))
    return {"@type": "MonetaryAmount", "value": value, "currency": currency}


def write_structured(data: Any) -> str:
    """Writes structured data so that nothing in it can end the element it stands in."""
    return (
        msgspec.json.encode(data)
        .decode()
        .replace("<", "\\u003c")
        .replace(">", "\\u003e")
        .replace("&", "\\u0026")
    )
