"""No bytes whatever raise anything but UnparsableMail; PARLEY_SOAK=1 tries many more."""

import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parley.channels.mail.automatic import classify, may_be_answered
from parley.channels.mail.forwards import find_forwarded
from parley.channels.mail.models import Limits, UnparsableMail
from parley.channels.mail.parse import parse_mail
from parley.channels.mail.quotes import fold_mail
from tests.channels.mail.checks import check_clean, check_mail
from tests.channels.mail.samples_list import NAMES, read_sample

SOAK = os.environ.get("PARLEY_SOAK") == "1"
# Always run with a small sample; the soak picks up the large one.
pytestmark = [pytest.mark.soak] if SOAK else []
EXAMPLES = 6_000 if SOAK else 300
SAMPLES = [read_sample(name) for name in NAMES]
PIECES = [
    b"\r\n",
    b"\r\n\r\n",
    b"\n",
    b"\r",
    b"\0",
    b"--",
    b"=",
    b"=?utf-8?b?",
    b"?=",
    b'"',
    b"<",
    b">",
    b"; charset=",
    b"\xff\xfe",
    b"\xed\xa0\x80",
    b"\x1b$B",
    b"Content-Type: multipart/mixed; boundary=x\r\n",
    b"Content-Transfer-Encoding: base64\r\n",
    b"Content-Type: message/rfc822\r\n\r\n",
    b"Content-Type: application/ms-tnef\r\n\r\n\x78\x9f\x3e\x22",
    b"Content-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR\r\n",
    b"BEGIN:VEVENT\r\nDTSTART;TZID=X:2026\r\nEND:VEVENT\r\n",
    b"Content-Type: message/delivery-status\r\n\r\n",
    b"From: ",
    b"References: <",
    b"Date: 9999999999\r\n",
    b"&#99999999999999999999;",
    b"<blockquote type=cite>",
    b"---------- Forwarded message ---------\r\n",
]
quick = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=not SOAK,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def use_everything(raw: bytes) -> None:
    try:
        mail = parse_mail(raw)
    except UnparsableMail:
        assert not raw.strip(b" \t\r\n\0\xef\xbb\xbf")
        return
    check_mail(mail)
    folded = fold_mail(mail)
    check_clean(folded)
    assert len(folded.visible_text) + len(folded.quoted_text) == len(mail.text)
    assert len(folded.visible_html) + len(folded.quoted_html) == len(mail.html)
    check_clean(find_forwarded(mail))
    check_clean(classify(mail))
    may_be_answered(mail)


@quick
@given(st.binary(max_size=2_000))
def test_random_bytes(raw: bytes) -> None:
    use_everything(raw)


@quick
@given(st.lists(st.sampled_from(PIECES) | st.binary(max_size=12), max_size=40))
def test_random_pieces_of_mail(pieces: list[bytes]) -> None:
    use_everything(b"".join(pieces))


@quick
@given(
    st.sampled_from(SAMPLES),
    st.lists(
        st.tuples(
            st.floats(0, 1),
            st.integers(0, 40),
            st.sampled_from(PIECES) | st.binary(max_size=8) | st.just(b""),
        ),
        min_size=1,
        max_size=8,
    ),
)
def test_mutated_samples(sample: bytes, changes: list[tuple[float, int, bytes]]) -> None:
    raw = sample
    for place, removed, added in changes:
        at = int(place * len(raw))
        raw = raw[:at] + added + raw[at + removed :]
    use_everything(raw)


@quick
@given(st.sampled_from(SAMPLES), st.sampled_from(SAMPLES), st.floats(0, 1), st.floats(0, 1))
def test_samples_cut_and_joined(first: bytes, second: bytes, cut: float, start: float) -> None:
    use_everything(first[: int(cut * len(first))] + second[int(start * len(second)) :])


@quick
@given(
    st.sampled_from(SAMPLES),
    st.builds(
        Limits,
        headers=st.integers(0, 20),
        header_block_bytes=st.integers(1, 2_000),
        header_value_bytes=st.integers(0, 100),
        addresses=st.integers(1, 3),
        references=st.integers(2, 5),
        depth=st.integers(0, 3),
        parts=st.integers(1, 4),
        body_parts=st.integers(0, 2),
        text_chars=st.integers(0, 50),
        html_chars=st.integers(0, 50),
        attachments=st.integers(0, 2),
        omitted=st.integers(0, 2),
        calendar_bytes=st.integers(0, 500),
    ),
)
def test_any_limits(raw: bytes, limits: Limits) -> None:
    mail = parse_mail(raw, limits)
    check_mail(mail)
    assert len(mail.text) <= limits.text_chars
    assert len(mail.html) <= limits.html_chars
    assert len(mail.attachments) <= limits.attachments
    assert len(mail.omitted) <= limits.omitted
    assert len(mail.references) <= limits.references
