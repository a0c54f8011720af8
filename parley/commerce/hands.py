"""Whoever carries a step out: a store for its own steps, a payment provider or carrier for theirs."""

from typing import TYPE_CHECKING, Any

import msgspec

from parley.commerce.connections import Connection
from parley.commerce.intents import BuyLabel
from parley.commerce.model import Label, Parcel
from parley.commerce.ports import Effect, VendorStep
from parley.kit.files.actions import store_file

if TYPE_CHECKING:
    from parley.kit.runtime import Runtime


class Hands:
    """Carries the steps of one connection out."""

    def __init__(self, runtime: "Runtime", connection: Connection) -> None:
        self._runtime = runtime
        self._connection = connection
        self._connector: Any = runtime.parts["commerce"].book.connector(connection)
        self._link: Any = runtime.parts["commerce"].link(connection)

    async def perform(self, step: VendorStep, key: str) -> Effect:
        """Carries a step out once per key; raises Retry, Refused and Misconfigured."""
        link, settings = self._link, self._connection.settings
        if step.name == "payments.refund":
            args = step.args
            found: Effect = await self._connector.refund(
                link, settings, args["reference"], args["amount"], args["currency"], key
            )
            return found
        if step.name == "carrier.label":
            wanted = msgspec.convert(step.args, BuyLabel)
            parcel = Parcel(grams=wanted.grams)
            label = await self._connector.buy_label(
                link, settings, wanted.sender, wanted.recipient, parcel, key
            )
            return await self._keep_label(label)
        done: Effect = await self._connector.perform(link, settings, step, key)
        return done

    async def find_effect(self, step: VendorStep, key: str) -> Effect | None:
        """Looks whether a step has been carried out; raises Refused when nobody can know."""
        link, settings = self._link, self._connection.settings
        if step.name == "payments.refund":
            found: Effect | None = await self._connector.find_refund(
                link, settings, step.args["reference"], key
            )
            return found
        if step.name == "carrier.label":
            label = await self._connector.find_label(link, settings, key)
            return await self._keep_label(label) if label else None
        seen: Effect | None = await self._connector.find_effect(link, settings, step, key)
        return seen

    async def _keep_label(self, label: Label) -> Effect:
        """Keeps the label's file; what it cost is the shop's money, not the customer's, so nothing moves."""
        async with self._runtime.ctx(self._connection.workspace_id) as ctx:
            file = await store_file(
                ctx,
                self._runtime,
                name=f"label-{label.number}.{label.type.rpartition('/')[2]}",
                data=label.data,
                claimed_type=label.type,
                owner_kind="act",
                owner_id=None,
                used=True,
            )
        details = {
            "number": label.number,
            "carrier": label.carrier,
            "url": label.url,
            "cost": label.cost,
            "currency": label.currency,
            "file_id": str(file.id),
            "connection_id": str(self._connection.id),
        }
        return Effect(external_id=label.external_id, details=details)
