"""What a person fills in to connect a WooCommerce store."""

from typing import Annotated, Any

import msgspec

ADDRESS = r"^https?://[^\s/?#@]+(/[^\s?#]*)?$"


def _text(title: str, description: str = "", *, pattern: str | None = None, **extra: Any) -> msgspec.Meta:
    return msgspec.Meta(title=title, description=description, extra=extra, max_length=1000, pattern=pattern)


class WooCommerceSettings(msgspec.Struct, kw_only=True):
    """A store and a key of its REST API that may read and write."""

    address: Annotated[
        str,
        _text(
            "Address of the store",
            "For example https://shop.example; with the folder when WordPress is in one.",
            pattern=ADDRESS,
        ),
    ]
    key: Annotated[
        str,
        _text("Consumer key", "From WooCommerce, Settings, Advanced, REST API, with read and write access."),
    ]
    secret: Annotated[str, _text("Consumer secret", "Shown once when the key is made.", secret=True)]
    webhook_secret: Annotated[
        str,
        _text("Webhook secret", "Left empty, one is made up when the webhooks are set up.", secret=True),
    ] = ""
    api_refund: Annotated[
        bool,
        msgspec.Meta(
            title="Refunds by the gateway",
            description="WooCommerce has the payment gateway give the money back. Without it a refund is only "
            "recorded, and somebody has to send the money.",
        ),
    ] = True
    stripe_refund: Annotated[
        bool,
        msgspec.Meta(
            title="Money goes back through Stripe",
            description="For orders paid with Stripe whose gateway cannot refund: the Stripe connection gives the "
            "money back, and WooCommerce records it.",
        ),
    ] = False


def build_base_url(settings: WooCommerceSettings) -> str:
    """Gives the address of the store, without a slash at the end."""
    return settings.address.rstrip("/")
