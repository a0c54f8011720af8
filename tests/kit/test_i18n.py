import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.kit.i18n.catalogue import Catalogue, find_locale_folders, load_catalogue, rules_of
from parley.kit.i18n.check import Problem, check_catalogue
from parley.kit.i18n.formats import (
    format_date,
    format_datetime,
    format_duration,
    format_number,
    format_percent,
    format_relative,
    format_time,
)
from parley.kit.i18n.locales import fallback_chain, get_locale, is_rtl, negotiate, normalise_tag
from parley.kit.i18n.messages import MessageSyntaxError, Value, format_message, parse_message, placeholders

REPLIES = "{n, plural, =0 {No replies} one {# reply} other {# replies}}"


def say(source: str, language: str = "en", **values: Value) -> str:
    return format_message(parse_message(source), rules_of(language), values)


@pytest.mark.parametrize(
    ("source", "values", "expected"),
    [
        ("Hello {name}", {"name": "Ana"}, "Hello Ana"),
        ("{ name }!", {"name": "Ana"}, "Ana!"),
        ("{n} of {total}", {"n": 3, "total": 1234567}, "3 of 1,234,567"),
        (REPLIES, {"n": 0}, "No replies"),
        (REPLIES, {"n": 1}, "1 reply"),
        (REPLIES, {"n": 1200}, "1,200 replies"),
        ("{kind, select, mail {Mail} other {Other}}", {"kind": "mail"}, "Mail"),
        ("{kind, select, mail {Mail} other {Other}}", {"kind": "fax"}, "Other"),
        (
            "{who, select, you {You have {n, plural, one {# {what}} other {# {what}s}}} other {They}}",
            {"who": "you", "n": 2, "what": "note"},
            "You have 2 notes",
        ),
        (
            "{n, plural, one {#} other {{who, select, a {# for a} other {#}}}}",
            {"n": 5, "who": "a"},
            "5 for a",
        ),
        ("don't, it''s '{quoted}' # it's", {}, "don't, it's {quoted} # it's"),
        ("{n, plural, other {'#' is #}}", {"n": 4}, "# is 4"),
        ("an open '{ to the end", {}, "an open { to the end"),
        ("ends with '", {}, "ends with '"),
        ("{n, plural, =2 {a pair} other {#}}", {"n": Decimal(2)}, "a pair"),
        ("", {}, ""),
    ],
)
def test_messages_are_filled_in(source: str, values: dict[str, Value], expected: str) -> None:
    assert format_message(parse_message(source), rules_of("en"), values) == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["other", "one", "other", "other", "other", "other"]),
        ("sl", ["other", "one", "two", "few", "few", "other"]),
        ("ar", ["zero", "one", "two", "few", "few", "few"]),
        ("ko", ["other"] * 6),
        ("pt-BR", ["one", "one", "other", "other", "other", "other"]),
        ("ru", ["many", "one", "few", "few", "few", "many"]),
        ("ar-XB", ["other", "one", "other", "other", "other", "other"]),
    ],
)
def test_plural_rules_of_languages(language: str, expected: list[str]) -> None:
    branches = " ".join(f"{c} {{{c}}}" for c in ("zero", "one", "two", "few", "many", "other"))
    assert [say(f"{{n, plural, {branches}}}", language, n=n) for n in range(6)] == expected


def test_negative_and_broken_numbers_have_a_plural() -> None:
    assert say(REPLIES, n=-1) == "-1 reply"
    assert say(REPLIES, n=1.5) == "1.5 replies"
    assert say("{n, plural, one {# dan} other {# dni}}", "sl", n=2.5) == "2,5 dni"


@pytest.mark.parametrize(
    "source",
    [
        "{",
        "}",
        "{}",
        "{1}",
        "{name",
        "{a b}",
        "{n, date}",
        "{n, plural}",
        "{n, plural, one {x}}",
        "{n, plural, several {x} other {y}}",
        "{n, plural, one {x} one {y} other {z}}",
        "{n, plural, other {x}",
        "{n, plural, other x}",
        "{k, select, other {a}} }",
        "{n,plural,other{" * 10 + "}}" * 10,
    ],
)
def test_broken_messages_are_refused(source: str) -> None:
    with pytest.raises(MessageSyntaxError, match="expected"):
        parse_message(source)


@given(st.text())
def test_parsing_any_text_ends_in_a_message_or_a_syntax_error(source: str) -> None:
    try:
        message = parse_message(source)
    except MessageSyntaxError:
        return
    assert all(kind in {"value", "plural", "select"} for kind in placeholders(message).values())


@given(st.text(alphabet=st.characters(exclude_characters="{}'#")))
def test_plain_text_comes_back_as_it_is(text: str) -> None:
    assert say(text) == text


def test_missing_values_and_words_for_numbers_are_errors() -> None:
    with pytest.raises(KeyError):
        say("{name}")
    with pytest.raises(TypeError, match="number"):
        say(REPLIES, n="three")


CATALOGUE = Catalogue(
    {
        "en": {"hi": "Hello {name}", "n": REPLIES, "only": "Only English"},
        "pt-BR": {"hi": "Olá {name}", "n": "{n, plural, one {# resposta} other {# respostas}}"},
        "zh-Hans": {"hi": "你好 {name}", "n": "{n} 条回复"},
        "sl": {
            "hi": "Živjo {name}",
            "n": "{n, plural, one {# odgovor} two {# odgovora} few {# odgovori} other {# odgovorov}}",
        },
    },
    pseudo=True,
)


def test_translation_falls_back_along_the_chain_to_english_and_to_the_key() -> None:
    assert CATALOGUE.translate("pt", "hi", name="Ana") == "Olá Ana"
    assert CATALOGUE.translate("pt-PT", "n", n=1234) == "1.234 respostas"
    assert CATALOGUE.translate("zh-CN", "n", n=5) == "5 条回复"
    assert CATALOGUE.translate("zh-TW", "hi", name="Ana") == "Hello Ana"
    assert CATALOGUE.translate("sl", "n", n=102) == "102 odgovora"
    assert CATALOGUE.translate("sl", "only") == "Only English"
    assert CATALOGUE.translate("xx-nonsense", "only") == "Only English"
    assert CATALOGUE.translate("not a tag!", "only") == "Only English"
    assert CATALOGUE.translate("sl", "no.such.key") == "no.such.key"
    assert CATALOGUE.sources_for("sl")["only"] == "Only English"
    assert CATALOGUE.sources_for("sl")["hi"] == "Živjo {name}"


def test_pseudo_languages_change_the_text_and_keep_the_values() -> None:
    accented = CATALOGUE.translate("en-XA", "n", n=1200)
    assert accented == "[1,200 ŕéþļîéšššš]"
    mirrored = CATALOGUE.translate("ar-XB", "hi", name="Ana")
    assert mirrored == "\u200f\u202eHello\u202c Ana\u200f"
    assert "en-XA" not in Catalogue({"en": {}}).languages()
    assert Catalogue({"en": {"a": "b"}}).translate("en-XA", "a") == "b"


def test_fallback_chains() -> None:
    available = ["en", "pt-BR", "zh-Hans", "zh-Hant", "sr-Latn", "en-XA"]
    assert fallback_chain("pt", available) == ["pt-BR", "en"]
    assert fallback_chain("zh-CN", available) == ["zh-Hans", "en"]
    assert fallback_chain("zh-HK", available) == ["zh-Hant", "en"]
    assert fallback_chain("zh_hans_sg", available) == ["zh-Hans", "en"]
    assert fallback_chain("sr", available) == ["en"]
    assert fallback_chain("sr-ME", available) == ["sr-Latn", "en"]
    assert fallback_chain("en-GB", available) == ["en"]
    assert fallback_chain("en-XA", available) == ["en-XA", "en"]
    assert fallback_chain("en-XA", ["en"]) == ["en"]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, "en"),
        ("", "en"),
        ("sl", "sl"),
        ("de-DE,de;q=0.9,sl;q=0.8,en;q=0.7", "sl"),
        ("en;q=0.5, pt;q=0.9", "pt-BR"),
        ("zh-TW,zh-Hans;q=0.5", "zh-Hans"),
        ("sl;q=0, ko", "ko"),
        ("fr, *;q=0.1", "en"),
        ("KO-kr", "ko"),
        ("sl;q=banana, ko;q=1.000", "ko"),
        (";;;,,q=1,\x00", "en"),
    ],
)
def test_negotiation(header: str | None, expected: str) -> None:
    assert negotiate(header, ["en", "sl", "pt-BR", "ko", "zh-Hans"]) == expected


@given(st.text(max_size=200))
def test_negotiation_survives_any_header(header: str) -> None:
    assert negotiate(header, ["en", "sl"]) in {"en", "sl"}


def test_tags_locales_and_direction() -> None:
    assert normalise_tag("ZH_hans_cn") == "zh-Hans-CN"
    with pytest.raises(ValueError, match="language tag"):
        normalise_tag("../en")
    assert str(get_locale("sl-XX")) == "sl"
    assert str(get_locale("xx")) == "en"
    assert [is_rtl(tag) for tag in ("ar", "he-IL", "ar-XB", "en", "en-XA")] == [
        True,
        True,
        True,
        False,
        False,
    ]


def test_loading_folders(tmp_path: Path) -> None:
    for folder, name, data in [
        ("inbox", "en", {"inbox": {"title": "Inbox", "empty": "Nothing here"}}),
        ("inbox", "sl", {"inbox": {"title": "Prejeto"}}),
        ("deep/search", "en", {"search.title": "Search"}),
        ("node_modules/x", "en", {"inbox.title": "Something else"}),
    ]:
        place = tmp_path / folder / "locales"
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{name}.json").write_text(json.dumps(data), encoding="utf-8")
    catalogue = load_catalogue(find_locale_folders(tmp_path))
    assert catalogue.languages() == ["en", "sl"]
    assert catalogue.translate("sl", "inbox.title") == "Prejeto"
    assert catalogue.translate("sl", "search.title") == "Search"

    clash = tmp_path / "other" / "locales"
    clash.mkdir(parents=True)
    (clash / "en.json").write_text('{"inbox.title": "Mail"}', encoding="utf-8")
    with pytest.raises(ValueError, match=r"inbox\.title"):
        load_catalogue(find_locale_folders(tmp_path))


@pytest.mark.parametrize("text", ["[1]", '{"a": 1}', "{", '{"a": ["b"]}', "\ufeff{}"])
def test_bad_files_are_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "en.json").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"en\.json"):
        load_catalogue([tmp_path])


def test_the_check_reports_each_kind_of_mistake() -> None:
    catalogue = Catalogue(
        {
            "en": {
                "a": "{n, plural, one {#} other {#}} {who}",
                "b": "B",
                "k": "{k, select, x {x} other {y}}",
            },
            "sl": {"a": "{n, plural, one {#} other {#}} {whom}", "c": "C", "b": "{", "k": "{k}"},
            "ko": {"a": "{n} {who}", "b": "비", "k": "{k, select, x {엑} other {와}}"},
        }
    )
    found = {(p.language, p.key, p.kind) for p in check_catalogue(catalogue)}
    assert found == {
        ("sl", "a", "placeholders"),
        ("sl", "a", "plural"),
        ("sl", "b", "syntax"),
        ("sl", "c", "extra"),
        ("sl", "k", "placeholders"),
    }
    partial = Catalogue({"en": {"a": "A"}, "sl": {}, "ko": {}})
    assert check_catalogue(partial, complete=frozenset({"ko"})) == [Problem("ko", "a", "missing", "A")]
    assert len(check_catalogue(partial)) == 2
    assert check_catalogue(CATALOGUE, complete=frozenset({"en"})) == []


def test_numbers_dates_and_spans() -> None:
    at = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    assert format_number("de", 1234567.891) == "1.234.567,891"
    assert format_number("en", 2.345, max_fraction=2) == "2.34"
    assert format_percent("en", 0.256) == "26%"
    assert format_percent("en", 0.2567, fraction=1) == "25.7%"
    assert format_date("pt-BR", at, time_zone="America/Sao_Paulo", width="short") == "22/11/2026"
    assert format_date("en", at, time_zone="Asia/Seoul") == "Nov 23, 2026"
    assert format_date("en", date(2026, 1, 2), width="long") == "January 2, 2026"
    assert format_time("sl", at, time_zone="Europe/Ljubljana") == "00:30"
    assert "2026" in format_datetime("ko", at)
    with pytest.raises(ValueError, match="time zone"):
        format_time("en", at.replace(tzinfo=None))


@pytest.mark.parametrize(
    ("language", "delta", "expected"),
    [
        ("en", timedelta(hours=-3), "3 hours ago"),
        ("en", timedelta(days=2, hours=1), "in 2 days"),
        ("en", timedelta(minutes=90), "in 2 hours"),
        ("sl", timedelta(days=-2), "pred 2 dnevoma"),
        ("pt-BR", timedelta(hours=-1), "há 1 hora"),
        ("ko", timedelta(minutes=-5), "5분 전"),
    ],
)
def test_relative_time(language: str, delta: timedelta, expected: str) -> None:
    now = datetime(2026, 11, 22, tzinfo=UTC)
    assert format_relative(language, now + delta, now) == expected


def test_durations() -> None:
    assert format_duration("en", timedelta(hours=5)) == "5 hours"
    assert format_duration("en", timedelta(seconds=42), smallest="second") == "42 seconds"
