"""The widget's short plural form, read as the messages it stands for."""

from __future__ import annotations

from parley.kit.i18n.catalogue import Catalogue
from parley.kit.i18n.check import check_catalogue
from scripts.check_catalogues import find_variants, fold_plurals

ENGLISH = {"chat": "Chat", "unread.one": "{n} unread message", "unread.other": "{n} unread messages"}


def list_problems(language: str, messages: dict[str, str]) -> list[tuple[str, str]]:
    catalogue = Catalogue({"en": fold_plurals(ENGLISH), language: fold_plurals(messages)})
    return [(problem.key, problem.kind) for problem in check_catalogue(catalogue)]


def test_each_language_needs_its_own_forms() -> None:
    assert list_problems("ko", {"chat": "채팅", "unread.other": "{n}개"}) == []
    slovenian = {"chat": "Klepet", "unread.one": "{n} a", "unread.two": "{n} b", "unread.other": "{n} c"}
    assert list_problems("sl", slovenian) == [("unread", "plural")]
    assert list_problems("sl", {**slovenian, "unread.few": "{n} d"}) == []


def test_forms_are_missing_altogether() -> None:
    assert list_problems("sl", {"chat": "Klepet"}) == [("unread", "missing")]


def test_any_script_of_a_language_serves() -> None:
    assert find_variants("zh", ["en", "zh-Hans"]) == {"zh-Hans"}
    assert find_variants("pt-BR", ["pt", "pt-PT"]) == set()
