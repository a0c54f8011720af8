"""Orders that are affected, and what a selection costs."""

from datetime import timedelta
from typing import Any

from parley.outreach.broadcasts import previewing, selecting
from tests.commerce.conftest import make_order
from tests.conftest import NOW
from tests.outreach.broadcasts.conftest import URL, Crowd
from tests.support.app import Shop, body_of

ORDERS = {
    "fallback": "en",
    "languages": {"en": {"subject": "Order {{ order.number }}", "html": "<p>{{ order.number }} is late</p>"}},
}


async def test_orders_are_told_in_the_open_conversation_else_by_mail(crowd: Crowd) -> None:
    told = await crowd.write("zoe")
    await crowd.outlook.mirror(
        make_order(1, email="zoe@example.com", placed_at=NOW - timedelta(days=3)),
        make_order(2, email="yan@example.com", name="Yan", placed_at=NOW - timedelta(days=2)),
        make_order(3, email="yan@example.com", name="Yan", placed_at=NOW - timedelta(days=1)),
        make_order(4, email="old@example.com", name="Old", placed_at=NOW - timedelta(days=200)),
    )
    await crowd.outlook.read()
    chosen = {"of": "orders", "if": {"field": "order.status", "op": "is", "value": ["open"]}}
    draft = await crowd.draft(selection=chosen, texts=ORDERS)
    look = await crowd.preview(draft)
    assert (look["total"], look["problems"]) == (2, [])
    await crowd.start(draft)
    await crowd.tick()
    await crowd.tick(1)
    await crowd.room.deliver()
    mails = {str(mail["To"]): mail for mail in crowd.outlook.outbox.mails}
    assert {to.split("<")[-1] for to in mails} == {"zoe@example.com>", "yan@example.com>"}
    (to_yan,) = [mail for to, mail in mails.items() if "yan" in to]
    assert to_yan["Subject"] == "Order #1003"
    targets = {one["order_id"]: one for one in await crowd.targets()}
    assert told in {one["conversation_id"] for one in targets.values()}
    (begun,) = [one["conversation_id"] for one in targets.values() if one["conversation_id"] != told]
    assert (await crowd.room.conversation(begun))["status"] == "closed"
    assert (await crowd.room.conversation(told))["status"] == "open"


async def test_orders_are_narrowed_by_product_and_day(crowd: Crowd) -> None:
    await crowd.outlook.mirror(
        make_order(1, email="a@example.com", placed_at=NOW - timedelta(days=3)),
        make_order(2, email="b@example.com", placed_at=NOW - timedelta(days=1)),
    )
    (line,) = await crowd.room.rows(
        "SELECT variant_ref FROM order_lines WHERE workspace_id = $1 AND variant_ref IS NOT NULL LIMIT 1"
    )

    async def count(**narrow: Any) -> int:
        draft = await crowd.draft(selection={"of": "orders", **narrow}, texts=ORDERS)
        return int((await crowd.preview(draft))["total"])

    assert await count() == 2
    assert await count(variant_refs=[line["variant_ref"]]) == 2
    assert await count(variant_refs=["none"]) == 0
    day = (NOW - timedelta(days=2)).isoformat().replace("+00:00", "Z")
    assert await count(placed_from=day) == 1
    assert await count(placed_before=day) == 1


async def test_the_cost_is_that_of_portions_not_of_people(crowd: Crowd, shop: Shop, monkeypatch: Any) -> None:
    draft = await crowd.draft()

    async def cost() -> int:
        shop.statements.clear()
        await crowd.preview(draft)
        return len(shop.statements)

    await crowd.write("ann")
    one = await cost()
    for who in ("bob", "cid", "dan", "eve", "fay"):
        await crowd.write(who)
    assert await cost() == one
    monkeypatch.setattr(selecting, "BATCH", 2)
    monkeypatch.setattr(previewing, "BATCH", 2)
    assert (await crowd.preview(draft))["total"] == 6
    assert await cost() <= one * 4


async def test_everybody_is_never_meant_by_accident(crowd: Crowd) -> None:
    answer = await crowd.lead.post(URL, json={"name": "All", "selection": {"of": "conversations"}})
    assert (answer.status_code, body_of(answer)["code"]) == (422, "bad_broadcast")
    wrong = {"if": {"field": "message.text", "op": "contains", "value": ["x"]}}
    assert (await crowd.lead.post(URL, json={"name": "All", "selection": wrong})).status_code == 422
    fields = body_of(await crowd.lead.get(f"{URL}/fields?of=orders"))["items"]
    assert "order.placed_at" in {one["name"] for one in fields}
