"""An inbox to test with: a channel that takes everything, customers who write, agents who answer."""

from datetime import datetime
from typing import Any
from uuid import UUID

from parley.conversations.actions.posting import Draft, Posted, add_note, post_message
from parley.conversations.actions.receiving import receive_message
from parley.conversations.model import Inbound, Received
from parley.conversations.ports import NewThread, Outgoing, SendingRules
from parley.customers.actions.identify import identify_customer
from parley.kit.ctx import Ctx
from parley.kit.errors import FieldError, Invalid
from parley.kit.ids import uuid7
from parley.kit.log.fact import SYSTEM, Actor
from parley.kit.log.readers import ReaderLoop
from parley.kit.runtime import Runtime


class AnyChannel:
    """A channel port for tests: says what it was told to say, addresses replies to nobody in particular."""

    def __init__(self) -> None:
        self.rules = SendingRules(instant=False, undo_seconds=0, max_length=100_000)

    async def get_rules(self, ctx: Ctx, channel_id: UUID) -> SendingRules:
        """Gives the same rules for every channel."""
        return self.rules

    async def address_reply(
        self, ctx: Ctx, thread_id: UUID, message_id: UUID, wanted: dict[str, Any]
    ) -> Outgoing:
        """Keeps the recipients that the writer chose."""
        return Outgoing(f"<{message_id}@shop.example>", {k: v for k, v in wanted.items() if v})

    async def start_thread_to(
        self, ctx: Ctx, channel_id: UUID, to: list[dict[str, str]], subject: str
    ) -> NewThread:
        """Writes to the first one."""
        if "@" not in to[0]["address"]:
            raise Invalid("bad_address", "This is no address.", FieldError("to", "wrong"))
        return NewThread(
            channel_kind="email",
            key=f"to:{to[0]['address']}:{uuid7()}",
            identity_kind="email",
            address=to[0]["address"],
            name=to[0].get("name", ""),
            participants=to,
        )


class Inbox:
    """Short ways to make things happen in one workspace; each call is one transaction."""

    def __init__(self, runtime: Runtime, workspace_id: UUID) -> None:
        self.runtime = runtime
        self.workspace_id = workspace_id
        self.channel_id = uuid7()

    @property
    def port(self) -> AnyChannel:
        """The channel port."""
        port: AnyChannel = self.runtime.parts["channel_port"]
        return port

    def ctx(self, actor: Actor = SYSTEM) -> Any:
        """Opens a transaction."""
        return self.runtime.ctx(self.workspace_id, actor)

    async def customer(self, email: str = "zoe@example.com", name: str = "Zoë") -> UUID:
        """Gives the customer with this address."""
        async with self.ctx() as ctx:
            return (await identify_customer(ctx, "email", email, name=name, reason="wrote")).customer_id

    async def receive(
        self, text: str = "Hello", *, email: str = "zoe@example.com", key: str | None = None, **values: Any
    ) -> Received:
        """Receives a message of the customer with this address; `key` names the thread."""
        async with self.ctx(Actor("customer")) as ctx:
            found = await identify_customer(
                ctx, "email", email, name=values.pop("name", "Zoë"), reason="wrote"
            )
            values.setdefault("identity_id", found.identity_id)
            return await receive_message(ctx, self.inbound(found.customer_id, text, key or email, **values))

    def inbound(self, customer_id: UUID, text: str, key: str, **values: Any) -> Inbound:
        """Builds a message as a channel hands it over."""
        given = {"channel_id": self.channel_id, "channel_kind": "email", "html": f"<p>{text}</p>", **values}
        return Inbound(customer_id=customer_id, text=text, thread_key=key, **given)

    async def reply(
        self, conversation_id: UUID, agent_id: UUID, text: str = "Thanks", **values: Any
    ) -> Posted:
        """Posts an agent's reply."""
        async with self.ctx(Actor("agent", agent_id)) as ctx:
            draft = Draft(conversation_id=conversation_id, text=text, author_id=agent_id, **values)
            return await post_message(ctx, self.port, draft)

    async def note(self, conversation_id: UUID, agent_id: UUID, text: str = "Hm", **values: Any) -> Posted:
        """Adds an agent's note."""
        async with self.ctx(Actor("agent", agent_id)) as ctx:
            draft = Draft(conversation_id=conversation_id, text=text, author_id=agent_id, **values)
            return await add_note(ctx, draft)

    async def row(self, conversation_id: UUID) -> dict[str, Any]:
        """Gives the row of a conversation as it stands in the table."""
        async with self.ctx() as ctx:
            found = await ctx.tx.fetchrow(
                "SELECT * FROM conversations WHERE workspace_id = $1 AND id = $2",
                self.workspace_id,
                conversation_id,
            )
        return dict(found or {})

    async def message(self, message_id: UUID) -> dict[str, Any]:
        """Gives the row of a message."""
        async with self.ctx() as ctx:
            found = await ctx.tx.fetchrow(
                "SELECT * FROM messages WHERE workspace_id = $1 AND id = $2", self.workspace_id, message_id
            )
        return dict(found or {})

    async def read_log(self) -> None:
        """Lets all readers of the log catch up."""
        await ReaderLoop(self.runtime).drain()

    def now(self) -> datetime:
        """The clock's time."""
        return self.runtime.clock.now()
