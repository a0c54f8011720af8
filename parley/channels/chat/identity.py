"""Signed identity: the shop vouches for who is logged in, so that nobody reads another's conversation."""

import hashlib
import hmac
from datetime import datetime

from parley.channels.chat.frames import Identity
from parley.kit.ids import is_same_secret

LONGEST = 30 * 86400


def canonical(identity: Identity) -> bytes:
    """Gives the text that is signed (docs/widget.md, "Signed identity")."""
    return "\n".join(
        ("v1", identity.id, identity.email.lower(), identity.name, str(identity.expires))
    ).encode()


def sign_identity(secret: str, identity: Identity) -> str:
    """Signs as the shop's server does."""
    return hmac.new(secret.encode(), canonical(identity), hashlib.sha256).hexdigest()


def is_genuine(secret: str, identity: Identity, now: datetime) -> bool:
    """Says whether the shop signed this, for a customer with an id, and not for longer than 30 days."""
    seconds = now.timestamp()
    if not secret or not identity.id.strip() or not seconds <= identity.expires <= seconds + LONGEST:
        return False
    if any("\n" in part for part in (identity.id, identity.email, identity.name)):
        return False
    return is_same_secret(sign_identity(secret, identity), identity.signature)
