"""What a person fills in to connect UPS."""

from typing import Annotated, Any, Literal

import msgspec


def _text(title: str, description: str = "", *, pattern: str | None = None, **extra: Any) -> msgspec.Meta:
    return msgspec.Meta(title=title, description=description, extra=extra, max_length=4000, pattern=pattern)


class UpsSettings(msgspec.Struct, kw_only=True):
    """An app of the UPS developer portal and the account that pays."""

    client_id: Annotated[str, _text("Client ID", "Of your app at developer.ups.com.")]
    client_secret: Annotated[str, _text("Client Secret", "Of the same app.", secret=True)]
    shipper_number: Annotated[
        str,
        _text(
            "Shipper number",
            "The UPS account that pays for labels; empty when only tracking is wanted.",
            pattern="^([A-Za-z0-9]{6})?$",
            shape="six letters and digits",
        ),
    ] = ""
    environment: Annotated[
        Literal["production", "test"],
        msgspec.Meta(title="Environment", description="Test is UPS's Customer Integration Environment."),
    ] = "production"
    webhook_credential: Annotated[
        str,
        _text(
            "Track Alert credential",
            "What you entered at developer.ups.com under Manage Webhook Credentials; empty: parcels are only asked after.",
            secret=True,
        ),
    ] = ""
    return_service: Annotated[
        Literal["print", "electronic"],
        msgspec.Meta(
            title="Return labels",
            description="Print Return Label (9) or Electronic Return Label (8); your contract says which you have.",
        ),
    ] = "print"
    label_format: Annotated[
        Literal["GIF", "ZPL"], msgspec.Meta(title="Label format", description="ZPL is for label printers.")
    ] = "GIF"
    service: Annotated[
        str,
        _text(
            "Service of return labels",
            "UPS service code; empty: 03 (Ground) within the US, else 11 (Standard).",
            pattern="^([0-9]{2})?$",
            shape="two digits",
            group="advanced",
        ),
    ] = ""
    access_token: Annotated[
        str,
        _text("Access token", "Parley fetches and renews it by itself.", secret=True, group="advanced"),
    ] = ""
    api_address: Annotated[
        str,
        _text(
            "Address of the API",
            "Only behind a gateway; empty: UPS's own.",
            pattern=r"^(https?://\S+)?$",
            group="advanced",
        ),
    ] = ""


HOSTS = {"production": "https://onlinetools.ups.com", "test": "https://wwwcie.ups.com"}


def build_base_url(settings: UpsSettings) -> str:
    """Gives the address that everything hangs from, without a slash at the end."""
    return (settings.api_address or HOSTS[settings.environment]).rstrip("/")
