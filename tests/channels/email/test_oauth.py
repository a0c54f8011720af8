"""Mailboxes connected by OAuth: the way to the token, signing in with it on a real server, what goes wrong."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest

from parley.channels.adapters.email_imap import ADAPTER
from parley.channels.adapters.email_imap.settings import ImapSettings, imap_server, oauth_client, smtp_server
from parley.channels.email.providers import PROVIDERS, find_provider
from parley.kit.clock import FixedClock
from parley.kit.failures import Misconfigured
from parley.kit.outbound import OutboundClient
from tests.channels.email.conftest import Post, until
from tests.support.app import Shop
from tests.support.mailroom import write_mail
from tests.support.mailservers import MailServers
from tests.support.oauth import Provider, oauth_provider


@pytest.fixture
def provider(servers: MailServers) -> Iterator[Provider]:
    with oauth_provider(servers.oauth_port) as running:
        yield running


async def join(desk: Post, provider: Provider, **settings: Any) -> None:
    desk.runtime.http = OutboundClient(allow=("127.0.0.1",), clock=desk.runtime.clock)
    place = f"http://127.0.0.1:{provider.port}"
    await desk.join(
        **{
            "sign_in": "oauth",
            "password": "",
            "oauth_client_id": "us",
            "oauth_client_secret": "s3cret",
            "oauth_authorize_url": f"{place}/authorize",
            "oauth_token_url": f"{place}/token",
            "oauth_scope": "mail",
            **settings,
        }
    )


@pytest.mark.mailserver
async def test_connecting_a_mailbox_and_receiving(
    desk: Post, shop: Shop, provider: Provider, servers: MailServers
) -> None:
    await join(desk, provider)
    admin = await shop.signed_in("admin")
    started = (await admin.post(f"/api/v1/channels/{desk.channel_id}/oauth")).json()
    url = urlsplit(started["url"])
    asked = {name: values[0] for name, values in parse_qs(url.query).items()}
    assert (asked["client_id"], asked["redirect_uri"], asked["code_challenge_method"]) == (
        "us",
        "http://desk.test/oauth/mail",
        "S256",
    )
    back = await admin.get("/oauth/mail", params={"code": "good-code", "state": asked["state"]})
    assert back.status_code == 303
    assert back.headers["location"] == f"/settings/channels/{desk.channel_id}?connected=yes"
    assert provider.asked[0]["code_verifier"]
    shown = (await admin.get(f"/api/v1/channels/{desk.channel_id}")).json()
    assert "oauth_refresh_token" in shown["secrets_set"]
    assert "refresh-0" not in str(shown)
    async with desk.running():
        servers.deliver("help", write_mail("Hello").as_bytes())
        (item,) = await desk.items(1)
        assert await desk.health() == ("active", "")
    assert item["state"] == "done"
    # The provider gave a new refresh token with the access token; it is kept for next time.
    assert (await desk.channel()).settings.oauth_refresh_token == "refresh-2"


@pytest.mark.mailserver
async def test_a_permission_taken_back_is_told(desk: Post, provider: Provider) -> None:
    await join(desk, provider, oauth_refresh_token="revoked")
    async with desk.running():

        async def broken() -> bool:
            return (await desk.health())[0] == "error"

        await until(broken)
    assert (await desk.health())[1] == "The provider does not let us in: Token has been expired or revoked."


@pytest.mark.mailserver
async def test_a_token_that_the_server_refuses_is_told(desk: Post, provider: Provider) -> None:
    provider.email = "somebody-else"
    await join(desk, provider, oauth_refresh_token="refresh-0")
    channel = await desk.channel()
    with pytest.raises(Misconfigured, match="refuses the user or password"):
        await ADAPTER.run(desk.parts.link(channel), channel.settings)


@pytest.mark.mailserver
async def test_the_way_back_is_only_for_who_began_it(
    desk: Post, shop: Shop, provider: Provider, neighbour: Shop, clock: FixedClock
) -> None:
    await join(desk, provider)
    admin = await shop.signed_in("admin")
    started = (await admin.post(f"/api/v1/channels/{desk.channel_id}/oauth")).json()
    state = parse_qs(urlsplit(started["url"]).query)["state"][0]
    params = {"code": "good-code", "state": state}
    other_admin, stranger = await shop.signed_in("admin", name="Other"), await neighbour.signed_in("owner")
    assert (await other_admin.get("/oauth/mail", params=params)).status_code == 403
    assert (await stranger.get("/oauth/mail", params=params)).status_code == 403
    assert (await shop.client().get("/oauth/mail", params=params)).status_code == 401
    assert (await (await shop.signed_in("agent")).get("/oauth/mail", params=params)).status_code == 403
    for false in ("", "abc", state[:-4] + "AAAA", state + "é"):
        assert (
            await admin.get("/oauth/mail", params={"code": "good-code", "state": false})
        ).status_code == 422
    assert provider.asked == []
    denied = await admin.get("/oauth/mail", params={"error": "access_denied", "state": state})
    assert "oauth_error=access_denied" in denied.headers["location"]
    wrong = await admin.get("/oauth/mail", params={"code": "bad-code", "state": state})
    assert "oauth_error=The%20provider%20does%20not%20let%20us%20in" in wrong.headers["location"]
    clock.advance(timedelta(minutes=16))
    assert (await admin.get("/oauth/mail", params=params)).status_code == 422


async def test_channels_without_oauth_say_so(room: Any, shop: Shop) -> None:
    admin = await shop.signed_in("admin")
    answer = await admin.post(f"/api/v1/channels/{room.channel_id}/oauth")
    assert (answer.status_code, answer.json()["code"]) == (422, "no_oauth")


def settings(**values: Any) -> ImapSettings:
    return msgspec.convert({"address": "help@shop.example", **values}, ImapSettings)


def test_known_providers_need_no_servers() -> None:
    gmail = settings(address="Someone@GMail.com", password="app password")
    assert (imap_server(gmail).host, imap_server(gmail).port, imap_server(gmail).user) == (
        "imap.gmail.com",
        993,
        "Someone@GMail.com",
    )
    out = smtp_server(gmail)
    assert (out.host, out.port, out.security, out.user, out.password) == (
        "smtp.gmail.com",
        465,
        "tls",
        "Someone@GMail.com",
        "app password",
    )
    office = settings(provider="microsoft", password="x")
    assert (smtp_server(office).port, smtp_server(office).security) == (587, "starttls")
    assert oauth_client(settings(provider="microsoft", oauth_tenant="contoso.example")).token_url == (
        "https://login.microsoftonline.com/contoso.example/oauth2/v2.0/token"
    )
    assert all(one.imap_host and one.smtp_host for one in PROVIDERS.values())


def test_unknown_providers_ask_for_servers() -> None:
    own = settings(password="x")
    for find in (imap_server, smtp_server, oauth_client):
        with pytest.raises(Misconfigured):
            find(own)
    assert find_provider("other", "someone@gmail.com") is None
    given = settings(
        imap_host="imap.shop.example", smtp_host="smtp.shop.example", smtp_user="out", smtp_password="y"
    )
    assert imap_server(given).host == "imap.shop.example"
    assert (smtp_server(given).user, smtp_server(given).password, smtp_server(given).port) == (
        "out",
        "y",
        587,
    )
