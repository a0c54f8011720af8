"""What comes by a plug-in becomes one message each, whoever repeats it, and only from who may send it."""

import asyncio

from parley.channels.specimens import Recorded
from parley.kit.plugins import describe_settings
from tests.support.channel_contract.stage import TrialStage, until

RECEIVED = "SELECT count(*) AS n FROM facts WHERE workspace_id = $1 AND kind = 'MessageReceived'"


async def check_replay(stage: TrialStage) -> None:
    """Every recorded payload becomes one message with the customer's words; coming again it changes nothing."""
    for number, recorded in enumerate(stage.specimen.recorded, start=1):
        assert await stage.hand_over(recorded), recorded.name
        found = await stage.inbound()
        assert len(found) == number, recorded.name
        assert recorded.text in found[-1]["text"], recorded.name
        await stage.hand_over(recorded)
        assert await stage.inbound() == found, f"{recorded.name} came twice and counted twice"
    for recorded in stage.specimen.recorded:
        await stage.hand_over(recorded)
    assert len(await stage.inbound()) == len(stage.specimen.recorded)
    assert (await stage.rows(RECEIVED))[0]["n"] == len(stage.specimen.recorded)


async def check_repeated_at_once(stage: TrialStage) -> None:
    """A payload that is handed over several times at once, before any was read, becomes one message."""
    recorded = stage.specimen.recorded[0]
    taken = await asyncio.gather(*(stage.other.hand_over(stage, recorded) for _ in range(3)))
    assert all(taken)
    await stage.collect()
    assert len(await stage.inbound()) == 1


async def check_strangers(stage: TrialStage) -> None:
    """Who does not know the secret leaves nothing behind; where Parley fetches, an admin sees that it is not let in."""
    recorded = stage.specimen.recorded[0]
    assert not await stage.hand_over(recorded, forged=True)
    if stage.manifest.runs:
        view = await stage.until_error(shown=True)
        assert view["state"] == "error"
        known = {field.name for field in describe_settings(stage.manifest)}
        await until(
            lambda: bool(stage.wrong_fields() & known), f"no setting was called wrong: {view['error']!r}"
        )
    assert await stage.stored() == 0


async def check_damaged(stage: TrialStage) -> None:
    """A payload that is cut off or no payload at all stops nothing: the next one is a message."""
    first, *_ = stage.specimen.recorded
    await stage.hand_over(Recorded("cut off", first.data[: len(first.data) // 3], ""))
    await stage.hand_over(Recorded("noise", bytes(range(256)) * 3, ""))
    last = stage.specimen.recorded[-1]
    assert await stage.hand_over(last)
    assert any(last.text in message["text"] for message in await stage.inbound())


async def check_echo(stage: TrialStage) -> None:
    """Our own message, when it comes back, becomes neither a message of the customer nor an answer."""
    conversation_id = await stage.conversation()
    await stage.reply(conversation_id, "It left on Monday.")
    before = await stage.rows("SELECT id FROM messages WHERE workspace_id = $1")
    for _ in range(2):
        await stage.other.send_back(stage)
        await stage.collect()
        await stage.deliver()
    assert await stage.rows("SELECT id FROM messages WHERE workspace_id = $1") == before
    assert len(await stage.inbound()) == 1
