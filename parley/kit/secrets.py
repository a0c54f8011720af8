"""Secrets at rest and signed values: encryption bound to its place, signatures with an expiry."""

import base64
import binascii
import hashlib
import hmac
import os
import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
_VERSION = b"\x01"
_KEY_ID_BYTES = 4
_NONCE_BYTES = 12
_TAG_BYTES = 16
_HEADER_BYTES = len(_VERSION) + _KEY_ID_BYTES + _NONCE_BYTES
_SIGNATURE_BYTES = 32
_EXPIRY_BYTES = 8
_PURPOSE = re.compile(r"[a-z][a-z0-9._-]{0,63}")


class SecretError(ValueError):
    """A sealed or signed value cannot be accepted; deliberately says little about why."""


class SecretBox:
    """Encrypts values with the first of `keys` (32 bytes each) and opens those of any of them.

    AES-256-GCM; layout: version (1 byte), key id (4), nonce (12), ciphertext with tag. `owner` and `field`
    are authenticated with it, so that a sealed value opens only where it was sealed. Raises ValueError for
    bad keys.
    """

    def __init__(self, keys: Sequence[bytes]) -> None:
        derived = [_derive(key, b"parley secret box") for key in _checked(keys)]
        self._ciphers = {_key_id(key): AESGCM(key) for key in derived}
        self._primary = _key_id(derived[0])

    def seal(self, plain: str | bytes, *, owner: object, field: str) -> bytes:
        """Encrypt text or bytes for the place `owner` (an id) and `field` (a name)."""
        nonce = os.urandom(_NONCE_BYTES)
        data = plain.encode() if isinstance(plain, str) else plain
        sealed = self._ciphers[self._primary].encrypt(nonce, data, _place(owner, field))
        return _VERSION + self._primary + nonce + sealed

    def open(self, sealed: bytes, *, owner: object, field: str) -> bytes:
        """Decrypt; raises SecretError for another place, an unknown key or altered bytes."""
        cipher = self._ciphers.get(sealed[1 : 1 + _KEY_ID_BYTES])
        if cipher is None or sealed[:1] != _VERSION or len(sealed) < _HEADER_BYTES + _TAG_BYTES:
            raise SecretError("the secret cannot be opened: its key is not among the configured keys")
        nonce = sealed[1 + _KEY_ID_BYTES : _HEADER_BYTES]
        try:
            return cipher.decrypt(nonce, sealed[_HEADER_BYTES:], _place(owner, field))
        except InvalidTag as error:
            raise SecretError("the secret cannot be opened: it was altered or belongs elsewhere") from error

    def open_text(self, sealed: bytes, *, owner: object, field: str) -> str:
        """Decrypt text; raises SecretError."""
        return self.open(sealed, owner=owner, field=field).decode()

    def needs_resealing(self, sealed: bytes) -> bool:
        """Whether a value was sealed with another key than the first one."""
        return sealed[1 : 1 + _KEY_ID_BYTES] != self._primary

    def reseal(self, sealed: bytes, *, owner: object, field: str) -> bytes:
        """Open with whichever key fits and seal with the first; raises SecretError."""
        return self.seal(self.open(sealed, owner=owner, field=field), owner=owner, field=field)


class Signer:
    """Signs values that leave the house and come back (HMAC-SHA-256), each for one purpose and for a time.

    Signs with the first of `keys` and accepts any of them. Raises ValueError for bad keys.
    """

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._keys = [_derive(key, b"parley signatures") for key in _checked(keys)]

    def sign(self, data: bytes, purpose: str, expires: datetime) -> str:
        """A url-safe text with `data` (readable by whoever has it) that `verify` accepts before `expires`.

        `purpose` is a short lower-case word; the same text is worth nothing for another purpose.
        """
        if expires.tzinfo is None:
            raise ValueError("a time needs a time zone")
        body = int(expires.timestamp()).to_bytes(_EXPIRY_BYTES, "big", signed=True) + data
        return _encode(_signature(self._keys[0], purpose, body) + body)

    def verify(self, signed: str, purpose: str, now: datetime) -> bytes:
        """The data of a signed text; raises SecretError when it is altered, expired or for another use."""
        raw = _decode(signed)
        signature, body = raw[:_SIGNATURE_BYTES], raw[_SIGNATURE_BYTES:]
        if len(body) < _EXPIRY_BYTES:
            raise SecretError("not a signed value")
        matches = [hmac.compare_digest(_signature(key, purpose, body), signature) for key in self._keys]
        if not any(matches):
            raise SecretError("the signature does not fit")
        if now.timestamp() >= int.from_bytes(body[:_EXPIRY_BYTES], "big", signed=True):
            raise SecretError("the signed value has expired")
        return body[_EXPIRY_BYTES:]


def make_key() -> bytes:
    """A new random key of 32 bytes."""
    return os.urandom(KEY_BYTES)


def encode_keys(keys: Sequence[bytes]) -> str:
    """Keys as one line, as `parse_keys` reads them; the first one encrypts, the others only decrypt."""
    return ",".join(base64.b64encode(key).decode() for key in keys)


def parse_keys(text: str) -> list[bytes]:
    """Read keys in base64, separated by commas or white space; raises ValueError unless each has 32 bytes."""
    keys: list[bytes] = []
    for part in re.split(r"[\s,]+", text.strip()):
        try:
            keys.append(base64.b64decode(part.replace("-", "+").replace("_", "/"), validate=True))
        except binascii.Error as error:
            raise ValueError("a key is not valid base64") from error
    return _checked(keys)


def load_keys(value: str | None, path: Path) -> list[bytes]:
    """The keys in `value` (from the environment) or, when it is empty, those in the file at `path`.

    A missing file is created with one new key, readable by its owner only; two processes that do so at once
    end with the same key. Raises ValueError for bad keys and PermissionError when others can read the file.
    """
    if value:
        return parse_keys(value)
    if not path.exists():
        _create_key_file(path)
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise PermissionError(f"{path} can be read by others; run: chmod 600 {path}")
    return parse_keys(path.read_text(encoding="ascii"))


def mask_secret(plain: str) -> str:
    """What a screen shows of a secret: the last four characters of a long one, nothing of a short one."""
    return "••••" + (plain[-4:] if len(plain) >= 16 else "")


def _create_key_file(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(encode_keys([make_key()]) + "\n")
            file.flush()
            os.fsync(file.fileno())
        # A link, not a rename: whoever comes second must not replace a key that is in use already.
        os.link(temporary, path)
    except FileExistsError:
        pass
    finally:
        temporary.unlink()


def _checked(keys: Sequence[bytes]) -> list[bytes]:
    if not keys:
        raise ValueError("there is no key")
    if any(len(key) != KEY_BYTES for key in keys):
        raise ValueError(f"a key must have {KEY_BYTES} bytes")
    return list(keys)


def _derive(key: bytes, purpose: bytes) -> bytes:
    """One key per use from each configured key (RFC 5869), so that encryption and signatures share none."""
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=purpose).derive(key)


def _key_id(key: bytes) -> bytes:
    return hashlib.sha256(key).digest()[:_KEY_ID_BYTES]


def _place(owner: object, field: str) -> bytes:
    owner_bytes, field_bytes = str(owner).encode(), field.encode()
    return len(owner_bytes).to_bytes(4, "big") + owner_bytes + field_bytes


def _signature(key: bytes, purpose: str, body: bytes) -> bytes:
    if not _PURPOSE.fullmatch(purpose):
        raise ValueError("a purpose is a short lower-case word")
    return hmac.digest(key, purpose.encode() + b"\0" + body, "sha256")


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError as error:
        raise SecretError("not a signed value") from error
    # Base64 has several spellings of the same bytes; only ours is accepted.
    if _encode(raw) != text:
        raise SecretError("not a signed value")
    return raw
