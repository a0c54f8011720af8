"""Calls of the Admin GraphQL API: operations from their files, the cost budget, and the failures in our three kinds.

Source: Shopify, "API limits" (calculated query costs) and "GraphQL Admin API: status and error codes".
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from parley.commerce.connectors.shopify.oauth import renew_token
from parley.commerce.connectors.shopify.settings import ShopifySettings, build_base_url
from parley.commerce.ports import Link
from parley.kit.failures import Misconfigured, Refused, Retry
from parley.kit.outbound import OutboundResponse

FOLDER = Path(__file__).parent
_ACCEPTED = frozenset({400, 401, 402, 403, 404, 423})
_BROKEN = frozenset({"INTERNAL_SERVER_ERROR", "TIMEOUT", "UNPROCESSABLE"})
_PER_SECOND = 50.0


class TooCostlyError(Refused):
    """A query asks for more at once than the store allows; ask for smaller pages."""


@dataclass(slots=True)
class Session:
    """The calls that belong together: the token in use, and what is known of the store's cost budget.

    `patience` is how many seconds they may wait for the budget in all before they raise Retry.
    """

    link: Link
    settings: ShopifySettings
    patience: float = 20.0
    token: str = ""
    available: float | None = None
    rate: float = _PER_SECOND
    seen_at: float = 0.0
    costs: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.token = self.token or self.settings.access_token


@lru_cache
def load_operation(name: str) -> str:
    """Gives the text of an operation file of this folder."""
    return (FOLDER / f"{name}.graphql").read_text(encoding="utf-8")


def is_mutation(text: str) -> bool:
    """Says whether an operation changes something."""
    lines = (line for line in text.splitlines() if line and not line.startswith("#"))
    return next(lines).startswith("mutation")


async def ask(
    session: Session, name: str, variables: Mapping[str, Any] | None = None, *, harmless: bool = False
) -> dict[str, Any]:
    """Runs the operation of a file and gives its `data`.

    `harmless` marks a mutation without effect of its own (the staging of an edit). Raises Retry (`uncertain` only
    for mutations that are not harmless), Misconfigured ("access_token", "shop"), Refused and TooCostlyError.
    """
    text = load_operation(name)
    risky = is_mutation(text) and not harmless
    for _ in range(10):
        await _wait_for_budget(session, name)
        answer = await _post(session, {"query": text, "variables": dict(variables or {})}, risky=risky)
        _note_cost(session, name, answer)
        errors = answer.get("errors") or []
        if not errors and isinstance(answer.get("data"), dict):
            return dict(answer["data"])
        if _code_of(errors) != "THROTTLED":
            raise_error(errors, risky=risky)
        # A throttled call has not been carried out, whatever it is.
        await _sleep(session, _seconds_until(session, name) or 1.0)
    raise Retry(timedelta(seconds=30), "the store is busy")


async def _post(session: Session, body: dict[str, Any], *, risky: bool) -> dict[str, Any]:
    if not session.token:
        session.token = await renew_token(session.link, session.settings)
    response = await _send(session, body, risky=risky)
    if response.status == 401 and session.settings.client_id and session.settings.api_secret:
        session.token = await renew_token(session.link, session.settings)
        response = await _send(session, body, risky=risky)
    if response.status >= 400:
        _raise_status(response)
    try:
        found = response.json()
    except Refused as failure:
        raise Retry(None, "the store's answer is broken", uncertain=risky) from failure
    if not isinstance(found, dict):
        raise Retry(None, "the store's answer is broken", uncertain=risky)
    return found


async def _send(session: Session, body: dict[str, Any], *, risky: bool) -> OutboundResponse:
    url = f"{build_base_url(session.settings)}/admin/api/{session.settings.api_version}/graphql.json"
    try:
        return await session.link.http.request(
            "POST", url, headers={"x-shopify-access-token": session.token}, json=body, accept=_ACCEPTED
        )
    except Retry as failure:
        if risky or not failure.uncertain:
            raise
        raise Retry(failure.after, failure.reason) from failure
    except Misconfigured as failure:
        raise Misconfigured("shop", failure.reason) from failure


def _raise_status(response: OutboundResponse) -> None:
    said = {
        401: "Shopify does not accept the access token.",
        403: "Shopify does not let this app in.",
        402: "The store is frozen until its bill is paid.",
        423: "The store is locked.",
        404: "There is no such store, or it does not know this version of the API.",
    }.get(response.status, f"Shopify answered {response.status}.")
    if response.status in {401, 403}:
        raise Misconfigured("access_token", said)
    if response.status == 404:
        raise Misconfigured("shop", said)
    raise Refused(said)


def raise_error(errors: Any, *, risky: bool) -> None:
    """Raises what the errors of an answer mean."""
    code, text = _code_of(errors), _text_of(errors)
    if code == "MAX_COST_EXCEEDED":
        raise TooCostlyError(text)
    if code == "ACCESS_DENIED":
        raise Misconfigured("access_token", text)
    if code == "IDEMPOTENCY_CONCURRENT_REQUEST":
        raise Retry(timedelta(seconds=5), "the store is still at it", uncertain=True)
    if code in _BROKEN or not errors:
        raise Retry(None, "the store could not answer", uncertain=risky)
    raise Refused(text)


def check_errors(payload: dict[str, Any] | None, name: str = "userErrors") -> dict[str, Any]:
    """Gives the payload of a mutation; raises Refused with the store's words when it has user errors."""
    if payload is None:
        raise Refused("The store gave no answer to this.")
    errors = payload.get(name) or []
    if any(str(error.get("code")) == "IDEMPOTENCY_CONCURRENT_REQUEST" for error in errors):
        raise Retry(timedelta(seconds=5), "the store is still at it", uncertain=True)
    if errors:
        raise Refused("; ".join(dict.fromkeys(str(error["message"]) for error in errors)))
    return payload


def _code_of(errors: Any) -> str:
    if not isinstance(errors, list):
        return ""
    codes = [str((error.get("extensions") or {}).get("code", "")) for error in errors]
    return next((code for code in codes if code), "")


def _text_of(errors: Any) -> str:
    if not isinstance(errors, list):
        return str(errors)
    return "; ".join(dict.fromkeys(str(error.get("message", "")) for error in errors))


def _note_cost(session: Session, name: str, answer: dict[str, Any]) -> None:
    cost = (answer.get("extensions") or {}).get("cost") or {}
    status = cost.get("throttleStatus") or {}
    if "currentlyAvailable" in status:
        session.available = float(status["currentlyAvailable"])
        session.rate = float(status.get("restoreRate") or _PER_SECOND)
        session.seen_at = asyncio.get_running_loop().time()
    if cost.get("requestedQueryCost") is not None:
        session.costs[name] = float(cost["requestedQueryCost"])


def _seconds_until(session: Session, name: str) -> float:
    """How long until the budget, as it was last seen, has grown enough for an operation that was asked before."""
    if session.available is None or name not in session.costs:
        return 0.0
    grown = (asyncio.get_running_loop().time() - session.seen_at) * session.rate
    return max(0.0, (session.costs[name] - session.available - grown) / session.rate)


async def _wait_for_budget(session: Session, name: str) -> None:
    seconds = _seconds_until(session, name)
    if seconds > 0:
        await _sleep(session, seconds)


async def _sleep(session: Session, seconds: float) -> None:
    if seconds > session.patience:
        raise Retry(timedelta(seconds=seconds), "the store asks for a pause")
    session.patience -= seconds
    await asyncio.sleep(seconds)
