"""Handing mail to a server: whatever happens, it is known whether the mail may have left."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest

from parley.channels.email import smtp
from parley.channels.email.smtp import SmtpServer, send_mail, stuff_dots
from parley.channels.mail.compose import BuiltMail, OutboundMail, build_mail
from parley.channels.mail.models import Address
from parley.kit.failures import Failure, Misconfigured, Refused, Retry

FROM = "help@shop.example"
SILENCE = "silence"
USUAL = {"EHLO": "250-told.example\r\n250-AUTH PLAIN\r\n250 SIZE 1000000", "QUIT": "221 bye"}
Script = Callable[[str], str | None]


def built(text: str = "Hello", *to: str) -> BuiltMail:
    return build_mail(
        OutboundMail(
            message_id="one@shop.example",
            date=datetime(2026, 3, 4, tzinfo=UTC),
            from_=Address("", FROM),
            to=tuple(Address("", address) for address in to or ("zoe@customer.example",)),
            subject="Hello",
            text=text,
        )
    )


class Told:
    """A server that answers as told; it keeps the commands and the mail."""

    def __init__(self, answers: dict[str, str | None], *, hang_up_in_data: bool = False) -> None:
        self.answers = answers
        self.hang_up_in_data = hang_up_in_data
        self.commands: list[str] = []
        self.data = b""
        self.port = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Talks with one client; an answer of None hangs up."""
        try:
            await self._talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        say = self._sayer(reader, writer)
        if not await say("220", "220 told.example"):
            return
        while line := (await reader.readline()).decode().strip():
            self.commands.append(line)
            verb = line.split(" ")[0].upper()
            if verb == "DATA":
                if not await self._take(reader, say):
                    return
            elif not await say(line if line in self.answers else verb, USUAL.get(verb, "250 OK")):
                return

    async def _take(self, reader: asyncio.StreamReader, say: Callable[[str, str], Awaitable[bool]]) -> bool:
        if not await say("DATA", "354 go on"):
            return False
        if self.hang_up_in_data:
            await reader.read(10)
            return False
        self.data = await reader.readuntil(b"\r\n.\r\n")
        return await say(".", "250 taken")

    def _sayer(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> Callable[[str, str], Awaitable[bool]]:
        async def say(what: str, otherwise: str) -> bool:
            answer = self.answers.get(what, otherwise)
            if answer is None:
                return False
            if answer == SILENCE:
                await reader.read()
                return False
            writer.write(answer.encode() + b"\r\n")
            await writer.drain()
            return True

        return say


@asynccontextmanager
async def told(**answers: str | None) -> AsyncIterator[Told]:
    named = {{"greeting": "220", "dot": "."}.get(name, name): answer for name, answer in answers.items()}
    server = Told(named)
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listening.close()
        await listening.wait_closed()


def server_at(port: int, **values: object) -> SmtpServer:
    return SmtpServer(**{"host": "127.0.0.1", "port": port, "security": "none", **values})  # type: ignore[arg-type]


async def outcome(server: SmtpServer, mail: BuiltMail | None = None) -> Failure:
    with pytest.raises(Failure) as caught:
        await send_mail(server, mail or built(), FROM)
    return caught.value


async def test_a_mail_arrives_as_it_was_written() -> None:
    mail = built("first\n.\n..dots\n.end")
    async with told() as server:
        await send_mail(server_at(server.port), mail, FROM)
    assert server.data == stuff_dots(mail.data) + b".\r\n"
    assert server.data.replace(b"\r\n..", b"\r\n.")[: len(mail.data)] == mail.data
    assert [command.split(" ")[0] for command in server.commands] == ["EHLO", "MAIL", "RCPT", "DATA", "QUIT"]
    assert f"size={len(mail.data)}" in server.commands[1]


async def test_nobody_there_is_certainly_not_sent(unused_tcp_port: int) -> None:
    failure = await outcome(server_at(unused_tcp_port))
    assert isinstance(failure, Retry)
    assert not failure.uncertain
    assert "cannot be reached" in failure.reason


@pytest.mark.parametrize("moment", ["greeting", "EHLO", "MAIL", "RCPT", "DATA"])
async def test_a_connection_lost_before_the_final_dot_is_certainly_not_sent(moment: str) -> None:
    async with told(**{moment: None}) as server:
        failure = await outcome(server_at(server.port))
    assert isinstance(failure, Retry)
    assert not failure.uncertain


async def test_a_connection_lost_in_the_middle_of_the_mail_is_certainly_not_sent() -> None:
    async with told() as server:
        server.hang_up_in_data = True
        failure = await outcome(server_at(server.port), built("x" * 20_000_000))
    assert isinstance(failure, Retry)
    assert not failure.uncertain


async def test_a_connection_lost_after_the_final_dot_is_uncertain() -> None:
    async with told(dot=None) as server:
        failure = await outcome(server_at(server.port))
    assert isinstance(failure, Retry)
    assert failure.uncertain


async def test_silence_after_the_final_dot_is_uncertain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "FINAL_SECONDS", 0.2)
    async with told(dot=SILENCE) as server:
        failure = await outcome(server_at(server.port))
    assert isinstance(failure, Retry)
    assert failure.uncertain


async def test_silence_before_the_final_dot_is_certainly_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "WRITE_SECONDS", 0.3)
    async with told(MAIL=SILENCE) as server:
        failure = await outcome(server_at(server.port))
    assert isinstance(failure, Retry)
    assert not failure.uncertain
    assert "does not answer in time" in failure.reason


@pytest.mark.parametrize("moment", ["MAIL", "RCPT", "DATA", "dot"])
async def test_a_permanent_refusal_is_told_in_the_servers_words(moment: str) -> None:
    async with told(**{moment: "550 5.7.1 We do not like your face"}) as server:
        failure = await outcome(server_at(server.port))
    assert isinstance(failure, Refused)
    assert "550 5.7.1 We do not like your face" in failure.reason


@pytest.mark.parametrize("moment", ["greeting", "MAIL", "RCPT", "DATA", "dot"])
async def test_a_temporary_refusal_is_tried_again(moment: str) -> None:
    async with told(**{moment: "451 4.3.0 Come back later"}) as server:
        failure = await outcome(server_at(server.port))
    assert isinstance(failure, Retry)
    assert not failure.uncertain


async def test_one_refused_recipient_keeps_the_mail_here() -> None:
    mail = built("Hello", "zoe@customer.example", "nobody@customer.example")
    async with told(**{"RCPT TO:<nobody@customer.example>": "550 5.1.1 No such user"}) as server:
        failure = await outcome(server_at(server.port), mail)
    assert isinstance(failure, Refused)
    assert "nobody@customer.example: 550 5.1.1 No such user" in failure.reason
    assert "DATA" not in server.commands
    assert "RSET" in server.commands


@pytest.mark.parametrize(
    ("answer", "kind"), [("535 5.7.8 Wrong password", Misconfigured), ("454 4.7.0 Too many logins", Retry)]
)
async def test_a_refused_sign_in(answer: str, kind: type[Failure]) -> None:
    async with told(AUTH=answer) as server:
        failure = await outcome(server_at(server.port, user="help", password="wrong"))
    assert isinstance(failure, kind)
    assert answer in failure.reason
    assert not any("wrong" in command for command in server.commands)


async def test_a_server_without_sign_in_says_so() -> None:
    async with told(EHLO="250 told.example") as server:
        failure = await outcome(server_at(server.port, user="help", password="secret"))
    assert isinstance(failure, Misconfigured)


async def test_plain_servers_are_not_talked_to_with_tls() -> None:
    async with told() as server:
        for security in ("tls", "starttls"):
            failure = await outcome(server_at(server.port, security=security))
            assert not getattr(failure, "uncertain", False)


def test_certificates_are_checked_unless_switched_off() -> None:
    assert smtp.tls_context(check=True).verify_mode is ssl.CERT_REQUIRED
    assert smtp.tls_context(check=False).verify_mode is ssl.CERT_NONE
