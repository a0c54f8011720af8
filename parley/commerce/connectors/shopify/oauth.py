"""How an app gets into a store: installation by OAuth, and the token that an app of one's own fetches for itself.

Source: Shopify, "Implement authorization code grant" and "Client credentials grant".
"""

import hmac
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from parley.commerce.connectors.shopify.settings import (
    DOMAIN,
    ShopifySettings,
    build_base_url,
    list_scopes,
)
from parley.commerce.ports import Link
from parley.kit.failures import Misconfigured, Refused, Retry
from parley.kit.ids import is_same_secret


def build_install_url(settings: ShopifySettings, redirect_url: str, state: str) -> str:
    """Gives the address at which a person lets the app into the store; raises Misconfigured without id or secret.

    It is always the shop's own: a gateway for the API is no place for a person to sign in.
    """
    if not settings.client_id:
        raise Misconfigured("client_id", "Give the client id of your app at Shopify.")
    if not settings.api_secret:
        raise Misconfigured("api_secret", "Give the secret of your app at Shopify.")
    query = urlencode(
        {
            "client_id": settings.client_id,
            "scope": ",".join(list_scopes(settings)),
            "redirect_uri": redirect_url,
            "state": state,
        }
    )
    return f"https://{settings.shop.lower()}/admin/oauth/authorize?{query}"


def verify_callback(settings: ShopifySettings, query: Mapping[str, str], state: str) -> str:
    """Gives the code of a genuine callback; raises Refused when signature, state or store are not right.

    The signature is the HMAC-SHA256 in hex of all other parameters, sorted and joined like a query
    (as in Shopify's own libraries).
    """
    signed = urlencode(
        [(name, value) for name, value in sorted(query.items()) if name not in {"hmac", "signature"}],
        quote_via=quote,
    )
    expected = hmac.digest(settings.api_secret.encode(), signed.encode(), "sha256").hex()
    if not settings.api_secret or not is_same_secret(expected, query.get("hmac", "")):
        raise Refused("The answer was not signed by Shopify.")
    if not state or not is_same_secret(state, query.get("state", "")):
        raise Refused("The answer belongs to another installation.")
    shop = query.get("shop", "").lower()
    if re.fullmatch(DOMAIN, shop) is None or shop != settings.shop.lower():
        raise Refused("The answer is for another store.")
    if not query.get("code"):
        raise Refused("Shopify gave no code.")
    return query["code"]


async def exchange_code(link: Link, settings: ShopifySettings, code: str) -> list[str]:
    """Turns the code of a callback into the access token, which is kept as a secret; gives the granted scopes."""
    answer = await _request_token(
        link,
        settings,
        {"client_id": settings.client_id, "client_secret": settings.api_secret, "code": code},
    )
    await link.save_secret("access_token", str(answer["access_token"]))
    return [scope for scope in str(answer.get("scope", "")).split(",") if scope]


async def renew_token(link: Link, settings: ShopifySettings) -> str:
    """Fetches a token by client id and secret (apps of one's own organisation; it lasts a day) and keeps it."""
    if not settings.client_id or not settings.api_secret:
        raise Misconfigured("access_token", "Give an access token, or a client id and secret.")
    answer = await _request_token(
        link,
        settings,
        {
            "grant_type": "client_credentials",
            "client_id": settings.client_id,
            "client_secret": settings.api_secret,
        },
    )
    token = str(answer["access_token"])
    await link.save_secret("access_token", token)
    return token


async def _request_token(link: Link, settings: ShopifySettings, form: dict[str, str]) -> dict[str, Any]:
    try:
        response = await link.http.request(
            "POST",
            f"{build_base_url(settings)}/admin/oauth/access_token",
            form=form,
            headers={"accept": "application/json"},
            accept={400, 401, 403},
        )
    except Retry as failure:
        # A token that nobody heard of does no harm: what needs it has not been sent yet.
        raise Retry(failure.after, failure.reason) from failure
    if response.status != 200:
        raise Misconfigured("api_secret", "Shopify does not accept the client id, the secret or the code.")
    answer = response.json()
    if not isinstance(answer, dict) or not answer.get("access_token"):
        raise Refused("Shopify gave no access token.")
    return answer
