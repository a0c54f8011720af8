"""What the channels slice keeps for the life of a process."""

import asyncio
from typing import TYPE_CHECKING

from email_validator import EmailNotValidError, validate_email

from parley.channels.chat.visitors import Visitor
from parley.channels.chat.welcome import StaffingBook
from parley.channels.email.listening import run_listener
from parley.channels.ingesting import Ingesting
from parley.channels.link import ChannelLink
from parley.channels.model import Channel
from parley.channels.queries.channels import ChannelBook
from parley.channels.running import PluginRunner, keep_going
from parley.channels.sending import ChannelSending
from parley.kit.ctx import Ctx
from parley.kit.files.links import FileLinks
from parley.kit.log.read import newest_cursor

if TYPE_CHECKING:
    from parley.kit.runtime import Runtime

CARD = """
SELECT (SELECT v.value FROM customers c JOIN personal_values v ON v.workspace_id = $1 AND v.id = c.name_id
          WHERE c.workspace_id = $1 AND c.id = $2) AS name,
       (SELECT i.value FROM identities i WHERE i.workspace_id = $1 AND i.customer_id = $2 AND i.kind = 'email'
          ORDER BY i.verified DESC, i.id DESC LIMIT 1) AS email
"""


class ChannelParts:
    """Channels in memory, who is there, how replies go out."""

    def __init__(self, runtime: "Runtime", book: ChannelBook) -> None:
        self._runtime = runtime
        self.book = book
        self.staffing = StaffingBook()
        runtime.hub.on_ephemeral(self.staffing.hear)
        self.sending = ChannelSending(book)
        self.ingesting = Ingesting()
        self.links: FileLinks = runtime.parts["file_links"]

    async def newest(self, ctx: Ctx) -> str:
        """Gives the cursor of the newest settled fact of the workspace."""
        return str(
            await newest_cursor(ctx.tx, ctx.workspace_id, epoch=ctx.db.epoch, own=ctx.db.sees_own_writes)
        )

    async def customer_card(self, ctx: Ctx, visitor: Visitor) -> tuple[str, str | None]:
        """Gives name and e-mail address of the visitor's customer."""
        if visitor.customer_id is None:
            return "", None
        row = await ctx.tx.fetchrow(CARD, ctx.workspace_id, visitor.customer_id)
        assert row is not None  # noqa: S101 - a SELECT of sub-selects has one row
        return row["name"] or "", row["email"]

    async def run_plugins(self) -> None:
        """Runs the plug-ins that fetch, and the mail listener where a port is set, until cancelled."""
        runtime = self._runtime
        async with asyncio.TaskGroup() as group:
            group.create_task(keep_going("plug-ins", PluginRunner(runtime).run))
            if runtime.settings.smtp_port:
                group.create_task(keep_going("listener", lambda: run_listener(runtime)))

    def link(self, channel: Channel) -> ChannelLink:
        """Gives what a plug-in of this channel may ask of us."""
        return ChannelLink(self._runtime, channel)

    def is_address(self, text: str) -> bool:
        """Says whether a text is an e-mail address, without asking any other server."""
        try:
            validate_email(text.strip(), check_deliverability=False)
        except EmailNotValidError:
            return False
        return True
