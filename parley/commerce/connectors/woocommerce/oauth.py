"""OAuth 1.0a without a token ("one-legged"): how WooCommerce is asked over plain http (RFC 5849, section 3.4). Pure."""

import base64
import hmac
from collections.abc import Iterable
from urllib.parse import parse_qsl, quote, urlsplit

Pairs = Iterable[tuple[str, str]]

_USUAL_PORTS = {"http": 80, "https": 443}
_METHODS = {"sha1": "HMAC-SHA1", "sha256": "HMAC-SHA256"}


def encode(text: str) -> str:
    """Writes a text with everything but letters, digits, `-._~` as `%XX` (RFC 5849, 3.6)."""
    return quote(text, safe="-._~")


def encode_query(pairs: Pairs) -> str:
    """Writes a query in that encoding, in the order given."""
    return "&".join(f"{encode(name)}={encode(value)}" for name, value in pairs)


def build_base_uri(url: str) -> str:
    """Gives the address that is signed: lower-case scheme and host, no usual port, no query (RFC 5849, 3.4.1.2)."""
    parts = urlsplit(url)
    scheme, host = parts.scheme.lower(), (parts.hostname or "").lower()
    host = f"[{host}]" if ":" in host else host
    port = "" if parts.port in (None, _USUAL_PORTS.get(scheme)) else f":{parts.port}"
    return f"{scheme}://{host}{port}{parts.path or '/'}"


def build_base_string(method: str, url: str, pairs: Pairs) -> str:
    """Gives the text that is signed; `pairs` are those beside the query of the address (RFC 5849, 3.4.1)."""
    everything = [*parse_qsl(urlsplit(url).query, keep_blank_values=True), *pairs]
    sorted_pairs = sorted((encode(name), encode(value)) for name, value in everything)
    joined = "&".join(f"{name}={value}" for name, value in sorted_pairs)
    return "&".join(encode(part) for part in (method.upper(), build_base_uri(url), joined))


def sign(base_string: str, secret: str, token_secret: str = "", *, digest: str = "sha256") -> str:
    """Gives the HMAC of a base string in base64 (RFC 5849, 3.4.2; with SHA-256 as RFC 5849, 3.4 leaves open)."""
    key = f"{encode(secret)}&{encode(token_secret)}"
    return base64.b64encode(hmac.digest(key.encode(), base_string.encode(), digest)).decode()


def sign_query(
    method: str, url: str, pairs: Pairs, *, key: str, secret: str, timestamp: int, nonce: str
) -> list[tuple[str, str]]:
    """Gives the pairs of a query with those of OAuth behind them; WooCommerce takes them there and not in a header."""
    signed = [
        *pairs,
        ("oauth_consumer_key", key),
        ("oauth_nonce", nonce),
        ("oauth_signature_method", _METHODS["sha256"]),
        ("oauth_timestamp", str(timestamp)),
    ]
    return [*signed, ("oauth_signature", sign(build_base_string(method, url, signed), secret))]
