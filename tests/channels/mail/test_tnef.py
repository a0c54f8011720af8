"""winmail.dat, compared with another reader on well-formed files."""

import logging
import struct
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tnefparse import TNEF

from parley.channels.mail.models import Defect
from parley.channels.mail.parse import parse_mail
from parley.channels.mail.tnef import BadTnef, parse_tnef
from tests.channels.mail.samples_list import build_raw

SIGNATURE = struct.pack("<IH", 0x223E9F78, 1)
NESTED = bytes.fromhex("0703020000000000c000000000000046")


def build_object(level: int, name: int, kind: int, value: bytes) -> bytes:
    return (
        struct.pack("<BHHI", level, name, kind, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)
    )


def build_property(kind: int, name: int, value: bytes) -> bytes:
    head = struct.pack("<HH", kind, name)
    if kind in {0x3, 0xB}:
        return head + value.ljust(4, b"\0")
    return head + struct.pack("<II", 1, len(value)) + value + b"\0" * (-len(value) % 4)


def build_properties(*properties: bytes) -> bytes:
    return struct.pack("<I", len(properties)) + b"".join(properties)


def wide(text: str) -> bytes:
    return (text + "\0").encode("utf-16-le")


def build_file(title: str, long_name: str, data: bytes, *extra: bytes) -> bytes:
    properties = build_properties(build_property(0x1F, 0x3707, wide(long_name)), *extra)
    return (
        build_object(2, 0x9002, 6, b"\0" * 14)
        + build_object(2, 0x8010, 1, title.encode("cp1250") + b"\0")
        + build_object(2, 0x800F, 6, data)
        + build_object(2, 0x9005, 6, properties)
    )


def build_tnef(*objects: bytes) -> bytes:
    version = build_object(1, 0x9006, 8, struct.pack("<I", 0x10000))
    codepage = build_object(1, 0x9007, 6, struct.pack("<II", 1250, 0))
    return SIGNATURE + version + codepage + b"".join(objects)


MESSAGE = build_object(
    1,
    0x9003,
    6,
    build_properties(
        build_property(0x3, 0x3FDE, struct.pack("<I", 65001)),
        build_property(0x1F, 0x1000, wide("Živjo, v priponki je račun.")),
        build_property(0x102, 0x1013, "<p>Živjo</p>".encode()),
    ),
)
SAMPLE = build_tnef(
    MESSAGE,
    build_file("RACUN~1.PDF", "Račun za maj.pdf", b"%PDF-1.7"),
    build_file("SLIKA.PNG", "slika.png", b"\x89PNG", build_property(0x1F, 0x3712, wide("<pic@x>"))),
)


def test_body_and_files() -> None:
    opened = parse_tnef(SAMPLE)
    assert opened.text == "Živjo, v priponki je račun."
    assert opened.html == "<p>Živjo</p>"
    assert [(file.name, file.data, file.content_id) for file in opened.files] == [
        ("Račun za maj.pdf", b"%PDF-1.7", None),
        ("slika.png", b"\x89PNG", "pic@x"),
    ]


def test_the_other_reader_agrees() -> None:
    other, ours = TNEF(SAMPLE), parse_tnef(SAMPLE)
    assert [(file.long_filename(), file.data) for file in other.attachments] == [
        (file.name, file.data) for file in ours.files
    ]
    assert (other.body, other.htmlbody) == (ours.text, ours.html)


NAMES = st.text(st.characters(codec="cp1250", categories=["L", "N"]), min_size=1, max_size=20)


@given(st.lists(st.tuples(NAMES, st.binary(max_size=60)), max_size=5))
def test_any_files(files: list[tuple[str, bytes]]) -> None:
    data = build_tnef(MESSAGE, *(build_file("X.DAT", name, content) for name, content in files))
    assert [(file.name, file.data) for file in parse_tnef(data).files] == files


def test_a_message_inside() -> None:
    inner = NESTED + build_tnef(MESSAGE, build_file("A.TXT", "a.txt", b"inner"))
    attached = build_object(2, 0x9002, 6, b"\0" * 14) + build_object(
        2,
        0x9005,
        6,
        build_properties(build_property(0xD, 0x3701, inner), build_property(0x1F, 0x3001, wide("Fwd"))),
    )
    files = parse_tnef(build_tnef(MESSAGE, attached)).files
    assert [(file.name, file.content_type) for file in files] == [("Fwd.html", "text/html"), ("a.txt", "")]


def mail_with(data: bytes, *, body: bool) -> bytes:
    text = b"--b\r\nContent-Type: text/plain\r\n\r\nSee the file.\r\n" if body else b""
    return build_raw(
        text
        + b'--b\r\nContent-Type: application/ms-tnef; name="winmail.dat"\r\n\r\n'
        + data
        + b"\r\n--b--\r\n",
        "Content-Type: multipart/mixed; boundary=b",
    )


def test_in_a_mail() -> None:
    with_body = parse_mail(mail_with(SAMPLE, body=True))
    assert with_body.text == "See the file."
    assert [file.name for file in with_body.attachments] == ["Račun za maj.pdf", "slika.png"]
    alone = parse_mail(mail_with(SAMPLE, body=False))
    assert alone.text == "Živjo, v priponki je račun."
    assert alone.html == "<p>Živjo</p>"
    assert alone.defects == ()


def test_damaged_files_are_kept() -> None:
    mail = parse_mail(mail_with(b"not tnef", body=True))
    assert [(file.name, file.data) for file in mail.attachments] == [("winmail.dat", b"not tnef")]
    assert Defect.BAD_TNEF in mail.defects


@pytest.mark.parametrize(
    "properties",
    [
        struct.pack("<I", 0xFFFFFFFF),
        struct.pack("<IHHI", 1, 0x1002, 0x3000, 0xFFFFFFFF),
        struct.pack("<IHHI", 1, 0x1F, 0x3000, 0xFFFFFFFF),
        struct.pack("<IHHII", 1, 0x101F, 0x3000, 0xFFFFFFFF, 0),
        struct.pack("<IHHII", 1, 0x101F, 0x3000, 0xFFFFFFFF, 0xFFFFFFFF),
    ],
)
def test_counts_without_data_behind_them(properties: bytes) -> None:
    start = time.process_time()
    parse_tnef(build_tnef(build_object(1, 0x9003, 6, properties), build_file("A", "a.txt", b"x")))
    parse_tnef(build_tnef(build_object(1, 0x9003, 6, properties + b"\0" * 100_000)))
    assert time.process_time() - start < 2


def test_nesting_is_bounded() -> None:
    data = build_tnef(MESSAGE)
    for _ in range(50):
        attached = build_object(2, 0x9002, 6, b"\0" * 14) + build_object(
            2, 0x9005, 6, build_properties(build_property(0xD, 0x3701, NESTED + data))
        )
        data = build_tnef(attached)
    assert parse_tnef(data).files[-1].content_type == "application/ms-tnef"


@given(st.binary(max_size=300), st.integers(0, len(SAMPLE)), st.integers(0, 20))
def test_damage_never_raises_anything_else(noise: bytes, at: int, removed: int) -> None:
    logging.disable(logging.CRITICAL)
    for data in (SIGNATURE + noise, SAMPLE[:at] + noise + SAMPLE[at + removed :]):
        try:
            parse_tnef(data)
        except BadTnef:
            continue
