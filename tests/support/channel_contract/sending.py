"""What leaves by a plug-in arrives once, whatever the other side does, and what went wrong is seen."""

from datetime import timedelta

from parley.channels.specimens import Fault
from parley.kit.failures import Refused, Retry
from tests.support.app import body_of
from tests.support.channel_contract.stage import TrialStage


async def check_sent_once(stage: TrialStage) -> None:
    """Answers arrive in their order and once, however often the job runs."""
    conversation_id = await stage.conversation()
    texts = ["It left on Monday.", "It comes on Thursday."]
    for text in texts:
        message_id = await stage.reply(conversation_id, text)
        await stage.deliver()
        assert (await stage.delivery(message_id))["shown"] == "sent"
    assert stage.other.attempts == len(stage.other.taken) == 2
    assert all(text in taken.text for text, taken in zip(texts, stage.other.taken, strict=True))
    assert len({taken.key for taken in stage.other.taken}) == 2


async def check_rate_limit(stage: TrialStage) -> None:
    """Asked to come again later, Parley waits so long; nothing is lost, overtakes, or is sent twice."""
    conversation_id, clock = await stage.conversation(), stage.clock
    stage.other.fault = Fault.LATER
    first = await stage.reply(conversation_id, "It left on Monday.")
    messages = [first]
    assert stage.watched.failures, "it hides that it was put off"
    assert isinstance(failure := stage.watched.failures[-1], Retry)
    assert (failure.after, failure.uncertain) == (stage.other.retry_after, False)
    for attempt in (1, 2):
        delivery = await stage.delivery(first)
        assert (delivery["state"], delivery["shown"], delivery["attempts"]) == ("queued", "queued", attempt)
        pause = delivery["not_before"] - clock.now()
        assert pause == (stage.other.retry_after or pause)
        assert pause > timedelta(0)
        clock.set(delivery["not_before"] - timedelta(seconds=1))
        # A second answer wakes the thread, as in life; it must not make the first one go early, nor overtake it.
        if attempt == 1:
            messages.append(await stage.reply(conversation_id, "It comes on Thursday."))
        await stage.deliver(delayed=False)
        assert stage.other.attempts == attempt, "it did not wait"
        clock.set(delivery["not_before"])
        if attempt == 2:
            stage.other.fault = None
        await stage.deliver()
    for message_id in messages:
        assert (await stage.delivery(message_id))["shown"] == "sent"
    await stage.deliver()
    assert stage.other.attempts == 4
    assert ["Monday" in taken.text for taken in stage.other.taken] == [True, False]


async def check_refused(stage: TrialStage) -> None:
    """A refusal is final and shown with the other side's reason; a person can send it again."""
    conversation_id = await stage.conversation()
    stage.other.fault = Fault.REFUSE
    message_id = await stage.reply(conversation_id, "It left on Monday.")
    delivery = await stage.delivery(message_id)
    assert (delivery["state"], delivery["shown"]) == ("failed", "failed")
    assert delivery["shown_error"] == stage.watched.failures[-1].reason
    assert isinstance(stage.watched.failures[-1], Refused)
    stage.clock.advance(timedelta(days=1))
    await stage.deliver()
    assert stage.other.attempts == 1
    listed = body_of(await stage.admin.get("/api/v1/failed-work"))["items"]
    assert any(item["link"] == f"/conversations/{conversation_id}" for item in listed)
    stage.other.fault = None
    await stage.retry(message_id)
    assert (await stage.delivery(message_id))["shown"] == "sent"
    assert len(stage.other.taken) == 1


async def check_unknown(stage: TrialStage) -> None:
    """When nobody knows whether it left, Parley says so and does not send again by itself.

    When a person has it sent again, it bears the same key, so that the other side can tell.
    """
    conversation_id = await stage.conversation()
    stage.other.fault = Fault.VANISH
    message_id = await stage.reply(conversation_id, "It left on Monday.")
    delivery = await stage.delivery(message_id)
    assert (delivery["state"], delivery["shown"]) == ("unknown", "unknown")
    assert isinstance(failure := stage.watched.failures[-1], Retry)
    assert failure.uncertain
    stage.other.fault = None
    stage.clock.advance(timedelta(days=1))
    await stage.deliver()
    assert stage.other.attempts == 1
    await stage.retry(message_id)
    assert (await stage.delivery(message_id))["shown"] == "sent"
    assert len({taken.key for taken in stage.other.taken}) == 1


async def check_credentials(stage: TrialStage) -> None:
    """Old credentials: an admin is told which setting is wrong. New ones work at once, in both directions."""
    conversation_id = await stage.conversation()
    new = await stage.other.change_credentials()
    assert new
    message_id = await stage.reply(conversation_id, "It left on Monday.")
    delivery = await stage.delivery(message_id)
    assert (delivery["state"], delivery["shown"]) == ("failed", "failed")
    assert delivery["shown_error"]
    assert stage.wrong_fields()
    assert stage.wrong_fields() <= set(new), "it calls a setting wrong that is not"
    view = await stage.until_error(shown=True)
    assert view["state"] == "error"
    assert not stage.other.taken
    assert (await stage.change(**new)).status_code == 200
    await stage.retry(message_id)
    assert (await stage.delivery(message_id))["shown"] == "sent"
    assert len(stage.other.taken) == 1
    view = await stage.until_error(shown=False)
    assert view["state"] == "active"
    before = len(await stage.inbound())
    assert await stage.hand_over(stage.specimen.recorded[-1])
    assert len(await stage.inbound()) == before + 1
