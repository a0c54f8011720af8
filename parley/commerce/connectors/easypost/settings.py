"""What a person fills in to connect EasyPost."""

from typing import Annotated, Any, Literal

import msgspec


def _text(title: str, description: str = "", *, pattern: str | None = None, **extra: Any) -> msgspec.Meta:
    return msgspec.Meta(title=title, description=description, extra=extra, max_length=1000, pattern=pattern)


class EasyPostSettings(msgspec.Struct, kw_only=True):
    """An account at EasyPost."""

    api_key: Annotated[
        str, _text("API key", "Production or test key, at easypost.com under API Keys.", secret=True)
    ]
    webhook_secret: Annotated[
        str,
        _text("Webhook secret", "Signs EasyPost's webhooks; Parley makes one by itself.", secret=True),
    ] = ""
    follow: Annotated[
        bool,
        msgspec.Meta(
            title="Follow parcels",
            description="Also those that were not bought at EasyPost, which charges for each of them.",
        ),
    ] = True
    carriers: Annotated[
        list[str],
        msgspec.Meta(
            title="Carriers of return labels",
            description="As EasyPost spells them, such as USPS or FedEx; empty: whichever is cheapest.",
        ),
    ] = []
    label_format: Annotated[
        Literal["PDF", "PNG", "ZPL"],
        msgspec.Meta(title="Label format", description="ZPL is for label printers."),
    ] = "PDF"
    api_address: Annotated[
        str,
        _text(
            "Address of the API",
            "Only behind a gateway; empty: EasyPost's own.",
            pattern=r"^(https?://\S+)?$",
            group="advanced",
        ),
    ] = ""


def build_base_url(settings: EasyPostSettings) -> str:
    """Gives the address that everything hangs from, without a slash at the end."""
    return (settings.api_address or "https://api.easypost.com").rstrip("/") + "/v2"
