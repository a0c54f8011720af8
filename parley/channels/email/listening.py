"""The built-in mail listener: which addresses it knows, and how a mail becomes a stored item."""

import asyncio
import hashlib
import ssl
from email.utils import format_datetime
from time import monotonic
from typing import TYPE_CHECKING
from uuid import UUID

import structlog

from parley.channels.actions.intake import store_item
from parley.channels.adapters.email_listener.server import Arrived, serving
from parley.channels.mail.addresses import normalise_address, strip_plus
from parley.channels.ports import RawItem
from parley.kit.errors import NotFound
from parley.kit.ids import make_token

if TYPE_CHECKING:
    from parley.kit.runtime import Runtime

log = structlog.get_logger("smtp")
PLUGIN = "email_listener"
LARGEST = 50 * 1024 * 1024
KEPT_SECONDS = 2.0
AGAIN_SECONDS = 10.0
ADDRESSES = """
SELECT c.workspace_id, c.id, c.address, c.settings->'more_addresses' AS more,
       (SELECT array_agg(s.address) FROM senders s WHERE s.workspace_id = c.workspace_id AND s.channel_id = c.id) AS senders
FROM channels c WHERE c.plugin = $1 AND c.deleted_at IS NULL AND c.state <> 'paused' ORDER BY c.created_at, c.id
"""


class ListenerDesk:
    """Takes mail for the listener channels of all workspaces; implements `server.MailDesk`."""

    def __init__(self, runtime: "Runtime", name: str) -> None:
        self._runtime = runtime
        self._name = name
        self._until = 0.0
        self._known: dict[str, tuple[UUID, UUID]] = {}

    async def knows(self, address: str) -> bool:
        """Says whether mail for this address is taken, also with a plus token."""
        return await self._find(address) is not None

    async def take(self, mail: Arrived) -> None:
        """Stores a mail durably; the same mail for the same recipient counts once."""
        found = await self._find(mail.recipient)
        if found is None:
            raise NotFound("channel for this address")
        parts = self._runtime.parts["channels"]
        async with self._runtime.db.transaction(found[0]) as tx:
            channel = await parts.book.get(tx, *found)
        now = self._runtime.clock.now()
        trace = (
            f"Return-Path: <{mail.sender}>\r\nDelivered-To: {mail.recipient}\r\n"
            f"Received: from {_clean(mail.helo)} ([{_clean(mail.peer)}]) by {self._name} id {make_token('in', 16)};\r\n"
            f" {format_datetime(now)}\r\n"
        )
        key = hashlib.sha256(mail.recipient.encode() + b"\0" + mail.data).hexdigest()
        envelope = {"mail_from": mail.sender, "rcpt_to": mail.recipient, "peer": mail.peer}
        await store_item(
            self._runtime,
            channel,
            RawItem(
                key=key, data=trace.encode("utf-8", "replace") + mail.data, received_at=now, envelope=envelope
            ),
        )

    async def _find(self, address: str) -> tuple[UUID, UUID] | None:
        known = await self._load()
        return known.get(address) or known.get(strip_plus(address))

    async def _load(self) -> dict[str, tuple[UUID, UUID]]:
        if monotonic() < self._until:
            return self._known
        async with self._runtime.db.transaction(None) as tx:
            rows = await tx.fetch(ADDRESSES, PLUGIN)
        found: dict[str, tuple[UUID, UUID]] = {}
        for row in rows:
            for text in (row["address"], *(row["more"] or ()), *(row["senders"] or ())):
                address = normalise_address(str(text))
                if address:
                    found.setdefault(address, (row["workspace_id"], row["id"]))
        self._known, self._until = found, monotonic() + KEPT_SECONDS
        return found


def _clean(text: str) -> str:
    return "".join(char for char in text if char.isalnum() or char in ".-_:")[:255] or "unknown"


async def run_listener(runtime: "Runtime") -> None:
    """Serves SMTP and LMTP until cancelled; tries again while another process has the port."""
    settings = runtime.settings
    name = settings.origin.partition("://")[2].partition(":")[0] or "localhost"
    while True:
        try:
            async with serving(
                ListenerDesk(runtime, name),
                host=settings.smtp_host,
                port=settings.smtp_port,
                name=name,
                largest=LARGEST,
                tls=load_tls(settings.smtp_cert, settings.smtp_key),
            ):
                log.info("the mail listener is open", host=settings.smtp_host, port=settings.smtp_port)
                await asyncio.Event().wait()
        except OSError as failure:
            log.warning("the mail listener cannot be opened", port=settings.smtp_port, error=str(failure))
        await asyncio.sleep(AGAIN_SECONDS)


def load_tls(certificate: str, key: str) -> ssl.SSLContext | None:
    """Loads the certificate for STARTTLS; None when none is set. Raises OSError when it cannot be read."""
    if not certificate:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key or None)
    return context
