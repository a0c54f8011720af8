"""Every message of a customer is understood, stored and told once; a model that fails loses none."""

from uuid import UUID

from parley.assistant.understanding.model import Understanding
from parley.assistant.understanding.reading import UNDERSTANDER, understand_message
from parley.conversations.actions.redacting import redact_message
from parley.facts.conversations import MessageReceived
from parley.kit.metrics import UNDERSTANDING_FAILED
from parley.kit.runtime import Runtime
from tests.automation.conftest import Settle
from tests.support.app import Shop, body_of
from tests.support.inbox import Inbox

TOLD = "SELECT count(*) FROM facts WHERE workspace_id = $1 AND kind = 'MessageUnderstood'"
STORED = "SELECT * FROM understandings WHERE workspace_id = $1 AND message_id = $2"


class Broken:
    """A model that fails."""

    name = "broken"

    def understand(self, text: str, language: str | None) -> Understanding:
        """Fails."""
        raise ZeroDivisionError(text)


async def test_a_message_is_stored_shown_and_listed(shop: Shop, inbox: Inbox, settle: Settle) -> None:
    lead = await shop.signed_in("lead")
    asked = await inbox.receive("The zip of order #4711 is broken, I am really disappointed.")
    calm = await inbox.receive("Do you have it in blue?", email="b@example.com")
    await settle()
    row = body_of(await lead.get(f"/api/v1/conversations/{asked.conversation_id}"))["conversation"]
    assert (row["sentiment"], row["intent"]) == ("negative", "complaint")
    listed = body_of(await lead.get("/api/v1/conversations?sentiment=negative"))["items"]
    assert [one["id"] for one in listed] == [str(asked.conversation_id)]
    moods = body_of(await lead.get(f"/api/v1/conversations/{calm.conversation_id}/moods"))["items"]
    assert [one["sentiment"] for one in moods] == ["neutral"]
    async with inbox.ctx() as ctx:
        stored = await ctx.tx.fetchrow(STORED, shop.workspace_id, asked.message_id)
    assert stored is not None
    assert [entity["value"] for entity in stored["entities"]] == ["4711"]
    assert "zip" not in str(stored["reasons"])


async def test_a_model_that_fails_loses_no_message(
    shop: Shop, inbox: Inbox, settle: Settle, runtime: Runtime
) -> None:
    runtime.parts[UNDERSTANDER] = Broken()
    before = UNDERSTANDING_FAILED.labels("broken")._value.get()
    asked = await inbox.receive("Hello")
    await settle()
    async with inbox.ctx() as ctx:
        stored = await ctx.tx.fetchrow(STORED, shop.workspace_id, asked.message_id)
    assert stored is not None
    assert (stored["model"], stored["sentiment"]) == ("none", "neutral")
    assert await shop.count(TOLD, shop.workspace_id) == 1
    assert UNDERSTANDING_FAILED.labels("broken")._value.get() == before + 1


async def test_redaction_forgets_what_was_named(shop: Shop, inbox: Inbox, settle: Settle) -> None:
    asked = await inbox.receive("Order #4711, mail me at zoe@example.com")
    await settle()
    async with inbox.ctx() as ctx:
        await redact_message(ctx, asked.message_id, "asked for")
    await settle()
    async with inbox.ctx() as ctx:
        stored = await ctx.tx.fetchrow(STORED, shop.workspace_id, asked.message_id)
    assert stored is not None
    assert stored["entities"] == []


async def test_the_same_fact_again_does_nothing_and_costs_two_statements(
    shop: Shop, inbox: Inbox, settle: Settle, runtime: Runtime
) -> None:
    asked = await inbox.receive("Where is my order?")
    facts = await shop.facts("MessageReceived")
    await settle()
    again = MessageReceived(
        **{name: UUID(facts[0][name]) for name in ("thread_id", "channel_id", "customer_id")},
        conversation_id=asked.conversation_id,
        message_id=asked.message_id,
        channel_kind="email",
        automatic=False,
        changes={},
        previous={},
    )
    shop.statements.clear()
    async with inbox.ctx() as ctx:
        await understand_message(ctx, runtime.parts[UNDERSTANDER], again)
        assert ctx.pending_facts() == []
    assert len([one for one in shop.statements if "understandings" in one or "FROM messages" in one]) == 2
    assert await shop.count(TOLD, shop.workspace_id) == 1
