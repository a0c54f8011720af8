"""A shop's mail to test with: mails arrive at its channels, agents answer, a real server takes what leaves."""

from email.message import EmailMessage
from email.utils import formataddr
from typing import Any
from uuid import UUID

from parley.channels.actions.channels import NewChannel, create_channel
from parley.channels.model import Channel
from parley.channels.parts import ChannelParts
from parley.channels.ports import RawItem
from parley.conversations.actions.posting import Draft, Posted, post_message
from parley.kit.ids import uuid7
from parley.kit.log.fact import SYSTEM, Actor
from parley.kit.runtime import Runtime
from tests.support.jobs import run_jobs

HELP = "help@shop.example"
ZOE = "zoe@customer.example"


class Mailroom:
    """Short ways to make mail happen in one workspace."""

    def __init__(self, runtime: Runtime, workspace_id: UUID, smtp_port: int = 0) -> None:
        self.runtime = runtime
        self.workspace_id = workspace_id
        self.smtp_port = smtp_port
        self.channel_id = UUID(int=0)

    @property
    def parts(self) -> ChannelParts:
        """The channels' parts."""
        parts: ChannelParts = self.runtime.parts["channels"]
        return parts

    def ctx(self, actor: Actor = SYSTEM) -> Any:
        """Opens a transaction."""
        return self.runtime.ctx(self.workspace_id, actor)

    async def add_channel(
        self, address: str = HELP, *, plugin: str = "email_listener", name: str = "Help", **settings: Any
    ) -> UUID:
        """Adds an e-mail channel; the first one becomes the one that mails go to."""
        known = self.parts.book.plugins[plugin].manifest.settings.__struct_fields__
        offered = {
            "address": address,
            "smtp_host": "127.0.0.1",
            "smtp_port": self.smtp_port,
            "smtp_security": "none",
        }
        given = {key: value for key, value in offered.items() if key in known}
        async with self.ctx() as ctx:
            made = await create_channel(
                ctx,
                self.parts.book,
                NewChannel(plugin=plugin, name=name, settings={**given, **settings}),
            )
        if self.channel_id.int == 0:
            self.channel_id = made
        return made

    async def channel(self, channel_id: UUID | None = None) -> Channel:
        """Gives a channel."""
        async with self.runtime.db.transaction(self.workspace_id) as tx:
            return await self.parts.book.get(tx, self.workspace_id, channel_id or self.channel_id)

    async def take_in(self, raw: bytes, *, key: str | None = None, channel_id: UUID | None = None) -> bool:
        """Stores a mail as a plug-in does."""
        link = self.parts.link(await self.channel(channel_id))
        item = RawItem(key=key or str(uuid7()), data=raw, received_at=self.runtime.clock.now())
        return await link.take_in(item)

    async def arrive(self, raw: bytes | EmailMessage, **values: Any) -> dict[str, Any]:
        """Lets a mail arrive and be read; gives its item."""
        await self.take_in(raw if isinstance(raw, bytes) else raw.as_bytes(), **values)
        await run_jobs(self.runtime, "channels.ingest")
        return (
            await self.rows("SELECT * FROM inbound_items WHERE workspace_id = $1 ORDER BY id DESC LIMIT 1")
        )[0]

    async def rows(self, sql: str, *args: Any) -> list[dict[str, Any]]:
        """Runs a query with the workspace as $1."""
        async with self.runtime.db.transaction(self.workspace_id) as tx:
            return [dict(row) for row in await tx.fetch(sql, self.workspace_id, *args)]

    async def row(self, sql: str, *args: Any) -> dict[str, Any]:
        """Gives the one row of a query with the workspace as $1."""
        rows = await self.rows(sql, *args)
        assert len(rows) == 1, rows
        return rows[0]

    async def message(self, message_id: UUID) -> dict[str, Any]:
        """Gives a message."""
        return await self.row("SELECT * FROM messages WHERE workspace_id = $1 AND id = $2", message_id)

    async def conversation(self, conversation_id: UUID) -> dict[str, Any]:
        """Gives a conversation."""
        return await self.row(
            "SELECT * FROM conversations WHERE workspace_id = $1 AND id = $2", conversation_id
        )

    async def count(self, table: str) -> int:
        """Counts the rows of a table."""
        return int((await self.row(f"SELECT count(*) AS n FROM {table} WHERE workspace_id = $1"))["n"])

    async def reply(
        self, conversation_id: UUID, agent_id: UUID, text: str = "Thanks", **values: Any
    ) -> Posted:
        """Posts an agent's reply."""
        async with self.ctx(Actor("agent", agent_id)) as ctx:
            draft = Draft(
                conversation_id=conversation_id,
                text=text,
                author_id=agent_id,
                **{"undo_seconds": 0, **values},
            )
            return await post_message(ctx, self.runtime.parts["channel_port"], draft)

    async def deliver(self) -> int:
        """Carries out what is due."""
        return await run_jobs(self.runtime, "channels.deliver")


def write_mail(
    text: str = "Where is my parcel?",
    *,
    sender: str = ZOE,
    name: str = "Zoë Žagar",
    to: str = HELP,
    subject: str = "Parcel 4711 has not come",
    message_id: str | None = None,
    answers: str | None = None,
    html: str | None = None,
    **headers: str,
) -> EmailMessage:
    """Writes a mail as a customer's mail program does; `answers` is the Message-ID of the mail it answers."""
    mail = EmailMessage()
    mail["From"] = formataddr((name, sender))
    mail["To"] = to
    mail["Subject"] = subject
    mail["Date"] = "Wed, 04 Mar 2026 09:58:00 +0000"
    mail["Message-ID"] = f"<{message_id or f'{uuid7().hex}@mail.customer.example'}>"
    if answers:
        mail["In-Reply-To"] = f"<{answers}>"
        mail["References"] = f"<{answers}>"
    for header, value in headers.items():
        mail[header.replace("_", "-")] = value
    mail.set_content(text)
    if html is not None:
        mail.add_alternative(html, subtype="html")
    return mail
