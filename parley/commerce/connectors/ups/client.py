"""Calls to UPS: the token is fetched once, renewed before it ends or when it is refused, errors are read."""

import asyncio
import base64
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from parley.commerce.connectors.ups.settings import UpsSettings, build_base_url
from parley.commerce.ports import Link
from parley.kit.failures import Misconfigured, Refused
from parley.kit.ids import uuid7
from parley.kit.outbound import OutboundResponse

SOURCE = "parley"
EARLY = timedelta(minutes=5)
FAR = timedelta(hours=1)
READ = (400, 401, 403, 404)


class UpsRefused(Refused):
    """UPS said no; `code` is UPS's own, `status` that of HTTP."""

    def __init__(self, status: int, code: str, text: str) -> None:
        super().__init__(f"UPS: {text[:200]}" + (f" ({code})" if code else ""))
        self.status = status
        self.code = code


class UpsClient:
    """Calls UPS on behalf of connections; keeps one token for each in memory, and the newest in its settings."""

    def __init__(self) -> None:
        self._tokens: dict[UUID, tuple[str, datetime]] = {}
        self._locks: dict[UUID, asyncio.Lock] = {}

    async def call(
        self,
        link: Link,
        settings: UpsSettings,
        method: str,
        path: str,
        *,
        params: dict[str, str] | None = None,
        json: Any = None,
    ) -> Any:
        """Gives the JSON of an answer below 400.

        Raises UpsRefused with UPS's reason, Misconfigured for wrong credentials or a product the app does not have,
        and Retry as `OutboundClient.request` does.
        """
        token = await self._token(link, settings)
        answer = await self._send(link, settings, method, path, params, json, token)
        if answer.status == 401:
            token = await self.renew(link, settings, refused=token)
            answer = await self._send(link, settings, method, path, params, json, token)
        if answer.status < 400:
            return answer.json()
        code, text = read_error(answer)
        if answer.status in (401, 403):
            raise Misconfigured(
                "client_id", f"UPS does not let this app do that: {text[:200]} {code}".strip()
            )
        raise UpsRefused(answer.status, code, text)

    async def _send(
        self,
        link: Link,
        settings: UpsSettings,
        method: str,
        path: str,
        params: dict[str, str] | None,
        json: Any,
        token: str,
    ) -> OutboundResponse:
        headers = {
            "authorization": f"Bearer {token}",
            "transId": uuid7().hex,
            "transactionSrc": SOURCE,
            "accept": "application/json",
        }
        url = f"{build_base_url(settings)}/api{path}"
        return await link.http.request(method, url, params=params, headers=headers, json=json, accept=READ)

    async def _token(self, link: Link, settings: UpsSettings) -> str:
        known = self._tokens.get(link.connection_id)
        if known is not None and known[1] > link.clock.now():
            return known[0]
        if known is None and settings.access_token:
            # Kept by another process, or before a restart; its end is found out by using it.
            self._tokens[link.connection_id] = (settings.access_token, link.clock.now() + FAR)
            return settings.access_token
        return await self.renew(link, settings, refused=known[0] if known else "")

    async def renew(self, link: Link, settings: UpsSettings, *, refused: str) -> str:
        """Fetches a token and keeps it; many who were refused with the same one fetch one between them."""
        async with self._locks.setdefault(link.connection_id, asyncio.Lock()):
            known = self._tokens.get(link.connection_id)
            if known is not None and known[0] != refused and known[1] > link.clock.now():
                return known[0]
            token, lasts = await fetch_token(link, settings)
            self._tokens[link.connection_id] = (token, link.clock.now() + lasts)
            await link.save_secret("access_token", token)
            return token


async def fetch_token(link: Link, settings: UpsSettings) -> tuple[str, timedelta]:
    """Gets a token by client id and secret and how long to use it; raises Misconfigured when UPS refuses them."""
    pair = f"{settings.client_id}:{settings.client_secret}".encode()
    headers = {"authorization": f"Basic {base64.b64encode(pair).decode()}", "accept": "application/json"}
    if settings.shipper_number:
        headers["x-merchant-id"] = settings.shipper_number.upper()
    answer = await link.http.request(
        "POST",
        f"{build_base_url(settings)}/security/v1/oauth/token",
        headers=headers,
        form={"grant_type": "client_credentials"},
        accept=READ,
    )
    if answer.status >= 400:
        _, text = read_error(answer)
        raise Misconfigured("client_secret", f"UPS does not accept the Client ID and Secret: {text[:200]}")
    try:
        told = answer.json()
        lasts = timedelta(seconds=int(told["expires_in"])) - EARLY
        return str(told["access_token"]), max(lasts, timedelta(seconds=30))
    except (KeyError, TypeError, ValueError) as failure:
        raise Refused("UPS gave no token") from failure


def read_error(answer: OutboundResponse) -> tuple[str, str]:
    """Gives code and text of the first error in an answer (schema ErrorResponse)."""
    try:
        first = answer.json()["response"]["errors"][0]
        return str(first.get("code", "")), str(first.get("message", ""))
    except (Refused, KeyError, IndexError, TypeError, AttributeError):
        return "", f"the server answered {answer.status}"
