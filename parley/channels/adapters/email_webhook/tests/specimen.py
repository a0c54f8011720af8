"""The other side of a provider's webhook: posts as Mailgun, SendGrid and Postmark do, and takes mail by SMTP."""

import hashlib
import hmac
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

from parley.channels.specimens import Counterpart, Recorded, Stage
from tests.support.mail_counterpart import MailTaker, read_mails, serving_smtp

FOLDER = Path(__file__).parent.parent
TYPE = re.compile(rb"\AContent-Type: ([^\n]+)\n\n")


class MailService(MailTaker):
    """Posts mails with the secret, or signed where Mailgun's key is meant."""

    def __init__(self) -> None:
        super().__init__()
        self._secret, self._key = "shared secret of both", "key-3ax6xnjp29jd6fds4gc373sgvjxteol0"

    @property
    def settings(self) -> dict[str, Any]:
        """The address, how requests are proved, and where the channel sends."""
        return {
            "address": "in@shop.example",
            "secret": self._secret,
            "mailgun_key": self._key,
            **self.sending,
        }

    async def hand_over(self, stage: Stage, recorded: Recorded, *, forged: bool = False) -> bool:
        """Posts a recorded request: its content type, an empty line, its body."""
        found = TYPE.match(recorded.data)
        kind, body = (
            (found[1].decode(), recorded.data[found.end() :]) if found else ("message/rfc822", recorded.data)
        )
        headers = {"Content-Type": kind}
        if recorded.name.startswith("mailgun"):
            key = "another" if forged else self._key
            body += b"&" + self._sign(key, int(stage.runtime.clock.now().timestamp())).encode()
        else:
            headers["Authorization"] = f"Bearer {'another' if forged else self._secret}"
        return (await stage.post(f"/hooks/{stage.public_key}", body, headers)).status == 200

    def _sign(self, key: str, now: int) -> str:
        token = "50ae13bd1f4c3f4a8b1d0d4e3a3f6b5a8f1e6f4c9d2b7a1e0c"
        signature = hmac.new(key.encode(), f"{now}{token}".encode(), hashlib.sha256).hexdigest()
        return urlencode({"timestamp": now, "token": token, "signature": signature})

    async def send_back(self, stage: Stage) -> None:
        """Posts our own mail, as a route does that matches everything."""
        assert await self.hand_over(stage, Recorded("echo", self.raw[-1], ""))

    def is_collected(self) -> bool:
        """Nothing is fetched."""
        return True

    async def change_credentials(self) -> dict[str, Any]:
        """Changes the secret, the key and the password for sending."""
        self._secret, self._key, self.password = "second secret", "key-second", "second password"
        return {"secret": self._secret, "mailgun_key": self._key, "smtp_password": self.password}


class WebhookSpecimen:
    """The plug-in as the contract suite sees it."""

    recorded = read_mails(
        FOLDER,
        {
            "mailgun.http": "Is the blue one back in stock?",
            "sendgrid.http": "My parcel has been in Graz since Tuesday.",
            "postmark.http": "Can I still change the address?",
            "raw.http": "Please cancel my order.",
        },
    )
    without = MappingProxyType[str, str]({})
    marks: tuple[str, ...] = ()

    @asynccontextmanager
    async def open(self, _stage: Stage) -> AsyncIterator[Counterpart]:
        """Opens a server that takes mail."""
        service = MailService()
        async with serving_smtp(service):
            yield service


SPECIMEN = WebhookSpecimen()
