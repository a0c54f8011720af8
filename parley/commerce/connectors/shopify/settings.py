"""What a person fills in to connect a Shopify store."""

from typing import Annotated, Any

import msgspec

DOMAIN = r"^[a-zA-Z0-9][a-zA-Z0-9-]*\.myshopify\.(com|io)$"
VERSION = r"^20[0-9]{2}-(01|04|07|10)$"
SCOPES = (
    "read_all_orders",
    "write_orders",
    "write_order_edits",
    "write_draft_orders",
    "read_products",
    "read_inventory",
    "read_locations",
    "read_customers",
    "write_returns",
    "write_discounts",
    "read_fulfillments",
    "read_merchant_managed_fulfillment_orders",
    "read_third_party_fulfillment_orders",
    "read_assigned_fulfillment_orders",
    "write_store_credit_account_transactions",
    "read_locales",
)
SUBSCRIPTION_SCOPE = "read_own_subscription_contracts"
SUBSCRIPTION_SCOPES = ("write_own_subscription_contracts",)


def _text(title: str, description: str = "", *, pattern: str | None = None, **extra: Any) -> msgspec.Meta:
    return msgspec.Meta(title=title, description=description, extra=extra, max_length=1000, pattern=pattern)


class ShopifySettings(msgspec.Struct, kw_only=True):
    """A store and an app in it: with an access token, or with a client id and secret that get one."""

    shop: Annotated[str, _text("Shop domain", "For example your-shop.myshopify.com.", pattern=DOMAIN)]
    access_token: Annotated[
        str,
        _text(
            "Admin API access token",
            "Of a custom app; empty when the app is installed by OAuth or fetches its token itself.",
            secret=True,
        ),
    ] = ""
    api_secret: Annotated[
        str, _text("API secret key", "The app's secret; Shopify signs its webhooks with it.", secret=True)
    ] = ""
    client_id: Annotated[str, _text("Client id", "Only for OAuth and for apps of the Dev Dashboard.")] = ""
    subscriptions: Annotated[
        bool,
        msgspec.Meta(
            title="Subscriptions",
            description="Mirror the subscription contracts of this app; asks for their scope at the installation.",
        ),
    ] = False
    api_version: Annotated[
        str, _text("API version", "Of the Admin API.", pattern=VERSION, group="advanced")
    ] = "2026-07"
    api_address: Annotated[
        str,
        _text(
            "Address of the API",
            "Only behind a gateway; empty: the shop's own.",
            pattern=r"^(https?://\S+)?$",
            group="advanced",
        ),
    ] = ""


def build_base_url(settings: ShopifySettings) -> str:
    """Gives the address that everything of the store's API hangs from, without a slash at the end."""
    return (settings.api_address or f"https://{settings.shop.lower()}").rstrip("/")


def list_scopes(settings: ShopifySettings) -> list[str]:
    """Gives the access scopes that the connector needs."""
    return [*SCOPES, *(SUBSCRIPTION_SCOPES if settings.subscriptions else ())]


def list_missing_scopes(settings: ShopifySettings, granted: list[str]) -> list[str]:
    """Gives the scopes that are not granted; the right to write is also one to read."""
    have = set(granted)
    return [
        scope
        for scope in list_scopes(settings)
        if scope not in have and scope.replace("read_", "write_", 1) not in have
    ]
