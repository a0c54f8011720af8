"""Calls of the REST API, version 3: who we are, and the failures in our three kinds.

Source: WooCommerce REST API documentation, "Authentication" and "Errors"; WordPress, "REST API: responses".
"""

import base64
import html
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from parley.commerce.connectors.woocommerce.oauth import encode_query, sign_query
from parley.commerce.connectors.woocommerce.settings import WooCommerceSettings, build_base_url
from parley.commerce.ports import Link
from parley.kit.failures import Failure, Misconfigured, Refused, Retry
from parley.kit.outbound import OutboundResponse

Params = Mapping[str, str | int | bool]

_BUSY = frozenset({408, 425, 429})
_ACCEPTED = frozenset(set(range(400, 500)) - _BUSY | {500})
# What WooCommerce answers with 500 although it only says no; the refund has been taken back then.
_SAYS_NO = frozenset({"woocommerce_rest_cannot_create_order_refund"})
_TAG = re.compile(r"<[^>]*>")
_LONGEST = 300


class GoneError(Refused):
    """What was asked for does not exist (any more)."""


@dataclass(slots=True)
class Session:
    """The calls that belong together; `currency` is the store's, once it is known."""

    link: Link
    settings: WooCommerceSettings
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """An answer: what it says, and how many things there are in all where it is a list."""

    data: Any
    total: int | None = None


def build_call(
    settings: WooCommerceSettings, method: str, path: str, params: Params, timestamp: int, nonce: str
) -> tuple[str, dict[str, str]]:
    """Gives the address and the headers of a call: basic over https, OAuth 1.0a in the query over http. Pure."""
    url = f"{build_base_url(settings)}/wp-json/wc/v3/{path}"
    pairs = [(name, _plain(value)) for name, value in params.items()]
    if url.lower().startswith("https://"):
        token = base64.b64encode(f"{settings.key}:{settings.secret}".encode()).decode()
        headers = {"authorization": f"Basic {token}"}
    else:
        headers = {}
        pairs = sign_query(
            method, url, pairs, key=settings.key, secret=settings.secret, timestamp=timestamp, nonce=nonce
        )
    return (f"{url}?{encode_query(pairs)}" if pairs else url), headers


def _plain(value: str | int | bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


async def ask(
    session: Session, method: str, path: str, params: Params | None = None, *, body: Any = None
) -> Found:
    """Calls the API below `/wp-json/wc/v3/`.

    Raises Retry (`uncertain` only for what writes), Misconfigured ("key", "address"), Refused, and GoneError for
    something that does not exist.
    """
    writes = method != "GET"
    response = await _send(session, method, path, params or {}, body)
    if response.status >= 400:
        raise _failure_of(response, writes=writes)
    try:
        data = response.json()
    except Refused as failure:
        raise Retry(None, "the store's answer is broken", uncertain=writes) from failure
    total = response.headers.get("x-wp-total", "")
    return Found(data, int(total) if total.isdigit() else None)


async def _send(session: Session, method: str, path: str, params: Params, body: Any) -> OutboundResponse:
    now = int(session.link.clock.now().timestamp())
    url, headers = build_call(session.settings, method, path, params, now, secrets.token_hex(16))
    try:
        return await session.link.http.request(method, url, headers=headers, json=body, accept=_ACCEPTED)
    except Retry as failure:
        if method != "GET" or not failure.uncertain:
            raise
        raise Retry(failure.after, failure.reason) from failure
    except Misconfigured as failure:
        raise Misconfigured("address", failure.reason) from failure


def _failure_of(response: OutboundResponse, *, writes: bool) -> Failure:
    status, (code, said) = response.status, _read_error(response)
    if status in {401, 403}:
        return Misconfigured("key", said or "WooCommerce does not accept the key.")
    if code == "rest_no_route" or (status == 404 and not code):
        reason = "There is no WooCommerce REST API at this address (permalinks must not be plain)."
        return Misconfigured("address", reason)
    if status in {404, 410} or (status == 400 and code.endswith("_invalid_id") and not writes):
        return GoneError(said or "It does not exist any more.")
    if status == 500 and code not in _SAYS_NO:
        return Retry(None, "the store could not answer", uncertain=writes)
    return Refused(said or f"WooCommerce answered {status}.")


def _read_error(response: OutboundResponse) -> tuple[str, str]:
    """Gives the code and the sentence of an error, markup taken out; nothing for an answer that is none of the API's."""
    try:
        found = response.json()
    except Refused:
        return "", ""
    if not isinstance(found, dict):
        return "", ""
    said = html.unescape(_TAG.sub("", str(found.get("message") or ""))).strip()
    return str(found.get("code") or ""), said[:_LONGEST]


async def find_currency(session: Session) -> str:
    """Gives the store's currency, which is asked for once and kept with the connection."""
    if not session.currency:
        position = await session.link.load_position()
        known = position.get("currency") or await load_currency(session)
        session.currency = str(known)
        if position.get("currency") != known:
            await session.link.save_position({**position, "currency": known})
    return session.currency


async def load_currency(session: Session) -> str:
    """Asks for the store's currency."""
    found = (await ask(session, "GET", "data/currencies/current")).data
    return str(found["code"])
