"""What changes the fake shop: its mutations, with the user errors that the real one gives."""

from collections.abc import Callable
from typing import Any

from tests.support.fakes.shopify_graphql import Connection, Obj, UserFault
from tests.support.fakes.shopify_state import (
    Homecoming,
    Line,
    Order,
    Repayment,
    amount,
    bag,
    gid,
    minor,
)
from tests.support.fakes.shopify_store import REASONS, Shop, number

Mutation = Callable[[Obj], Obj]


def wrong(message: str, *, field: str = "base", name: str = "userErrors", **nothing: None) -> Obj:
    """A payload that only says what was wrong."""
    coded = {"field": [field], "message": message, "code": None}
    return {**nothing, name: [coded]}


class Acts:
    """The mutations of a shop and their switches."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.refuse_refunds = False
        self.refund_status = "SUCCESS"
        self.jobs_wait = False
        self.jobs_fail = False

    def mutations(self) -> dict[str, Mutation]:
        """The fields of the root."""
        return {
            "webhookSubscriptionCreate": self.webhook_create,
            "webhookSubscriptionDelete": self.webhook_delete,
            "refundCreate": self.refund,
            "orderEditBegin": self.edit_begin,
            "orderEditSetQuantity": self.edit_set,
            "orderEditAddVariant": self.edit_add,
            "orderEditCommit": self.edit_commit,
            "orderUpdate": self.update,
            "orderCancel": self.cancel,
            "draftOrderCreate": self.draft_create,
            "draftOrderComplete": self.draft_complete,
            "discountCodeBasicCreate": lambda a: self.discount(a["basicCodeDiscount"], "DiscountCodeBasic"),
            "discountCodeFreeShippingCreate": lambda a: self.discount(
                a["freeShippingCodeDiscount"], "DiscountCodeFreeShipping"
            ),
            "returnCreate": self.open_return,
            "subscriptionContractPause": lambda a: self.set_status(a, "PAUSED"),
            "subscriptionContractActivate": lambda a: self.set_status(a, "ACTIVE"),
            "subscriptionContractCancel": lambda a: self.set_status(a, "CANCELLED"),
            "subscriptionContractSetNextBillingDate": self.set_date,
            "subscriptionBillingCycleSkip": self.skip,
            "subscriptionContractUpdate": self.contract_draft,
            "subscriptionDraftLineUpdate": self.contract_line,
            "subscriptionDraftCommit": self.contract_commit,
        }

    def webhook_create(self, args: Obj) -> Obj:
        """Refuses topics whose scope is missing."""
        if args["topic"].startswith(tuple(self.shop.denied)):
            raise UserFault("ACCESS_DENIED", "You cannot create a webhook subscription with this topic.")
        known = self.shop.new_number()
        made = {
            "id": gid("WebhookSubscription", known),
            "topic": args["topic"],
            "uri": args["webhookSubscription"]["uri"],
        }
        taken = ((one["topic"], one["uri"]) for one in self.shop.webhooks.values())
        if (made["topic"], made["uri"]) in taken:
            return wrong("Address for this topic has already been taken", webhookSubscription=None)
        self.shop.webhooks[known] = made
        return {"webhookSubscription": made, "userErrors": []}

    def webhook_delete(self, args: Obj) -> Obj:
        """Forgets a subscription."""
        if self.shop.webhooks.pop(number(args["id"]), None) is None:
            return wrong("Webhook subscription does not exist", deletedWebhookSubscriptionId=None)
        return {"deletedWebhookSubscriptionId": args["id"], "userErrors": []}

    def refund(self, args: Obj) -> Obj:
        """Pays back once per idempotency key."""
        key, asked = args.get("@idempotent.key"), args["input"]
        if not key:
            raise UserFault("BAD_REQUEST", "The @idempotent directive is required for this mutation.")
        if key in self.shop.idempotent:
            return dict(self.shop.idempotent[key])
        order = self.shop.orders[number(asked["orderId"])]
        shares = [(one["gateway"], minor(one["amount"])) for one in asked.get("transactions") or []]
        given = (one["storeCreditRefund"]["amount"] for one in asked.get("refundMethods") or [])
        shares += [("shopify_store_credit", minor(credit["amount"])) for credit in given]
        if self.refuse_refunds:
            return wrong("The bank does not allow refunds of this payment", refund=None)
        if sum(part for _, part in shares) > order.paid - order.refunded:
            return wrong("Refund amount exceeds the amount that can be refunded", refund=None)
        lines = {line.id: line for line in order.lines}
        pieces = []
        for one in asked.get("refundLineItems") or []:
            line = lines[one["lineItemId"]]
            if one["quantity"] > line.quantity - line.removed - order.refunded_of(line):
                return wrong("Quantity cannot refund more items than were purchased", refund=None)
            pieces.append((line.number, one["quantity"], one.get("restockType") or "NO_RESTOCK"))
        made = Repayment(
            number=self.shop.new_number(),
            at=self.shop.now(),
            note=asked.get("note") or "",
            pieces=pieces,
            shipping=minor((asked.get("shipping") or {}).get("amount") or "0"),
            shares=shares,
            status=self.refund_status,
        )
        order.refunds.append(made)
        self.shop.touch(order, "refunds/create", {"id": made.number, "order_id": order.number})
        answer = {"refund": self.shop.view(order)["refunds"][-1], "userErrors": []}
        self.shop.idempotent[key] = answer
        return answer

    def edit_begin(self, args: Obj) -> Obj:
        """Opens a session over a copy of the quantities."""
        order = self.shop.find_order(args["id"])
        if order is None or order.cancelled:
            return wrong("The order cannot be edited.", calculatedOrder=None)
        known = self.shop.new_number()
        self.shop.edits[known] = {
            "order": order,
            "quantities": {line.number: order.current_of(line) for line in order.lines},
            "added": [],
        }
        return {"calculatedOrder": self._calculated(known), "userErrors": []}

    def _calculated(self, known: int) -> Obj:
        edit = self.shop.edits[known]
        order: Order = edit["order"]
        lines = [
            {
                "id": gid("CalculatedLineItem", line.number),
                "quantity": edit["quantities"][line.number],
                "variant": {"id": gid("ProductVariant", line.variant)} if line.variant else None,
            }
            for line in order.lines
        ]
        change = sum(
            line.price * (edit["quantities"][line.number] - order.current_of(line)) for line in order.lines
        ) + sum(price * count for _, count, price in edit["added"])
        edit["view"] = {
            "id": gid("CalculatedOrder", known),
            "totalPriceSet": bag(order.total + change),
            "totalOutstandingSet": bag(order.total + change - order.paid),
            "originalOrder": self.shop.view(order),
            "lineItems": Connection(lines),
        }
        return dict(edit["view"])

    def edit_set(self, args: Obj) -> Obj:
        """Stages another quantity."""
        edit = self.shop.edits[number(args["id"])]
        line = next(one for one in edit["order"].lines if one.number == number(args["lineItemId"]))
        if args["quantity"] < edit["order"].sent_of(line):
            return wrong("Quantity cannot be less than what was fulfilled.", calculatedOrder=None)
        edit["quantities"][line.number] = args["quantity"]
        return {"calculatedOrder": self._calculated(number(args["id"])), "userErrors": []}

    def edit_add(self, args: Obj) -> Obj:
        """Stages a new line."""
        found = self.shop.variants().get(number(args["variantId"]))
        if found is None:
            return wrong("Variant does not exist.", calculatedOrder=None)
        edit = self.shop.edits[number(args["id"])]
        edit["added"].append((number(args["variantId"]), args["quantity"], minor(found[1]["price"])))
        return {"calculatedOrder": self._calculated(number(args["id"])), "userErrors": []}

    def edit_commit(self, args: Obj) -> Obj:
        """Carries the staged changes out."""
        edit = self.shop.edits.pop(number(args["id"]))
        order: Order = edit["order"]
        for line in order.lines:
            line.removed += order.current_of(line) - edit["quantities"][line.number]
        for variant, count, price in edit["added"]:
            made = Line(number=self.shop.new_number(), variant=variant, quantity=count, price=price)
            order.lines.append(made)
        self.shop.touch(order, "orders/edited", {"order_edit": {"order_id": order.number}})
        return {"order": {"id": order.id}, "userErrors": []}

    def update(self, args: Obj) -> Obj:
        """Sets the address."""
        asked = args["input"]["shippingAddress"]
        order = self.shop.orders[number(args["input"]["id"])]
        if not asked.get("zip"):
            return wrong("Shipping address zip can't be blank", order=None)
        names = (asked.get("firstName"), asked.get("lastName"))
        order.address = {
            "name": " ".join(name for name in names if name),
            "company": asked.get("company"),
            "address1": asked.get("address1"),
            "address2": asked.get("address2"),
            "city": asked.get("city"),
            "province": asked.get("province"),
            "provinceCode": asked.get("provinceCode"),
            "zip": asked["zip"].upper(),
            "countryCodeV2": asked.get("countryCode"),
            "phone": asked.get("phone"),
        }
        self.shop.touch(order)
        return {"order": {"id": order.id}, "userErrors": []}

    def cancel(self, args: Obj) -> Obj:
        """Starts a job, which is done at once or when `finish_jobs` is called."""
        order = self.shop.orders[number(args["orderId"])]
        if order.cancelled:
            return wrong("Order has already been cancelled", name="orderCancelUserErrors", job=None)
        job = gid("Job", f"0000-{self.shop.new_number()}")
        self.shop.jobs[job] = False
        self.waiting = (job, order, args)
        if not self.jobs_wait:
            self.finish_jobs()
        return {"job": {"id": job, "done": self.shop.jobs[job]}, "orderCancelUserErrors": []}

    def finish_jobs(self) -> None:
        """Lets the cancellation that waits be done."""
        job, order, args = self.waiting
        self.shop.jobs[job] = True
        if self.jobs_fail:
            return
        order.cancelled, order.cancel_reason = self.shop.now(), args["reason"]
        left = order.paid - order.refunded
        if args["refundMethod"].get("originalPaymentMethodsRefund") and left:
            order.refunds.append(
                Repayment(
                    number=self.shop.new_number(),
                    at=self.shop.now(),
                    note="Cancelled",
                    pieces=[
                        (line.number, order.current_of(line), "CANCEL")
                        for line in order.lines
                        if order.current_of(line)
                    ],
                    shipping=0,
                    shares=[("shopify_payments", left)],
                )
            )
        self.shop.touch(order, "orders/cancelled")

    def draft_create(self, args: Obj) -> Obj:
        """Makes a draft."""
        asked = args["input"]
        known = self.shop.new_number()
        if any(number(line["variantId"]) not in self.shop.variants() for line in asked["lineItems"]):
            return wrong("Product with this id is no longer available.", draftOrder=None)
        draft = {
            "id": gid("DraftOrder", known),
            "name": f"#D{known}",
            "status": "OPEN",
            "invoiceUrl": f"https://shop.example/invoices/{known}",
            "tags": asked["tags"],
            "order": None,
            "asked": asked,
            "indexed": False,
        }
        self.shop.drafts[known] = draft
        return {"draftOrder": draft, "userErrors": []}

    def draft_complete(self, args: Obj) -> Obj:
        """Turns a draft into an order."""
        draft = self.shop.drafts[number(args["id"])]
        if draft["status"] == "COMPLETED":
            return wrong("This order has been paid", draftOrder=None)
        known, asked = self.shop.new_number(), draft["asked"]
        factor = 100 - int((asked.get("appliedDiscount") or {}).get("value", 0))
        lines = [
            Line(
                number=self.shop.new_number(),
                variant=number(line["variantId"]),
                quantity=line["quantity"],
                price=minor(self.shop.variants()[number(line["variantId"])][1]["price"]) * factor // 100,
            )
            for line in asked["lineItems"]
        ]
        at = self.shop.now()
        order = Order(number=known, at=at, updated=at, lines=lines, shipping=0, tags=asked["tags"])
        self.shop.orders[known] = order
        self.shop.touch(order, "orders/create")
        draft |= {"status": "COMPLETED", "order": {"id": order.id, "name": f"#{known}"}, "invoiceUrl": None}
        return {"draftOrder": draft, "userErrors": []}

    def discount(self, asked: Obj, kind: str) -> Obj:
        """Makes a code once."""
        code = asked["code"].upper()
        if code in self.shop.discounts:
            return wrong("Code must be unique. Please try a different code.", codeDiscountNode=None)
        made = {
            "id": gid("DiscountCodeNode", self.shop.new_number()),
            "codeDiscount": {"__typename": kind, "title": asked["title"]},
            "asked": asked,
        }
        self.shop.discounts[code] = made
        return {"codeDiscountNode": made, "userErrors": []}

    def open_return(self, args: Obj) -> Obj:
        """Opens a return of pieces that were sent."""
        asked = args["returnInput"]
        order = self.shop.orders[number(asked["orderId"])]
        names = {str(one["id"]): str(one["name"]) for one in REASONS}
        made = Homecoming(
            number=self.shop.new_number(),
            name=f"#{order.number}-R{len(order.returns) + 1}",
            at=self.shop.now(),
            items=[
                (
                    int(str(number(one["fulfillmentLineItemId"]))[-6:]),
                    one["quantity"],
                    one["returnReasonNote"],
                    names.get(one.get("returnReasonDefinitionId", "")),
                )
                for one in asked["returnLineItems"]
            ],
            exchange=[(one["variantId"], one["quantity"]) for one in asked.get("exchangeLineItems") or []],
        )
        order.returns.append(made)
        self.shop.touch(order, "returns/approve", {"id": made.number, "order": {"id": order.number}})
        return {"return": self.shop.view(order)["returns"][-1], "userErrors": []}

    def set_status(self, args: Obj, status: str) -> Obj:
        """Pauses, resumes or ends a contract."""
        contract = self.shop.contracts[number(args["subscriptionContractId"])]
        if contract["status"] == "CANCELLED":
            return wrong("The contract has been terminated.", contract=None)
        contract |= {"status": status, "updatedAt": self.shop.now()}
        return {"contract": contract, "userErrors": []}

    def set_date(self, args: Obj) -> Obj:
        """Moves the next billing."""
        contract = self.shop.contracts[number(args["contractId"])]
        contract |= {"nextBillingDate": args["date"], "updatedAt": self.shop.now()}
        return {"contract": contract, "userErrors": []}

    def skip(self, args: Obj) -> Obj:
        """Leaves a month out."""
        asked = args["billingCycleInput"]
        place = (number(asked["contractId"]), asked["selector"]["date"][:7])
        if place in self.shop.skipped:
            return wrong("Billing cycle is already skipped.", billingCycle=None)
        self.shop.skipped.add(place)
        return {"billingCycle": {"cycleIndex": int(place[1][5:]), "skipped": True}, "userErrors": []}

    def contract_draft(self, args: Obj) -> Obj:
        """Opens a draft of a contract."""
        known = self.shop.new_number()
        self.shop.contract_drafts[known] = {"contract": number(args["contractId"]), "changes": {}}
        return {"draft": {"id": gid("SubscriptionDraft", known)}, "userErrors": []}

    def contract_line(self, args: Obj) -> Obj:
        """Stages a change of a line."""
        self.shop.contract_drafts[number(args["draftId"])]["changes"][args["lineId"]] = args["input"]
        return {"draft": {"id": args["draftId"]}, "userErrors": []}

    def contract_commit(self, args: Obj) -> Obj:
        """Carries the staged changes out."""
        draft: Any = self.shop.contract_drafts.pop(number(args["draftId"]))
        contract = self.shop.contracts[draft["contract"]]
        for line in contract["lines"]:
            change = draft["changes"].get(line["id"])
            if change:
                price = minor(change.get("currentPrice") or line["currentPrice"]["amount"])
                line |= {
                    "variantId": change["productVariantId"],
                    "quantity": change["quantity"],
                    "currentPrice": {"amount": amount(price)},
                    "lineDiscountedPrice": {"amount": amount(price * change["quantity"])},
                }
        contract["updatedAt"] = self.shop.now()
        return {"contract": contract, "userErrors": []}
