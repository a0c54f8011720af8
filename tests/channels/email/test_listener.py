"""The built-in listener: only our addresses, 250 only for what is stored, 451 when something is away."""

import asyncio
import smtplib
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from parley.channels.adapters.email_listener import server as listening
from parley.channels.adapters.email_listener.server import serving
from parley.channels.email import listening as module
from parley.channels.email.listening import ListenerDesk, load_tls, run_listener
from tests.support.jobs import run_jobs
from tests.support.mailroom import HELP, ZOE, Mailroom, write_mail
from tests.support.mailservers import write_certificate
from tests.support.product import free_port


@asynccontextmanager
async def open_listener(room: Mailroom, **values: Any) -> AsyncIterator[int]:
    given = {"host": "127.0.0.1", "port": 0, "name": "desk.example", "largest": 200_000, **values}
    async with serving(ListenerDesk(room.runtime, "desk.example"), **given) as server:
        yield server.sockets[0].getsockname()[1]


async def talk(port: int, *lines: bytes) -> list[str]:
    """Says lines one after another and gives the last line of each answer, the greeting first."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answers: list[str] = []
    try:
        for line in (b"", *lines):
            if line:
                writer.write(line + b"\r\n")
                await writer.drain()
            while (answer := (await reader.readline()).decode()) and answer[3:4] == "-":
                continue
            answers.append(answer.strip())
    finally:
        writer.close()
    return answers


async def send(port: int, raw: bytes, *to: str) -> dict[str, Any]:
    def work() -> dict[str, Any]:
        with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
            return dict(client.sendmail(ZOE, list(to or (HELP,)), raw))

    return await asyncio.to_thread(work)


async def test_a_mail_is_stored_before_it_is_accepted(room: Mailroom) -> None:
    async with open_listener(room) as port:
        assert await send(port, write_mail("Hello").as_bytes()) == {}
        item = await room.row("SELECT * FROM inbound_items WHERE workspace_id = $1")
        assert item["envelope"] == {"mail_from": ZOE, "rcpt_to": HELP, "peer": "127.0.0.1"}
        await run_jobs(room.runtime, "channels.ingest")
        message = await room.row("SELECT text FROM messages WHERE workspace_id = $1")
        assert message["text"] == "Hello"
        raw = await room.runtime.files.read(str(room.workspace_id), item["sha256"])
    assert raw.startswith(f"Return-Path: <{ZOE}>\r\nDelivered-To: {HELP}\r\nReceived: from ".encode())


async def test_the_same_mail_from_a_sender_who_did_not_hear_us_counts_once(room: Mailroom) -> None:
    mail = write_mail("Hello").as_bytes()
    async with open_listener(room) as port:
        await send(port, mail)
        await send(port, mail)
    assert await room.count("inbound_items") == 1


async def test_only_our_addresses_are_taken(room: Mailroom) -> None:
    await room.add_channel("sales@shop.example", more_addresses=["Orders@Shop.example"])
    paused = await room.add_channel("old@shop.example")
    async with room.ctx() as ctx:
        await ctx.tx.execute(
            "UPDATE channels SET state = 'paused' WHERE workspace_id = $1 AND id = $2",
            room.workspace_id,
            paused,
        )
    async with open_listener(room) as port:
        answers = await talk(
            port,
            b"EHLO me",
            b"MAIL FROM:<>",
            b"RCPT TO:<HELP@shop.example>",
            b"RCPT TO:<help+abc123@shop.example>",
            b"RCPT TO:<orders@shop.example>",
            b"RCPT TO:<nobody@shop.example>",
            b"RCPT TO:<old@shop.example>",
            b"RCPT TO:<help@elsewhere.example>",
            b"RCPT TO:<@@>",
            b"VRFY help",
            b"QUIT",
        )
    assert [answer[:3] for answer in answers] == [
        "220",
        "250",
        "250",
        "250",
        "250",
        "250",
        "550",
        "550",
        "550",
        "553",
        "252",
        "221",
    ]


async def test_several_recipients_are_several_channels(room: Mailroom) -> None:
    await room.add_channel("sales@shop.example")
    async with open_listener(room) as port:
        refused = await send(port, write_mail().as_bytes(), HELP, "sales@shop.example", "nobody@shop.example")
    assert list(refused) == ["nobody@shop.example"]
    assert await room.count("inbound_items") == 2


async def test_a_database_that_is_away_makes_the_sender_keep_the_mail(
    room: Mailroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_listener(room) as port:
        transaction = room.runtime.db.transaction

        def away(*_: Any) -> Any:
            raise ConnectionRefusedError("no database")

        monkeypatch.setattr(room.runtime.db, "transaction", away)
        answers = await talk(
            port, b"EHLO me", b"MAIL FROM:<a@b.example>", b"RCPT TO:<help@shop.example>", b"QUIT"
        )
        assert [answer[:3] for answer in answers] == ["220", "250", "250", "451", "221"]
        monkeypatch.setattr(room.runtime.db, "transaction", transaction)

        async def full(*_: Any, **__: Any) -> Any:
            raise OSError(28, "No space left on device")

        put = room.runtime.files.put
        monkeypatch.setattr(room.runtime.files, "put", full)
        with pytest.raises(smtplib.SMTPDataError) as caught:
            await send(port, write_mail().as_bytes())
        assert caught.value.smtp_code == 451
        monkeypatch.setattr(room.runtime.files, "put", put)
        await send(port, write_mail().as_bytes())
    assert await room.count("inbound_items") == 1


async def test_too_large_mail_is_refused_for_good(room: Mailroom) -> None:
    async with open_listener(room) as port:
        with pytest.raises(smtplib.SMTPSenderRefused) as caught:
            await send(port, write_mail("x" * 300_000).as_bytes())
        assert caught.value.smtp_code == 552
        lines = [b"EHLO me", b"MAIL FROM:<a@b.example>", b"RCPT TO:<help@shop.example>", b"DATA"]
        answers = await talk(port, *lines, b"Subject: x\r\n\r\n" + b"y\r\n" * 100_000 + b".")
    assert answers[-1].startswith("552")
    assert await room.count("inbound_items") == 0


async def test_lines_longer_than_the_standard_allows_are_taken(room: Mailroom) -> None:
    async with open_listener(room) as port:
        answers = await talk(
            port,
            b"EHLO me",
            b"MAIL FROM:<a@b.example>",
            b"RCPT TO:<help@shop.example>",
            b"DATA",
            b"From: a@b.example\r\nSubject: x\r\n\r\n" + b"z" * 50_000 + b"\r\n..dot\r\n.",
        )
    assert answers[-1].startswith("250")
    item = await room.row("SELECT sha256 FROM inbound_items WHERE workspace_id = $1")
    raw = await room.runtime.files.read(str(room.workspace_id), item["sha256"])
    assert raw.endswith(b"z" * 50_000 + b"\r\n.dot\r\n")


async def test_lmtp_answers_for_each_recipient(room: Mailroom) -> None:
    await room.add_channel("sales@shop.example")
    async with open_listener(room) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)

        async def say(line: bytes) -> bytes:
            writer.write(line + b"\r\n")
            while (answer := await reader.readline())[3:4] == b"-":
                continue
            return answer[:3]

        await reader.readline()
        assert await say(b"LHLO mta.example") == b"250"
        assert await say(b"MAIL FROM:<zoe@customer.example>") == b"250"
        assert await say(b"RCPT TO:<help@shop.example>") == b"250"
        assert await say(b"RCPT TO:<sales@shop.example>") == b"250"
        assert await say(b"DATA") == b"354"
        assert await say(b"Subject: hi\r\n\r\nhello\r\n.") == b"250"
        assert (await reader.readline())[:3] == b"250"
        assert await say(b"QUIT") == b"221"
        writer.close()
    assert await room.count("inbound_items") == 2


async def test_starttls_where_a_certificate_is_set(room: Mailroom, tmp_path: Path) -> None:
    write_certificate(tmp_path)
    context = load_tls(str(tmp_path / "cert.pem"), str(tmp_path / "key.pem"))
    trusting = ssl.create_default_context(cafile=str(tmp_path / "cert.pem"))

    def work(port: int) -> None:
        with smtplib.SMTP("localhost", port, timeout=10) as client:
            client.starttls(context=trusting)
            client.sendmail(ZOE, [HELP], write_mail().as_bytes())

    async with open_listener(room, tls=context) as port:
        await asyncio.to_thread(work, port)
    assert await room.count("inbound_items") == 1
    assert load_tls("", "") is None


async def test_nobody_can_sign_in_or_relay(room: Mailroom) -> None:
    async with open_listener(room) as port:
        answers = await talk(
            port,
            b"EHLO me",
            b"AUTH PLAIN AGhlbHAAc2VjcmV0",
            b"MAIL FROM:<help@shop.example>",
            b"RCPT TO:<victim@elsewhere.example>",
            b"QUIT",
        )
    assert [answer[:3] for answer in answers[2:]] == ["538", "250", "550", "221"] or answers[2][:1] == "5"
    assert answers[4].startswith("550")


async def test_too_many_connections_are_turned_away(room: Mailroom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "MAX_CONNECTIONS", 1)
    async with open_listener(room) as port:
        _, first = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.sleep(0.05)
        reader, second = await asyncio.open_connection("127.0.0.1", port)
        assert (await reader.readline()).startswith(b"421")
        first.close()
        second.close()


async def test_silent_connections_end(room: Mailroom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "SILENCE_SECONDS", 0.1)
    async with open_listener(room) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        await reader.readline()
        assert await asyncio.wait_for(reader.read(), 5) == b""
        writer.close()


async def test_the_listener_waits_for_its_port(room: Mailroom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "AGAIN_SECONDS", 0.1)
    port = free_port()
    taken = await asyncio.start_server(lambda *_: None, "127.0.0.1", port)
    room.runtime.settings = msgspec.structs.replace(room.runtime.settings, smtp_port=port)
    task = asyncio.create_task(run_listener(room.runtime))
    await asyncio.sleep(0.2)
    taken.close()
    await taken.wait_closed()
    await asyncio.sleep(0.3)
    assert (await talk(port, b"QUIT"))[0].startswith("220")
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
