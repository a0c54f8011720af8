"""The cart survives any cookie and adds up."""

from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.app.demo.cart import (
    MAX_COOKIE,
    MAX_LINES,
    MAX_QUANTITY,
    Cart,
    CartLine,
    add_to_cart,
    apply_code,
    build_cart,
    build_cookie,
    change_quantity,
    is_digital,
    list_cart_shipping,
    parse_cart,
    parse_quantity,
    price_cart,
)
from parley.app.demo.catalogue import load_catalogue

CATALOGUE = load_catalogue()
SKUS = sorted(CATALOGUE.variants)
lines = st.lists(
    st.builds(CartLine, st.sampled_from([*SKUS, "NOPE-X-M"]), st.integers(-5, 5000)), max_size=40
)
codes = st.sampled_from([None, "PINE10", "pine10 ", "HELLO15", "FREE"])


@given(st.one_of(st.none(), st.text(max_size=3000), st.text("RSEMB-XML:.~0123456789PINE", max_size=200)))
def test_no_cookie_raises(cookie: str | None) -> None:
    cart = parse_cart(cookie, CATALOGUE)
    assert len(cart.lines) <= MAX_LINES
    assert all(1 <= line.quantity <= MAX_QUANTITY for line in cart.lines)


@given(lines, codes)
def test_a_cart_survives_its_cookie(wanted: list[CartLine], code: str | None) -> None:
    cart = build_cart(wanted, code, CATALOGUE)
    cookie = build_cookie(cart)
    assert parse_cart(cookie, CATALOGUE) == cart
    assert len(cookie) <= MAX_COOKIE
    assert len({line.sku for line in cart.lines}) == len(cart.lines) <= MAX_LINES
    assert all(line.quantity <= CATALOGUE.variants[line.sku].stock for line in cart.lines)


@given(lines, codes, st.booleans())
def test_a_bill_adds_up(wanted: list[CartLine], code: str | None, euro: bool) -> None:
    money: Literal["EUR", "BRL"] = "EUR" if euro else "BRL"
    cart = build_cart(wanted, code, CATALOGUE)
    bare = price_cart(cart, money, None, CATALOGUE)
    assert bare.shipping == 0
    assert bare.total == bare.subtotal - bare.discount >= 0
    for option, price in list_cart_shipping(cart, money, CATALOGUE):
        bill = price_cart(cart, money, option, CATALOGUE)
        assert (bill.shipping, bill.total) == (price, bare.total + price)
        assert price in (0, option.price)


def test_a_code_takes_its_percentage_off_everything_but_gift_cards() -> None:
    cart = build_cart([CartLine("SEM-PIN", 3), CartLine("GFC-PIN-50", 1)], "pine10", CATALOGUE)
    bill = price_cart(cart, "EUR", CATALOGUE.shipping["standard"], CATALOGUE)
    assert (bill.subtotal, bill.discount, bill.shipping, bill.total) == (9800, 480, 0, 9320)


def test_shipping_becomes_free_at_its_threshold() -> None:
    option = CATALOGUE.shipping["standard"]
    below = build_cart([CartLine("SEM-PIN", 5)], None, CATALOGUE)
    above = build_cart([CartLine("SEM-PIN", 6)], None, CATALOGUE)
    assert price_cart(below, "EUR", option, CATALOGUE).shipping == 590
    assert price_cart(above, "EUR", option, CATALOGUE).shipping == 0


def test_gift_cards_alone_need_no_shipping() -> None:
    cart = build_cart([CartLine("GFC-PIN-25", 2)], None, CATALOGUE)
    assert is_digital(cart, CATALOGUE)
    assert list_cart_shipping(cart, "EUR", CATALOGUE) == []
    assert not is_digital(Cart(), CATALOGUE)


def test_adding_changing_and_removing() -> None:
    cart = add_to_cart(Cart(), "RRS-EMB-M", 2, CATALOGUE)
    assert cart.lines == (CartLine("RRS-EMB-M", 2),)
    assert add_to_cart(cart, "RRS-EMB-M", 50, CATALOGUE).count == MAX_QUANTITY
    assert add_to_cart(cart, "RRS-TID-M", 1, CATALOGUE) == cart, "sold out"
    assert add_to_cart(cart, "RRS-EMB-M", -1, CATALOGUE) == cart
    assert change_quantity(cart, "RRS-EMB-M", 1, CATALOGUE).count == 1
    assert change_quantity(cart, "RRS-EMB-M", 0, CATALOGUE) == Cart()
    assert change_quantity(cart, "SEM-PIN", 4, CATALOGUE) == cart, "not in the cart"
    assert apply_code(cart, " pine10", CATALOGUE).code == "PINE10"
    assert apply_code(apply_code(cart, "PINE10", CATALOGUE), "", CATALOGUE).code is None


@pytest.mark.parametrize(
    ("text", "number"), [("3", 3), ("", 0), ("-1", 0), ("٣", 0), ("1e3", 0), ("99999", 0)]
)
def test_quantities_are_plain_numbers(text: str, number: int) -> None:
    assert parse_quantity(text) == number
