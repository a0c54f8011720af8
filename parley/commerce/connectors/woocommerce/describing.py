"""What the store says of itself."""

from typing import Any
from urllib.parse import urlsplit

from parley.commerce.connectors.woocommerce.client import Session, ask
from parley.commerce.connectors.woocommerce.mapping import Node, build_info
from parley.commerce.connectors.woocommerce.settings import WooCommerceSettings, build_base_url
from parley.commerce.model import StoreInfo
from parley.kit.failures import Failure

_SITE_FIELDS = "name,home,timezone_string,gmt_offset"


async def describe_store(session: Session) -> StoreInfo:
    """Gives the store's name, domain, currency, zone, country and language, and keeps the currency.

    Raises Retry, Misconfigured ("address", "key") and Refused.
    """
    general = (await ask(session, "GET", "settings/general")).data
    status: Node = {}
    try:
        status = (await ask(session, "GET", "system_status", {"_fields": "environment,settings"})).data
    except Failure:
        # Some may not see it and with some it takes too long; the rest is known without it.
        status = {}
    info = build_info(build_base_url(session.settings), await _load_site(session), general, status)
    position = await session.link.load_position()
    if position.get("currency") != info.currency:
        await session.link.save_position({**position, "currency": info.currency})
    session.currency = info.currency
    return info


async def _load_site(session: Session) -> Node:
    """WordPress's own description of the site, which is public; a store that hides it is named by its domain."""
    url = f"{build_base_url(session.settings)}/wp-json/"
    try:
        found: Any = (await session.link.http.request("GET", url, params={"_fields": _SITE_FIELDS})).json()
    except Failure:
        return {}
    return found if isinstance(found, dict) else {}


def find_plain_fault(settings: WooCommerceSettings) -> str:
    """Says what is wrong with the address: over plain http everybody on the way can read along."""
    if urlsplit(settings.address).scheme.lower() == "https":
        return ""
    return "The connection is not encrypted: requests are signed, but can be read on the way."
