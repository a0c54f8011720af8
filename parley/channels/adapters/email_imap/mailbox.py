"""One IMAP connection (RFC 3501) with what a channel needs of it. Everything here blocks."""

import contextlib
import imaplib
import re
import socket
import ssl
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

import msgspec
from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import (
    ImapToolsError,
    MailboxFolderSelectError,
    MailboxLoginError,
    UnexpectedCommandStatusError,
)
from imap_tools.idle import IdleManager

from parley.channels.adapters.email_imap.dates import imap_day
from parley.channels.adapters.email_imap.sent import keep_sent
from parley.channels.email.settings import Security
from parley.channels.email.smtp import tls_context
from parley.kit.failures import Failure, Misconfigured, Retry

PORTS: dict[Security, int] = {"tls": 993, "starttls": 143, "none": 143}
TIMEOUT = 30.0
_UID = re.compile(rb"\bUID (\d+)")
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
_DATE = re.compile(rb'INTERNALDATE "([^"]{1,60})"')
_NUMBER = re.compile(rb"(\d+)")
BROKEN = (imaplib.IMAP4.error, ImapToolsError, OSError, EOFError)


class ImapServer(msgspec.Struct, frozen=True, kw_only=True):
    """A server, how to sign in there, and the folder to read."""

    host: str
    port: int
    security: Security
    user: str
    password: str = ""
    token: str = ""
    folder: str = "INBOX"
    check_certificates: bool = True


class Fetched(msgspec.Struct, frozen=True, kw_only=True):
    """A mail as the server gave it; `data` is None when it would not, `cut` when only the beginning was taken."""

    uid: int
    data: bytes | None
    received_at: datetime | None
    size: int
    cut: bool = False
    error: str = ""


class Place(msgspec.Struct, frozen=True):
    """What identifies the folder's numbering (RFC 3501, 2.3.1.1): a new validity makes old numbers worthless."""

    validity: int
    next_uid: int


class _PatientIdle(IdleManager):
    """IDLE (RFC 2177) that misses nothing: mail told of since the last search, or read ahead by the buffer."""

    def start(self) -> None:
        client = self.mailbox.client
        self._idle_tag = client._command("IDLE")  # noqa: SLF001 - imaplib knows no IDLE before Python 3.14
        while client._get_response() is not None:  # noqa: SLF001 - as above
            if client.tagged_commands.get(self._idle_tag):
                raise imaplib.IMAP4.abort("the server refuses IDLE")

    def wait_for_change(self, seconds: float) -> None:
        """Returns when something has changed in the folder, at the latest after this time."""
        self.start()
        if "EXISTS" not in self.mailbox.client.untagged_responses and not self._has_read_ahead():
            self.poll(seconds)
        self.stop()  # type: ignore[no-untyped-call]

    def _has_read_ahead(self) -> bool:
        sock: socket.socket = self.mailbox.client.sock
        before = sock.gettimeout()
        sock.settimeout(0)
        try:
            return bool(self.mailbox.client.file.peek(1))
        except OSError:
            return False
        finally:
            sock.settimeout(before)


class Mailbox:
    """An open folder of a mailbox. Raises Misconfigured and Retry."""

    def __init__(self, server: ImapServer) -> None:
        self._server = server
        self._box: BaseMailBox | None = None

    def connect(self) -> None:
        """Connects and, where set, encrypts."""
        server = self._server
        context = tls_context(check=server.check_certificates)
        with _told(server):
            if server.security == "tls":
                self._box = MailBox(server.host, server.port, timeout=TIMEOUT, ssl_context=context)
            elif server.security == "starttls":
                self._box = MailBoxStartTls(server.host, server.port, timeout=TIMEOUT, ssl_context=context)
            else:
                self._box = MailBoxUnencrypted(server.host, server.port, timeout=TIMEOUT)
        self._box.idle = _PatientIdle(self._box)

    def sign_in(self) -> None:
        """Signs in with an access token or a password."""
        server, box = self._server, self._open()
        with _told(server):
            if server.token:
                box.xoauth2(server.user, server.token, initial_folder=None)
            elif (server.user + server.password).isascii():
                box.login(server.user, server.password, initial_folder=None)
            else:
                box.login_utf8(server.user, server.password, initial_folder=None)
            _, found = box.client.capability()
            words = b" ".join(part for part in found if part).decode("ascii", "replace")
            box.client.capabilities = tuple(words.upper().split())

    def select(self) -> Place:
        """Opens the folder and gives its numbering."""
        box = self._open()
        with _told(self._server):
            box.folder.set(self._server.folder)
        validity, next_uid = self._number("UIDVALIDITY"), self._number("UIDNEXT")
        if not next_uid:
            next_uid = max(self.search(1), default=0) + 1
        return Place(validity, next_uid)

    def _number(self, name: str) -> int:
        _, found = self._open().client.response(name)
        match = _NUMBER.search(found[0]) if found and found[0] else None
        return int(match[1]) if match else 0

    def search(self, first_uid: int, since: date | None = None) -> list[int]:
        """Gives the numbers from `first_uid` on, in order; of mail received on or after a day, where one is named."""
        criteria = f"UID {first_uid}:*"
        if since is not None:
            criteria += f" SINCE {imap_day(since)}"
        # What the server tells from here on is newer than this search: `wait` then returns at once.
        self._open().client.untagged_responses.pop("EXISTS", None)
        with _told(self._server):
            found = self._open().uids(criteria, charset=None)
        # "7:*" means the last mail too when that is number 5.
        return sorted(uid for uid in map(int, found) if uid >= first_uid)

    def list_sizes(self, uids: Sequence[int]) -> dict[int, int]:
        """Gives the sizes of mails that are still there, in bytes."""
        with _told(self._server):
            status, found = self._open().client.uid("FETCH", _uid_set(uids), "(UID RFC822.SIZE)")
            _check(status, found)
        sizes: dict[int, int] = {}
        for part in found or ():
            line = part[0] if isinstance(part, tuple) else part or b""
            uid, size = _UID.search(line), _SIZE.search(line)
            if uid and size:
                sizes[int(uid[1])] = int(size[1])
        return sizes

    def fetch(self, uids: Sequence[int], sizes: dict[int, int], limit: int) -> list[Fetched]:
        """Fetches mails without marking them as read; of those over `limit` bytes only the beginning."""
        with _told(self._server):
            try:
                found = self._fetch(uids, limit)
            except _DeniedError as failure:
                if len(uids) == 1:
                    size = sizes.get(uids[0], 0)
                    return [
                        Fetched(uid=uids[0], data=None, received_at=None, size=size, error=_words(failure))
                    ]
                found = None
        if found is None:
            # One mail that the server cannot give must not hide the others.
            return [one for uid in uids for one in self.fetch([uid], sizes, limit)]
        wanted = set(uids)
        mails = [_read_fetched(part, after, sizes, limit) for part, after in found]
        return sorted((mail for mail in mails if mail and mail.uid in wanted), key=lambda mail: mail.uid)

    def _fetch(self, uids: Sequence[int], limit: int) -> list[tuple[tuple[bytes, bytes], bytes]]:
        status, found = self._open().client.uid(
            "FETCH", _uid_set(uids), f"(UID INTERNALDATE BODY.PEEK[]<0.{limit}>)"
        )
        _check(status, found)
        parts: list[Any] = [*(found or ()), b""]
        return [
            (part, after if isinstance(after, bytes) else b"")
            for part, after in pairwise(parts)
            if isinstance(part, tuple)
        ]

    def mark_seen(self, uids: Sequence[int]) -> None:
        """Marks mails as read."""
        with _told(self._server):
            _check(*self._open().client.uid("STORE", _uid_set(uids), "+FLAGS.SILENT", r"(\Seen)"))

    def delete(self, uids: Sequence[int]) -> None:
        """Deletes these mails and no others (UIDPLUS, RFC 4315); without UIDPLUS they are only marked as deleted."""
        client = self._open().client
        with _told(self._server):
            _check(*client.uid("STORE", _uid_set(uids), "+FLAGS.SILENT", r"(\Deleted)"))
            if "UIDPLUS" in client.capabilities:
                _check(*client.uid("EXPUNGE", _uid_set(uids)))

    def keep_sent(self, folder: str, data: bytes, message_id: str, at: datetime) -> bool:
        """Puts a mail that has left into the folder for sent mail ("": found by itself); False when it is there."""
        with _told(msgspec.structs.replace(self._server, folder=folder or "for sent mail")):
            return keep_sent(self._open(), folder, data, message_id, at)

    def can_idle(self) -> bool:
        """Says whether the server tells of new mail by itself."""
        return "IDLE" in self._open().client.capabilities

    def wait(self, seconds: float) -> None:
        """Waits for a change in the folder by IDLE; returns after `seconds` at the latest."""
        idle = self._open().idle
        assert isinstance(idle, _PatientIdle)  # noqa: S101 - set in connect
        with _told(self._server):
            idle.wait_for_change(seconds)

    def refresh(self) -> None:
        """Lets the server tell of new mail (NOOP)."""
        with _told(self._server):
            _check(*self._open().client.noop())

    def abort(self) -> None:
        """Breaks the connection off, also while another thread waits on it."""
        if self._box is not None:
            with contextlib.suppress(OSError):
                self._box.client.sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Lets go of the connection, whatever state it is in."""
        if self._box is not None:
            with contextlib.suppress(*BROKEN):
                self._box.client.shutdown()
            self._box = None

    def _open(self) -> BaseMailBox:
        if self._box is None:
            raise Retry(None, "The connection to the mailbox is closed.")
        return self._box


def _uid_set(uids: Sequence[int]) -> str:
    return ",".join(map(str, uids))


class _DeniedError(UnexpectedCommandStatusError):
    """The server says no to a command."""


def _check(status: str, found: Any) -> None:
    if status != "OK":
        raise _DeniedError((status, found), "OK")


def _read_fetched(
    part: tuple[bytes, bytes], after: bytes, sizes: dict[int, int], limit: int
) -> Fetched | None:
    """Reads one answer; servers put the number before or after the mail."""
    uid = _UID.search(part[0]) or _UID.search(after)
    if uid is None:
        return None
    number = int(uid[1])
    size = sizes.get(number, len(part[1]))
    moment = _DATE.search(part[0]) or _DATE.search(after)
    return Fetched(
        uid=number,
        data=part[1],
        received_at=_read_date(moment[1]) if moment else None,
        size=size,
        cut=len(part[1]) >= limit,
    )


def _read_date(raw: bytes) -> datetime | None:
    try:
        return datetime.strptime(raw.decode("ascii").strip(), "%d-%b-%Y %H:%M:%S %z").astimezone(UTC)
    except ValueError:
        return None


@contextlib.contextmanager
def _told(server: ImapServer) -> Iterator[None]:
    """Turns what libraries raise into the failures that screens can show."""
    try:
        yield
    except BROKEN as failure:
        raise explain(failure, server) from failure


def explain(failure: BaseException, server: ImapServer) -> Failure:
    """Says in a sentence what is wrong with a connection."""
    words = _words(failure)
    if isinstance(failure, MailboxLoginError) or (
        type(failure) is imaplib.IMAP4.error and "authenticat" in words.lower()
    ):
        return Misconfigured("password", f"{server.host} refuses the user or password: {words}")
    if isinstance(failure, MailboxFolderSelectError):
        return Misconfigured("folder", f"The folder {server.folder} cannot be opened: {words}")
    if isinstance(failure, ssl.SSLCertVerificationError):
        return Misconfigured(
            "imap_host", f"The certificate of {server.host} cannot be trusted ({failure.verify_message})."
        )
    if isinstance(failure, socket.gaierror):
        return Misconfigured("imap_host", f"There is no server called {server.host}.")
    if isinstance(failure, ssl.SSLError):
        return Misconfigured(
            "imap_security", f"{server.host} does not speak TLS on port {server.port} ({failure.reason})."
        )
    if isinstance(failure, TimeoutError):
        return Retry(None, f"{server.host} does not answer in time.")
    if isinstance(failure, ConnectionRefusedError):
        return Retry(None, f"{server.host} takes no connections on port {server.port}.")
    return Retry(None, f"The connection to {server.host} broke: {words or type(failure).__name__}.")


def _words(failure: BaseException) -> str:
    """What the server said, on one line."""
    if isinstance(failure, UnexpectedCommandStatusError):
        found = failure.command_result[1]
        said = (
            b" ".join(part for part in found if isinstance(part, bytes)) if isinstance(found, list) else found
        )
        text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    else:
        text = str(failure)
    return " ".join(text.split())[:300]
