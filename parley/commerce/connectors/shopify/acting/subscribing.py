"""Subscription contracts: every act names the wanted end, and is found again by it."""

from datetime import datetime
from typing import Any, cast

import msgspec

from parley.commerce.connectors.shopify.client import Session, ask, check_errors
from parley.commerce.connectors.shopify.fetching import fetch_snapshot
from parley.commerce.connectors.shopify.mapping import Node, to_minor, write_amount, write_time
from parley.commerce.model import StoreSubscription
from parley.commerce.ports import Effect
from parley.kit.failures import Refused

_STATUS = {
    "pause": ("contract_pause", "subscriptionContractPause", "paused"),
    "resume": ("contract_activate", "subscriptionContractActivate", "active"),
    "end": ("contract_cancel", "subscriptionContractCancel", "cancelled"),
}


async def set_status(session: Session, act: str, args: dict[str, Any]) -> Effect:
    """Pauses, resumes or ends a subscription, unless it is so already."""
    operation, root, _ = _STATUS[act]
    there = await find_status(session, act, args)
    if there is not None:
        return there
    check_errors((await ask(session, operation, {"id": args["contract"]}))[root])
    return Effect(external_id=args["contract"])


async def find_status(session: Session, act: str, args: dict[str, Any]) -> Effect | None:
    """Looks whether the subscription has the wanted status."""
    contract = await _get_contract(session, args)
    return Effect(external_id=args["contract"]) if contract.status == _STATUS[act][2] else None


async def skip_delivery(session: Session, args: dict[str, Any], key: str) -> Effect:
    """Leaves out the billing cycle of a day, unless it is left out already."""
    there = await find_skip(session, args, key)
    if there is not None:
        return there
    answer = await ask(session, "cycle_skip", {"cycle": _cycle_of(args)})
    cycle = check_errors(answer["subscriptionBillingCycleSkip"])["billingCycle"]
    return Effect(external_id=args["contract"], details={"cycle": cycle["cycleIndex"]})


async def find_skip(session: Session, args: dict[str, Any], _key: str) -> Effect | None:
    """Looks whether the billing cycle of a day is left out."""
    cycle = (await ask(session, "cycle", {"cycle": _cycle_of(args)}))["subscriptionBillingCycle"]
    if cycle is None:
        raise Refused("The subscription has no delivery on that day.")
    if not cycle["skipped"]:
        return None
    return Effect(external_id=args["contract"], details={"cycle": cycle["cycleIndex"]})


def _cycle_of(args: dict[str, Any]) -> Node:
    return {"contractId": args["contract"], "selector": {"date": write_time(_time_of(args))}}


async def change_date(session: Session, args: dict[str, Any], _key: str) -> Effect:
    """Sets the day of the next billing."""
    asked = {"id": args["contract"], "date": write_time(_time_of(args))}
    check_errors((await ask(session, "contract_date", asked))["subscriptionContractSetNextBillingDate"])
    return Effect(external_id=args["contract"])


async def find_date(session: Session, args: dict[str, Any], _key: str) -> Effect | None:
    """Looks whether the next billing is on that day."""
    contract = await _get_contract(session, args)
    same = contract.next_at is not None and write_time(contract.next_at) == write_time(_time_of(args))
    return Effect(external_id=args["contract"]) if same else None


async def swap_variant(session: Session, args: dict[str, Any], key: str) -> Effect:
    """Puts another variant or quantity into a line: a draft of the contract that is changed and committed.

    Another list price changes the line's price in the same proportion, so that a subscriber's discount stays.
    """
    there = await find_swap(session, args, key)
    if there is not None:
        return there
    contract = await _get_contract(session, args)
    line = next((one for one in contract.lines if one["line"] == args["line"]), None)
    if line is None:
        raise Refused("The subscription has no such line any more.")
    changes: Node = {"productVariantId": args["variant"], "quantity": args["quantity"]}
    price = await _price_after(session, contract, line, args["variant"])
    if price is not None:
        changes["currentPrice"] = write_amount(price, contract.currency)
    opened = await ask(session, "contract_draft", {"id": args["contract"]}, harmless=True)
    draft = check_errors(opened["subscriptionContractUpdate"])["draft"]["id"]
    asked = {"draft": draft, "line": args["line"], "input": changes}
    staged = await ask(session, "contract_draft_line", asked, harmless=True)
    check_errors(staged["subscriptionDraftLineUpdate"])
    answer = await ask(session, "contract_draft_commit", {"draft": draft})
    check_errors(answer["subscriptionDraftCommit"])
    return Effect(external_id=args["contract"])


async def find_swap(session: Session, args: dict[str, Any], _key: str) -> Effect | None:
    """Looks whether the line is as it shall be."""
    contract = await _get_contract(session, args)
    wanted = (args["line"], args["variant"], args["quantity"])
    there = any((one["line"], one["variant"], one["quantity"]) == wanted for one in contract.lines)
    return Effect(external_id=args["contract"]) if there else None


async def _price_after(session: Session, contract: StoreSubscription, line: Node, variant: str) -> int | None:
    """The new price of a line, None when it stays as it is or nothing is known of the old one."""
    if line["variant"] == variant:
        return None
    nodes = (await ask(session, "variant_prices", {"ids": [line["variant"], variant]}))["nodes"]
    prices = [to_minor((node or {}).get("price"), contract.currency) for node in nodes]
    old, new = prices
    if nodes[1] is None:
        raise Refused("There is no such variant.")
    if old in (new, 0):
        return None
    return (int(line["price"]) * new * 2 + old) // (old * 2)


def _time_of(args: dict[str, Any]) -> datetime:
    return msgspec.convert(args["at"], datetime)


async def _get_contract(session: Session, args: dict[str, Any]) -> StoreSubscription:
    found = await fetch_snapshot(session, "subscription", args["contract"])
    if found is None:
        raise Refused("The subscription is gone.")
    return cast(StoreSubscription, found)
