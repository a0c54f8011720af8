"""Signing in to mailboxes with OAuth 2.0 (RFC 6749, RFC 7636): the way to a refresh token, and access tokens."""

import base64
import hashlib
from datetime import UTC, datetime, timedelta
from typing import Protocol
from urllib.parse import urlencode
from uuid import UUID

import msgspec

from parley.channels.ports import Link
from parley.kit.clock import Clock
from parley.kit.failures import Misconfigured, Refused
from parley.kit.outbound import OutboundClient

EARLY = timedelta(minutes=2)


class OAuthClient(msgspec.Struct, frozen=True, kw_only=True):
    """An application registered with a provider, and the provider's addresses."""

    client_id: str
    client_secret: str
    authorize_url: str
    token_url: str
    scope: str


class Tokens(msgspec.Struct, frozen=True, kw_only=True):
    """What a token endpoint gives; `refresh_token` is empty when the old one stays good."""

    access_token: str
    refresh_token: str
    expires_at: datetime


class OAuthAdapter(Protocol):
    """A plug-in whose channels can be joined to a mailbox by OAuth."""

    def oauth_client(self, settings: object) -> OAuthClient:
        """Gives the application and addresses of a channel's settings; raises Misconfigured."""


def build_authorize_url(
    client: OAuthClient, *, redirect_uri: str, state: str, verifier: str, login: str
) -> str:
    """Builds the address at which the owner of the mailbox agrees; `verifier` proves later that we asked."""
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    query = {
        "client_id": client.client_id,
        "redirect_uri": redirect_uri,
        "response_type": "code",
        "scope": client.scope,
        "state": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        "login_hint": login,
        # Google gives a refresh token only for these two; others ignore them.
        "access_type": "offline",
        "prompt": "consent",
    }
    return f"{client.authorize_url}?{urlencode(query)}"


async def exchange_code(
    http: OutboundClient, clock: Clock, client: OAuthClient, *, code: str, redirect_uri: str, verifier: str
) -> Tokens:
    """Turns the code that the browser brought into tokens; raises Retry, Refused and Misconfigured."""
    tokens = await _ask(
        http,
        clock,
        client,
        {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
        },
    )
    if not tokens.refresh_token:
        raise Refused(
            "The provider gave no refresh token. Remove the application's access there and try again."
        )
    return tokens


async def refresh_tokens(
    http: OutboundClient, clock: Clock, client: OAuthClient, refresh_token: str
) -> Tokens:
    """Gets a new access token; raises Retry, and Misconfigured when the owner has taken the permission back."""
    if not refresh_token:
        raise Misconfigured(
            "oauth_refresh_token", "This mailbox is not connected yet. Connect it in the settings."
        )
    return await _ask(http, clock, client, {"grant_type": "refresh_token", "refresh_token": refresh_token})


async def _ask(http: OutboundClient, clock: Clock, client: OAuthClient, form: dict[str, str]) -> Tokens:
    if not client.client_id or not client.token_url:
        raise Misconfigured("oauth_client_id", "Enter the client id and secret of your application first.")
    secret = {"client_secret": client.client_secret} if client.client_secret else {}
    answer = await http.request(
        "POST",
        client.token_url,
        form={"client_id": client.client_id, **secret, **form},
        headers={"Accept": "application/json"},
        accept=(400, 401),
    )
    found = answer.json()
    if answer.status >= 400 or "access_token" not in found:
        words = " ".join(str(found.get("error_description") or found.get("error") or answer.status).split())[
            :300
        ]
        field = "oauth_refresh_token" if form["grant_type"] == "refresh_token" else "oauth_client_secret"
        raise Misconfigured(field, f"The provider does not let us in: {words}")
    return Tokens(
        access_token=str(found["access_token"]),
        refresh_token=str(found.get("refresh_token") or ""),
        expires_at=clock.now() + timedelta(seconds=int(found.get("expires_in") or 3600)),
    )


class _Kept(msgspec.Struct):
    known: set[str]
    refresh_token: str
    tokens: Tokens


class AccessTokens:
    """Keeps the access tokens of this process's channels until shortly before they expire."""

    def __init__(self) -> None:
        self._kept: dict[UUID, _Kept] = {}

    async def get(self, link: Link, client: OAuthClient, refresh_token: str) -> str:
        """Gives an access token of a channel; a renewed refresh token is kept. Raises as `refresh_tokens`."""
        kept = self._kept.get(link.channel_id)
        if kept is not None and refresh_token not in kept.known:
            kept = None
        if kept is not None and kept.tokens.expires_at - EARLY > link.clock.now():
            return kept.tokens.access_token
        current = kept.refresh_token if kept is not None else refresh_token
        tokens = await refresh_tokens(link.http, link.clock, client, current)
        renewed = tokens.refresh_token or current
        # Whoever still holds older settings goes on with the newest token.
        self._kept[link.channel_id] = _Kept({refresh_token, current, renewed}, renewed, tokens)
        if renewed != current:
            await link.save_secret("oauth_refresh_token", renewed)
        return tokens.access_token

    def forget(self, channel_id: UUID) -> None:
        """Asks for a new access token next time: the server did not take the last one."""
        kept = self._kept.get(channel_id)
        if kept is not None:
            kept.tokens = msgspec.structs.replace(kept.tokens, expires_at=datetime.min.replace(tzinfo=UTC))
