"""Outgoing webhooks in pure code: what is sent, how it is signed (Standard Webhooks), when it is tried again."""

import base64
import secrets
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
from standardwebhooks import Webhook as Signer

from parley.accounts.words import wrong
from parley.kit.addresses import AllowList
from parley.kit.log.fact import Recorded, fact_kinds

FIELD = "webhook_secret"
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(hours=1)
GIVE_UP_AFTER = timedelta(days=3)
GONE = 410
TEST_KIND = "test"
MAX_URL = 2000


def make_secret() -> str:
    """Makes a signing secret: `whsec_` and 32 random bytes in base64."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def parse_url(url: str, allow: AllowList) -> str:
    """Gives the address of a receiver; raises Invalid, also for one that is plainly private and not allowed.

    What a name stands for is looked at when it is called.
    """
    url = url.strip()
    try:
        parts = urlsplit(url)
        ok = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        ok, parts = False, urlsplit("")
    if not ok or not url.isprintable() or " " in url or len(url) > MAX_URL:
        raise wrong("url", "This is not an http or https address.")
    if parts.username is not None or parts.password is not None:
        raise wrong("url", "An address must not contain a user name or password.")
    if not allow.may_name(parts.hostname or ""):
        raise wrong(
            "url", "This is a private address, which is not called unless the installation allows it."
        )
    return url


def parse_kinds(kinds: list[str]) -> list[str]:
    """Gives the kinds of facts to send, all for an empty list; raises Invalid for one that does not exist."""
    unknown = sorted(set(kinds) - set(fact_kinds()))
    if unknown:
        raise wrong("kinds", f"There is no fact called {', '.join(unknown)[:300]}.")
    return sorted(set(kinds))


def build_body(recorded: Recorded) -> bytes:
    """Builds the body for a fact: `type`, `timestamp`, `data`, and where it stands on the log."""
    return msgspec.json.encode(
        {
            "type": recorded.kind,
            "timestamp": recorded.at,
            "data": recorded.data,
            "id": recorded.id,
            "cursor": recorded.cursor,
            "workspace_id": recorded.workspace_id,
            "conversation_id": recorded.conversation_id,
            "actor": {"kind": recorded.actor_kind, "id": recorded.actor_id},
        }
    )


def build_test_body(workspace_id: UUID, message_id: UUID, at: datetime) -> bytes:
    """Builds the body of a test delivery."""
    body: dict[str, Any] = {
        "type": TEST_KIND,
        "timestamp": at,
        "data": {},
        "id": message_id,
        "workspace_id": workspace_id,
    }
    return msgspec.json.encode(body)


def sign_body(secret: str, message_id: UUID, at: datetime, body: bytes) -> dict[str, str]:
    """Gives the headers of a delivery; `message_id` stays the same when it is sent again."""
    return {
        "content-type": "application/json",
        "webhook-id": str(message_id),
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Signer(secret).sign(str(message_id), at, body.decode()),
    }


def pause_after(failures: int, wanted: timedelta | None = None) -> timedelta:
    """Gives the pause after so many failures in a row: doubling up to an hour, longer when the receiver asks."""
    doubled = FIRST_PAUSE * (1 << min(failures - 1, 20))
    return min(LONGEST_PAUSE, max(doubled, wanted or timedelta(0)))
