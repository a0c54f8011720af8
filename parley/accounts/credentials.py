"""The secrets that Parley hands out: session cookies and API tokens.

Both name their workspace, so that a request knows its scope before it touches the database; only hashes
are stored.
"""

import base64
import hashlib
import secrets
from uuid import UUID

from parley.kit.ids import hash_token

SESSION = "session"
API_TOKEN = "token"  # noqa: S105 - a kind, not a secret
_TOKEN_PREFIX = "parley_"  # noqa: S105 - not a secret
_UUID_LENGTH = 22
_MAX_LENGTH = 200


def encode_workspace(workspace_id: UUID) -> str:
    """Writes a workspace's id in 22 url-safe characters."""
    return base64.urlsafe_b64encode(workspace_id.bytes).rstrip(b"=").decode()


def decode_workspace(text: str) -> UUID | None:
    """Reads what `encode_workspace` wrote; None for anything else."""
    if len(text) != _UUID_LENGTH or not text.isascii():
        return None
    try:
        workspace_id = UUID(bytes=base64.urlsafe_b64decode(text + "=="))
    except ValueError:
        return None
    return workspace_id if encode_workspace(workspace_id) == text else None


def make_session_secret(workspace_id: UUID) -> str:
    """Makes the value of a session cookie."""
    return f"{encode_workspace(workspace_id)}.{secrets.token_urlsafe(32)}"


def make_api_token(workspace_id: UUID) -> str:
    """Makes an API token."""
    return f"{_TOKEN_PREFIX}{encode_workspace(workspace_id)}_{secrets.token_urlsafe(32)}"


def make_link_secret(workspace_id: UUID) -> str:
    """Makes the secret of a link that is sent by mail."""
    return f"{encode_workspace(workspace_id)}.{secrets.token_urlsafe(24)}"


def workspace_of_session(secret: str) -> UUID | None:
    """Gives the workspace that a session cookie or a mailed link names, or None when it is none."""
    head, dot, tail = secret.partition(".")
    if not dot or not tail or len(secret) > _MAX_LENGTH:
        return None
    return decode_workspace(head)


def workspace_of_token(token: str) -> UUID | None:
    """Gives the workspace that an API token names, or None when it is no token of ours."""
    start, end = len(_TOKEN_PREFIX), len(_TOKEN_PREFIX) + _UUID_LENGTH
    if not token.startswith(_TOKEN_PREFIX) or len(token) > _MAX_LENGTH or token[end : end + 1] != "_":
        return None
    return decode_workspace(token[start:end])


def hash_secret(secret: str) -> str:
    """Gives what is stored in place of a secret: SHA-256 in hexadecimal."""
    return hash_token(secret).hex()


def csrf_of(session_secret: str) -> str:
    """Gives the CSRF value that belongs to a session."""
    digest = hashlib.sha256(b"csrf:" + session_secret.encode("utf-8", "surrogatepass")).digest()
    return base64.urlsafe_b64encode(digest).decode()[:32]
