"""What lines of an order are worth when they come back: to the cent, never more than was paid. Pure."""

from parley.commerce.model import Pieces, StoreLine, StoreOrder
from parley.kit.money import Money


def worth_of(order: StoreOrder, line: StoreLine, quantity: int) -> int:
    """Gives what `quantity` pieces of a line cost, tax included.

    The pieces of a line share its price so that all of them together give exactly the line's price: those that went
    back first took the first shares.
    """
    paid = line.total + (0 if order.taxes_included else line.tax)
    if line.ordered <= 0 or quantity <= 0:
        return 0
    shares = Money(paid, order.currency).split([1] * line.ordered)
    return sum(share.minor for share in shares[line.refunded : line.refunded + quantity])


def refundable_shipping(order: StoreOrder) -> int:
    """Gives what is left of the shipping that was paid."""
    return max(0, order.shipping - sum(one.shipping for one in order.refunds if one.status != "failed"))


def refundable(order: StoreOrder) -> int:
    """Gives what is left of what was paid."""
    if order.payment in ("pending", "authorized", "voided"):
        return 0
    pending = sum(one.amount for one in order.refunds if one.status == "pending")
    return max(0, order.total - order.refunded - pending)


def reckon(order: StoreOrder, pieces: list[Pieces], shipping: int) -> int:
    """Gives what these pieces and so much of the shipping come to."""
    lines = {line.external_id: line for line in order.lines}
    return shipping + sum(worth_of(order, lines[p.line], p.quantity) for p in pieces if p.line in lines)
