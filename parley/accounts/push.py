"""Browser push: the installation's keys (RFC 8292) and encrypted messages (RFC 8291)."""

import base64
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

import msgspec
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid import Vapid02

from parley.accounts.words import wrong
from parley.kit.runtime import Runtime

NAME = "vapid"
PART = "accounts.vapid"
TOKEN_LIFE = timedelta(hours=12)
MESSAGE_LIFE = timedelta(hours=4)
MAX_ENDPOINT = 1000


class Browser(msgspec.Struct, frozen=True):
    """Where and how a browser is reached; the keys as the browser gave them, in base64url."""

    endpoint: str
    p256dh: str
    auth: str


async def load_push_key(runtime: Runtime) -> ec.EllipticCurvePrivateKey:
    """Gives the installation's key, made at the first call; the same in every process."""
    known: ec.EllipticCurvePrivateKey | None = runtime.parts.get(PART)
    if known is not None:
        return known
    fresh = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    async with runtime.db.transaction(None) as tx:
        await tx.execute(
            "INSERT INTO installation_values (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            NAME,
            runtime.box.seal(fresh, owner="installation", field=NAME),
        )
        sealed = await tx.fetchval("SELECT value FROM installation_values WHERE name = $1", NAME)
    key = serialization.load_der_private_key(
        runtime.box.open(sealed, owner="installation", field=NAME), password=None
    )
    assert isinstance(key, ec.EllipticCurvePrivateKey)  # noqa: S101 - we made it
    runtime.parts[PART] = key
    return key


def public_key_of(key: ec.EllipticCurvePrivateKey) -> str:
    """Gives the key that browsers subscribe with (`applicationServerKey`), in base64url."""
    raw = key.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def check_browser(browser: Browser) -> None:
    """Raises Invalid unless a browser can be reached at this endpoint with these keys."""
    parts = urlsplit(browser.endpoint)
    if parts.scheme != "https" or not parts.hostname or len(browser.endpoint) > MAX_ENDPOINT:
        raise wrong("endpoint", "This is not the address of a push service.")
    try:
        point, auth = _decode(browser.p256dh), _decode(browser.auth)
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except ValueError as failure:
        raise wrong("keys", "These are not the keys of a subscription.") from failure
    if len(auth) != 16:
        raise wrong("keys", "These are not the keys of a subscription.")


def build_push(
    key: ec.EllipticCurvePrivateKey, browser: Browser, payload: dict[str, Any], sender: str, now: datetime
) -> tuple[bytes, dict[str, str]]:
    """Gives body and headers of the request to the push service; raises ValueError for bad keys."""
    # Late, because it brings a second HTTP client along, which costs a third of the time to start.
    from pywebpush import WebPusher, WebPushException

    parts = urlsplit(browser.endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "sub": sender,
        "exp": int((now + TOKEN_LIFE).timestamp()),
    }
    try:
        pusher = WebPusher(
            {"endpoint": browser.endpoint, "keys": {"p256dh": browser.p256dh, "auth": browser.auth}}
        )
        body = pusher.encode(msgspec.json.encode(payload))["body"]
    except WebPushException as failure:
        raise ValueError(str(failure)) from failure
    headers = {
        **Vapid02(key).sign(claims),
        "content-encoding": "aes128gcm",
        "content-type": "application/octet-stream",
        "ttl": str(int(MESSAGE_LIFE.total_seconds())),
        "urgency": "normal",
    }
    return body, headers


def sender_of(runtime: Runtime) -> str:
    """Gives whom a push service may ask when something is wrong: the mail address, else one at our host."""
    address = parseaddr(runtime.settings.mail_from)[1]
    host = urlsplit(runtime.settings.origin).hostname or "localhost"
    return f"mailto:{address or f'parley@{host}'}"


def _decode(text: str) -> bytes:
    if len(text) > 200 or not text.isascii():
        raise ValueError("not a key")
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
