"""What somebody wants done at a store: one frozen record per act. External ids of the store throughout.

Wherever possible an intent names the wanted end ("3 pieces", "cancelled", "this address"), not a difference, so
that carrying it out twice changes nothing.
"""

from datetime import datetime
from typing import Literal

import msgspec

from parley.commerce.model import Address, Destination, Pieces


class Intent(msgspec.Struct, frozen=True, kw_only=True, tag_field="act", forbid_unknown_fields=True):
    """Base of all intents; the tag is the name of the act."""


class NewLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """So many pieces of a variant."""

    variant: str
    quantity: int


class EditOrder(Intent, frozen=True, kw_only=True, tag="edit"):
    """Lines shall have these quantities (0 removes one), and these variants shall be added.

    A changed size is a line set to 0 and its other variant added.
    """

    quantities: list[Pieces] = []
    add: list[NewLine] = []
    notify: bool = True
    note: str = ""


class ChangeAddress(Intent, frozen=True, kw_only=True, tag="address"):
    """The order shall go to this address."""

    address: Address


class CancelOrder(Intent, frozen=True, kw_only=True, tag="cancel"):
    """The order shall be cancelled."""

    reason: Literal["customer", "inventory", "fraud", "declined", "staff", "other"] = "customer"
    restock: bool = True
    refund: bool = True
    notify: bool = True
    note: str = ""


class RefundOrder(Intent, frozen=True, kw_only=True, tag="refund"):
    """Money shall be given back: `amount` in all, for these pieces and for so much of the shipping."""

    amount: int
    pieces: list[Pieces] = []
    shipping: int = 0
    destination: Destination = "original"
    restock: bool = False
    reason: str = ""
    note: str = ""
    notify: bool = True
    payment_reference: str = ""


class DuplicateOrder(Intent, frozen=True, kw_only=True, tag="duplicate"):
    """The same order again, for nothing (`free`, a replacement) or as a draft to be paid."""

    free: bool = True
    lines: list[NewLine] = []
    address: Address | None = None
    email: str = ""
    note: str = ""


class CreateDraft(Intent, frozen=True, kw_only=True, tag="draft"):
    """A draft order, and where the customer can pay it."""

    lines: list[NewLine]
    email: str = ""
    customer: str | None = None
    address: Address | None = None
    percent_off: int = 0
    note: str = ""


class CreateDiscount(Intent, frozen=True, kw_only=True, tag="discount"):
    """A discount code: `percent` off, or `amount` off, or free shipping."""

    code: str
    percent: int = 0
    amount: int = 0
    free_shipping: bool = False
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    uses: int | None = 1
    once_per_customer: bool = True
    least_subtotal: int = 0


class OpenReturn(Intent, frozen=True, kw_only=True, tag="return"):
    """A return the store shall know of; `exchange` are the variants that go out instead."""

    pieces: list[Pieces]
    reasons: dict[str, str] = {}
    exchange: list[NewLine] = []
    note: str = ""
    notify: bool = True


class BuyLabel(Intent, frozen=True, kw_only=True, tag="label"):
    """A return label of a carrier, from the customer to the shop."""

    sender: Address
    recipient: Address
    grams: int
    reference: str
    service: str = ""


class SkipDelivery(Intent, frozen=True, kw_only=True, tag="skip"):
    """The delivery planned for `at` shall be left out."""

    at: datetime


class PauseSubscription(Intent, frozen=True, kw_only=True, tag="pause"):
    """No more deliveries for now."""


class ResumeSubscription(Intent, frozen=True, kw_only=True, tag="resume"):
    """Deliveries go on."""


class SwapVariant(Intent, frozen=True, kw_only=True, tag="swap"):
    """Another variant, or another number of it, in a line of the subscription."""

    line: str
    variant: str
    quantity: int


class ChangeDate(Intent, frozen=True, kw_only=True, tag="date"):
    """The next delivery shall be billed on this day."""

    at: datetime


class EndSubscription(Intent, frozen=True, kw_only=True, tag="end"):
    """The subscription shall end."""

    reason: str = ""


OrderIntent = EditOrder | ChangeAddress | CancelOrder | RefundOrder | DuplicateOrder | OpenReturn | BuyLabel
StoreIntent = CreateDraft | CreateDiscount
SubscriptionIntent = (
    SkipDelivery | PauseSubscription | ResumeSubscription | SwapVariant | ChangeDate | EndSubscription
)
AnyIntent = OrderIntent | StoreIntent | SubscriptionIntent

ORDER_ACTS = ("edit", "address", "cancel", "refund", "duplicate", "return", "label")
STORE_ACTS = ("draft", "discount")
SUBSCRIPTION_ACTS = ("skip", "pause", "resume", "swap", "date", "end")
ACTS = (*ORDER_ACTS, *STORE_ACTS, *SUBSCRIPTION_ACTS)


def act_of(intent: Intent) -> str:
    """Gives the name of the act an intent asks for."""
    return str(intent.__struct_config__.tag)
