"""Agents who answer or pass on mail from their ordinary mail programs."""

import pytest

from tests.support.app import Shop
from tests.support.mailroom import HELP, ZOE, Mailroom, write_mail
from tests.support.smtp import Mailbox

ANA = "ana@shop.example"
FORWARD = f"""Please have a look at this one.

---------- Forwarded message ---------
From: Zoë Žagar <{ZOE}>
Date: Tue, Mar 3, 2026 at 4:12 PM
Subject: Broken lamp
To: Ana <{ANA}>

The lamp arrived broken.
"""


async def test_an_agents_answer_by_mail_goes_out_as_his_answer(
    room: Mailroom, shop: Shop, outbox: Mailbox
) -> None:
    agent = await shop.agent(name="Ana Novak", email=ANA)
    first = await room.arrive(write_mail(message_id="first@mail.customer.example"))
    answer = write_mail(
        "It leaves today.\n\nOn Wed, 4 Mar 2026 at 09:58, Zoë Žagar <zoe@customer.example> wrote:\n> Where is my parcel?\n",
        sender=ANA,
        name="Ana Novak",
        subject="Re: Parcel 4711 has not come",
        answers="first@mail.customer.example",
    )
    item = await room.arrive(answer)
    message = await room.message(item["message_id"])
    assert item["conversation_id"] == first["conversation_id"]
    assert (message["direction"], message["author_kind"], message["author_id"]) == ("out", "agent", agent)
    assert message["text"] == "It leaves today."
    await room.deliver()
    (sent,) = outbox.mails
    assert ZOE in str(sent["To"])
    assert HELP in str(sent["From"])
    again = await room.arrive(answer, key="delivered twice")
    assert again["error"] == "Posted before."
    assert await room.deliver() == 0
    assert (await room.conversation(first["conversation_id"]))["waiting_since"] is None


async def test_an_answer_that_reached_the_customer_already_is_not_sent_again(
    room: Mailroom, shop: Shop, outbox: Mailbox
) -> None:
    await shop.agent(name="Ana Novak", email=ANA)
    first = await room.arrive(write_mail(message_id="first@mail.customer.example"))
    item = await room.arrive(
        write_mail(
            "It leaves today.",
            sender=ANA,
            name="Ana",
            to=ZOE,
            subject="Re: Parcel 4711 has not come",
            answers="first@mail.customer.example",
            message_id="hers@shop.example",
            Cc=HELP,
        )
    )
    message = await room.message(item["message_id"])
    assert (message["state"], message["external_id"]) == ("sent", "hers@shop.example")
    assert await room.deliver() == 0
    assert outbox.mails == []
    back = await room.arrive(
        write_mail("Thanks", subject="Re: Parcel 4711 has not come", answers="hers@shop.example")
    )
    assert back["conversation_id"] == first["conversation_id"]


async def test_a_false_agent_is_not_believed(room: Mailroom, shop: Shop) -> None:
    await shop.agent(name="Ana Novak", email=ANA)
    first = await room.arrive(write_mail(message_id="first@mail.customer.example"))
    item = await room.arrive(
        write_mail(
            "Pay to this account",
            sender=ANA,
            subject="Re: Parcel 4711 has not come",
            answers="first@mail.customer.example",
            Authentication_Results="mx.shop.example; dmarc=fail header.from=shop.example",
        )
    )
    message = await room.message(item["message_id"])
    assert message["direction"] == "in"
    assert item["conversation_id"] != first["conversation_id"]


async def test_strict_channels_believe_only_authenticated_agents(room: Mailroom, shop: Shop) -> None:
    await shop.agent(name="Ana Novak", email=ANA)
    strict = await room.add_channel(
        "strict@shop.example", authenticated_agents_only=True, auth_server="mx.shop.example"
    )
    await room.arrive(
        write_mail(message_id="first@mail.customer.example", to="strict@shop.example"), channel_id=strict
    )
    said = {
        "sender": ANA,
        "subject": "Re: Parcel 4711 has not come",
        "answers": "first@mail.customer.example",
    }
    unproven = await room.arrive(write_mail("one", **said), channel_id=strict)
    assert (await room.message(unproven["message_id"]))["direction"] == "in"
    proven = await room.arrive(
        write_mail("two", **said, Authentication_Results="mx.shop.example; dkim=pass header.d=shop.example"),
        channel_id=strict,
    )
    assert (await room.message(proven["message_id"]))["direction"] == "out"


async def test_an_agents_forward_belongs_to_its_first_author(room: Mailroom, shop: Shop) -> None:
    agent = await shop.agent(name="Ana Novak", email=ANA)
    item = await room.arrive(write_mail(FORWARD, sender=ANA, name="Ana Novak", subject="Fwd: Broken lamp"))
    message = await room.message(item["message_id"])
    assert message["text"] == "The lamp arrived broken."
    assert message["envelope"]["from"] == [{"name": "Zoë Žagar", "address": ZOE}]
    assert message["envelope"]["forwarded_from"] == [{"name": "Ana Novak", "address": ANA}]
    note = await room.row("SELECT text, author_id FROM messages WHERE workspace_id = $1 AND kind = 'note'")
    assert note == {"text": "Please have a look at this one.", "author_id": agent}
    identities = await room.rows("SELECT value FROM identities WHERE workspace_id = $1")
    assert identities == [{"value": ZOE}]
    own = await room.arrive(write_mail("And the shade is missing", subject="Re: Broken lamp"))
    first, second = [await room.conversation(one["conversation_id"]) for one in (item, own)]
    assert first["customer_id"] == second["customer_id"]


async def test_a_customers_forward_stays_his_own_unless_the_setting_says_so(
    room: Mailroom, shop: Shop
) -> None:
    item = await room.arrive(
        write_mail(FORWARD, sender="max@partner.example", name="Max", subject="Fwd: Broken lamp")
    )
    assert (await room.message(item["message_id"]))["envelope"]["from"][0]["address"] == "max@partner.example"
    trusting = await room.add_channel("desk@shop.example", believe_forwards=True)
    item = await room.arrive(
        write_mail(
            FORWARD,
            sender="max@partner.example",
            name="Max",
            subject="Fwd: Lamp broken on arrival",
            to="desk@shop.example",
        ),
        channel_id=trusting,
    )
    assert (await room.message(item["message_id"]))["envelope"]["from"][0]["address"] == ZOE


async def test_an_agent_who_writes_to_the_desk_is_a_customer_there(room: Mailroom, shop: Shop) -> None:
    await shop.agent(name="Ana Novak", email=ANA)
    item = await room.arrive(write_mail("Just trying", sender=ANA, subject="Trying the new desk"))
    assert (await room.message(item["message_id"]))["direction"] == "in"


async def test_an_agents_absence_notice_is_no_message(room: Mailroom, shop: Shop) -> None:
    await shop.agent(name="Ana Novak", email=ANA)
    item = await room.arrive(
        write_mail("I am away", sender=ANA, subject="Out of office", Auto_Submitted="auto-replied")
    )
    assert (item["state"], item["message_id"]) == ("done", None)


@pytest.mark.parametrize(
    "results",
    [
        # The sender's own domain passes, the agent's does not: a proof of nothing.
        "mx.shop.example; spf=pass smtp.mailfrom=evil.example; dkim=pass header.d=evil.example; dmarc=none",
        "mx.shop.example; spf=fail smtp.mailfrom=shop.example; dkim=none",
        'mx.shop.example; spf=pass smtp.mailfrom="dmarc=pass; dkim=pass"@evil.example',
        "mx.shop.example; dkim=fail header.d=shop.example",
        "mx.shop.example; dmarc=fail header.from=shop.example",
    ],
)
@pytest.mark.parametrize("strict", [False, True])
async def test_nobody_writes_as_an_agent_whom_the_server_does_not_confirm(
    room: Mailroom, shop: Shop, outbox: Mailbox, results: str, strict: bool
) -> None:
    await shop.agent(name="Ana Novak", email=ANA)
    if strict:
        await room.rows(
            """UPDATE channels SET settings = settings || '{"authenticated_agents_only": true}'
               WHERE workspace_id = $1 RETURNING id"""
        )
        room.parts.book.forget(room.channel_id)
    first = await room.arrive(write_mail(message_id="first@mail.customer.example"))
    item = await room.arrive(
        write_mail(
            "Pay to this account",
            sender=ANA,
            name="Ana Novak",
            subject="Re: Parcel 4711 has not come",
            answers="first@mail.customer.example",
            Authentication_Results=results,
        )
    )
    message = await room.message(item["message_id"])
    assert (message["direction"], message["author_kind"]) == ("in", "customer")
    assert item["conversation_id"] != first["conversation_id"], "it is a stranger's"
    assert await room.deliver() == 0
    assert outbox.mails == []
    identity = await room.row(
        "SELECT verified, reason FROM identities WHERE workspace_id = $1 AND value = $2", ANA
    )
    assert identity == {"verified": False, "reason": "sender_not_authenticated"}
    check = "failed" if "dmarc=fail" in results else "unconfirmed"
    assert message["envelope"]["sender_check"] == check


async def test_a_brought_along_proof_is_none_where_proofs_are_needed(room: Mailroom, shop: Shop) -> None:
    await shop.agent(name="Ana Novak", email=ANA)
    strict = await room.add_channel("strict@shop.example", authenticated_agents_only=True)
    await room.arrive(
        write_mail(message_id="first@mail.customer.example", to="strict@shop.example"), channel_id=strict
    )
    for number, received, direction in (
        (1, "from evil by mx.shop.example with ESMTP", "in"),
        (2, "from agent by mail.elsewhere.test with ESMTP", "out"),
    ):
        item = await room.arrive(
            write_mail(
                f"Answer {number}",
                sender=ANA,
                subject="Re: Parcel 4711 has not come",
                answers="first@mail.customer.example",
                Received=received,
                Authentication_Results="mail.elsewhere.test; dmarc=pass header.from=shop.example",
            ),
            channel_id=strict,
        )
        assert (await room.message(item["message_id"]))["direction"] == direction
