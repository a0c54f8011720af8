"""Catalogues of the slice, and the plain values that people enter."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import parley
from parley.accounts.mails import accounts_catalogue, build_mail
from parley.accounts.preferences import KINDS
from parley.accounts.words import parse_colour, parse_name, parse_time_zone
from parley.kit.errors import Invalid
from parley.kit.i18n.check import check_catalogue

LANGUAGES = frozenset({"en", "pt-BR"})


def test_catalogues_are_complete_and_sound() -> None:
    assert check_catalogue(accounts_catalogue(), complete=LANGUAGES) == []


def test_everything_that_is_audited_or_notified_has_words() -> None:
    found = accounts_catalogue().sources_for("en")
    source = "".join(p.read_text() for p in Path(parley.__file__).parent.rglob("actions/*.py"))
    actions = set(re.findall(r"_?audit\(\s*ctx,\s*\"([a-z_]+)\"", source))
    assert len(actions) > 20
    assert [action for action in sorted(actions) if f"audit.did.{action}" not in found] == []
    assert [kind for kind in KINDS if f"notification.{kind}" not in found] == []


@pytest.mark.parametrize("language", sorted(LANGUAGES))
@pytest.mark.parametrize(
    "kind", ["invitation", "password_reset", "password_changed", "totp_off", "passkey_added", "digest"]
)
def test_mails_escape_what_people_call_themselves(kind: str, language: str) -> None:
    evil = '<script>alert("1")</script>'
    mail = build_mail(
        kind,
        language,
        "a@x.example",
        link="https://desk.example/x?a=1&b=2",
        lines=(evil,),
        name=evil,
        inviter=evil,
        workspace=evil,
        count=2,
    )
    assert "<script" not in mail.html
    assert "&lt;script" in mail.html
    assert "a=1&amp;b=2" in mail.html
    assert f'lang="{language}"' in mail.html
    assert "https://desk.example/x?a=1&b=2" in mail.text
    assert "mail." not in mail.subject


@given(st.text(max_size=200))
def test_names_become_one_visible_line_or_are_refused(text: str) -> None:
    try:
        name = parse_name(text)
    except Invalid:
        return
    assert name == parse_name(name)
    assert name.strip() == name
    assert "\n" not in name
    assert "\u202e" not in name
    assert "\x00" not in name
    assert 1 <= len(name) <= 100


@given(st.text(max_size=30))
def test_zones_and_colours_never_break(text: str) -> None:
    for parse in (parse_time_zone, parse_colour):
        try:
            assert parse(text)
        except Invalid:
            continue
