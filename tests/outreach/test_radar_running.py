"""The radar from end to end: what is late is told once, by mail, in the shopper's language."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from parley.accounts.actions.agents import create_agent
from parley.commerce.actions.mirror_products import mirror_products
from parley.commerce.mirroring import Reading
from parley.commerce.model import StoreFulfilment, StoreOrder, StoreParcel, StoreProduct, StoreVariant
from parley.facts.commerce import StoreSynced
from parley.kit.clock import FixedClock
from parley.kit.ids import uuid7
from parley.outreach import acts, looking, telling
from parley.outreach.radar import judge_check
from parley.outreach.telling import tell_next
from parley.outreach.texts import write_text
from tests.commerce.conftest import make_order
from tests.conftest import NOW
from tests.outreach.conftest import Outlook
from tests.support.mailroom import write_mail

DAY = timedelta(days=1)
ZOE = "zoe@example.com"


class Killed(BaseException):
    """The process died here."""


def make_late(number: int = 1, **values: Any) -> StoreOrder:
    """Gives an order that was promised for the day after tomorrow and does not leave."""
    return make_order(number, **{"promised_at": NOW + 2 * DAY, "placed_at": NOW - DAY, **values})


def make_sent(status: Any = "in_transit", **values: Any) -> StoreOrder:
    """Gives the same order with a parcel."""
    parcel = StoreParcel(number="1Z999", carrier="UPS", status=status, shipped_at=NOW, **values)
    sent = StoreFulfilment(external_id="f1", status="success", created_at=NOW, parcels=[parcel])
    return make_late(fulfilment="fulfilled", fulfilments=[sent], updated_at=NOW)


async def told(outlook: Outlook) -> list[tuple[str, str]]:
    """Gives kind and state of the messages."""
    return [(row["kind"], row["state"]) for row in await outlook.messages()]


async def test_an_order_that_is_late_is_told_once_in_its_language(
    outlook: Outlook, clock: FixedClock
) -> None:
    (order_id,) = await outlook.mirror(make_late(language="de"))
    await outlook.work()
    assert outlook.outbox.mails == []
    clock.advance(3 * DAY)
    await outlook.work()
    (mail,) = outlook.outbox.mails
    assert mail["To"] == "Zoë Pike <zoe@example.com>"
    assert mail["Subject"] == "Ihre Bestellung #1001 verspätet sich"
    text = mail.get_body(("plain",))
    assert text is not None
    assert "bis 6. März 2026 versprochen" in text.get_content()
    (row,) = await outlook.messages()
    assert (row["order_id"], row["key"], row["state"]) == (order_id, f"late:{order_id}", "sent")
    conversation = await outlook.room.conversation(row["conversation_id"])
    assert (conversation["status"], conversation["language"]) == ("closed", "de")
    clock.advance(3 * DAY)
    await outlook.work()
    assert len(outlook.outbox.mails) == 1
    facts = await outlook.room.rows("SELECT data FROM facts WHERE workspace_id = $1 AND kind = 'DelayFound'")
    assert len(facts) == 1


async def test_the_answer_opens_the_conversation(outlook: Outlook, clock: FixedClock) -> None:
    await outlook.mirror(make_late())
    clock.advance(3 * DAY)
    await outlook.work()
    (mail,) = outlook.outbox.mails
    answers, subject = str(mail["Message-ID"]).strip("<>"), f"Re: {mail['Subject']}"
    await outlook.room.arrive(write_mail("Thank you!", sender=ZOE, answers=answers, subject=subject))
    (row,) = await outlook.messages()
    assert (await outlook.room.conversation(row["conversation_id"]))["status"] == "open"
    assert await outlook.room.count("conversations") == 1


async def test_the_way_of_a_parcel_is_told_in_one_conversation(outlook: Outlook, clock: FixedClock) -> None:
    await outlook.set(confirmation=True, shipped=True, delivered=True)
    for order in (make_late(), make_sent(), make_sent("delivered", delivered_at=NOW)):
        await outlook.mirror(order)
        await outlook.work()
    assert [mail["Subject"] for mail in outlook.outbox.mails] == [
        "We have received your order #1001",
        "Your order #1001 is on its way",
        "Your order #1001 has been delivered",
    ]
    assert await told(outlook) == [("confirmation", "sent"), ("shipped", "sent"), ("delivered", "sent")]
    assert await outlook.room.count("conversations") == 1
    clock.advance(9 * DAY)
    await outlook.work()
    assert len(outlook.outbox.mails) == 3
    assert await outlook.checks() == []


async def test_a_carrier_that_names_a_later_day_is_passed_on_at_once(outlook: Outlook) -> None:
    await outlook.mirror(make_sent(estimated_at=NOW + 5 * DAY))
    await outlook.work()
    (mail,) = outlook.outbox.mails
    body = mail.get_body(("plain",))
    assert body is not None
    assert "It is now expected on March 9, 2026." in body.get_content()


async def test_at_night_it_waits_for_the_morning(outlook: Outlook, clock: FixedClock) -> None:
    await outlook.mirror(make_late())
    clock.set(NOW.replace(day=8, hour=23))
    await outlook.work()
    (row,) = await outlook.messages()
    assert (row["state"], row["due_at"]) == ("planned", NOW.replace(day=9, hour=8))
    clock.set(NOW.replace(day=9, hour=8))
    await outlook.work()
    assert len(outlook.outbox.mails) == 1


async def test_what_was_settled_in_the_night_is_not_told(outlook: Outlook, clock: FixedClock) -> None:
    await outlook.mirror(make_late())
    clock.set(NOW.replace(day=8, hour=23))
    await outlook.work()
    await outlook.mirror(make_late(cancelled_at=clock.now(), updated_at=clock.now()))
    clock.set(NOW.replace(day=9, hour=8))
    await outlook.work()
    (row,) = await outlook.messages()
    assert (row["state"], row["reasons"]) == ("skipped", [{"key": "order_messages.cancelled", "values": {}}])
    assert outlook.outbox.mails == []


async def test_who_has_asked_is_left_to_the_agent_with_a_note(outlook: Outlook, clock: FixedClock) -> None:
    item = await outlook.room.arrive(write_mail("Where is 1001?", sender=ZOE, subject="My order"))
    # The order is hers by the address that she wrote from.
    await outlook.mirror(make_late())
    clock.advance(3 * DAY)
    await outlook.work()
    assert outlook.outbox.mails == []
    (row,) = await outlook.messages()
    assert (row["state"], row["conversation_id"]) == ("skipped", item["conversation_id"])
    (note,) = await outlook.room.rows("SELECT text FROM messages WHERE workspace_id = $1 AND kind = 'note'")
    assert note["text"].startswith("Order #1001 is late: it was promised by Mar 6, 2026.")


async def test_what_an_agent_has_told_is_not_told_again(outlook: Outlook, clock: FixedClock) -> None:
    item = await outlook.room.arrive(write_mail("Where is #1001?", sender=ZOE, subject="My order"))
    await outlook.mirror(make_late())
    clock.advance(3 * DAY - timedelta(hours=2))
    agent_id = await _agent(outlook)
    await outlook.room.reply(item["conversation_id"], agent_id, "It is late, sorry.")
    await outlook.room.deliver()
    outlook.outbox.mails.clear()
    clock.advance(timedelta(hours=2))
    await outlook.work()
    (row,) = await outlook.messages()
    assert (row["state"], row["reasons"][0]["key"]) == ("skipped", "order_messages.agent_wrote")
    assert outlook.outbox.mails == []


async def _agent(outlook: Outlook) -> UUID:
    async with outlook.room.ctx() as ctx:
        return await create_agent(ctx, email="ana@shop.example", name="Ana", role="agent")


async def test_a_number_inside_another_one_is_another_order(outlook: Outlook, clock: FixedClock) -> None:
    await outlook.room.arrive(write_mail("Where is 10012?", sender=ZOE, subject="My order"))
    await outlook.mirror(make_late())
    clock.advance(3 * DAY)
    await outlook.work()
    assert await told(outlook) == [("late", "sent")]


async def test_the_past_that_a_back_fill_brings_is_not_told_but_what_comes_is(
    outlook: Outlook, clock: FixedClock
) -> None:
    await outlook.set(confirmation=True, shipped=True)
    async with outlook.room.ctx() as ctx:
        await ctx.tx.execute(
            "UPDATE stores SET created_at = $2 WHERE workspace_id = $1", ctx.workspace_id, ctx.now
        )
    long_ago = make_late(1, placed_at=NOW - 20 * DAY, promised_at=NOW - 10 * DAY)
    soon = make_late(2, placed_at=NOW - 2 * DAY)
    done = make_late(3, fulfilment="fulfilled", placed_at=NOW - 2 * DAY)
    old = make_late(4, placed_at=NOW - 61 * DAY)
    ids = await outlook.mirror(long_ago, soon, done, old, quiet=True)
    async with outlook.room.ctx() as ctx:
        ctx.emit(
            StoreSynced(
                store_id=outlook.store_id, run_id=uuid7(), purpose="backfill", kind="order", state="done",
                done=4, total=4, changed=4,
            )
        )  # fmt: skip
    await outlook.work()
    assert [(row["order_id"], row["kind"]) for row in await outlook.checks() if row["due_at"]] == [
        (ids[1], "late")
    ]
    assert await outlook.messages() == []
    clock.advance(3 * DAY)
    await outlook.work()
    (mail,) = outlook.outbox.mails
    assert mail["Subject"] == "Your order #1002 will be late"


async def test_no_more_than_so_many_leave_in_an_hour(outlook: Outlook, clock: FixedClock) -> None:
    await outlook.set(most_an_hour=2)
    await outlook.mirror(*(make_late(n, email=f"zoe{n}@example.com") for n in range(1, 6)))
    clock.advance(3 * DAY)
    for sent in (2, 2, 4, 5):
        await outlook.work()
        assert len(outlook.outbox.mails) == sent
        if sent == 2 and len(outlook.outbox.mails) == 2:
            clock.advance(timedelta(minutes=31))
        else:
            clock.advance(timedelta(minutes=61))


async def test_who_waits_for_what_ran_out_is_told(outlook: Outlook, clock: FixedClock) -> None:
    await _stock(outlook, 3)
    await outlook.mirror(
        make_late(1, promised_at=None), make_late(2, promised_at=None, placed_at=NOW, email="b@example.com")
    )
    await outlook.work()
    await _stock(outlook, -1)
    await outlook.work()
    assert outlook.outbox.mails == []
    clock.advance(DAY)
    await outlook.work()
    (mail,) = outlook.outbox.mails
    assert (mail["To"], mail["Subject"]) == (
        "Zoë Pike <b@example.com>",
        "An item of your order #1002 has run out",
    )
    await _stock(outlook, -3)
    clock.advance(DAY)
    await outlook.work()
    assert len(outlook.outbox.mails) == 2
    await _stock(outlook, 9)
    clock.advance(DAY)
    await outlook.work()
    assert len(outlook.outbox.mails) == 2


async def _stock(outlook: Outlook, count: int) -> None:
    variant = StoreVariant(external_id="v1", title="M", price=3000, stock=count, available=count > 0)
    async with outlook.room.ctx() as ctx:
        await mirror_products(
            ctx,
            [StoreProduct(external_id="p1", title="Shirt", variants=[variant])],
            Reading(store_id=outlook.store_id, read_at=ctx.now),
        )


@pytest.mark.parametrize("where", ["before the act", "after the act", "before the mail", "after the mail"])
async def test_a_process_that_dies_anywhere_tells_once(
    outlook: Outlook, clock: FixedClock, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    place: Any = acts if where.endswith("act") else telling
    name = "add_message" if place is acts else "post_about_order"
    real = getattr(place, name)
    deaths = [1]

    async def dying(*args: Any, **values: Any) -> Any:
        if deaths and where.startswith("before"):
            deaths.clear()
            raise Killed
        done = await real(*args, **values)
        if deaths:
            deaths.clear()
            raise Killed
        return done

    monkeypatch.setattr(place, name, dying)
    await outlook.mirror(make_late())
    clock.advance(3 * DAY)
    with pytest.raises(Killed):
        await outlook.work()
    assert outlook.outbox.mails == []
    await outlook.work()
    await outlook.work()
    assert len(outlook.outbox.mails) == 1
    assert await told(outlook) == [("late", "sent")]
    assert await outlook.room.count("conversations") == 1
    assert await outlook.room.count("decisions") == 1


async def test_a_shop_without_mail_is_told_why_nothing_leaves(outlook: Outlook, clock: FixedClock) -> None:
    async with outlook.room.ctx() as ctx:
        await ctx.tx.execute("UPDATE channels SET state = 'paused' WHERE workspace_id = $1", ctx.workspace_id)
    await outlook.mirror(make_late())
    clock.advance(3 * DAY)
    await outlook.work()
    (row,) = await outlook.messages()
    assert (row["state"], row["reasons"][0]["key"]) == ("failed", "order_messages.no_channel")
    assert not await tell_next(outlook.runtime, outlook.workspace_id)


async def test_an_address_that_refuses_is_noted(outlook: Outlook, clock: FixedClock) -> None:
    await outlook.mirror(make_late(email="refused@example.com"), make_late(2, email="no address"))
    clock.advance(3 * DAY)
    await outlook.work()
    rows = {row["reasons"][0]["key"]: row["state"] for row in await outlook.messages()}
    assert rows == {"order_messages.bounced": "failed", "order_messages.refused": "failed"}


async def test_what_cannot_be_read_or_written_does_not_stop_the_others(
    outlook: Outlook, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(planned: Any, order: Any, *rest: Any) -> Any:
        if order.number == "#1001":
            raise KeyError("words")
        return write_text(planned, order, *rest)

    def judge(kind: str, subject: str, order: Any, *rest: Any) -> Any:
        if order.number == "#1002":
            raise ValueError("dates")
        return judge_check(kind, subject, order, *rest)

    monkeypatch.setattr(telling, "write_text", write)
    monkeypatch.setattr(looking, "judge_check", judge)
    await outlook.mirror(*(make_late(n, email=f"zoe{n}@example.com") for n in (1, 2, 3)))
    clock.advance(3 * DAY)
    await outlook.work()
    assert [mail["To"] for mail in outlook.outbox.mails] == ["Zoë Pike <zoe3@example.com>"]
    assert sorted(await told(outlook)) == [("late", "failed"), ("late", "sent")]
    (left,) = [row for row in await outlook.checks() if row["kind"] == "late" and row["found_at"] is None]
    assert left["due_at"] == clock.now() + timedelta(hours=6)
