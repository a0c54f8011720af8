import re
from email.message import EmailMessage
from email.policy import default
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.kit.files.names import clean_file_name, content_disposition


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("photo.jpg", "photo.jpg"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Ana\\račun 1.pdf", "račun 1.pdf"),
        ("/", "file"),
        ("..", "file"),
        ("", "file"),
        (" . ", "file"),
        ("a\x00b\nc\u202e.txt", "ab c.txt"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("invoice.pdf                         .exe", "invoice.pdf .exe"),
        ("invoice.pdf.exe", "invoice.pdf.exe"),
        (".htaccess", "htaccess"),
        ("name. . .", "name"),
        ('a<b>:"c"|?*.txt', "a_b___c____.txt"),
        ("CON", "_CON"),
        ("nul.tar.gz", "_nul.tar.gz"),
        ("com1.txt", "_com1.txt"),
        ("console.log", "console.log"),
        ("cafe\u0301.txt", "café.txt"),
        ("a\u200b\ufeffb.png", "ab.png"),
        ("\ud800x.png", "x.png"),
        ("주문서.pdf", "주문서.pdf"),
    ],
)
def test_names_are_made_safe(raw: str, expected: str) -> None:
    assert clean_file_name(raw) == expected


def test_long_names_keep_their_extensions_and_whole_characters() -> None:
    assert clean_file_name("주" * 300 + ".tar.gz", max_bytes=20) == "주주주주.tar.gz"
    assert clean_file_name("a" * 300 + ".pdf.exe") == "a" * 192 + ".pdf.exe"
    assert clean_file_name("👩\u200d👧" * 40 + ".png", max_bytes=20) == "👩\u200d👧.png"
    assert clean_file_name("." + "x" * 300) == "x" * 200


@given(st.text(max_size=300), st.integers(16, 255))
def test_any_name_becomes_a_safe_one(raw: str, max_bytes: int) -> None:
    name = clean_file_name(raw, max_bytes=max_bytes)
    assert 0 < len(name.encode()) <= max_bytes + 1
    assert not re.search(r'[/\\\x00-\x1f<>:"|?*\u202a-\u202e\u2066-\u2069]', name)
    assert name not in {".", ".."}
    assert name == name.strip(" .")
    assert clean_file_name(name, max_bytes=max_bytes + 1) == name


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("photo.jpg", 'attachment; filename="photo.jpg"'),
        ("my photo.jpg", 'attachment; filename="my photo.jpg"'),
        ("račun €.pdf", "attachment; filename=\"racun.pdf\"; filename*=UTF-8''ra%C4%8Dun%20%E2%82%AC.pdf"),
        ("주문서.pdf", "attachment; filename=\"file.pdf\"; filename*=UTF-8''%EC%A3%BC%EB%AC%B8%EC%84%9C.pdf"),
        ("100%.txt", "attachment; filename=\"100_.txt\"; filename*=UTF-8''100%25.txt"),
        ('a";x=y', 'attachment; filename="a_;x=y"'),
        ("", 'attachment; filename="file"'),
    ],
)
def test_header_values(name: str, value: str) -> None:
    assert content_disposition(name, inline=False) == value
    assert content_disposition(name, inline=True) == value.replace("attachment", "inline", 1)


@given(st.text(max_size=80))
def test_headers_carry_any_name_and_nothing_else(raw: str) -> None:
    value = content_disposition(raw, inline=False)
    assert value.isascii()
    assert value.isprintable()
    message = EmailMessage(policy=default)
    message["Content-Disposition"] = value
    header = message["Content-Disposition"]
    assert header.content_disposition == "attachment"
    assert set(header.params) == {"filename"}
    if "filename*" in value:
        assert unquote(value.rpartition("UTF-8''")[2]) == clean_file_name(raw)
    else:
        assert header.params["filename"] == clean_file_name(raw)
