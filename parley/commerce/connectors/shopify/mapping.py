"""What the Admin API says of products, customers and subscriptions, in our words. Pure; nested pages are complete."""

import re
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, cast

import msgspec

from parley.commerce.model import (
    Address,
    StoreCustomer,
    StoreInfo,
    StoreProduct,
    StoreSubscription,
    StoreVariant,
    SubscriptionStatus,
)
from parley.kit.failures import Refused
from parley.kit.money import Money, exponent_of, format_decimal_string

Node = dict[str, Any]

_CONTRACTS: dict[str, SubscriptionStatus] = {
    "ACTIVE": "active",
    "PAUSED": "paused",
    "CANCELLED": "cancelled",
    "EXPIRED": "expired",
    "FAILED": "failed",
}
# "SP", "B", "PT-11": as Shopify writes the codes of its regions.
_REGION_CODE = re.compile(r"([A-Z]{2}-)?[A-Z0-9]{1,3}")
_PRODUCTS = {"ACTIVE": "active", "UNLISTED": "active", "DRAFT": "draft", "ARCHIVED": "archived"}


def build_gid(kind: str, number: object) -> str:
    """Gives the global id of something known by its number."""
    return f"gid://shopify/{kind}/{number}"


def number_of(gid: str) -> str:
    """Gives the number in a global id."""
    return gid.partition("?")[0].rpartition("/")[2]


def type_of(gid: str) -> str:
    """Gives the type in a global id."""
    parts = gid.removeprefix("gid://shopify/").split("/")
    return parts[0] if len(parts) > 1 else ""


def read_time(text: str | None) -> datetime | None:
    """Reads a time; raises Refused when it is none."""
    if not text:
        return None
    try:
        return msgspec.convert(text, datetime)
    except msgspec.ValidationError as failure:
        raise Refused("The store gave a time that cannot be read.") from failure


def write_time(at: datetime) -> str:
    """Writes a time as Shopify takes it."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def to_minor(amount: str | None, currency: str) -> int:
    """Reads a decimal amount as minor units; what is finer than the currency is rounded half up."""
    if amount is None:
        return 0
    scaled = Decimal(amount).scaleb(exponent_of(currency))
    return int(scaled.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def write_amount(minor: int, currency: str) -> str:
    """Writes minor units as a decimal amount."""
    return format_decimal_string(Money(minor, currency))


def bag_minor(bag: Node | None, currency: str) -> int:
    """Gives the amount of a MoneyBag in the customer's currency, 0 for none."""
    return to_minor(bag["presentmentMoney"]["amount"], currency) if bag else 0


def build_address(node: Node | None) -> Address | None:
    """Maps a MailingAddress."""
    if node is None:
        return None
    return Address(
        name=node["name"] or "",
        company=node["company"] or "",
        line1=node["address1"] or "",
        line2=node["address2"] or "",
        city=node["city"] or "",
        region=node["provinceCode"] or node["province"] or "",
        postcode=node["zip"] or "",
        country=node["countryCodeV2"] or "",
        phone=node["phone"] or "",
    )


def write_address(address: Address) -> Node:
    """Gives a MailingAddressInput; a region that is no code goes by its name, which only the older field takes."""
    first, _, last = address.name.strip().rpartition(" ")
    code = address.region if _REGION_CODE.fullmatch(address.region) else None
    fields = {
        "firstName": first,
        "lastName": last,
        "company": address.company,
        "address1": address.line1,
        "address2": address.line2,
        "city": address.city,
        "provinceCode": code,
        "province": None if code else address.region or None,
        "zip": address.postcode,
        "countryCode": address.country or None,
        "phone": address.phone,
    }
    return {name: value for name, value in fields.items() if value is not None}


def build_info(shop: Node, languages: list[str]) -> StoreInfo:
    """Maps the Shop."""
    return StoreInfo(
        name=shop["name"],
        domain=shop["primaryDomain"]["host"],
        currency=shop["currencyCode"],
        time_zone=shop["ianaTimezone"],
        country=shop["shopAddress"]["countryCodeV2"] or "",
        languages=languages,
    )


def build_product(node: Node) -> StoreProduct:
    """Maps a Product; prices are in the store's currency."""
    currency = node["priceRangeV2"]["minVariantPrice"]["currencyCode"]
    return StoreProduct(
        external_id=node["id"],
        updated_at=read_time(node["updatedAt"]),
        title=node["title"],
        handle=node["handle"],
        status=cast(Any, _PRODUCTS.get(node["status"], "archived")),
        kind=node["productType"],
        vendor=node["vendor"],
        tags=node["tags"],
        url=node["onlineStoreUrl"] or "",
        image_url=_image_of(node["featuredMedia"]),
        description=node["description"],
        variants=[_build_variant(variant, currency) for variant in node["variants"]["nodes"]],
    )


def _build_variant(node: Node, currency: str) -> StoreVariant:
    compare_at = node["compareAtPrice"]
    media = node["media"]["nodes"]
    return StoreVariant(
        external_id=node["id"],
        title=node["title"],
        price=to_minor(node["price"], currency),
        sku=node["sku"] or "",
        compare_at=None if compare_at is None else to_minor(compare_at, currency),
        stock=node["inventoryQuantity"] if node["inventoryItem"]["tracked"] else None,
        available=node["availableForSale"],
        options={option["name"]: option["value"] for option in node["selectedOptions"]},
        image_url=_image_of(media[0]) if media else "",
    )


def _image_of(media: Node | None) -> str:
    image = ((media or {}).get("preview") or {}).get("image") or {}
    return str(image.get("url") or "")


def build_customer(node: Node) -> StoreCustomer:
    """Maps a Customer; what he spent is in the store's currency."""
    mail, spent = node["defaultEmailAddress"] or {}, node["amountSpent"]
    return StoreCustomer(
        external_id=node["id"],
        updated_at=read_time(node["updatedAt"]),
        name=node["displayName"],
        email=mail.get("emailAddress", ""),
        phone=(node["defaultPhoneNumber"] or {}).get("phoneNumber", ""),
        language=node["locale"],
        orders=int(node["numberOfOrders"]),
        spent=to_minor(spent["amount"], spent["currencyCode"]),
        currency=spent["currencyCode"],
        tags=node["tags"],
        marketing=mail.get("marketingState") == "SUBSCRIBED",
        created_at=read_time(node["createdAt"]),
    )


def build_subscription(node: Node) -> StoreSubscription:
    """Maps a SubscriptionContract; the price is that of all lines and of the delivery."""
    currency, lines = node["currencyCode"], node["lines"]["nodes"]
    customer = node["customer"] or {}
    price = sum(to_minor(line["lineDiscountedPrice"]["amount"], currency) for line in lines)
    return StoreSubscription(
        external_id=node["id"],
        updated_at=read_time(node["updatedAt"]),
        status=_CONTRACTS.get(node["status"], "failed"),
        currency=currency,
        price=price + to_minor(node["deliveryPrice"]["amount"], currency),
        unit=node["billingPolicy"]["interval"].lower(),
        every=node["billingPolicy"]["intervalCount"],
        next_at=read_time(node["nextBillingDate"]),
        customer_id=customer.get("id"),
        email=(customer.get("defaultEmailAddress") or {}).get("emailAddress", ""),
        lines=[
            {
                "line": line["id"],
                "variant": line["variantId"] or "",
                "product": line["productId"] or "",
                "title": line["title"],
                "variant_title": line["variantTitle"] or "",
                "sku": line["sku"] or "",
                "quantity": line["quantity"],
                "price": to_minor(line["currentPrice"]["amount"], currency),
            }
            for line in lines
        ],
    )
