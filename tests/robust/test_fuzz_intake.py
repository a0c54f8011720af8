"""Made-up mail through the real intake, by hook and by listener: taken, refused or put aside, and the rest go on."""

import asyncio
import base64
import contextlib
from collections.abc import AsyncIterator, Callable

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from parley.channels.adapters.email_listener.server import serving
from parley.channels.email.listening import ListenerDesk
from parley.kit.postgres import EmbeddedPostgres
from tests.channels.mail.test_fuzz import PIECES, SAMPLES
from tests.robust.intake import Intake, open_intake
from tests.robust.laboratory import complain
from tests.support.mailroom import write_mail

QUIET = settings(deadline=None, database=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
async def intake(
    postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Intake]:
    """A full workspace where every try is undone, with a hook and a form."""
    async with open_intake(postgres, tmp_path_factory.mktemp("intake")) as made:
        yield made


@st.composite
def mails(draw: st.DrawFn) -> bytes:
    """Makes a mail up: random pieces, or a sample that has been spoilt."""
    if draw(st.booleans()):
        return b"".join(draw(st.lists(st.sampled_from(PIECES) | st.binary(max_size=30), max_size=40)))
    raw = draw(st.sampled_from(SAMPLES))
    for _ in range(draw(st.integers(0, 6))):
        at = draw(st.integers(0, len(raw)))
        added = draw(st.sampled_from(PIECES) | st.binary(max_size=8))
        raw = raw[:at] + added + raw[at + draw(st.integers(0, 40)) :]
    return raw


def as_multipart(raw: bytes, name: bytes) -> bytes:
    """Packs a mail into a form as Mailgun and SendGrid do."""
    head = b'--xyz\r\nContent-Disposition: form-data; name="' + name + b'"\r\n\r\n'
    return head + raw + b"\r\n--xyz--\r\n"


POSTED: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "raw": ("message/rfc822", lambda raw: raw),
    "text": ("text/plain; charset=utf-8", lambda raw: raw),
    "base64": (
        "application/json",
        lambda raw: msgspec.json.encode({"raw": base64.b64encode(raw).decode(), "encoding": "base64"}),
    ),
    "json": ("application/json", lambda raw: msgspec.json.encode({"RawEmail": raw.decode("latin-1")})),
    "mailgun": ("multipart/form-data; boundary=xyz", lambda raw: as_multipart(raw, b"body-mime")),
    "sendgrid": ("multipart/form-data; boundary=xyz", lambda raw: as_multipart(raw, b"email")),
}


async def try_hook(intake: Intake, raw: bytes, way: str) -> None:
    """Posts a mail; what is taken becomes a message or is put aside, and the next mail comes through."""
    kind, pack = POSTED[way]
    async with intake.laboratory.undone():
        answer = await intake.post(pack(raw), kind)
        assert complain(answer) is None
        assert answer.status_code in (200, 400, 413, 415, 422), answer.text
        await intake.check(1 if answer.status_code == 200 and answer.json()["new"] else 0)
        await intake.check_going_on()


@settings(QUIET, max_examples=15, derandomize=True)
@given(raw=mails(), way=st.sampled_from(sorted(POSTED)))
async def test_made_up_mail(intake: Intake, raw: bytes, way: str) -> None:
    await try_hook(intake, raw, way)


@pytest.mark.soak
@settings(QUIET, max_examples=1500, print_blob=True)
@given(raw=mails(), way=st.sampled_from(sorted(POSTED)))
async def test_much_made_up_mail(intake: Intake, raw: bytes, way: str) -> None:
    await try_hook(intake, raw, way)


COMMANDS = [
    b"EHLO me",
    b"HELO me",
    b"LHLO me",
    b"EHLO \xff\xfe\x00",
    b"MAIL FROM:<zoe@customer.example>",
    b"MAIL FROM:<> SIZE=99999999999",
    b"MAIL FROM:<\xc3\xa9@x.example> SMTPUTF8",
    b"RCPT TO:<{address}>",
    b"RCPT TO:<{address}> NOTIFY=NEVER",
    b"RCPT TO:<nobody@elsewhere.example>",
    b"RCPT TO:<\x00@x>",
    b"DATA",
    b"RSET",
    b"VRFY root",
    b"AUTH PLAIN AAAA",
    b"STARTTLS",
    b"BDAT 5 LAST",
    b"\xff\xfe\xfd",
    b"",
    b"X" * 5000,
]


async def talk_smtp(port: int, sent: bytes) -> bytes:
    """Says everything and gives what was answered until the server hung up, or waits for more."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answered = b""
    try:
        writer.write(sent)
        with contextlib.suppress(ConnectionError, TimeoutError):
            while chunk := await asyncio.wait_for(reader.read(65536), 2):
                answered += chunk
        return answered
    finally:
        writer.close()


async def try_listener(intake: Intake, commands: list[bytes], raw: bytes, whole: bool) -> int:
    """Speaks SMTP, well or badly; every 250 for data is an item, and nothing else is. Gives how many there were."""
    address = f"help@{intake.place.marker.replace(' ', '-').lower()}.example".encode()
    begin = [b"EHLO me", b"MAIL FROM:<zoe@customer.example>", b"RCPT TO:<" + address + b">", b"DATA"]
    lines = [line.replace(b"{address}", address) for line in commands] + (begin if whole else [])
    text = b"\r\n".join(raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n").split(b"\r\n"))
    data = b"\r\n".join(b"." + line if line.startswith(b".") else line for line in text.split(b"\r\n"))
    sent = b"\r\n".join([*lines, data, b".", b"QUIT", b""])
    desk = ListenerDesk(intake.runtime, "desk.example")
    given_to = {"host": "127.0.0.1", "port": 0, "name": "desk.example", "largest": 200_000}
    async with intake.laboratory.undone():
        with capture_logs() as events:
            async with serving(desk, **given_to) as server:  # type: ignore[arg-type]
                answered = await talk_smtp(server.sockets[0].getsockname()[1], sent)
        assert not [event for event in events if event["log_level"] in ("error", "critical", "warning")]
        assert b"Error: (" not in answered, answered[-500:]
        stored = answered.count(b"250 2.0.0 Stored")
        found = await intake.place.count(
            "SELECT count(*) FROM inbound_items WHERE workspace_id = $1 AND state = 'stored'",
            intake.place.workspace_id,
        )
        # The same mail twice in one session counts once.
        assert min(stored, 1) <= found <= stored
        await intake.check(found)
        await intake.check_going_on()
    return int(found)


DIALOGUES = given(
    commands=st.lists(st.sampled_from(COMMANDS) | st.binary(max_size=40), max_size=8),
    raw=mails(),
    whole=st.booleans(),
)


async def test_the_listener_takes_what_is_good(intake: Intake) -> None:
    """What is made up would prove nothing if nothing were taken."""
    assert await try_listener(intake, [], write_mail("Hello").as_bytes(), True) == 1
    assert await try_listener(intake, [b"NOOP", b"X", b"RSET"], b"Subject: x\n\n.dot", True) == 1
    assert await try_listener(intake, [b"NOOP"], b"Subject: x\n\nx", False) == 0


@settings(QUIET, max_examples=20, derandomize=True)
@DIALOGUES
async def test_made_up_dialogues(intake: Intake, commands: list[bytes], raw: bytes, whole: bool) -> None:
    await try_listener(intake, commands, raw, whole)


@pytest.mark.soak
@settings(QUIET, max_examples=1000, print_blob=True)
@DIALOGUES
async def test_many_made_up_dialogues(intake: Intake, commands: list[bytes], raw: bytes, whole: bool) -> None:
    await try_listener(intake, commands, raw, whole)
