"""What the shop sells: products with variants, collections, shipping options and discount codes."""

from functools import cache
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from parley.app.demo.words import Lang, Text

HERE = Path(__file__).parent
ONE_SIZE = "One size"
LOW_STOCK = 3

type_currency = Literal["EUR", "BRL"]
Prices = dict[type_currency, int]
CURRENCY: dict[Lang, type_currency] = {"en": "EUR", "pt-BR": "BRL"}
"""The shop in Portuguese is the Brazilian branch and sells in reais; everybody else pays in euros."""


class Colour(Struct, frozen=True):
    """A colour by its code in the SKU, its hex value and its name."""

    code: str
    hex: str
    name: Text


class Cover(Struct, frozen=True):
    """The product and colour pictured on a collection's tile."""

    product: str
    colour: str


class Collection(Struct, frozen=True):
    """A shelf of the shop."""

    handle: str
    title: Text
    intro: Text
    cover: Cover


class Variant(Struct, frozen=True):
    """One thing that can be put into the cart; prices in minor units per currency."""

    sku: str
    product: str
    colour: str
    size: str
    prices: Prices
    stock: int


class Product(Struct, frozen=True):
    """A product as written in `catalogue.json`; `stock` lists one number per size for each colour."""

    handle: str
    code: str
    kind: Literal["clothing", "shoes", "accessory", "gear", "gift-card"]
    title: Text
    summary: Text
    description: Text
    details: dict[Lang, list[str]]
    collections: list[str]
    prices: Prices
    sizes: list[str]
    stock: dict[str, list[int]]
    was: Prices | None = None
    badge: Literal["new", "sale", "bestseller"] | None = None
    fit: Text | None = None
    digital: bool = False
    size_prices: dict[str, Prices] = msgspec.field(default_factory=dict)

    @property
    def one_size(self) -> bool:
        """Whether there is no size to choose."""
        return self.sizes == [ONE_SIZE]


class ShippingOption(Struct, frozen=True):
    """A way to send an order; free when the goods cost at least `free_from`; only to `countries` if given."""

    code: str
    currency: type_currency
    name: Text
    promise: Text
    price: int
    carrier: str | None = None
    free_from: int | None = None
    countries: list[str] = msgspec.field(default_factory=list)


class CatalogueFile(Struct, frozen=True):
    """The shape of `catalogue.json`; `codes` maps a discount code to whole per cent."""

    colours: dict[str, Colour]
    collections: list[Collection]
    products: list[Product]
    shipping: list[ShippingOption]
    codes: dict[str, int]


class Catalogue(Struct, frozen=True):
    """The catalogue ready for look-ups by handle and SKU, in the order of the file."""

    colours: dict[str, Colour]
    collections: dict[str, Collection]
    products: dict[str, Product]
    variants: dict[str, Variant]
    shipping: dict[str, ShippingOption]
    codes: dict[str, int]


def build_sku(product: Product, colour: Colour, size: str) -> str:
    """Join product code, colour code and size ("RRS-EMB-M"); without a size part when there is only one."""
    part = "".join(letter for letter in size if letter.isalnum())
    return "-".join([product.code, colour.code] + ([] if product.one_size else [part.upper()]))


def build_variants(product: Product, colours: dict[str, Colour]) -> list[Variant]:
    """List every colour and size of a product; raises ValueError when the stock does not fit the sizes."""
    return [
        Variant(
            sku=build_sku(product, colours[slug], size),
            product=product.handle,
            colour=slug,
            size=size,
            prices=product.size_prices.get(size, product.prices),
            stock=stock,
        )
        for slug, stocks in product.stock.items()
        for size, stock in zip(product.sizes, stocks, strict=True)
    ]


@cache
def load_catalogue() -> Catalogue:
    """Read and index `catalogue.json` once; raises msgspec.ValidationError or ValueError when it is malformed."""
    file = msgspec.json.decode((HERE / "catalogue.json").read_bytes(), type=CatalogueFile)
    return Catalogue(
        colours=file.colours,
        collections={collection.handle: collection for collection in file.collections},
        products={product.handle: product for product in file.products},
        variants={
            variant.sku: variant
            for product in file.products
            for variant in build_variants(product, file.colours)
        },
        shipping={option.code: option for option in file.shipping},
        codes=file.codes,
    )


def find_variant(catalogue: Catalogue, product: Product, colour: str, size: str) -> Variant | None:
    """The variant of a product in this colour and size, if it exists."""
    if colour not in product.stock or size not in product.sizes:
        return None
    return catalogue.variants[build_sku(product, catalogue.colours[colour], size)]


def list_variants(catalogue: Catalogue, product: Product, colour: str | None = None) -> list[Variant]:
    """The variants of a product, in the order of its colours and sizes; of one colour if given."""
    return [
        catalogue.variants[build_sku(product, catalogue.colours[slug], size)]
        for slug in product.stock
        if colour in (None, slug)
        for size in product.sizes
    ]


def count_stock(product: Product, colour: str | None = None) -> int:
    """How many pieces of a product there are, of one colour if given."""
    return sum(sum(stocks) for slug, stocks in product.stock.items() if colour in (None, slug))


def list_products(
    catalogue: Catalogue, collection: str | None = None, badge: str | None = None
) -> list[Product]:
    """The products of a collection or with a badge, in catalogue order."""
    return [
        product
        for product in catalogue.products.values()
        if (collection is None or collection in product.collections)
        and (badge is None or product.badge == badge)
    ]


def list_shipping(catalogue: Catalogue, currency: str, *, digital: bool = False) -> list[ShippingOption]:
    """The shipping options for a currency; none for an order that is only sent by e-mail."""
    if digital:
        return []
    return [option for option in catalogue.shipping.values() if option.currency == currency]
