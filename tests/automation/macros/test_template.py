"""Templates: what they give, what they refuse, and that no template takes long."""

import time
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parley.automation.macros.markup import clean_template
from parley.automation.macros.template import Rendered, find_blanks, parse_template, render_template
from parley.kit.errors import Invalid

KNOWN = (
    "customer.first_name",
    "customer.vip",
    "order.number",
    "order.link",
    "order.count",
    "shipment.status",
)
FULL: dict[str, Any] = {
    "customer.first_name": "Zoë",
    "customer.vip": True,
    "order.number": "#1042",
    "order.link": "https://shop.example/o/1042",
    "order.count": 3,
    "shipment.status": "in_transit",
}


def fill(html: str, **gone: Any) -> Rendered:
    values = {**FULL, **{name.replace("__", "."): value for name, value in gone.items()}}
    return render_template(parse_template(clean_template(html), KNOWN), values)


def test_variables_are_filled_in() -> None:
    made = fill("<p>Hello {{ customer.first_name }}, about {{order.number}}:</p>")
    assert made.html == "<p>Hello Zoë, about #1042:</p>"
    assert made.text == "Hello Zoë, about #1042:"
    assert (made.missing, made.used) == ([], {"customer.first_name": "Zoë", "order.number": "#1042"})


def test_a_value_is_text_and_never_markup_nor_a_template() -> None:
    made = fill(
        "<p>{{ customer.first_name }}</p>",
        customer__first_name='<img src=x onerror="a"> {{ order.number }} & co',
    )
    assert made.text == '<img src=x onerror="a"> {{ order.number }} & co'
    assert "<img" not in made.html


def test_a_value_in_a_link_cannot_leave_it() -> None:
    good = fill('<p><a href="{{ order.link }}">track</a></p>')
    assert 'href="https://shop.example/o/1042"' in good.html
    bad = fill('<p><a href="{{ order.link }}">track</a></p>', order__link='x" onclick="alert(1)')
    assert "onclick" not in bad.html
    assert (
        "href" not in fill('<p><a href="{{ order.link }}">t</a></p>', order__link="javascript:alert(1)").html
    )


def test_an_address_in_the_text_becomes_a_link() -> None:
    assert fill("<p>See {{ order.link }}</p>").html.count("<a ") == 1
    inside = fill('<p><a href="https://x.example">{{ order.link }}</a> and {{ order.link }}</p>').html
    assert inside.count("<a ") == 2


def test_a_missing_variable_is_a_blank_and_is_named() -> None:
    made = fill(
        "<p>{{ order.number }} {{ order.number }} of {{ customer.first_name }}</p>", order__number=None
    )
    assert made.missing == ["order.number"]
    assert find_blanks(made.text) == ["order.number"]
    assert made.used == {"customer.first_name": "Zoë"}


def test_a_link_without_its_address_leaves_a_blank() -> None:
    made = fill('<p><a href="{{ order.link }}">track it</a>.</p>', order__link=None)
    assert made.missing == ["order.link"]
    assert find_blanks(made.text) == ["order.link"]


def test_what_is_missing_in_a_branch_not_taken_is_not_missing() -> None:
    text = "<p>{% if shipment.status == 'delivered' %}{{ order.number }}{% else %}soon{% endif %}</p>"
    made = fill(text, order__number=None)
    assert (made.text, made.missing) == ("soon", [])


def test_asking_whether_there_is_one_is_not_missing() -> None:
    text = "<p>{% if order.number %}about {{ order.number }}{% else %}hello{% endif %}</p>"
    assert fill(text).text == "about #1042"
    made = fill(text, order__number=None)
    assert (made.text, made.missing) == ("hello", [])
    group = "<p>{% if order %}an order{% else %}none{% endif %}</p>"
    assert fill(group).text == "an order"
    assert fill(group, order__number=None, order__link=None, order__count=None).text == "none"


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("customer.vip and order.count > 2", True),
        ("customer.vip and order.count &gt; 3", False),
        ("not customer.vip or order.count <= 3", True),
        ("shipment.status in ['delivered', 'in_transit']", True),
        ("shipment.status not in ['delivered']", True),
        ("shipment.status != “In_Transit”", False),
        ("order.number < 3", False),
        ("order.count == 3", True),
        ("not (order.count == 3)", False),
    ],
)
def test_conditions(condition: str, holds: bool) -> None:
    assert fill(f"<p>{{% if {condition} %}}yes{{% else %}}no{{% endif %}}</p>").text == (
        "yes" if holds else "no"
    )


def test_chains_of_conditions_take_the_first_that_holds() -> None:
    text = (
        "<p>{% if shipment.status == 'delivered' %}a{% elif shipment.status == 'in_transit' %}b"
        "{% elif customer.vip %}c{% else %}d{% endif %}</p>"
    )
    assert fill(text).text == "b"
    assert fill(text, shipment__status=None).text == "c"
    assert fill(text, shipment__status=None, customer__vip=None).text == "d"


def test_filters() -> None:
    assert fill("<p>{{ customer.first_name|default('friend') }}</p>").text == "Zoë"
    made = fill('<p>{{ customer.first_name | default("friend") | upper }}</p>', customer__first_name="")
    assert (made.text, made.missing) == ("FRIEND", [])


def test_a_paragraph_of_nothing_but_a_condition_is_no_line() -> None:
    made = fill("<p>a</p><p>{% if customer.vip %}</p><p>b</p><p>{% endif %}</p><p>c</p>")
    assert made.html == "<p>a</p><p>b</p><p>c</p>"


def test_a_template_survives_the_sanitiser_and_is_stable() -> None:
    html = (
        '<p onclick="x">{% if order.count > 1 and customer.vip %}<b>{{ order.number | default("a & b") }}</b>'
        '{% endif %} <a href="{{ order.link }}">x</a><script>alert(1)</script></p>'
    )
    stored = clean_template(html)
    assert "script" not in stored
    assert "onclick" not in stored
    assert clean_template(stored) == stored
    made = fill(stored, order__number=None)
    assert made.text.startswith("a & b")


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("{{ order.numbr }}", "In {{ order.numbr }}: there is no variable order.numbr."),
        ("{{ customer.vip }} {{ oder }}", "In {{ oder }}: there is no variable oder."),
        ("{{ order }}", "say which part of order"),
        ("{{ order.number.__class__ }}", "In {{ order.number.__class__ }}"),
        ("{{ order['number'] }}", "only variables"),
        ("{{ order.number() }}", "only variables"),
        ("{{ order.count + 1 }}", "only variables"),
        ("{{ 'a' * 1000000000 }}", "only variables"),
        ("{{ order.number | replace('a', 'b') }}", "no filter replace"),
        ("{{ order.number | default }}", "no filter default"),
        ("{{ order.number order }}", "In {{ order.number order }}: this cannot be read"),
        ("{% for x in order %}{% endfor %}", "there is no for"),
        ("{% import 'os' %}", "there is no import"),
        ("{% raw %}{{ x }}{% endraw %}", "there is no raw"),
        ("{% if customer.vip %}", "{% if customer.vip %} has no {% endif %}."),
        ("a {% endif %}", "{% endif %} has no {% if"),
        ("{% if customer.vip %}{% else %}{% else %}{% endif %}", "comes after"),
        ("Hello {{ customer.first_name", "must end with }}"),
        ("Hello {{ <b>customer</b>.first_name }}", "without formatting"),
        ("{% if %}a{% endif %}", "this cannot be read"),
        ("{{ }}", "this cannot be read"),
        ("{{ customer.vip if order.count else 1 }}", "only variables"),
        ("{{ lipsum.__globals__ }}", "no variable lipsum"),
        ("{{ self }}", "no variable self"),
    ],
)
def test_mistakes_are_named_in_a_sentence(html: str, words: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_template(html, KNOWN, "texts.en")
    assert words in refused.value.detail
    assert refused.value.detail.endswith(".")
    assert refused.value.errors[0].field == "texts.en"


HOSTILE = [
    "{{" * 25_000,
    "{%" * 25_000,
    "{{ " + "(" * 400 + " }}",
    "{{ " + "not " * 120 + "order.count }}",
    "{{ " + "-" * 450 + "1 }}",
    "{{ " + "[" * 450 + " }}",
    "{{ order" + ".number" * 70 + " }}",
    "{{ order.count " + "and order.count " * 30 + "}}",
    "{% if customer.vip %}" * 300 + "{% endif %}" * 300,
    "<p>{% if customer.vip %}</p>" * 150 + "<p>{% endif %}</p>" * 150,
    "{{ order.number }}" * 2_700,
    "<" * 50_000,
    "<p>" + "{%" + " " * 490 + "%}" * 90,
    "{{ 9" + "9" * 480 + " }}" + "{{ order.number }}" * 100,
    '<a href="' * 5_000,
    "x9tag1q8" * 6_000,
]


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_no_template_takes_long(number: int) -> None:
    started = time.process_time()
    with suppress(Invalid):
        made = render_template(parse_template(clean_template(HOSTILE[number]), KNOWN), FULL)
        assert len(made.html) < 1_000_000
    assert time.process_time() - started < 2


PARTS = st.sampled_from(
    """{{ }} {% %} if else endif order.number order customer.vip |default('x') ( ) <p> </p> <a_href=' ' " and not == [ ] , {# #}
    - a &lt;""".replace("_", " ").split(" ")
)


@settings(max_examples=300, deadline=None)
@given(st.lists(PARTS, max_size=30).map(" ".join))
def test_anything_is_either_refused_or_rendered(html: str) -> None:
    with suppress(Invalid):
        template = parse_template(clean_template(html), KNOWN)
        made = render_template(template, dict.fromkeys(KNOWN))
        assert set(made.missing) <= template.names
        assert "<script" not in made.html
