"""Believing a caller: the session cookie of an agent or the API token of a program."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from parley.accounts.credentials import (
    API_TOKEN,
    SESSION,
    csrf_of,
    hash_secret,
    workspace_of_session,
    workspace_of_token,
)
from parley.accounts.rights import known_permissions
from parley.kit.db import Transaction
from parley.kit.http.access import Claim, Principal
from parley.kit.log.fact import Actor

SESSION_COOKIE = "parley_session"
CSRF_COOKIE = "parley_csrf"
SESSION_LIFE = timedelta(days=14)
TOUCH_EVERY = timedelta(hours=1)

# The update runs at most once an hour, so that reading a page does not write a row.
_BY_SESSION = """
WITH found AS (
    SELECT s.id, s.seen_at, s.must_enrol, a.id AS agent_id, a.role
    FROM sessions s JOIN agents a ON a.workspace_id = s.workspace_id AND a.id = s.agent_id
    WHERE s.workspace_id = $1 AND s.token_hash = $2 AND s.expires_at > $3 AND NOT s.totp_pending
      AND a.state = 'active'
), touched AS (
    UPDATE sessions SET seen_at = $3, expires_at = $4 FROM found
    WHERE sessions.workspace_id = $1 AND sessions.id = found.id AND found.seen_at < $5
)
SELECT id, agent_id, role, must_enrol FROM found
"""
_BY_API_KEY = """
WITH found AS (
    SELECT id, scopes, used_at FROM api_tokens
    WHERE workspace_id = $1 AND token_hash = $2 AND revoked_at IS NULL AND (expires_at IS NULL
      OR expires_at > $3)
), touched AS (
    UPDATE api_tokens SET used_at = $3 FROM found
    WHERE api_tokens.workspace_id = $1 AND api_tokens.id = found.id AND (found.used_at IS NULL
      OR found.used_at < $4)
)
SELECT id, scopes FROM found
"""


class SessionAuthenticator:
    """Implements the kit's `Authenticator`; `permissions` are those of each role."""

    def __init__(self, permissions: Mapping[str, frozenset[str]]) -> None:
        self._permissions = dict(permissions)
        self._known = known_permissions(self._permissions)

    def read_claim(self, headers: Mapping[str, str], cookies: Mapping[str, str]) -> Claim | None:
        """Reads `Authorization: Bearer …`, or else the session cookie; None when there is neither."""
        authorization = headers.get("authorization")
        if authorization is not None:
            scheme, _, token = authorization.partition(" ")
            workspace_id = workspace_of_token(token.strip()) if scheme.lower() == "bearer" else None
            return Claim(workspace_id, token.strip(), API_TOKEN) if workspace_id else None
        secret = cookies.get(SESSION_COOKIE, "")
        workspace_id = workspace_of_session(secret)
        return Claim(workspace_id, secret, SESSION) if workspace_id else None

    async def authenticate(self, tx: Transaction, claim: Claim, now: datetime) -> Principal | None:
        """Checks the claim in one statement; None when it is not to be believed.

        An agent who must still set up a second factor is believed, but holds no permission.
        """
        if claim.kind == API_TOKEN:
            return await self._authenticate_token(tx, claim, now)
        row = await tx.fetchrow(
            _BY_SESSION,
            claim.workspace_id,
            hash_secret(claim.secret),
            now,
            now + SESSION_LIFE,
            now - TOUCH_EVERY,
        )
        if row is None:
            return None
        return Principal(
            workspace_id=claim.workspace_id,
            actor=Actor("agent", row["agent_id"]),
            permissions=frozenset() if row["must_enrol"] else self._permissions[row["role"]],
            role=row["role"],
            csrf=csrf_of(claim.secret),
            session_id=row["id"],
        )

    async def _authenticate_token(self, tx: Transaction, claim: Claim, now: datetime) -> Principal | None:
        row = await tx.fetchrow(
            _BY_API_KEY, claim.workspace_id, hash_secret(claim.secret), now, now - TOUCH_EVERY
        )
        if row is None:
            return None
        return Principal(
            workspace_id=claim.workspace_id,
            actor=Actor("token", row["id"]),
            permissions=frozenset(row["scopes"]) & self._known,
            role="token",
        )
