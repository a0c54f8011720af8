"""Sent mail in the mailbox's folder for it, on a real IMAP server."""

import asyncio
import imaplib
import re
from functools import partial
from typing import Any
from uuid import UUID

import msgspec
import pytest
from imap_tools import FolderInfo, MailBoxUnencrypted

from parley.channels.adapters.email_imap import ADAPTER
from parley.channels.adapters.email_imap.sent import choose_sent_folder, name_sent_folder
from parley.channels.adapters.email_imap.settings import ImapSettings
from parley.channels.email.keeping import JOB
from tests.channels.email.conftest import Post
from tests.channels.email.test_mailbox import has_mails, mail, read
from tests.support.app import Shop
from tests.support.jobs import run_jobs
from tests.support.mailservers import DOMAIN, PASSWORD, MailServers, wait_until


def list_sent(servers: MailServers, folder: str = "Sent") -> list[tuple[bytes, tuple[str, ...]]]:
    """Gives the mails in a folder of the mailbox, with their flags; none where the folder is missing."""
    with MailBoxUnencrypted("127.0.0.1", servers.imap_port).login_utf8("help", PASSWORD) as box:
        if not box.folder.exists(folder):
            return []
        box.folder.set(folder)
        return [(one.obj.as_bytes(), one.flags) for one in box.fetch(mark_seen=False)]


def in_mailbox(servers: MailServers, act: str, *names: str) -> None:
    """Does something with folders as another mail program does."""
    client = imaplib.IMAP4("127.0.0.1", servers.imap_port)
    client.authenticate("PLAIN", lambda _: f"\0help\0{PASSWORD}".encode())
    assert getattr(client, act)(*names)[0] == "OK"
    client.logout()


async def answer(desk: Post, shop: Shop, text: str = "On its way.") -> UUID:
    """Has a customer ask and an agent answer; gives the answer that has left."""
    desk.servers.deliver("help", mail())
    async with desk.receiving():
        (item,) = await desk.items(1)
    posted = await desk.reply(item["conversation_id"], await shop.agent(), text)
    await desk.deliver()
    assert (await desk.message(posted.message_id))["state"] == "sent"
    return posted.message_id


@pytest.mark.mailserver
async def test_what_has_left_is_kept_as_read_once(desk: Post, servers: MailServers, shop: Shop) -> None:
    await desk.join()
    message_id = await answer(desk, shop)
    assert await asyncio.to_thread(list_sent, servers) == [], "the sending does not wait for it"
    assert await run_jobs(desk.runtime, JOB) == 1
    async with desk.ctx() as ctx:
        ctx.defer(JOB, {"message_id": message_id, "channel_id": desk.channel_id})
    assert await run_jobs(desk.runtime, JOB) == 1
    ((raw, flags),) = await asyncio.to_thread(list_sent, servers)
    assert read(raw)["Message-ID"] == f"<{message_id}@{DOMAIN}>"
    assert "On its way." in read(raw).get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert flags == (r"\Seen",)
    await asyncio.to_thread(wait_until, partial(has_mails, servers, "zoe", 1))


@pytest.mark.mailserver
async def test_the_copy_is_not_taken_in(desk: Post, servers: MailServers, shop: Shop) -> None:
    await desk.join()
    await answer(desk, shop)
    await run_jobs(desk.runtime, JOB)
    before = await desk.count("messages")
    async with desk.receiving():
        servers.deliver("help", mail("And another thing", subject="Another matter 8812"))
        await desk.items(2)
    assert await desk.count("messages") == before + 1
    # Also where somebody has the folder itself read.
    await desk.rows("UPDATE channels SET position = '{}' WHERE workspace_id = $1 RETURNING id")
    async with desk.receiving(folder="Sent"):
        items = await desk.items(3)
    assert (items[-1]["state"], items[-1]["message_id"]) == ("done", None)
    assert "went out from here" in items[-1]["error"]
    assert await desk.count("messages") == before + 1


@pytest.mark.mailserver
@pytest.mark.parametrize(
    ("there", "settings", "expected"),
    [
        (["Gesendete Objekte", "Archive"], {}, "Gesendete Objekte"),
        (["Archive", "Postausgang"], {"sent_folder": "Postausgang"}, "Postausgang"),
        (["Sent", "Versendet"], {}, "Versendet"),
        (["Archive"], {}, "Sent"),
    ],
)
async def test_the_folder_is_found_or_made(
    desk: Post, servers: MailServers, shop: Shop, there: list[str], settings: dict[str, Any], expected: str
) -> None:
    await desk.join(**settings)
    for name in there:
        await asyncio.to_thread(in_mailbox, servers, "create", f'"{name}"')
    await answer(desk, shop)
    await run_jobs(desk.runtime, JOB)
    assert len(await asyncio.to_thread(list_sent, servers, expected)) == 1


@pytest.mark.mailserver
async def test_what_cannot_be_kept_changes_nothing(
    desk: Post, servers: MailServers, shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    await desk.join(sent_folder="Nowhere")
    message_id = await answer(desk, shop)
    assert await run_jobs(desk.runtime, JOB) == 1, "given up: there is no such folder"
    servers.stop_imap()
    try:
        async with desk.ctx() as ctx:
            ctx.defer(JOB, {"message_id": message_id, "channel_id": desk.channel_id})
        assert await run_jobs(desk.runtime, JOB, attempt=6) == 1, "the last attempt"
    finally:
        servers.start_imap()
    assert (await desk.message(message_id))["state"] == "sent"
    delivery = await desk.row("SELECT state, attempts FROM deliveries WHERE workspace_id = $1")
    assert delivery == {"state": "sent", "attempts": 1}
    assert await desk.deliver() == 0
    await asyncio.to_thread(wait_until, partial(has_mails, servers, "zoe", 1))


@pytest.mark.mailserver
async def test_nothing_is_kept_where_nobody_wants_it(desk: Post, servers: MailServers, shop: Shop) -> None:
    await desk.join(keep_sent=False)
    await answer(desk, shop)
    assert await run_jobs(desk.runtime, JOB) == 0


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        ({"address": "help@shop.example", "smtp_host": "smtp.shop.example"}, True),
        ({"address": "shop@gmail.com"}, False),
        ({"address": "shop@gmail.com", "smtp_host": "smtp.sender.example"}, True),
        ({"address": "help@shop.example", "provider": "microsoft"}, False),
        ({"address": "help@shop.example", "smtp_host": "SMTP.Office365.com."}, False),
        ({"address": "help@gmx.de"}, True),
        ({"address": "help@gmx.de", "keep_sent": False}, False),
    ],
)
def test_servers_that_keep_it_themselves_get_no_copy(values: dict[str, Any], wanted: bool) -> None:
    assert ADAPTER.wants_copy(msgspec.convert(values, ImapSettings)) is wanted


@pytest.mark.parametrize(
    ("listed", "chosen", "made"),
    [
        ('"/" INBOX', None, "Sent"),
        (r'\Sent "/" "Skickat post"; "/" Sent', "Skickat post", "Sent"),
        ('"." INBOX; "." INBOX.Trash', None, "INBOX.Sent"),
        ('"." INBOX; "." "INBOX.Sent Items"', "INBOX.Sent Items", "INBOX.Sent"),
        (r'\Noselect "/" Sent; "/" Archive/Sent', "Archive/Sent", "Sent"),
        ('"/" Enviados; "/" Sent', "Sent", "Sent"),
        ("NIL INBOX", None, "Sent"),
    ],
)
def test_choosing_a_folder(listed: str, chosen: str | None, made: str) -> None:
    folders = []
    for one in listed.split("; "):
        flags, delim, name = re.fullmatch(r'(\\\w+ )?("."|NIL) (.*)', one).groups()  # type: ignore[union-attr]
        folders.append(FolderInfo(name.strip('"'), delim.strip('"'), tuple((flags or "").split())))
    assert choose_sent_folder(folders) == chosen
    assert name_sent_folder(folders) == made
