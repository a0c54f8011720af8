"""What a shop promises, as data: the one record that pages, answers, messages and the return engine read.

Times are days unless said otherwise, `working` ones leave out the days the shop does not work. Amounts are minor
units of `currency`. Countries are ISO 3166 codes; "*" stands for all that are not named. Texts are by language.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Resolution = Literal["refund", "store_credit", "exchange"]
Texts = dict[str, str]
Days = Annotated[int, Meta(ge=0, le=3650)]
Minor = Annotated[int, Meta(ge=0, le=10**12)]
Code = Annotated[str, Meta(min_length=1, max_length=40, pattern=r"^[a-z0-9_-]+$")]
Currency = Annotated[str, Meta(pattern=r"^[A-Z]{3}$")]
Weekday = Annotated[int, Meta(ge=0, le=6)]


class Clause(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Words to a matter that numbers cannot say."""

    code: Code
    title: Texts = {}
    text: Texts = {}


class Processing(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """How long an order takes to leave: `least` to `most` working days; orders after `cutoff` count as the next day's."""

    least: Days = 0
    most: Days = 2
    cutoff: Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")] = "14:00"
    time_zone: str = "UTC"
    workdays: list[Weekday] = msgspec.field(default_factory=lambda: [0, 1, 2, 3, 4])
    holidays: list[str] = []


class ShippingOption(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A way to send: `least` to `most` days on the way (`working` or not), what it costs, where it goes.

    `currency` is the one the cost is in, where it is not the policy's; `pickup` is collected, not sent.
    """

    code: Code
    name: Texts
    countries: list[str] = msgspec.field(default_factory=lambda: ["*"])
    least: Days = 1
    most: Days = 5
    working: bool = True
    cost: Minor = 0
    free_from: Minor | None = None
    po_boxes: bool = True
    military: bool = False
    weekends: bool = False
    currency: Currency | None = None
    pickup: bool = False


class Charge(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Taxes, duties and fees in some countries: who pays them."""

    code: Code
    countries: list[str] = msgspec.field(default_factory=lambda: ["*"])
    paid_by: Literal["shop", "customer"] = "customer"
    amount: Minor | None = None
    percent: Annotated[int, Meta(ge=0, le=100)] | None = None
    text: Texts = {}


class Reason(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A reason for sending something back, and what follows from it."""

    code: Code
    name: Texts
    shop_pays: bool = False
    photo: bool = False
    fee: bool = True


class Amounts(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What the amounts of the return policy are in another currency; an order in an unnamed one needs a person."""

    currency: Currency
    label_fee: Minor = 0
    by_itself: Minor = 0
    keep_below: Minor = 0


class Returns(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What may come back: windows in days from the delivery, what is excluded, who pays, what happens by itself.

    `final` are product kinds, tags or SKUs that never come back. Up to `by_itself` the return is agreed without a person.
    What is worth less than `keep_below` need not be sent back. In the first days (`free_days`, by country) nobody pays
    a fee; an exchange costs one only with `exchange_fee`. With `inspect` the carrier's word that the parcel is back is
    not enough: a person marks it received. A return parcel weighs `grams`.
    """

    window: Days = 30
    exchange_window: Days = 30
    windows: dict[str, Days] = {}
    countries: list[str] = msgspec.field(default_factory=lambda: ["*"])
    final: list[str] = msgspec.field(default_factory=lambda: ["gift-card", "final-sale"])
    reasons: list[Reason] = []
    resolutions: list[Resolution] = msgspec.field(default_factory=lambda: ["refund", "exchange"])
    refund_shipping: bool = False
    label: Literal["shop", "customer"] = "customer"
    label_fee: Minor = 0
    restocking_percent: Annotated[int, Meta(ge=0, le=100)] = 0
    by_itself: Minor = 10_000
    refund_when: Literal["requested", "in_transit", "received"] = "received"
    keep_below: Minor = 0
    address: dict[str, str] = {}
    exchange_fee: bool = False
    free_days: dict[str, Days] = {}
    inspect: bool = False
    grams: Annotated[int, Meta(ge=1, le=70_000)] = 1_000
    other_currencies: list[Amounts] = []


class Terms(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A whole policy."""

    currency: Annotated[str, Meta(min_length=3, max_length=3)] = "EUR"
    languages: list[str] = msgspec.field(default_factory=lambda: ["en"])
    processing: Processing = msgspec.field(default_factory=Processing)
    shipping: list[ShippingOption] = []
    charges: list[Charge] = []
    returns: Returns = msgspec.field(default_factory=Returns)
    clauses: list[Clause] = []
