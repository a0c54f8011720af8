"""From a cart and a form to an order."""

import unicodedata
from collections.abc import Mapping
from datetime import datetime

from email_validator import EmailNotValidError, validate_email
from msgspec import Struct

from parley.app.demo.cart import Cart, is_digital, price_cart
from parley.app.demo.catalogue import CURRENCY, Catalogue, ShippingOption, list_shipping
from parley.app.demo.orders import DemoOrder, OrderAddress, build_lines
from parley.app.demo.words import Lang

COUNTRIES: dict[Lang, tuple[str, ...]] = {
    "en": (
        "AT", "AU", "BE", "CA", "CH", "CN", "CZ", "DE", "DK", "ES", "FI", "FR", "GB", "GR", "HR", "HU", "IE",
        "IN", "IT", "JO", "JP", "KR", "LU", "MX", "NL", "NO", "NZ", "PL", "PT", "SE", "SG", "SI", "SK", "US",
    ),
    "pt-BR": ("BR",),
}  # fmt: skip
HOME: dict[Lang, str] = {"en": "SI", "pt-BR": "BR"}
LIMITS = {"email": 254, "name": 100, "line1": 200, "postcode": 20, "city": 100, "region": 100, "country": 2,
          "shipping": 20, "note": 500}  # fmt: skip
REQUIRED_FOR_PARCEL = ("line1", "postcode", "city", "country", "shipping")


class CheckoutForm(Struct, frozen=True):
    """What was typed into the checkout, trimmed and cut to length; never a card number, there is no such field."""

    email: str = ""
    name: str = ""
    line1: str = ""
    postcode: str = ""
    city: str = ""
    region: str = ""
    country: str = ""
    shipping: str = ""
    note: str = ""


def parse_text(value: str, limit: int) -> str:
    """A single line of text without control characters and surrounding space, at most `limit` characters."""
    spaced = "".join(" " if unicodedata.category(letter) in ("Cc", "Cs") else letter for letter in value)
    return " ".join(spaced.split())[:limit].rstrip()


def parse_email(value: str) -> str | None:
    """An e-mail address in normal form, or None; reserved domains such as `.example` are welcome here."""
    try:
        found = validate_email(
            value, check_deliverability=False, globally_deliverable=False, test_environment=True
        )
    except EmailNotValidError:
        return None
    return found.normalized


def parse_checkout(fields: Mapping[str, str]) -> CheckoutForm:
    """Read the checkout's fields; missing ones are empty, unknown ones are ignored."""
    return CheckoutForm(**{name: parse_text(fields.get(name, ""), limit) for name, limit in LIMITS.items()})


def find_shipping(form: CheckoutForm, lang: Lang, catalogue: Catalogue) -> ShippingOption | None:
    """The chosen shipping option if this shop offers it to the chosen country."""
    for option in list_shipping(catalogue, CURRENCY[lang]):
        if option.code == form.shipping and (not option.countries or form.country in option.countries):
            return option
    return None


def list_checkout_errors(form: CheckoutForm, cart: Cart, lang: Lang, catalogue: Catalogue) -> dict[str, str]:
    """What is wrong with the form: the name of a field and the key of the sentence that says so."""
    errors: dict[str, str] = {}
    if parse_email(form.email) is None:
        errors["email"] = "checkout.error.email"
    if not form.name:
        errors["name"] = "checkout.error.name"
    if is_digital(cart, catalogue):
        return errors
    for field in REQUIRED_FOR_PARCEL:
        if not getattr(form, field):
            errors[field] = f"checkout.error.{field}"
    if form.country and form.country not in COUNTRIES[lang]:
        errors["country"] = "checkout.error.country"
    if "shipping" not in errors and "country" not in errors and find_shipping(form, lang, catalogue) is None:
        errors["shipping"] = "checkout.error.shipping_country"
    return errors


def place_order(cart: Cart, form: CheckoutForm, lang: Lang, catalogue: Catalogue, now: datetime) -> DemoOrder:
    """Build the order that the caller stores; raises ValueError for an empty cart or a form with errors."""
    email = parse_email(form.email)
    if not cart.lines or email is None or list_checkout_errors(form, cart, lang, catalogue):
        raise ValueError("the cart is empty or the form has errors")
    digital = is_digital(cart, catalogue)
    option = None if digital else find_shipping(form, lang, catalogue)
    currency = CURRENCY[lang]
    bill = price_cart(cart, currency, option, catalogue)
    return DemoOrder(
        number="",
        placed_at=now,
        email=email,
        name=form.name,
        language=lang,
        currency=currency,
        lines=build_lines(cart.lines, currency, lang, catalogue),
        subtotal=bill.subtotal,
        discount=bill.discount,
        shipping=bill.shipping,
        total=bill.total,
        shipping_code=option.code if option else None,
        address=None
        if digital
        else OrderAddress(form.name, form.line1, form.postcode, form.city, form.region, form.country),
        carrier=option.carrier if option else None,
        discount_code=cart.code,
        note=form.note,
    )
