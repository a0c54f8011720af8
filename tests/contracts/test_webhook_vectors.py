"""Our checks of webhook signatures against the vendors' own test vectors, and against what real peers have sent."""

import base64
import hashlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import msgspec
import pytest

from parley.accounts.webhooks import sign_body
from parley.kit import signatures
from tests.contracts.conftest import find_contracts

pytestmark = pytest.mark.contracts
NAME = "webhook_vectors.json"


class Vector(msgspec.Struct, frozen=True):
    """One vector: what is signed with what, and what must come out."""

    id: str
    provider: str
    inputs: dict[str, Any]
    expected: Any
    kind: str


class Case(msgspec.Struct, frozen=True):
    """A signed request as our check sees it; `check` says whether a body and a signature fit."""

    body: bytes
    signature: str
    check: Callable[[bytes, str], bool]
    now: datetime = datetime.fromtimestamp(0, UTC)


def load_vectors(folder: Path) -> list[Vector]:
    """Reads the file of vectors."""
    return msgspec.convert(msgspec.json.decode((folder / NAME).read_bytes())["vectors"], list[Vector])


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test per vector; without the folder a single one, which fails at its fixture `contracts`."""
    if "vector" in metafunc.fixturenames:
        folder = find_contracts()
        every: list[Vector | None] = [*load_vectors(folder)] if folder else [None]
        signed = metafunc.function.__name__ != "test_a_handshake_is_answered_as_described"
        found = [one for one in every if one is None or (one.kind not in HANDSHAKES) is signed]
        metafunc.parametrize("vector", found, ids=[one.id if one else "no folder" for one in found])


HANDSHAKES = ("protocol",)


def read_body(vector: Vector, folder: Path) -> bytes:
    """Gives the body of a vector, which stands in it as text, in base64, or in a file beside it."""
    given = vector.inputs
    if "raw_body_b64" in given:
        return base64.b64decode(given["raw_body_b64"])
    if "raw_body_file" in given:
        body = (folder / str(given["raw_body_file"]).removeprefix("keep/")).read_bytes()
        assert hashlib.sha256(body).hexdigest() == given["raw_body_sha256"]
        return body
    return str(given["raw_body"]).encode()


def at(seconds: Any) -> datetime:
    """Gives the time of a vector."""
    return datetime.fromtimestamp(int(seconds), UTC)


def build_case(vector: Vector, folder: Path) -> Case:
    """Joins a vector with the check that Parley uses for its scheme; KeyError for a scheme that has none."""
    given, expected = vector.inputs, vector.expected
    if vector.id == "twilio-form-https":
        # The fields are the body here: a changed byte is a changed field.
        body = msgspec.json.encode(given["params"])
        return Case(
            body,
            expected,
            lambda b, s: signatures.is_twilio(given["auth_token"], given["url"], _fields(b), s),
        )
    if vector.id == "x-crc":
        return Case(
            given["crc_token"].encode(),
            expected,
            lambda b, s: signatures.is_x(given["consumer_secret"], b, s),
        )
    if vector.id == "woocommerce-ping":
        kind = given["headers"]["content-type"]
        return Case(
            read_body(vector, folder), "", lambda b, s: not s and signatures.is_woocommerce_ping(kind, b)
        )
    body = read_body(vector, folder)
    secret = str(given.get("secret") or given.get("auth_token") or "")
    now = at(given.get("timestamp", 0))
    checks: dict[str, Callable[[bytes, str], bool]] = {
        "shopify": lambda b, s: signatures.is_shopify(secret, b, s),
        "woocommerce": lambda b, s: signatures.is_woocommerce(secret, b, s),
        "twilio": lambda b, s: signatures.is_twilio_json(secret, given["url"], b, s),
        "slack": lambda b, s: signatures.is_slack(given["signing_secret"], given["timestamp"], b, s, now),
        "line": lambda b, s: signatures.is_line(given["channel_secret"], b, s),
        "standard-webhooks": lambda b, s: signatures.is_standard_webhook(
            secret, _standard_headers(given, s), b, now
        ),
        "meta": lambda b, s: signatures.is_meta(given["app_secret"], b, s),
        "stripe": lambda b, s: signatures.is_stripe(secret, b, s, now),
        "easypost": lambda b, s: signatures.is_easypost(secret, b, s),
    }
    return Case(body, str(expected), checks[vector.provider.partition(" ")[0]], now)


def _fields(body: bytes) -> dict[str, str]:
    try:
        return msgspec.json.decode(body, type=dict[str, str])
    except (msgspec.DecodeError, UnicodeError):
        return {}


def _standard_headers(given: dict[str, Any], signature: str) -> dict[str, str]:
    return {
        "webhook-id": given["webhook_id"],
        "webhook-timestamp": given["timestamp"],
        "webhook-signature": signature,
    }


def changed(data: bytes) -> Iterator[bytes]:
    """Gives the same bytes with one of them changed, for places all over them, one missing, and one too many."""
    for place in {round(step * (len(data) - 1) / 40) for step in range(41)}:
        yield data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
    yield data[:-1]
    yield data + b" "


def test_every_scheme_of_the_file_has_a_check(contracts: Path) -> None:
    vectors = load_vectors(contracts)
    assert len(vectors) >= 15
    for vector in vectors:
        if vector.kind in HANDSHAKES:
            assert vector.provider in ANSWERS, f"no check for {vector.id}"
        else:
            build_case(vector, contracts)


def test_the_vendors_signature_is_taken(contracts: Path, vector: Vector) -> None:
    case = build_case(vector, contracts)
    assert case.check(case.body, case.signature)


def test_one_changed_byte_is_refused(contracts: Path, vector: Vector) -> None:
    case = build_case(vector, contracts)
    for body in changed(case.body):
        assert not case.check(body, case.signature) or _same_meaning(vector, case.body, body)
    if not case.signature:
        return
    for signature in changed(case.signature.encode()):
        text = signature.decode("latin-1")
        # A list of signatures, and one with white space at its end, mean the same.
        assert not case.check(case.body, text) or text.strip() == case.signature, text


def _same_meaning(vector: Vector, body: bytes, other: bytes) -> bool:
    """Says whether a change leaves the message as it was: white space behind JSON fields, another ping number."""
    if vector.id == "twilio-form-https":
        return _fields(body) == _fields(other)
    return vector.id == "woocommerce-ping" and other.partition(b"=")[2].isdigit()


@pytest.mark.parametrize("provider", ["slack", "standard-webhooks", "stripe"])
def test_an_old_signature_is_refused(contracts: Path, provider: str) -> None:
    (vector,) = [one for one in load_vectors(contracts) if one.provider == provider]
    given = vector.inputs
    body, header, then = read_body(vector, contracts), str(vector.expected), at(given["timestamp"])
    checks: dict[str, Callable[[datetime], bool]] = {
        "slack": lambda now: signatures.is_slack(
            given["signing_secret"], given["timestamp"], body, header, now
        ),
        "standard-webhooks": lambda now: signatures.is_standard_webhook(
            given["secret"], _standard_headers(given, header), body, now
        ),
        "stripe": lambda now: signatures.is_stripe(given["secret"], body, header, now),
    }
    early, late = then - timedelta(seconds=301), then + timedelta(seconds=301)
    assert [checks[provider](now) for now in (early, then, late)] == [False, True, False]
    assert checks[provider](then + timedelta(seconds=300))


def test_our_outgoing_webhooks_are_signed_as_the_standard_says(contracts: Path) -> None:
    (vector,) = [one for one in load_vectors(contracts) if one.provider == "standard-webhooks"]
    given, then = vector.inputs, at(vector.inputs["timestamp"])
    body = read_body(vector, contracts)
    # Our ids are UUIDs, the vector's is not; only its text is signed.
    headers = sign_body(given["secret"], cast(UUID, given["webhook_id"]), then, body)
    assert headers["webhook-signature"] == vector.expected
    assert headers["webhook-timestamp"] == given["timestamp"]
    assert signatures.is_standard_webhook(given["secret"], headers, body, then)


def test_every_recorded_delivery_of_a_real_shop_is_taken(contracts: Path) -> None:
    lines = (contracts / "woocommerce" / "wc_webhook_deliveries_10.3.0.jsonl").read_bytes().splitlines()
    pings = signed = 0
    for line in lines:
        sent = msgspec.json.decode(line)
        body = base64.b64decode(sent["body_b64"])
        headers = {name.lower(): value for name, value in sent["headers"].items()}
        if signatures.is_woocommerce_ping(headers["content-type"], body):
            pings += 1
            continue
        signature = headers["x-wc-webhook-signature"]
        assert signatures.is_woocommerce("hook-secret", body, signature)
        assert not signatures.is_woocommerce("hook-secret", body + b"\n", signature)
        assert not signatures.is_woocommerce("another", body, signature)
        signed += 1
    assert pings
    assert signed


def _is_ringcentral(vector: Vector) -> bool:
    headers = {name.lower(): value for name, value in vector.inputs["request_headers"].items()}
    return bool(signatures.answer_ringcentral(headers) == vector.expected["headers"])


ANSWERS: dict[str, Callable[[Vector], bool]] = {
    "ringcentral": _is_ringcentral,
    "telegram": lambda vector: (
        signatures.is_same_token(vector.inputs["secret_token"], vector.inputs["secret_token"])
        and not any(
            signatures.is_same_token(vector.inputs["secret_token"], one) for one in (None, "", "abc_DEF-124")
        )
    ),
    "kakao": lambda _: (
        signatures.is_kakao("key", "KakaoAK key")
        and not any(signatures.is_kakao("key", one) for one in ("", "key", "KakaoAK", "KakaoAK kez"))
    ),
    "ups": lambda _: (
        signatures.is_same_token("credential", "credential")
        and not signatures.is_same_token("credential", "credentiam")
    ),
}


def test_a_handshake_is_answered_as_described(contracts: Path, vector: Vector) -> None:
    assert ANSWERS[vector.provider](vector)
