"""Refunds: Stripe takes our key, and it stands in the refund's metadata, so that none is made twice."""

from typing import Any

from parley.commerce.connectors.stripe.client import GoneError, ask
from parley.commerce.connectors.stripe.settings import StripeSettings
from parley.commerce.ports import Effect, Link
from parley.kit.failures import Refused
from parley.kit.money import exponent_of

KEY = "parley_key"
_PER_PAGE = 100
# Stripe's digits behind the point where they are not those of ISO 4217 (Stripe, "Supported currencies").
_DIGITS = {"ISK": 2, "UGX": 2, "MGA": 0}
FAILED = frozenset({"failed", "canceled"})


def to_stripe(amount: int, currency: str) -> int:
    """Gives an amount in Stripe's units; raises Refused for one that Stripe cannot move."""
    up, down = _factors(currency)
    units, rest = divmod(amount * up, down)
    if rest:
        raise Refused(f"Stripe moves only whole units of {currency}.")
    return units


def from_stripe(units: int, currency: str) -> int:
    """Gives an amount of Stripe's in minor units."""
    up, down = _factors(currency)
    return units * down // up


def _factors(currency: str) -> tuple[int, int]:
    ours = exponent_of(currency)
    theirs = _DIGITS.get(currency, ours)
    return int("1" + "0" * max(0, theirs - ours)), int("1" + "0" * max(0, ours - theirs))


def name_payment(reference: str) -> tuple[str, str, str]:
    """Gives the field, the folder and the id of a payment intent or charge; raises Refused for anything else."""
    if reference.startswith("pi_"):
        return "payment_intent", "payment_intents", reference
    if reference.startswith(("ch_", "py_")):
        return "charge", "charges", reference
    raise Refused("This order was not paid through Stripe.")


async def make_refund(
    link: Link, settings: StripeSettings, reference: str, amount: int, currency: str, key: str
) -> Effect:
    """Gives back so much of a payment, once per key; raises Refused when it is not there, spent, or of another currency.

    The idempotency key holds for a day, the metadata for good.
    """
    field, folder, payment = name_payment(reference)
    there = await _load_refund(link, settings, reference, key)
    if there is not None:
        if there["status"] in FAILED:
            raise Refused(
                f"Stripe could not give the money back: {there.get('failure_reason') or 'unknown'}."
            )
        return _effect_of(there)
    paid = await ask(link, settings, "GET", f"{folder}/{payment}")
    if paid["currency"].upper() != currency:
        raise Refused(f"The payment was in {paid['currency'].upper()}.")
    form = {
        field: payment,
        "amount": str(to_stripe(amount, currency)),
        "reason": "requested_by_customer",
        f"metadata[{KEY}]": key,
    }
    made = await ask(link, settings, "POST", "refunds", form=form, key=key)
    if made["status"] in FAILED:
        raise Refused(f"Stripe could not give the money back: {made.get('failure_reason') or 'unknown'}.")
    return _effect_of(made)


async def find_refund(link: Link, settings: StripeSettings, reference: str, key: str) -> Effect | None:
    """Looks for the refund with this key; one that failed has moved no money and is none."""
    found = await _load_refund(link, settings, reference, key)
    return None if found is None or found["status"] in FAILED else _effect_of(found)


async def _load_refund(
    link: Link, settings: StripeSettings, reference: str, key: str
) -> dict[str, Any] | None:
    field, _, payment = name_payment(reference)
    params = {field: payment, "limit": str(_PER_PAGE)}
    while True:
        try:
            page = await ask(link, settings, "GET", "refunds", params=params)
        except GoneError:
            return None
        for refund in page["data"]:
            if (refund["metadata"] or {}).get(KEY) == key:
                return dict(refund)
        if not page["has_more"] or not page["data"]:
            return None
        params["starting_after"] = page["data"][-1]["id"]


def _effect_of(refund: dict[str, Any]) -> Effect:
    """A refund on its way to a bank is debited already; it counts as made, and its status says how far it is."""
    currency = refund["currency"].upper()
    return Effect(
        external_id=refund["id"],
        amount=from_stripe(refund["amount"], currency),
        currency=currency,
        details={"status": refund["status"], "charge": refund["charge"]},
    )
