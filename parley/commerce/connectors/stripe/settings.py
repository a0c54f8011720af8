"""What a person fills in to connect a Stripe account."""

from typing import Annotated, Any

import msgspec

API_VERSION = "2023-08-16"
"""The version of the API that every call names, whatever the account's own is."""


def _text(title: str, description: str = "", *, pattern: str | None = None, **extra: Any) -> msgspec.Meta:
    return msgspec.Meta(title=title, description=description, extra=extra, max_length=1000, pattern=pattern)


class StripeSettings(msgspec.Struct, kw_only=True):
    """A key that may read payments and make refunds."""

    secret_key: Annotated[
        str,
        _text(
            "Secret key",
            "From the Stripe dashboard, Developers, API keys; a restricted key needs to read charges and payment "
            "intents and to write refunds.",
            pattern=r"^(sk|rk)_(test|live)_\w+$",
            secret=True,
        ),
    ]
    webhook_secret: Annotated[
        str,
        _text(
            "Webhook signing secret",
            "Of an endpoint that you add in the Stripe dashboard; begins with whsec_.",
            secret=True,
        ),
    ] = ""
    api_address: Annotated[
        str,
        _text(
            "Address of the API",
            "Only behind a gateway; empty: Stripe's own.",
            pattern=r"^(https?://\S+)?$",
            group="advanced",
        ),
    ] = ""


def build_base_url(settings: StripeSettings) -> str:
    """Gives the address of the API, without a slash at the end."""
    return (settings.api_address or "https://api.stripe.com").rstrip("/")


def is_test_key(settings: StripeSettings) -> bool:
    """Says whether the key moves no real money."""
    return settings.secret_key.startswith(("sk_test_", "rk_test_"))
