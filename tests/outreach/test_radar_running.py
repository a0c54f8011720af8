"""The radar from end to end: what is late is told once, by mail, in the shopper's language."""

from datetime import timedelta

from parley.kit.clock import FixedClock
from tests.commerce.conftest import PLACED, make_order
from tests.conftest import NOW
from tests.outreach.conftest import Outlook


async def test_an_order_that_is_late_is_told_once_in_the_language_of_the_order(
    outlook: Outlook, clock: FixedClock
) -> None:
    promised = NOW + timedelta(days=2)
    (order_id,) = await outlook.mirror(make_order(promised_at=promised, language="de", placed_at=PLACED))
    await outlook.work()
    assert outlook.outbox.mails == []
    clock.advance(timedelta(days=3))
    await outlook.work()
    (mail,) = outlook.outbox.mails
    assert mail["To"] == "Zoë Pike <zoe@example.com>"
    assert mail["Subject"] == "Ihre Bestellung #1001 verspätet sich"
    (row,) = await outlook.messages()
    assert (row["order_id"], row["key"], row["state"]) == (order_id, f"late:{order_id}", "sent")
    conversation = await outlook.room.conversation(row["conversation_id"])
    assert conversation["status"] == "closed"
    clock.advance(timedelta(days=3))
    await outlook.work()
    assert len(outlook.outbox.mails) == 1
