import base64
import stat
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.kit.secrets import (
    SecretBox,
    SecretError,
    Signer,
    encode_keys,
    load_keys,
    make_key,
    mask_secret,
    parse_keys,
)

OLD, NEW = bytes(range(32)), bytes(range(1, 33))
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


@given(st.binary(max_size=300), st.text(max_size=20), st.text(max_size=20))
def test_what_is_sealed_opens_in_its_place(data: bytes, owner: str, field: str) -> None:
    box = SecretBox([NEW])
    sealed = box.seal(data, owner=owner, field=field)
    assert box.open(sealed, owner=owner, field=field) == data
    if len(data) > 8:
        assert data not in sealed


def test_text_comes_back_and_no_two_seals_are_equal() -> None:
    box, owner = SecretBox([NEW]), uuid4()
    first, second = (box.seal("pässwörd", owner=owner, field="password") for _ in range(2))
    assert first != second
    assert box.open_text(first, owner=str(owner), field="password") == "pässwörd"


def test_a_sealed_value_cannot_be_moved() -> None:
    box = SecretBox([NEW])
    sealed = box.seal(b"x", owner="ab", field="c")
    for owner, field in (("other", "c"), ("ab", "d"), ("a", "bc"), ("abc", ""), ("", "abc")):
        with pytest.raises(SecretError, match="elsewhere"):
            box.open(sealed, owner=owner, field=field)


@given(st.data())
def test_no_altered_byte_is_accepted(data: st.DataObject) -> None:
    box = SecretBox([NEW])
    sealed = bytearray(box.seal(b"refund key", owner=1, field="k"))
    position = data.draw(st.integers(0, len(sealed) - 1))
    sealed[position] ^= data.draw(st.integers(1, 255))
    with pytest.raises(SecretError):
        box.open(bytes(sealed), owner=1, field="k")


@given(st.binary(max_size=80))
def test_no_other_bytes_are_accepted(data: bytes) -> None:
    with pytest.raises(SecretError):
        SecretBox([NEW]).open(data, owner=1, field="k")


def test_keys_are_rotated() -> None:
    before, during, after = SecretBox([OLD]), SecretBox([NEW, OLD]), SecretBox([NEW])
    sealed = before.seal("s", owner=1, field="k")
    assert during.open_text(sealed, owner=1, field="k") == "s"
    assert during.needs_resealing(sealed)
    with pytest.raises(SecretError, match="configured keys"):
        after.open(sealed, owner=1, field="k")
    moved = during.reseal(sealed, owner=1, field="k")
    assert not during.needs_resealing(moved)
    assert after.open_text(moved, owner=1, field="k") == "s"


def test_signed_values_are_accepted_before_they_expire() -> None:
    signer = Signer([NEW])
    signed = signer.sign("Ž".encode(), "unsubscribe", LATER)
    assert signer.verify(signed, "unsubscribe", NOW) == "Ž".encode()
    assert all(c.isalnum() or c in "-_" for c in signed)
    with pytest.raises(SecretError, match="expired"):
        signer.verify(signed, "unsubscribe", LATER)
    with pytest.raises(SecretError, match="fit"):
        signer.verify(signed, "sign-in", NOW)
    with pytest.raises(SecretError, match="fit"):
        Signer([OLD]).verify(signed, "unsubscribe", NOW)
    assert Signer([OLD, NEW]).verify(signed, "unsubscribe", NOW)


def test_an_expiry_cannot_be_moved() -> None:
    signer = Signer([NEW])
    raw = bytearray(base64.urlsafe_b64decode(signer.sign(b"abc", "x", NOW) + "=="))
    raw[39] ^= 1
    forged = base64.urlsafe_b64encode(bytes(raw)).rstrip(b"=").decode()
    with pytest.raises(SecretError, match="fit"):
        signer.verify(forged, "x", NOW - timedelta(days=1))


@given(st.text(max_size=120))
def test_no_other_text_is_accepted(text: str) -> None:
    with pytest.raises(SecretError):
        Signer([NEW]).verify(text, "x", NOW)


def test_another_spelling_of_a_signed_value_is_refused() -> None:
    signer = Signer([NEW])
    signed = signer.sign(b"ab", "x", LATER)
    for other in (signed + "=", signed + "\n", signed.replace("A", "A ", 1), f"{signed}A"):
        with pytest.raises(SecretError):
            signer.verify(other, "x", NOW)


def test_purposes_and_times_are_checked() -> None:
    signer = Signer([NEW])
    with pytest.raises(ValueError, match="purpose"):
        signer.sign(b"", "Not A Word", LATER)
    with pytest.raises(ValueError, match="time zone"):
        signer.sign(b"", "x", LATER.replace(tzinfo=None))


def test_encryption_and_signatures_use_different_keys() -> None:
    box, signer = SecretBox([NEW]), Signer([NEW])
    assert NEW not in vars(signer)["_keys"]
    assert SecretBox([vars(signer)["_keys"][0]])._primary != box._primary


def test_keys_are_written_and_read() -> None:
    assert parse_keys(encode_keys([OLD, NEW])) == [OLD, NEW]
    assert parse_keys(f" {base64.urlsafe_b64encode(b'?' * 32).decode()}\n") == [b"?" * 32]
    for bad in ("", "abc", "no base64 !", base64.b64encode(b"short").decode(), encode_keys([OLD]) + ",x"):
        with pytest.raises(ValueError, match="key"):
            parse_keys(bad)
    with pytest.raises(ValueError, match="no key"):
        SecretBox([])
    with pytest.raises(ValueError, match="32"):
        Signer([b"short"])


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    assert load_keys(encode_keys([OLD]), path) == [OLD]
    assert not path.exists()


def test_a_missing_key_file_is_made_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "keys"
    keys = load_keys(None, path)
    assert load_keys("", path) == keys
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]
    path.chmod(0o640)
    with pytest.raises(PermissionError, match="chmod 600"):
        load_keys(None, path)


def test_processes_that_start_at_once_share_the_key(tmp_path: Path) -> None:
    path, barrier = tmp_path / "keys", threading.Barrier(8)
    found: list[bytes] = []

    def start() -> None:
        barrier.wait()
        found.extend(load_keys(None, path))

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1
    assert list(tmp_path.iterdir()) == [path]


def test_masked_secrets_show_little() -> None:
    assert mask_secret("sk_live_0123456789abcdef") == "••••cdef"
    assert mask_secret("short") == "••••"
    assert len(make_key()) == 32
    assert make_key() != make_key()
