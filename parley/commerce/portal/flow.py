"""The steps of asking for a return: what a form says, in terms of the order it is about. Pure."""

from typing import Any
from uuid import UUID

import msgspec

from parley.commerce.model import StoreLine, StoreOrder
from parley.commerce.policies.answering import Answer, find_reason
from parley.commerce.policies.terms import Terms
from parley.commerce.portal.forms import Sent, parse_count, parse_ids
from parley.commerce.returns.deciding import (
    Offer,
    Situation,
    Wanted,
    decide_return,
    left_of,
    title_of,
    window_of,
)

STEPS = ("options", "confirm", "send")
RESOLUTIONS = ("refund", "exchange", "store_credit")
MOST_PHOTOS = 5


class Choice(msgspec.Struct, kw_only=True):
    """A line that was chosen, as far as the form has come; `index` is its place in the order."""

    index: int
    line: str
    title: str
    image_url: str
    left: int
    quantity: int
    reason: str = ""
    resolution: str = ""
    variant: str = ""
    note: str = ""
    photos: list[UUID] = []
    photo_needed: bool = False
    problems: list[str] = []

    def wanted(self) -> Wanted:
        """Says what it comes to for the decision; nothing chosen yet is taken for a refund."""
        resolution: Any = self.resolution if self.resolution in RESOLUTIONS else "refund"
        return Wanted(
            line=self.line,
            quantity=self.quantity,
            reason=self.reason,
            resolution=resolution,
            variant=self.variant or None,
            note=self.note,
            photos=len(self.photos),
        )


class Shelf(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the order as the page offers it: how many can come back, and until when."""

    index: int
    line: StoreLine
    title: str
    left: int
    window: Answer
    exchange: Answer

    @property
    def open(self) -> bool:
        """Says whether it can be chosen."""
        return self.left > 0 and "window.open" in (self.window.code, self.exchange.code)


def list_shelves(order: StoreOrder, terms: Terms, seen: Situation) -> list[Shelf]:
    """Gives the lines of an order with what the policy says to each."""
    return [
        Shelf(
            index=index,
            line=line,
            title=title_of(line),
            left=0 if line.digital else max(0, left_of(line) - seen.pending.get(line.external_id, 0)),
            window=window_of(order, line, terms, seen, "refund"),
            exchange=window_of(order, line, terms, seen, "exchange"),
        )
        for index, line in enumerate(order.lines)
    ]


def read_choices(sent: Sent, shelves: list[Shelf], terms: Terms) -> list[Choice]:
    """Reads the chosen lines out of a form."""
    found = []
    for shelf in shelves:
        if not sent.get(f"line-{shelf.index}"):
            continue
        reason = find_reason(terms, sent.get(f"reason-{shelf.index}"))
        found.append(
            Choice(
                index=shelf.index,
                line=shelf.line.external_id,
                title=shelf.title,
                image_url=shelf.line.image_url,
                left=shelf.left,
                quantity=parse_count(sent.get(f"quantity-{shelf.index}")) or 1,
                reason=reason.code if reason else "",
                resolution=sent.get(f"resolution-{shelf.index}"),
                variant=sent.get(f"variant-{shelf.index}")[:200],
                note=sent.get(f"note-{shelf.index}")[:2000],
                photos=parse_ids(sent.get(f"photos-{shelf.index}"))[:MOST_PHOTOS],
                photo_needed=bool(reason and reason.photo),
            )
        )
    return found


def offers_for(line: StoreLine, seen: Situation) -> list[tuple[str, Offer]]:
    """Gives the variants of the same product that could go out instead."""
    return [
        (ref, offer)
        for ref, offer in seen.offers.items()
        if offer.product == line.product_id and offer.available and (offer.stock is None or offer.stock > 0)
    ]


def find_line(order: StoreOrder, ref: str) -> StoreLine:
    """Gives a line of the order that is known to be there."""
    return next(line for line in order.lines if line.external_id == ref)


def list_resolutions(
    order: StoreOrder, terms: Terms, seen: Situation, choice: Choice
) -> list[dict[str, Any]]:
    """Gives what the policy lets a shopper choose for a line: `code`, what he gets and what it costs."""
    found = []
    for code in terms.returns.resolutions:
        if code == "exchange" and not offers_for(find_line(order, choice.line), seen):
            continue
        tried = msgspec.structs.replace(choice.wanted(), resolution=code, photos=1)
        decision = decide_return(order, [tried], terms, seen)
        line = decision.lines[0]
        if any(problem.code.startswith("window.") for problem in line.problems):
            continue
        found.append({"code": code, "amount": line.worth, "fee": decision.fee + decision.restocking})
    return found
