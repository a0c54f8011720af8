"""The other side of a mailbox: Dovecot for what comes, a server with a password for what leaves."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

from parley.channels.specimens import Counterpart, Recorded, Stage
from tests.support.mail_counterpart import MailTaker, read_mails, serving_smtp
from tests.support.mailservers import DOMAIN, PASSWORD, MailServers


@contextmanager
def dovecot() -> Iterator[MailServers]:
    """Runs Dovecot alone."""
    with tempfile.TemporaryDirectory(prefix="parley-imap-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        servers = MailServers(Path(folder))
        servers.prepare()
        servers.start_imap()
        try:
            yield servers
        finally:
            servers.stop()


class MailProvider(MailTaker):
    """A mailbox `help` and a server for sending, with one password for both."""

    def __init__(self, servers: MailServers) -> None:
        super().__init__()
        self._servers = servers
        self._set_password(PASSWORD)
        servers.empty()

    @property
    def settings(self) -> dict[str, Any]:
        """The mailbox; what has been taken in is deleted there, so that one sees what has not."""
        return {
            "address": f"help@{DOMAIN}",
            "provider": "other",
            "user": "help",
            "password": self.password,
            "imap_host": "127.0.0.1",
            "imap_port": self._servers.imap_port,
            "imap_security": "none",
            "after": "delete",
            "first_days": 3650,
            **self.sending,
        }

    def _set_password(self, password: str) -> None:
        self.password = password
        (self._servers.folder / "users").write_text(f"help:{password}::::::\n")

    async def _lock_out(self, password: str) -> None:
        """Changes the password; who has signed in before is thrown out too."""
        self._set_password(password)
        # Dovecot looks at the file once a second.
        await asyncio.sleep(1.1)
        self._servers.drop_connections()

    async def hand_over(self, _stage: Stage, recorded: Recorded, *, forged: bool = False) -> bool:
        """Puts a mail into the mailbox."""
        if forged:
            await self._lock_out("not the one that Parley knows")
        self._servers.deliver("help", recorded.data)
        return not forged

    async def send_back(self, _stage: Stage) -> None:
        """Puts our own mail into the mailbox, as a provider does that files what is sent there."""
        self._servers.deliver("help", self.raw[-1])

    def is_collected(self) -> bool:
        """Says whether the mailbox is empty."""
        return not self._servers.mails("help")

    async def change_credentials(self) -> dict[str, Any]:
        """Changes the password for both directions."""
        await self._lock_out("second password, longer than the first")
        return {"password": self.password, "smtp_password": self.password}


class MailboxSpecimen:
    """The plug-in as the contract suite sees it."""

    recorded = read_mails(
        Path(__file__).parent.parent,
        {"iphone.eml": "Passt, danke!", "naver.eml": "파란색으로 교환해 주세요."},
    )
    without = MappingProxyType[str, str]({})
    marks: tuple[str, ...] = ("mailserver",)

    @asynccontextmanager
    async def open(self, stage: Stage) -> AsyncIterator[Counterpart]:
        """Opens an empty mailbox and a server that takes mail."""
        provider = MailProvider(await stage.share("dovecot", dovecot))
        async with serving_smtp(provider):
            yield provider


SPECIMEN = MailboxSpecimen()
