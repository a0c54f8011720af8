"""Replies and notes."""

from datetime import timedelta
from uuid import UUID

import pytest

from parley.conversations.actions.posting import Draft, plan_sending, post_message
from parley.conversations.errors import NewerMessage
from parley.conversations.ports import SendingRules
from parley.conversations.queries.messages import list_messages
from parley.kit.clock import FixedClock
from parley.kit.errors import Conflict, Invalid, NotFound
from parley.kit.ids import uuid7
from parley.kit.log.fact import Actor
from tests.conftest import NOW
from tests.support.app import Shop
from tests.support.inbox import Inbox


@pytest.fixture
async def ana(shop: Shop) -> UUID:
    """An agent."""
    return await shop.agent()


async def test_a_reply_ends_the_waiting(inbox: Inbox, clock: FixedClock, ana: UUID) -> None:
    got = await inbox.receive()
    clock.advance(timedelta(minutes=7))
    posted = await inbox.reply(got.conversation_id, ana, "On its way")
    row = await inbox.row(got.conversation_id)
    assert (row["waiting_since"], row["first_reply_at"]) == (None, clock.now())
    assert (row["last_message_id"], row["message_count"]) == (posted.message_id, 2)
    first = clock.now()
    clock.advance(timedelta(minutes=7))
    await inbox.reply(got.conversation_id, ana, "It has arrived")
    assert (await inbox.row(got.conversation_id))["first_reply_at"] == first


async def test_an_automatic_reply_leaves_the_customer_waiting(inbox: Inbox) -> None:
    got = await inbox.receive()
    async with inbox.ctx() as ctx:
        draft = Draft(
            conversation_id=got.conversation_id, text="We are closed", automatic=True, author_kind="system"
        )
        await post_message(ctx, inbox.port, draft)
    row = await inbox.row(got.conversation_id)
    assert row["waiting_since"] == NOW
    assert row["first_reply_at"] is None


async def test_what_a_decision_posted_names_it(inbox: Inbox, ana: UUID) -> None:
    got, decision = await inbox.receive(), uuid7()
    draft = Draft(
        conversation_id=got.conversation_id, text="We are closed", automatic=True, author_kind="system"
    )
    async with inbox.ctx() as ctx:
        ctx.actor = Actor("decider", decision)
        automatic = await post_message(ctx, inbox.port, draft)
    posted = await inbox.reply(got.conversation_id, ana, "Here I am")
    async with inbox.ctx() as ctx:
        shown = await list_messages(
            ctx.tx,
            ctx.workspace_id,
            [automatic.message_id, posted.message_id],
            inbox.runtime.parts["file_links"],
            NOW,
        )
    assert [message.decision_id for message in shown] == [decision, None]


async def test_a_note_moves_nothing_that_the_customer_sees(
    inbox: Inbox, clock: FixedClock, ana: UUID
) -> None:
    got = await inbox.receive()
    before = await inbox.row(got.conversation_id)
    clock.advance(timedelta(minutes=1))
    await inbox.note(got.conversation_id, ana, "Angry, be careful")
    after = await inbox.row(got.conversation_id)
    assert {name for name in before if before[name] != after[name]} == {"message_count", "version"}


async def test_mentions_are_kept_for_those_who_exist(shop: Shop, inbox: Inbox, ana: UUID) -> None:
    got = await inbox.receive()
    posted = await inbox.note(got.conversation_id, ana, mentions=[ana, uuid7()])
    assert (await inbox.message(posted.message_id))["mentions"] == [ana]
    assert (await shop.facts("NoteAdded"))[0]["mentions"] == [str(ana)]
    assert await shop.count("SELECT count(*) FROM mentions WHERE agent_id = $1", ana) == 1


async def test_somebody_wrote_in_between(shop: Shop, inbox: Inbox, clock: FixedClock, ana: UUID) -> None:
    got = await inbox.receive("One")
    clock.advance(timedelta(seconds=1))
    newer = await inbox.receive("Two")
    told = len(await shop.facts())
    with pytest.raises(NewerMessage) as raised:
        await inbox.reply(got.conversation_id, ana, seen_up_to=got.message_id)
    assert raised.value.extra["newer"] == [newer.message_id]
    assert len(await shop.facts()) == told
    await inbox.reply(got.conversation_id, ana, seen_up_to=newer.message_id)


async def test_own_and_automatic_messages_are_no_collision(
    inbox: Inbox, clock: FixedClock, ana: UUID
) -> None:
    got = await inbox.receive("One")
    clock.advance(timedelta(seconds=1))
    await inbox.reply(got.conversation_id, ana, "First half")
    await inbox.receive("Out of office", automatic=True)
    await inbox.note(got.conversation_id, ana, "A note is none")
    await inbox.reply(got.conversation_id, ana, "Second half", seen_up_to=got.message_id)


async def test_a_colleague_who_answered_is_a_collision(
    shop: Shop, inbox: Inbox, clock: FixedClock, ana: UUID
) -> None:
    got = await inbox.receive("One")
    clock.advance(timedelta(seconds=1))
    theirs = await inbox.reply(got.conversation_id, await shop.agent(name="Bo"), "I take it")
    with pytest.raises(NewerMessage) as raised:
        await inbox.reply(got.conversation_id, ana, seen_up_to=got.message_id)
    assert raised.value.extra["newer"] == [theirs.message_id]


@pytest.mark.parametrize(
    ("text", "html"), [("", ""), ("  \n ", ""), ("", "<p> </p>"), ("", "<script>x</script>")]
)
async def test_an_empty_reply_is_refused_and_changes_nothing(
    shop: Shop, inbox: Inbox, ana: UUID, text: str, html: str
) -> None:
    got = await inbox.receive()
    before = await inbox.row(got.conversation_id), len(await shop.facts())
    with pytest.raises(Invalid, match="Write something"):
        await inbox.reply(got.conversation_id, ana, text, html=html)
    assert (await inbox.row(got.conversation_id), len(await shop.facts())) == before


async def test_the_length_of_the_channel_is_kept(inbox: Inbox, ana: UUID) -> None:
    got = await inbox.receive()
    inbox.port.rules = SendingRules(instant=True, undo_seconds=0, max_length=5)
    with pytest.raises(Invalid, match="at most 5"):
        await inbox.reply(got.conversation_id, ana, "123456")
    await inbox.reply(got.conversation_id, ana, "12345")


async def test_a_channel_may_refuse(inbox: Inbox, ana: UUID) -> None:
    got = await inbox.receive()
    inbox.port.rules = SendingRules(True, 0, 100, "The channel is paused.")
    with pytest.raises(Conflict, match="paused"):
        await inbox.reply(got.conversation_id, ana)


async def test_unknown_places(inbox: Inbox, ana: UUID) -> None:
    got = await inbox.receive()
    with pytest.raises(NotFound, match="conversation"):
        await inbox.reply(uuid7(), ana)
    with pytest.raises(NotFound, match="thread"):
        await inbox.reply(got.conversation_id, ana, thread_id=uuid7())
    with pytest.raises(NotFound, match="conversation"):
        await inbox.note(uuid7(), ana)


async def test_card_numbers_do_not_leave(inbox: Inbox, ana: UUID) -> None:
    got = await inbox.receive()
    posted = await inbox.reply(got.conversation_id, ana, html="<p>Card 4111111111111111</p>")
    message = await inbox.message(posted.message_id)
    assert "4111111111111111" not in message["html"] + message["text"]
    assert "•••• 1111" in message["text"]


async def test_what_is_written_is_sanitised(inbox: Inbox, ana: UUID) -> None:
    got = await inbox.receive()
    posted = await inbox.reply(got.conversation_id, ana, html='<p onclick="x()">Hi<script>1</script></p>')
    assert (await inbox.message(posted.message_id))["html"] == "<p>Hi</p>"


def test_when_a_reply_leaves() -> None:
    instant, mail = SendingRules(True, 0, 100), SendingRules(False, 10, 100)
    draft = Draft(conversation_id=uuid7())
    later = NOW + timedelta(hours=1)
    assert plan_sending(NOW, instant, draft).state == "sent"
    assert plan_sending(NOW, mail, draft).not_before == NOW + timedelta(seconds=10)
    assert plan_sending(NOW, mail, draft).scheduled_for is None
    assert plan_sending(NOW, mail, Draft(conversation_id=uuid7(), undo_seconds=0)).state == "queued"
    assert plan_sending(NOW, mail, Draft(conversation_id=uuid7(), automatic=True)).state == "queued"
    scheduled = plan_sending(NOW, instant, Draft(conversation_id=uuid7(), send_at=later))
    assert (scheduled.state, scheduled.not_before, scheduled.scheduled_for) == ("scheduled", later, later)
    assert plan_sending(NOW, instant, Draft(conversation_id=uuid7(), send_at=NOW)).state == "sent"
