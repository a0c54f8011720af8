"""Says whether a request from outside was sent by who it says: the vendors' webhook signatures, in pure functions.

`body` is always the raw body, byte for byte as it arrived: read as JSON and written again it is another one. An
empty secret believes nobody, every comparison takes the same time wherever the values differ, and what a header
holds is never an error, only wrong. Times are aware; where a scheme signs one, it must lie within `tolerance`.
"""

import base64
import binascii
import hashlib
import hmac
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from parley.kit.ids import is_same_secret

TOLERANCE = timedelta(minutes=5)
MAILGUN_TOLERANCE = timedelta(minutes=15)
MOST_SIGNATURES = 20
_PORTS = {"https": 443, "http": 80}

Params = Mapping[str, str | Sequence[str]]


def is_same_token(expected: str, given: str | None) -> bool:
    """Says whether a header carries the token agreed on; an empty one is no token.

    Telegram `X-Telegram-Bot-Api-Secret-Token` (Bot API, setWebhook), UPS Track Alert `credential` (UPSTrackAlert.yaml),
    RingCentral `Verification-Token` (Webhooks guide).
    """
    return bool(expected) and given is not None and is_same_secret(expected, given)


def is_shopify(secret: str, body: bytes, signature: str) -> bool:
    """Header `X-Shopify-Hmac-Sha256`: the HMAC-SHA256 of the body in base64 (Shopify, "Verify webhook deliveries")."""
    return bool(secret) and is_same_secret(_base64(secret, body, "sha256"), signature)


def is_woocommerce(secret: str, body: bytes, signature: str) -> bool:
    """Header `X-WC-Webhook-Signature`: the HMAC-SHA256 of the body in base64 (WC_Webhook::generate_signature)."""
    return is_shopify(secret, body, signature)


def is_woocommerce_ping(content_type: str, body: bytes) -> bool:
    """Says whether this is the unsigned form that a new WooCommerce webhook posts first; it tells nothing, answer 200."""
    name, _, number = body.partition(b"=")
    kind = content_type.partition(";")[0].strip().lower()
    return kind == "application/x-www-form-urlencoded" and name == b"webhook_id" and number.isdigit()


def is_line(channel_secret: str, body: bytes, signature: str) -> bool:
    """Header `x-line-signature`: the HMAC-SHA256 of the body in base64 (LINE Messaging API, "Verify webhook signature")."""
    return is_shopify(channel_secret, body, signature)


def is_meta(app_secret: str, body: bytes, signature: str) -> bool:
    """Header `X-Hub-Signature-256`: `sha256=` and the HMAC-SHA256 of the body in hex (Meta Graph API, Webhooks).

    Meta writes letters beyond ASCII as lower-case `\\uXXXX` before it signs.
    """
    return bool(app_secret) and is_same_secret("sha256=" + _hex(app_secret, body), signature)


def is_meta_subscription(verify_token: str, query: Mapping[str, str]) -> bool:
    """Says whether a GET is Meta's question at subscribing; answer with `hub.challenge` as plain text."""
    return query.get("hub.mode") == "subscribe" and is_same_token(verify_token, query.get("hub.verify_token"))


def is_x(consumer_secret: str, body: bytes, signature: str) -> bool:
    """Header `x-twitter-webhooks-signature`: `sha256=` and the HMAC-SHA256 of the body in base64 (X API, Webhooks)."""
    return bool(consumer_secret) and is_same_secret(sign_x(consumer_secret, body), signature)


def sign_x(consumer_secret: str, data: bytes) -> str:
    """Gives X's signature of a body, or the `response_token` for a `crc_token` (to be answered within 3 s)."""
    return "sha256=" + _base64(consumer_secret, data, "sha256")


def is_easypost(secret: str, body: bytes, signature: str) -> bool:
    """Header `X-Hmac-Signature`: `hmac-sha256-hex=` and the HMAC-SHA256 in hex, the secret in NFKD (EasyPost, Webhooks)."""
    expected = "hmac-sha256-hex=" + _hex(unicodedata.normalize("NFKD", secret), body)
    return bool(secret) and is_same_secret(expected, signature)


def is_mailgun(
    key: str,
    timestamp: str,
    token: str,
    signature: str,
    now: datetime,
    tolerance: timedelta = MAILGUN_TOLERANCE,
) -> bool:
    """Form fields `timestamp`, `token`, `signature`: the HMAC-SHA256 of the first two in hex (Mailgun, "Securing webhooks").

    It proves who sends, not what: the body is not signed.
    """
    if not key or not token or not _is_fresh(timestamp, now, tolerance):
        return False
    return is_same_secret(_hex(key, f"{timestamp}{token}".encode("utf-8", "replace")), signature)


def is_slack(
    secret: str,
    timestamp: str,
    body: bytes,
    signature: str,
    now: datetime,
    tolerance: timedelta = TOLERANCE,
) -> bool:
    """Headers `X-Slack-Request-Timestamp`, `X-Slack-Signature`: `v0=` and the HMAC-SHA256 of `v0:time:body` in hex
    (Slack, "Verifying requests from Slack")."""
    if not secret or not _is_fresh(timestamp, now, tolerance):
        return False
    return is_same_secret("v0=" + _hex(secret, b"v0:" + timestamp.encode() + b":" + body), signature)


def is_stripe(secret: str, body: bytes, header: str, now: datetime, tolerance: timedelta = TOLERANCE) -> bool:
    """Header `Stripe-Signature`: `t=<seconds>,v1=<hex>,…`, one right `v1` suffices (Stripe, "Verify webhook signatures").

    The key is the whole `whsec_…` text; what is signed is `time.body`. Other versions are not looked at.
    """
    parts = [part.strip().partition("=") for part in header.split(",")[:MOST_SIGNATURES]]
    times = [value for name, _, value in parts if name == "t"]
    if not secret or len(times) != 1 or not _is_fresh(times[0], now, tolerance):
        return False
    expected = _hex(secret, times[0].encode() + b"." + body)
    return _is_any(expected, (value for name, _, value in parts if name == "v1"))


def is_standard_webhook(
    secret: str,
    headers: Mapping[str, str],
    body: bytes,
    now: datetime,
    tolerance: timedelta = TOLERANCE,
) -> bool:
    """Headers `webhook-id`, `webhook-timestamp`, `webhook-signature` (names in lower case): Standard Webhooks 1.0.

    A space separated list of `v1,<base64>`, one right suffices; signed is `id.time.body` with the bytes that stand
    in base64 behind `whsec_`.
    """
    message_id, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError):
        return False
    if not key or not message_id or not _is_fresh(timestamp, now, tolerance):
        return False
    signed = message_id.encode("utf-8", "replace") + b"." + timestamp.encode() + b"." + body
    expected = "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
    return _is_any(expected, headers.get("webhook-signature", "").split(" ")[:MOST_SIGNATURES])


def is_twilio(auth_token: str, url: str, params: Params, signature: str) -> bool:
    """Header `X-Twilio-Signature` of a form: the HMAC-SHA1 in base64 of the address with all fields, sorted, behind it
    (Twilio, "Validating Signatures from Twilio").

    `url` is the one Twilio was given, query included; with or without the usual port counts the same.
    """
    fields = "".join(name + value for name in sorted(params) for value in _values(params[name]))
    signed = [
        _base64(auth_token, (address + fields).encode("utf-8", "replace"), "sha1")
        for address in _with_and_without_port(url)
    ]
    return bool(auth_token) and any(is_same_secret(one, signature) for one in signed)


def is_twilio_json(auth_token: str, url: str, body: bytes, signature: str) -> bool:
    """The same for a JSON body: its SHA-256 stands in hex in the address as `bodySHA256`, and the address is signed."""
    query = dict(parse_qsl(url.partition("?")[2], keep_blank_values=True))
    right_body = is_same_token(hashlib.sha256(body).hexdigest(), query.get("bodySHA256"))
    return is_twilio(auth_token, url, {}, signature) and right_body


def is_kakao(admin_key: str, authorization: str) -> bool:
    """Header `Authorization: KakaoAK <primary admin key>` (Kakao Developers, Webhooks); nothing is signed."""
    return bool(admin_key) and is_same_secret(f"KakaoAK {admin_key}", authorization)


def answer_ringcentral(headers: Mapping[str, str]) -> dict[str, str]:
    """Gives the headers of the answer to a RingCentral handshake, none for other requests; names come in lower case.

    At subscribing, `Validation-Token` is to be given back within 3 s (RingCentral, "Creating webhooks").
    """
    token = headers.get("validation-token", "")
    usable = 0 < len(token) <= 512 and token.isascii() and token.isprintable()
    return {"Validation-Token": token} if usable else {}


def _values(given: str | Sequence[str]) -> list[str]:
    return [given] if isinstance(given, str) else sorted(set(given))


def _hex(secret: str, data: bytes) -> str:
    return hmac.digest(_bytes(secret), data, "sha256").hex()


def _base64(secret: str, data: bytes, digest: str) -> str:
    return base64.b64encode(hmac.digest(_bytes(secret), data, digest)).decode()


def _bytes(secret: str) -> bytes:
    return secret.encode("utf-8", "surrogatepass")


def _is_fresh(timestamp: str, now: datetime, tolerance: timedelta) -> bool:
    """Says whether a text is a number of seconds near the present; ASCII digits only, so that it has one spelling."""
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 15):
        return False
    return abs(now.timestamp() - int(timestamp)) <= tolerance.total_seconds()


def _is_any(expected: str, given: Iterable[str]) -> bool:
    return any(is_same_secret(expected, one) for one in given)


def _with_and_without_port(url: str) -> set[str]:
    """Gives an address in both spellings of the usual port; as it is when it names another or cannot be read."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return {url}
    usual = _PORTS.get(parts.scheme)
    if usual is None or not parts.hostname or port not in (None, usual):
        return {url}
    bare = parts.netloc.removesuffix(f":{usual}")
    return {
        url,
        urlunsplit(parts._replace(netloc=bare)),
        urlunsplit(parts._replace(netloc=f"{bare}:{usual}")),
    }
