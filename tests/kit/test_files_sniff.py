import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from parley.kit.files.sniff import INLINE_TYPES, OPAQUE, sniff


def picture(format_name: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(out, format_name)
    return out.getvalue()


def archive(name: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr(name, "x")
    return out.getvalue()


@pytest.mark.parametrize(
    ("format_name", "media_type"),
    [
        ("PNG", "image/png"),
        ("JPEG", "image/jpeg"),
        ("GIF", "image/gif"),
        ("WEBP", "image/webp"),
        ("AVIF", "image/avif"),
    ],
)
def test_pictures_are_shown_whatever_they_are_called(format_name: str, media_type: str) -> None:
    for name, claimed in (("a.bin", None), ("a.exe", "text/html"), ("", "application/octet-stream")):
        kind = sniff(picture(format_name), name, claimed)
        assert (kind.detected, kind.content_type, kind.family) == (media_type, media_type, "image")
        assert kind.is_inline
        assert not kind.is_dangerous


@pytest.mark.parametrize(
    ("head", "name", "claimed"),
    [
        (b"<!DOCTYPE html><p>x", "a.html", "text/html"),
        (b"\xef\xbb\xbf  <HTML>", "photo.png", "image/png"),
        (b"hello <script>alert(1)</script>", "notes.txt", "text/plain"),
        (b"<?xml version='1.0'?><svg xmlns='x'>", "logo.svg", "image/svg+xml"),
        (b"\n\n<svg onload=alert(1)>", "photo.jpg", "image/jpeg"),
        (b"<?xml version='1.0'?><x/>", "data.xml", None),
        (b"alert(1)", "run.js", None),
        (b"alert(1)", "data", "text/javascript; charset=utf-8"),
        (b"body{}", "style.css", None),
        (b"MZ\x90\x00\x03", "photo.png", "image/png"),
        (b"MZ\x90\x00\x03", "invoice.pdf.exe", None),
        (b"\x7fELF\x02\x01\x01", "x", None),
        (b"#!/bin/sh\nrm -rf /", "readme", None),
        (b"PK\x03\x04....", "app.apk", None),
        (b"PK\x03\x04....", "lib.jar", "application/java-archive"),
        (b"\xff\xfe<\x00h\x00t\x00m\x00l\x00>\x00", "x.txt", "text/plain"),
        (b"<a href=x>", "page", None),
        (b"<%eval%>", "x.asp", None),
        (b"plain", "x.hta", None),
        (b"MIME-Version: 1.0", "x.mht", "multipart/related"),
    ],
)
def test_what_could_run_is_opaque_and_never_shown(head: bytes, name: str, claimed: str | None) -> None:
    kind = sniff(head, name, claimed)
    assert kind.is_dangerous
    assert not kind.is_inline
    assert kind.content_type == OPAQUE


@pytest.mark.parametrize(
    ("head", "name", "claimed", "content_type", "family"),
    [
        (b"%PDF-1.7\n%\xe2\xe3", "a.pdf", None, "application/pdf", "document"),
        (b"%PDF-1.7\n%\xe2\xe3", "a.txt", "text/plain", "application/pdf", "document"),
        (archive("x"), "a.zip", None, "application/zip", "archive"),
        (b"ID3\x03\x00\x00\x00\x00\x00\x00", "a.mp3", None, "audio/mpeg", "audio"),
        (b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom", "a.mp4", None, "video/mp4", "video"),
        (b"a,b\n1,2\n", "a.csv", None, "text/csv; charset=utf-8", "text"),
        ("naročilo ž".encode(), "a.txt", None, "text/plain; charset=utf-8", "text"),
        (b"BEGIN:VCALENDAR", "a.ics", "text/calendar", "text/calendar; charset=utf-8", "text"),
        (b'{"a": 1}', "a.json", "application/json", "text/plain; charset=utf-8", "text"),
        (b"\x01\x02\x03\x04", "a.dat", None, OPAQUE, "other"),
        (b"naro\xe8ilo in \xb9e nekaj", "a.txt", "text/plain", OPAQUE, "other"),
        (b"", "", None, "text/plain; charset=utf-8", "text"),
    ],
)
def test_other_files_are_for_download(
    head: bytes, name: str, claimed: str | None, content_type: str, family: str
) -> None:
    kind = sniff(head, name, claimed)
    assert (kind.content_type, kind.family) == (content_type, family)
    assert not kind.is_inline
    assert not kind.is_dangerous


def test_office_documents_are_told_by_name() -> None:
    assert sniff(archive("x"), "offer.docx").content_type.endswith("wordprocessingml.document")
    assert sniff(archive("x"), "offer.docx").family == "document"
    assert sniff(archive("x"), "offer.docm").is_dangerous


def test_a_head_that_ends_inside_a_character_is_still_text() -> None:
    for extra in range(4):
        head = (b"x" * extra + "ž".encode() * 5_000)[:8_192]
        assert sniff(head, "a.txt").content_type == "text/plain; charset=utf-8"


@given(st.binary(max_size=64), st.text(max_size=20), st.none() | st.text(max_size=20))
def test_only_pictures_are_ever_shown_in_place(head: bytes, name: str, claimed: str | None) -> None:
    kind = sniff(head, name, claimed)
    assert kind.is_inline == (kind.content_type in INLINE_TYPES)
    assert "html" not in kind.content_type
    assert "svg" not in kind.content_type
    assert "javascript" not in kind.content_type
