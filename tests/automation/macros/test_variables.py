"""Variables of orders, parcels and policies, read from what the shop has."""

from typing import Any
from uuid import UUID, uuid4

import httpx

from parley.commerce.actions.mirror_orders import mirror_orders
from parley.commerce.actions.policies import publish_policy, save_draft
from parley.commerce.mirroring import Reading
from parley.commerce.policies.terms import Returns, Terms
from parley.kit.ids import uuid7
from tests.automation.macros.conftest import save
from tests.commerce.conftest import insert_connection, make_order
from tests.support.app import Shop, body_of
from tests.support.inbox import Inbox

TEXT = (
    "<p>{{ order.number }} {{ order.total }} {{ order.payment }} {% if order.refunded %}back{% endif %}"
    "{% if order.cancelled %}cancelled{% else %}good{% endif %} {{ policy.return_days }}</p>"
)


async def bring_order(inbox: Inbox, customer_id: UUID) -> UUID:
    """Brings an order of a customer into the mirror."""
    store_id = uuid7()
    async with inbox.ctx() as ctx:
        await insert_connection(ctx, store_id)
        reading = Reading(store_id=store_id, read_at=ctx.now)
        found = await mirror_orders(ctx, [make_order()], reading)
        order_id = found[0].order_id
        assert order_id is not None
        await ctx.tx.execute(
            "UPDATE orders SET customer_id = $3 WHERE workspace_id = $1 AND id = $2",
            ctx.workspace_id,
            order_id,
            customer_id,
        )
        await publish_policy(ctx, await save_draft(ctx, None, Terms(returns=Returns(window=45))))
        return order_id


async def render(who: httpx.AsyncClient, macro: dict[str, Any], conversation_id: UUID, **more: Any) -> Any:
    body = {"conversation_id": str(conversation_id), **more}
    return await who.post(f"/api/v1/macros/{macro['id']}/render", json=body)


async def test_the_newest_order_and_the_policy_in_force_are_told(shop: Shop, inbox: Inbox) -> None:
    lead = await shop.signed_in("lead")
    asked = await inbox.receive()
    customer_id = (await inbox.row(asked.conversation_id))["customer_id"]
    macro = await save(lead, texts={"en": TEXT})
    before = body_of(await render(lead, macro, asked.conversation_id))
    assert before["missing"] == ["order.number", "order.total", "order.payment", "policy.return_days"]
    order_id = await bring_order(inbox, customer_id)
    made = body_of(await render(lead, macro, asked.conversation_id))
    order = make_order()
    assert made["missing"] == []
    assert made["text"].startswith(f"{order.number} ")
    assert made["text"].endswith("good 45")
    assert (
        body_of(await render(lead, macro, asked.conversation_id, order_id=str(order_id)))["used"]
        == made["used"]
    )


async def test_an_order_of_somebody_else_is_not_told(shop: Shop, inbox: Inbox) -> None:
    lead = await shop.signed_in("lead")
    asked = await inbox.receive()
    other = await inbox.receive(email="other@example.com")
    order_id = await bring_order(inbox, (await inbox.row(other.conversation_id))["customer_id"])
    macro = await save(lead, texts={"en": TEXT})
    assert (await render(lead, macro, asked.conversation_id, order_id=str(order_id))).status_code == 404
    assert (await render(lead, macro, asked.conversation_id, order_id=str(uuid4()))).status_code == 404
    assert (await render(lead, macro, uuid4())).status_code == 404


async def test_only_what_is_asked_for_is_read(shop: Shop, inbox: Inbox) -> None:
    lead = await shop.signed_in("lead")
    asked = await inbox.receive()
    await bring_order(inbox, (await inbox.row(asked.conversation_id))["customer_id"])
    plain = await save(lead, "Plain", texts={"en": "<p>Hi {{ customer.name }}</p>"})
    whole = await save(lead, "Whole", texts={"en": TEXT})
    await render(lead, plain, asked.conversation_id)
    counts = []
    for macro in (plain, whole):
        shop.statements.clear()
        await render(lead, macro, asked.conversation_id)
        counts.append(len(shop.statements))
        assert ("FROM orders" in " ".join(shop.statements)) == (macro is whole)
    # The order, its store's zone and the policy.
    assert counts[1] == counts[0] + 3
