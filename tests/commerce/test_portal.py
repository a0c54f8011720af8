"""The portal over HTTP, as a browser without scripts uses it."""

from uuid import UUID

import pytest

from parley.kit.clock import FixedClock
from tests.support.app import Shop, body_of
from tests.support.returns import Counter, Person


@pytest.fixture
async def counter(shop: Shop, store_id: UUID, clock: FixedClock) -> Counter:
    """A shop that takes returns."""
    return await Counter(shop, store_id, clock).open()


async def test_a_return_from_the_order_number_to_the_label(counter: Counter) -> None:
    order_id = await counter.place()
    zoe = Person(counter)
    page = await zoe.sign_in()
    assert page.status_code == 200, page.text
    assert "Order #1001" in page.text
    at = f"/orders/{order_id}"
    options = await zoe.post(at, page, line_0="1", quantity_0="1", reason_0="too_small")
    assert options.status_code == 200, options.text
    assert "€30.00" in options.text
    confirm = await zoe.post(at, options, resolution_0="refund")
    assert confirm.status_code == 200, confirm.text
    assert "€25.10" in confirm.text
    done = await zoe.post(at, confirm)
    assert done.status_code == 200, done.text
    assert "Your return is agreed" in done.text
    await counter.work()
    ready = await zoe.browser.get(done.url)
    assert "Download the label" in ready.text
    label = await zoe.browser.get(str(done.url) + "/label")
    assert (label.headers["content-type"], label.content[:5]) == ("application/pdf", b"%PDF-")
    agent = await counter.shop.signed_in()
    listed = body_of(await agent.get("/api/v1/returns?state=open"))["items"]
    assert [(one["number"], one["state"], one["refund_amount"], one["fee"]) for one in listed] == [
        ("#1001-R1", "approved", 2510, 490)
    ]
