"""Products, people and contracts of the fake shop, in Shopify's shapes."""

from collections.abc import Iterable

from tests.support.fakes.shopify_graphql import Connection, Obj
from tests.support.fakes.shopify_state import CURRENCY, amount, gid


def view_product(number: int, title: str, variants: Iterable[Obj], updated: str) -> Obj:
    """A Product."""
    return {
        "id": gid("Product", number),
        "title": title,
        "handle": title.lower().replace(" ", "-"),
        "status": "ACTIVE",
        "productType": "Shirts",
        "vendor": "Loom",
        "tags": ["summer"],
        "description": "Soft.",
        "updatedAt": updated,
        "onlineStoreUrl": f"https://shop.example/products/{number}",
        "featuredMedia": {"preview": {"image": {"url": f"https://cdn.example/p{number}.jpg"}}},
        "priceRangeV2": {"minVariantPrice": {"currencyCode": CURRENCY}},
        "variants": Connection(variants),
    }


def view_variant(number: int, title: str, price: int, stock: int | None = 5) -> Obj:
    """A ProductVariant; without stock it is not counted."""
    return {
        "id": gid("ProductVariant", number),
        "title": title,
        "price": amount(price),
        "compareAtPrice": None,
        "sku": f"SKU-{number}",
        "availableForSale": stock is None or stock > 0,
        "inventoryQuantity": stock or 0,
        "inventoryItem": {"tracked": stock is not None},
        "selectedOptions": [{"name": "Size", "value": title}],
        "media": Connection(
            [
                {
                    "__typename": "MediaImage",
                    "id": gid("MediaImage", number),
                    "preview": {"image": {"url": f"https://cdn.example/{number}.jpg"}},
                }
            ]
        ),
    }


def view_customer(number: int, name: str, mail: str | None, updated: str) -> Obj:
    """A Customer."""
    return {
        "id": gid("Customer", number),
        "displayName": name,
        "locale": "pt-BR",
        "tags": ["vip"],
        "numberOfOrders": "3",
        "createdAt": "2025-01-01T00:00:00Z",
        "updatedAt": updated,
        "amountSpent": {"amount": "120.50", "currencyCode": CURRENCY},
        "defaultEmailAddress": {"emailAddress": mail, "marketingState": "SUBSCRIBED"} if mail else None,
        "defaultPhoneNumber": {"phoneNumber": "+351900000000"},
    }


def view_contract(number: int, lines: list[Obj], updated: str) -> Obj:
    """A SubscriptionContract."""
    return {
        "id": gid("SubscriptionContract", number),
        "status": "ACTIVE",
        "currencyCode": CURRENCY,
        "nextBillingDate": "2026-12-01T09:00:00Z",
        "updatedAt": updated,
        "billingPolicy": {"interval": "MONTH", "intervalCount": 1},
        "deliveryPrice": {"amount": "4.00"},
        "customer": {
            "id": gid("Customer", 1),
            "defaultEmailAddress": {"emailAddress": "ana@example.com"},
        },
        "lines": Connection(lines),
    }


def view_contract_line(number: int, variant: int, quantity: int, price: int) -> Obj:
    """A SubscriptionLine."""
    return {
        "id": gid("SubscriptionLine", number),
        "title": "Coffee",
        "variantTitle": "250 g",
        "sku": f"SKU-{variant}",
        "quantity": quantity,
        "productId": gid("Product", 1),
        "variantId": gid("ProductVariant", variant),
        "currentPrice": {"amount": amount(price)},
        "lineDiscountedPrice": {"amount": amount(price * quantity)},
    }
