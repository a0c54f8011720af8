"""Settings: one sentence per mistake, all at once, and the command line wins."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.app.settings import Settings, SettingsError, load_settings


def mistakes_of(**environment: str) -> list[str]:
    """Reads settings that are wrong and gives the sentences."""
    with pytest.raises(SettingsError) as caught:
        load_settings(environment)
    assert str(caught.value) == "\n".join(caught.value.mistakes)
    return caught.value.mistakes


def test_nothing_set_gives_the_defaults() -> None:
    assert load_settings({}) == Settings()


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("PARLEY_PORT", "eighty", "whole number from 1 to 65535"),
        ("PARLEY_PORT", "0", "whole number from 1 to 65535"),
        ("PARLEY_PORT", "70000", "whole number from 1 to 65535"),
        ("PARLEY_PORT", "٨٠", "whole number from 1 to 65535"),
        ("PARLEY_PORT", "-1", "whole number"),
        ("PARLEY_SMTP_PORT", "25.5", "whole number from 0 to 65535"),
        ("PARLEY_POOL_SIZE", "1", "whole number from 2 to 200"),
        ("PARLEY_WORKER_CONCURRENCY", "5", "whole number from 20 to 500"),
        ("PARLEY_FILE_LIMIT", "1", "whole number from 1024"),
        ("PARLEY_COPY_AFTER_SECONDS", "0", "whole number from 1 to 86400"),
        ("PARLEY_DEMO", "maybe", "yes or no"),
        ("PARLEY_LOG_LEVEL", "loud", "one of debug, info, warning, error"),
        ("PARLEY_LOG_FORMAT", "xml", "one of auto, json, text"),
        ("DATABASE_URL", "mysql://x/y", "must begin with postgresql://"),
        ("DATABASE_URL", "parley", "must begin with postgresql://"),
        ("PARLEY_PUBLIC_URL", "desk.example.com", "https://desk.example.com"),
        ("PARLEY_PUBLIC_URL", "https://desk.example.com/sub", "without a path"),
        ("PARLEY_PUBLIC_URL", "https://[", "https://desk.example.com"),
        ("PARLEY_MAIL_URL", "http://mail", "smtp:// or smtps://"),
        ("PARLEY_SECRET_KEY", "short", "PARLEY_SECRET_KEY"),
        ("PARLEY_PUBLIC_URL", "https://desk.example.com:99999", "https://desk.example.com"),
        ("PARLEY_OUTBOUND_ALLOW", "10.0.0.0/8, http://x", "PARLEY_OUTBOUND_ALLOW"),
        ("PARLEY_TRUSTED_PROXIES", "@@bogus", "addresses or networks"),
        ("PARLEY_TRUSTED_PROXIES", "127.0.0.1, proxy.example", "addresses or networks"),
        ("PARLEY_MAIL_URL", "smtp://", "names no mail server"),
        ("PARLEY_MAIL_URL", "smtps://user:secret@:465", "names no mail server"),
        ("PARLEY_SMTP_CERT", "/nowhere/cert.pem", "/nowhere/cert.pem"),
        ("PARLEY_SMTP_CERT", "/dev/null", "not a file"),
        ("PARLEY_SMTP_CERT", __file__, "no certificate"),
        ("PARLEY_DATA", __file__, "is not a folder"),
        ("PARLEY_DATA", __file__ + "/inside", "is not a folder"),
        ("PARLEY_PROT", "8000", "is not a setting of Parley"),
    ],
)
def test_each_mistake_is_one_sentence_that_names_the_setting(name: str, value: str, says: str) -> None:
    given = {name: value, **({"PARLEY_MAIL_FROM": "a@b.example"} if name == "PARLEY_MAIL_URL" else {})}
    (sentence,) = mistakes_of(**given)
    assert name in sentence
    assert says in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence


def test_all_mistakes_are_told_at_once() -> None:
    found = mistakes_of(
        PARLEY_PORT="x", PARLEY_POOL_SIZE="0", PARLEY_DEMO="?", DATABASE_URL="x", PARLEY_MAIL_URL="smtp://m"
    )
    assert len(found) == 5
    assert any("PARLEY_MAIL_FROM" in sentence for sentence in found)


def test_the_command_line_wins_over_the_environment() -> None:
    assert load_settings({"PARLEY_PORT": "9000", "PARLEY_DATA": "there"}, port=9001).port == 9001
    read = load_settings({"PARLEY_PORT": "9000", "PARLEY_DATA": "there"}, port=None, data=None)
    assert (read.port, read.data) == (9000, Path("there"))


def test_a_wrong_value_that_the_command_line_replaces_is_no_mistake() -> None:
    assert load_settings({"PARLEY_PORT": "x"}, port=9001).port == 9001


def test_empty_values_count_as_not_set() -> None:
    names = ["DATABASE_URL", *(f"PARLEY_{field.upper()}" for field in Settings.__struct_fields__)]
    assert load_settings({name: " " for name in names if name != "PARLEY_DATABASE_URL"}) == Settings()


def test_settings_of_the_tests_and_of_the_embedded_server_are_no_mistakes() -> None:
    assert load_settings({"PARLEY_TEST_X": "1", "PARLEY_PG_USER": "me", "PARLEY_SOAK": "1"}) == Settings()


@pytest.mark.parametrize(
    ("host", "public", "origin"),
    [
        ("127.0.0.1", "", "http://localhost:8000"),
        ("0.0.0.0", "", "http://localhost:8000"),
        ("10.0.0.5", "", "http://10.0.0.5:8000"),
        ("::1", "", "http://[::1]:8000"),
        ("127.0.0.1", "https://desk.example.com/", "https://desk.example.com"),
    ],
)
def test_origin(host: str, public: str, origin: str) -> None:
    assert Settings(host=host, public_url=public).origin == origin


@given(
    st.dictionaries(
        st.sampled_from(
            [f"PARLEY_{field.upper()}" for field in Settings.__struct_fields__] + ["DATABASE_URL"]
        ),
        st.text(max_size=30),
    )
)
def test_whatever_is_set_there_are_settings_or_sentences(environment: dict[str, str]) -> None:
    sentences: list[str] = []
    try:
        origin = load_settings(environment).origin
    except SettingsError as failure:
        origin, sentences = "http://", failure.mistakes or [""]
    assert origin.startswith(("http://", "https://"))
    assert all(sentence.endswith(".") for sentence in sentences)


def test_a_key_needs_its_certificate() -> None:
    assert mistakes_of(PARLEY_SMTP_KEY=__file__) == ["PARLEY_SMTP_KEY needs PARLEY_SMTP_CERT beside it."]
    found = mistakes_of(PARLEY_SMTP_CERT="/nowhere/a.pem", PARLEY_SMTP_KEY="/nowhere/b.pem")
    assert [("/nowhere/a.pem" in found[0]), ("PARLEY_SMTP_KEY" in found[1])] == [True, True]


@pytest.mark.parametrize("text", ["*", "127.0.0.1", "10.0.0.0/8, ::1", "192.168.1.5/24"])
def test_proxies_are_addresses_and_networks(text: str) -> None:
    assert load_settings({"PARLEY_TRUSTED_PROXIES": text}).trusted_proxies == text


def test_a_folder_without_permission_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.access", lambda path, _: Path(path) != tmp_path)
    (sentence,) = mistakes_of(PARLEY_DATA=str(tmp_path / "new"))
    assert "no permission" in sentence
    assert str(tmp_path) in sentence
