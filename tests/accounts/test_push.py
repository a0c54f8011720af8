"""Browser push: encrypted, signed with our key, dead browsers forgotten."""

import ssl
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from http_ece import decrypt  # type: ignore[import-untyped]
from py_vapid import Vapid02
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from parley.accounts.slice import ACCOUNTS
from parley.kit.clock import FixedClock
from parley.kit.db import Database
from parley.kit.failures import Retry
from parley.kit.ids import uuid7
from parley.kit.log.fact import Actor
from parley.kit.outbound import OutboundClient
from tests.accounts.telling import tell
from tests.kit.outbound_servers import certificate
from tests.support.app import Shop, body_of, build_test_app, build_test_runtime, open_shop
from tests.support.jobs import run_jobs
from tests.support.receiver import Receiver, receiving


class Browser:
    """A browser that can read what is pushed to it."""

    def __init__(self, endpoint: str) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._auth = bytes(range(16))
        point = self._key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        self.subscription = {
            "endpoint": endpoint,
            "expirationTime": None,
            "keys": {"p256dh": bytes_to_base64url(point), "auth": bytes_to_base64url(self._auth)},
        }

    def read(self, body: bytes) -> Any:
        """Decrypts a push message."""
        plain = decrypt(body, private_key=self._key, auth_secret=self._auth, version="aes128gcm")
        return msgspec.json.decode(plain)


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Contexts of a push service and of a client that trusts it."""
    cert, key = certificate(tmp_path_factory.mktemp("tls"), "push.example")
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(cert, key)
    return server, ssl.create_default_context(cafile=str(cert))


@pytest.fixture
async def service(tls: tuple[ssl.SSLContext, ssl.SSLContext]) -> AsyncIterator[Receiver]:
    """A push service."""
    async with receiving(tls[0], "push.example") as running:
        yield running


@pytest.fixture
async def pushing(
    db: Database, clock: FixedClock, tls: tuple[ssl.SSLContext, ssl.SSLContext]
) -> AsyncIterator[Shop]:
    """A workspace that reaches the push service."""

    async def resolve(_host: str, _port: int) -> list[str]:
        return ["127.0.0.1"]

    http = OutboundClient(allow=("127.0.0.1",), clock=clock, resolve=resolve, tls=tls[1])
    runtime = build_test_runtime(db, clock, (ACCOUNTS,), http=http)
    made = await open_shop(runtime, build_test_app(runtime, (ACCOUNTS,)))
    yield made
    await made.close()
    await http.close()


async def test_push_arrives_encrypted_and_signed_with_our_key(pushing: Shop, service: Receiver) -> None:
    ana, ben, phone = await pushing.agent(), await pushing.agent(name="Ben"), Browser(f"{service.url}/p/1")
    desk = await pushing.browser(ana)
    key = body_of(await desk.get("/api/v1/push-key"))["key"]
    assert body_of(await desk.get("/api/v1/push-key"))["key"] == key
    assert len(base64url_to_bytes(key)) == 65
    made = await desk.post("/api/v1/me/push-subscriptions", json=phone.subscription)
    assert made.status_code == 201, made.text
    conversation = uuid7()
    await tell(pushing, ana, by=Actor("agent", ben), conversation_id=conversation, data={"number": 7})
    assert await run_jobs(pushing.runtime, "accounts.push") == 1
    [request] = service.requests
    assert request.path == "/p/1"
    assert request.headers["authorization"].startswith("vapid t=")
    assert request.headers["authorization"].endswith(f"k={key}")
    assert Vapid02.verify(request.headers["authorization"])
    assert b"Ben" not in request.body
    message = phone.read(request.body)
    assert message["body"] == "Ben assigned conversation #7 to you"
    assert message["url"] == f"/conversations/{conversation}"


async def test_what_was_read_meanwhile_is_not_pushed(pushing: Shop, service: Receiver) -> None:
    ana = await pushing.agent()
    desk = await pushing.browser(ana)
    await desk.post("/api/v1/me/push-subscriptions", json=Browser(f"{service.url}/p").subscription)
    await tell(pushing, ana)
    await desk.post("/api/v1/me/notifications/read", json={"all": True})
    await run_jobs(pushing.runtime, "accounts.push")
    assert service.requests == []


@pytest.mark.parametrize(("status", "left"), [(404, 0), (410, 0), (403, 0), (201, 1), (400, 1)])
async def test_dead_browsers_are_forgotten(pushing: Shop, service: Receiver, status: int, left: int) -> None:
    ana = await pushing.agent()
    desk = await pushing.browser(ana)
    await desk.post("/api/v1/me/push-subscriptions", json=Browser(f"{service.url}/p").subscription)
    service.answers = [status]
    await tell(pushing, ana)
    await run_jobs(pushing.runtime, "accounts.push")
    assert await pushing.count("SELECT count(*) FROM push_subscriptions") == left


async def test_a_service_that_is_away_is_tried_again_and_given_up_in_the_end(
    pushing: Shop, service: Receiver
) -> None:
    ana = await pushing.agent()
    desk = await pushing.browser(ana)
    await desk.post("/api/v1/me/push-subscriptions", json=Browser(f"{service.url}/p").subscription)
    service.answers = [503] * 20
    await tell(pushing, ana)
    with pytest.raises(Retry):
        await run_jobs(pushing.runtime, "accounts.push")
    for expected in (1, 2, 3, 4, None):
        await tell(pushing, ana)
        await run_jobs(pushing.runtime, "accounts.push", attempt=4)
        assert await pushing.count("SELECT max(failures) FROM push_subscriptions") == expected


async def test_a_browser_belongs_to_who_used_it_last(pushing: Shop) -> None:
    ana, ben = await pushing.agent(), await pushing.agent()
    phone = Browser("https://push.example/p")
    first, second = await pushing.browser(ana), await pushing.browser(ben)
    await first.post("/api/v1/me/push-subscriptions", json=phone.subscription)
    made = body_of(await second.post("/api/v1/me/push-subscriptions", json=phone.subscription))
    assert await pushing.count("SELECT agent_id FROM push_subscriptions") == ben
    assert (await first.delete(f"/api/v1/me/push-subscriptions/{made['id']}")).status_code == 404
    assert (await second.delete(f"/api/v1/me/push-subscriptions/{made['id']}")).status_code == 204
    assert await pushing.count("SELECT count(*) FROM push_subscriptions") == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"endpoint": "http://push.example/p"},
        {"endpoint": "https://" + "x" * 1000},
        {"keys": {"p256dh": "AAAA", "auth": "AAAAAAAAAAAAAAAAAAAAAA"}},
        {"keys": {"p256dh": Browser("").subscription["keys"]["p256dh"], "auth": "AA"}},  # type: ignore[index]
        {"keys": {"p256dh": "\u00e9", "auth": "%%"}},
    ],
)
async def test_rubbish_is_no_browser(shop: Shop, changes: dict[str, Any]) -> None:
    desk = await shop.signed_in()
    body = Browser("https://push.example/p").subscription | changes
    assert (await desk.post("/api/v1/me/push-subscriptions", json=body)).status_code == 422
