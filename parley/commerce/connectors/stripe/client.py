"""Calls of Stripe's API: forms, the idempotency key, the pinned version, and the failures in our three kinds.

Source: Stripe API reference, "Errors", "Idempotent requests", "Versioning".
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from parley.commerce.connectors.stripe.settings import API_VERSION, StripeSettings, build_base_url
from parley.commerce.ports import Link
from parley.kit.failures import Failure, Misconfigured, Refused, Retry
from parley.kit.outbound import OutboundResponse

_ACCEPTED = frozenset({400, 401, 402, 403, 404, 409})
_LONGEST = 300
_STILL_AT_IT = timedelta(seconds=5)


class GoneError(Refused):
    """What was asked for does not exist."""


async def ask(
    link: Link,
    settings: StripeSettings,
    method: str,
    path: str,
    *,
    params: Mapping[str, str] | None = None,
    form: Mapping[str, str] | None = None,
    key: str = "",
) -> dict[str, Any]:
    """Calls the API below `/v1/`.

    Raises Retry (`uncertain` only for what writes), Misconfigured ("secret_key"), Refused, and GoneError for something
    that does not exist.
    """
    writes = method != "GET"
    response = await _send(link, settings, method, path, params, form, key)
    try:
        found = response.json()
    except Refused as failure:
        raise Retry(None, "Stripe's answer is broken", uncertain=writes) from failure
    if not isinstance(found, dict):
        raise Retry(None, "Stripe's answer is broken", uncertain=writes)
    if response.status >= 400:
        raise failure_of(response.status, found.get("error") or {})
    return found


async def _send(
    link: Link,
    settings: StripeSettings,
    method: str,
    path: str,
    params: Mapping[str, str] | None,
    form: Mapping[str, str] | None,
    key: str,
) -> OutboundResponse:
    headers = {"authorization": f"Bearer {settings.secret_key}", "stripe-version": API_VERSION}
    if key:
        headers["idempotency-key"] = key
    url = f"{build_base_url(settings)}/v1/{path}"
    try:
        return await link.http.request(
            method, url, params=params, headers=headers, form=form, accept=_ACCEPTED
        )
    except Retry as failure:
        if method != "GET" or not failure.uncertain:
            raise
        raise Retry(failure.after, failure.reason) from failure
    except Misconfigured as failure:
        raise Misconfigured("api_address", failure.reason) from failure


def failure_of(status: int, error: Mapping[str, Any]) -> Failure:
    """Gives what an error object means; `type` is api_error, card_error, idempotency_error or invalid_request_error."""
    kind, code = str(error.get("type") or ""), str(error.get("code") or "")
    said = str(error.get("message") or f"Stripe answered {status}.")[:_LONGEST]
    if status in {401, 403}:
        return Misconfigured("secret_key", said)
    if code in {"rate_limit", "lock_timeout"}:
        return Retry(_STILL_AT_IT, "Stripe is busy")
    if code == "idempotency_key_in_use":
        return Retry(_STILL_AT_IT, "Stripe is still at it", uncertain=True)
    if kind == "api_error":
        return Retry(None, "Stripe could not answer", uncertain=True)
    if status == 404 or code == "resource_missing":
        return GoneError(said)
    return Refused(said)
