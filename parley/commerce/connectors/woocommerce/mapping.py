"""What the REST API says of products, customers and the store, in our words. Pure."""

import html
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, Literal

import msgspec

from parley.commerce.model import Address, StoreCustomer, StoreInfo, StoreProduct, StoreVariant
from parley.kit.failures import Refused
from parley.kit.money import Money, exponent_of, format_decimal_string, parse_money

Node = dict[str, Any]
KEY = "_parley_key"
"""The meta field that holds our idempotency key at refunds, orders and coupons; the underscore hides it in the admin."""

_TAGS = re.compile(r"<[^>]*>")
_LIVE: dict[str, Literal["active", "draft"]] = {
    "publish": "active",
    "draft": "draft",
    "pending": "draft",
    "future": "draft",
}


def to_minor(amount: object, currency: str) -> int:
    """Reads a decimal amount as minor units; a store that reckons finer than its currency is rounded half up.

    Raises Refused when it is no amount.
    """
    text = str(amount or "0")
    try:
        return parse_money(text, currency).minor
    except ValueError:
        pass
    try:
        scaled = Decimal(text).scaleb(exponent_of(currency))
        return int(scaled.quantize(Decimal(1), rounding=ROUND_HALF_UP))
    except InvalidOperation as failure:
        raise Refused("The store gave an amount that cannot be read.") from failure


def write_amount(minor: int, currency: str) -> str:
    """Writes minor units as a decimal amount."""
    return format_decimal_string(Money(minor, currency))


def read_time(text: str | None) -> datetime | None:
    """Reads a `…_gmt` time, which carries no zone; raises Refused when it is none."""
    if not text:
        return None
    try:
        found = msgspec.convert(text, datetime)
    except msgspec.ValidationError as failure:
        raise Refused("The store gave a time that cannot be read.") from failure
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def write_time(at: datetime) -> str:
    """Writes a time as the API takes it, in UTC and without a zone; goes with `dates_are_gmt`."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")


def find_meta(meta: Iterable[Node] | None, *names: str) -> Any:
    """Gives the value of the first of these meta fields that has one."""
    known = {one.get("key"): one.get("value") for one in meta or []}
    return next((known[name] for name in names if known.get(name)), None)


def build_address(node: Node) -> Address:
    """Maps a billing or shipping address."""
    return Address(
        name=_join_name(node),
        company=node.get("company") or "",
        line1=node.get("address_1") or "",
        line2=node.get("address_2") or "",
        city=node.get("city") or "",
        region=node.get("state") or "",
        postcode=node.get("postcode") or "",
        country=node.get("country") or "",
        phone=node.get("phone") or "",
    )


def write_address(address: Address) -> Node:
    """Gives the fields of a shipping address; its phone number is no field of the API."""
    first, _, last = address.name.strip().partition(" ")
    return {
        "first_name": first,
        "last_name": last.strip(),
        "company": address.company,
        "address_1": address.line1,
        "address_2": address.line2,
        "city": address.city,
        "state": address.region,
        "postcode": address.postcode,
        "country": address.country,
    }


def _join_name(node: Node) -> str:
    return " ".join(part for part in (node.get("first_name"), node.get("last_name")) if part).strip()


def build_customer(node: Node) -> StoreCustomer:
    """Maps a customer; what he has ordered and spent is not told by version 3 of the API."""
    billing = node.get("billing") or {}
    return StoreCustomer(
        external_id=str(node["id"]),
        updated_at=read_time(node.get("date_modified_gmt")),
        name=_join_name(node) or _join_name(billing) or node.get("username") or "",
        email=node.get("email") or billing.get("email") or "",
        phone=billing.get("phone") or "",
        language=str(find_meta(node.get("meta_data"), "locale") or "").replace("_", "-"),
        created_at=read_time(node.get("date_created_gmt")),
    )


def build_product(node: Node, variations: list[Node], currency: str) -> StoreProduct:
    """Maps a product; one without variations is its own only variant. Prices are in the store's currency."""
    images = node.get("images") or []
    variants = [_build_variation(one, node, currency) for one in variations]
    if node["type"] != "variable":
        variants = [_build_single(node, currency)]
    brands = node.get("brands") or []
    return StoreProduct(
        external_id=str(node["id"]),
        updated_at=read_time(node.get("date_modified_gmt")),
        title=html_text(node["name"]),
        handle=node["slug"],
        status=_LIVE.get(node["status"], "archived"),
        kind=next((one["name"] for one in node.get("categories") or []), ""),
        vendor=brands[0]["name"] if brands else "",
        tags=[one["name"] for one in node.get("tags") or []],
        url=node["permalink"] if node["status"] == "publish" else "",
        image_url=images[0].get("src") or "" if images else "",
        description=html_text(node.get("short_description") or node.get("description") or ""),
        variants=variants,
    )


def _build_single(node: Node, currency: str) -> StoreVariant:
    return StoreVariant(external_id=str(node["id"]), title="", **_goods_of(node, node, currency))


def _build_variation(node: Node, parent: Node, currency: str) -> StoreVariant:
    options = {one["name"]: one["option"] for one in node.get("attributes") or []}
    return StoreVariant(
        external_id=str(node["id"]),
        title=" / ".join(options.values()) or node.get("name") or "",
        options=options,
        image_url=(node.get("image") or {}).get("src") or "",
        **_goods_of(node, parent, currency),
    )


def _goods_of(node: Node, parent: Node, currency: str) -> Node:
    """Price and stock; a variation may leave the counting of its stock to the product."""
    counted = parent if node.get("manage_stock") == "parent" else node
    regular = node.get("regular_price")
    price = to_minor(node.get("price"), currency)
    before = to_minor(regular, currency) if regular else None
    sellable = node.get("status") == "publish" and bool(node.get("purchasable"))
    return {
        "price": price,
        "sku": node.get("sku") or "",
        "compare_at": before if before is not None and before > price else None,
        "stock": counted.get("stock_quantity") if counted.get("manage_stock") else None,
        "available": sellable and node.get("stock_status") != "outofstock",
    }


def html_text(text: str) -> str:
    """Gives a text without its markup."""
    return " ".join(html.unescape(_TAGS.sub(" ", text)).split())


def build_info(address: str, site: Node, general: list[Node], status: Node) -> StoreInfo:
    """Maps WordPress's own index of the site, WooCommerce's general settings and the system status."""
    values = {one["id"]: one.get("value") for one in general}
    environment, settings = status.get("environment") or {}, status.get("settings") or {}
    domain = str(site.get("home") or environment.get("home_url") or address).split("://", 1)[-1].rstrip("/")
    language = str(environment.get("language") or "").replace("_", "-")
    return StoreInfo(
        name=html.unescape(str(site.get("name") or "")) or domain,
        domain=domain,
        currency=str(values.get("woocommerce_currency") or settings.get("currency") or ""),
        time_zone=_zone_of(site),
        country=str(values.get("woocommerce_default_country") or "").partition(":")[0],
        languages=[language] if language else [],
    )


def _zone_of(site: Node) -> str:
    """The zone by name; a site that has only an offset gets the zone of that offset where there is one."""
    if site.get("timezone_string"):
        return str(site["timezone_string"])
    offset = float(site.get("gmt_offset") or 0)
    if not offset or offset != int(offset):
        return "UTC"
    # The signs of these names are the wrong way round (POSIX).
    return f"Etc/GMT{-int(offset):+d}"
