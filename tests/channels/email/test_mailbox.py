"""A mailbox on a real IMAP server and a real MTA: nothing is lost, nothing comes twice, everything finds its place."""

import asyncio
import time
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import partial
from typing import Any

import pytest

from parley.channels import running
from parley.channels.adapters.email_imap.mailbox import Mailbox
from parley.kit.failures import Failure, Misconfigured
from tests.channels.email.conftest import Post, until
from tests.support.app import Shop
from tests.support.jobs import run_jobs
from tests.support.mailroom import write_mail
from tests.support.mailservers import DOMAIN, MailServers, wait_until

pytestmark = pytest.mark.mailserver
ZOE = f"zoe@{DOMAIN}"
HELP = f"help@{DOMAIN}"


def mail(text: str = "Where is my parcel?", **values: Any) -> bytes:
    return write_mail(text, **{"sender": ZOE, "to": HELP, **values}).as_bytes()


def read(raw: bytes) -> EmailMessage:
    found = message_from_bytes(raw, policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def has_mails(servers: MailServers, user: str, number: int) -> bool:
    return len(servers.mails(user)) == number


def answer_to(received: EmailMessage, text: str) -> bytes:
    """What Zoë's mail program writes."""
    message_id = str(received["Message-ID"])
    made = write_mail(
        text, sender=ZOE, to=HELP, subject=f"Re: {received['Subject']}", answers=message_id.strip("<> ")
    )
    made.replace_header("References", f"{received['References'] or ''} {message_id}")
    return made.as_bytes()


async def test_mail_comes_at_once_where_the_server_tells_of_it(desk: Post, servers: MailServers) -> None:
    await desk.join()
    async with desk.receiving(poll_seconds=3600):
        servers.send(ZOE, HELP, mail("one"))
        await desk.items(1)
        servers.send(ZOE, HELP, mail("two", subject="Another matter 8812"))
        first, second = await desk.items(2)
    assert (first["state"], second["state"]) == ("done", "done")
    assert await desk.health() == ("active", "")
    texts = await desk.rows("SELECT text FROM messages WHERE workspace_id = $1 ORDER BY id")
    assert [row["text"] for row in texts] == ["one", "two"]


async def test_mail_comes_by_looking_where_the_server_says_nothing(desk: Post, servers: MailServers) -> None:
    await desk.join(imap_host="127.0.0.2")
    async with desk.receiving(poll_seconds=1):
        servers.send(ZOE, HELP, mail("one"))
        await desk.items(1)
        servers.send(ZOE, HELP, mail("two", subject="Another matter 8812"))
        await desk.items(2)
    assert await desk.count("messages") == 2


async def test_back_and_forth_with_a_second_mailbox(desk: Post, servers: MailServers, shop: Shop) -> None:
    await desk.join()
    agent = await shop.agent(name="Ana Novak")
    async with desk.receiving():
        servers.send(ZOE, HELP, mail("Where is my parcel?"))
        (item,) = await desk.items(1)
        for number in range(1, 4):
            await desk.reply(item["conversation_id"], agent, f"Answer {number}")
            await desk.deliver()
            await asyncio.to_thread(wait_until, partial(has_mails, servers, "zoe", number))
            received = read(servers.mails("zoe")[-1])
            servers.send(ZOE, HELP, answer_to(received, f"Question {number}"))
            await desk.items(number + 1)
    assert await desk.count("conversations") == 1
    rows = await desk.rows("SELECT direction, text, state FROM messages WHERE workspace_id = $1 ORDER BY id")
    assert [(row["direction"], row["text"]) for row in rows] == [
        ("in", "Where is my parcel?"),
        *[pair for n in range(1, 4) for pair in (("out", f"Answer {n}"), ("in", f"Question {n}"))],
    ]
    last = read(servers.mails("zoe")[-1])
    assert len(str(last["References"]).split()) == 5
    assert "Where is my parcel?" not in str(last["Subject"])


async def test_a_poisoned_mail_among_good_ones(desk: Post, servers: MailServers) -> None:
    await desk.join()
    servers.deliver("help", mail("one"))
    servers.deliver("help", b"\n")
    servers.deliver("help", b"\xff\xfe\x00\x00 no mail at all \x80\n\n\x00\x01")
    servers.deliver("help", mail("two", subject="Another matter 8812"))
    async with desk.receiving():

        async def all_here() -> bool:
            return await desk.count("inbound_items") == 4

        await until(all_here)
    for _ in range(4):
        try:
            await run_jobs(desk.runtime, "channels.ingest")
        except Failure:
            await desk.parts.ingesting.sweep(desk.runtime)
            await requeue(desk)
    states = await desk.rows("SELECT state FROM inbound_items WHERE workspace_id = $1 ORDER BY id")
    assert [row["state"] for row in states] == ["done", "quarantined", "done", "done"]


async def requeue(desk: Post) -> None:
    """Puts the jobs back that a failing one kept from running here; the real queue tries them by itself."""
    async with desk.ctx() as ctx:
        for row in await ctx.tx.fetch(
            "SELECT id, channel_id FROM inbound_items WHERE workspace_id = $1 AND state = 'stored'",
            desk.workspace_id,
        ):
            ctx.defer("channels.ingest", {"channel_id": row["channel_id"], "item_id": row["id"]})


async def test_restarts_and_lost_connections_lose_nothing(
    desk: Post, servers: MailServers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "FIRST_PAUSE", 0.2)
    monkeypatch.setattr(running, "LONGEST_PAUSE", 0.5)
    await desk.join()
    async with desk.running():
        servers.deliver("help", mail("one"))
        await desk.items(1)
        servers.drop_connections()
        servers.deliver("help", mail("two", subject="Another matter 8812"))
        await desk.items(2)
        servers.stop_imap()
        servers.deliver("help", mail("three", subject="A third matter 7713"))

        async def broken() -> bool:
            return (await desk.health())[0] == "error"

        await until(broken)
        assert "takes no connections" in (await desk.health())[1] or "broke" in (await desk.health())[1]
        servers.start_imap()
        await desk.items(3)

        async def mended() -> bool:
            return await desk.health() == ("active", "")

        await until(mended)
    assert await desk.count("messages") == 3


async def test_a_wrong_password_says_so(desk: Post, servers: MailServers, shop: Shop) -> None:
    await desk.join(password="wrong")
    async with desk.running():

        async def broken() -> bool:
            return (await desk.health())[0] == "error"

        await until(broken)
    assert "refuses the user or password" in (await desk.health())[1]
    admin = await shop.signed_in("admin")
    answer = (await admin.post(f"/api/v1/channels/{desk.channel_id}/test")).json()
    assert answer["ok"] is False
    assert [(step["name"], step["ok"]) for step in answer["steps"]][:3] == [
        ("resolve", True),
        ("connect", True),
        ("receive", False),
    ]
    assert "refuses the user or password" in answer["steps"][2]["detail"]


async def test_a_connection_test_goes_step_by_step(desk: Post, shop: Shop, servers: MailServers) -> None:
    await desk.join(imap_port=servers.imaps_port, imap_security="tls", smtp_security="starttls")
    admin = await shop.signed_in("admin")
    answer = (await admin.post(f"/api/v1/channels/{desk.channel_id}/test")).json()
    assert [step["name"] for step in answer["steps"]] == ["resolve", "connect", "sign_in", "folder", "send"]
    assert answer["ok"] is True, answer
    await admin.patch(f"/api/v1/channels/{desk.channel_id}", json={"settings": {"folder": "Nowhere"}})
    answer = (await admin.post(f"/api/v1/channels/{desk.channel_id}/test")).json()
    assert "The folder Nowhere cannot be opened" in next(s for s in answer["steps"] if not s["ok"])["detail"]
    await admin.patch(
        f"/api/v1/channels/{desk.channel_id}",
        json={"settings": {"folder": "INBOX", "check_certificates": True}},
    )
    answer = (await admin.post(f"/api/v1/channels/{desk.channel_id}/test")).json()
    assert all("cannot be trusted" in s["detail"] for s in answer["steps"] if not s["ok"]), answer


@pytest.mark.parametrize(("port", "security"), [("imaps_port", "tls"), ("imap_port", "starttls")])
async def test_encrypted_mailboxes(desk: Post, servers: MailServers, port: str, security: str) -> None:
    await desk.join(imap_port=getattr(servers, port), imap_security=security)
    async with desk.receiving(poll_seconds=3600):
        servers.deliver("help", mail("one"))
        await desk.items(1)
        servers.deliver("help", mail("two", subject="Another matter 8812"))
        await desk.items(2)


async def test_a_mailbox_numbered_anew_brings_nothing_twice(desk: Post, servers: MailServers) -> None:
    await desk.join()
    for number in range(3):
        servers.deliver("help", mail(f"mail {number}", subject=f"Matter {number}{number}{number}{number}"))
    async with desk.receiving():
        await desk.items(3)
    servers.stop_imap()
    servers.renumber("help")
    servers.start_imap()
    servers.deliver("help", mail("new", subject="A new matter 5656"))
    async with desk.receiving():
        await desk.items(7)
    assert await desk.count("messages") == 4


async def test_the_first_look_takes_only_recent_mail(desk: Post, servers: MailServers) -> None:
    await desk.join(first_days=7)
    clock_days = (desk.runtime.clock.now().timestamp() - time.time()) / -86_400
    servers.deliver("help", mail("old", subject="Old matter 1111"), days_old=clock_days + 30)
    servers.deliver("help", mail("recent", subject="Recent matter 2222"), days_old=clock_days + 2)
    async with desk.receiving():
        await desk.items(1)
        servers.deliver(
            "help", mail("moved here later", subject="Old but moved 3333"), days_old=clock_days + 90
        )
        await desk.items(2)
    texts = await desk.rows("SELECT text FROM messages WHERE workspace_id = $1 ORDER BY id")
    assert [row["text"] for row in texts] == ["recent", "moved here later"]


@pytest.mark.parametrize(("after", "left"), [("leave", 2), ("mark_seen", 2), ("delete", 0)])
async def test_what_happens_to_mail_that_was_taken(
    desk: Post, servers: MailServers, after: str, left: int
) -> None:
    await desk.join(after=after)
    servers.deliver("help", mail("one"))
    servers.deliver("help", mail("two", subject="Another matter 8812"))
    async with desk.receiving():
        await desk.items(2)
        await asyncio.to_thread(wait_until, lambda: len(servers.mails("help")) == left)
        box = servers.folder / "mail" / "help" / "Maildir" / "cur"
        if after == "mark_seen":
            await asyncio.to_thread(
                wait_until, lambda: all("S" in path.name.partition(":2,")[2] for path in box.iterdir())
            )
        elif after == "leave":
            assert not any("S" in path.name.partition(":2,")[2] for path in box.iterdir())


async def test_a_large_mailbox_comes_in_batches_and_goes_on_where_it_was(
    desk: Post, servers: MailServers
) -> None:
    await desk.join()
    for number in range(130):
        servers.deliver("help", mail(f"mail {number}", subject=f"Matter {1000 + number}"))
    async with desk.receiving():

        async def some() -> bool:
            return await desk.count("inbound_items") >= 60

        await until(some)
    before = await desk.count("inbound_items")
    position = await desk.row(
        "SELECT position FROM channels WHERE workspace_id = $1 AND id = $2", desk.channel_id
    )
    assert position["position"]["last_uid"] <= before
    async with desk.receiving():

        async def everything() -> bool:
            return await desk.count("inbound_items") == 130

        await until(everything, 30)
    keys = await desk.rows("SELECT external_key FROM inbound_items WHERE workspace_id = $1 ORDER BY id")
    numbers = [int(row["external_key"].split(".")[1]) for row in keys]
    assert numbers == sorted(numbers)


async def test_of_an_enormous_mail_the_beginning_is_taken(desk: Post, servers: MailServers) -> None:
    await desk.join(largest_mail=1)
    big = write_mail("Look at this", sender=ZOE, to=HELP)
    big.add_attachment(b"x" * 3_000_000, maintype="application", subtype="octet-stream", filename="big.bin")
    servers.deliver("help", big.as_bytes())
    servers.deliver("help", mail("small", subject="Another matter 8812"))
    async with desk.receiving():
        first, second = await desk.items(2)
    assert first["envelope"]["cut"] is True
    message = await desk.message(first["message_id"])
    assert message["text"] == "Look at this"
    assert message["envelope"]["cut"] is True
    assert second["state"] == "done"


async def test_a_mail_that_the_server_cannot_give_is_named_and_the_others_come(
    desk: Post, servers: MailServers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "FIRST_PAUSE", 0.05)
    monkeypatch.setattr(running, "LONGEST_PAUSE", 0.1)
    await desk.join()
    for number in range(3):
        servers.deliver("help", mail(f"mail {number}", subject=f"Matter {number}{number}{number}{number}"))
    new = servers.folder / "mail" / "help" / "Maildir" / "new"
    sorted(new.iterdir())[1].chmod(0)
    async with desk.running():

        async def all_here() -> bool:
            return await desk.count("inbound_items") == 3

        await until(all_here, 30)
    envelopes = await desk.rows("SELECT envelope FROM inbound_items WHERE workspace_id = $1 ORDER BY id")
    assert [bool(row["envelope"].get("refused")) for row in envelopes] == [False, True, False]


async def test_a_folder_that_cannot_be_read_is_told(desk: Post, servers: MailServers) -> None:
    await desk.join(folder="Nowhere")
    async with desk.receiving() as task:
        with pytest.raises(Misconfigured, match="The folder Nowhere cannot be opened"):
            await task


def test_a_closed_mailbox_is_no_crash() -> None:
    box = Mailbox(None)  # type: ignore[arg-type]
    box.abort()
    box.close()
    with pytest.raises(Failure):
        box.refresh()
