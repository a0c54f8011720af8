"""The first run: a token printed at the start, then the first workspace with its owner."""

import secrets
from datetime import timedelta
from uuid import UUID

from parley.accounts.actions.agents import create_agent
from parley.accounts.actions.links import INSTALLATION, SETUP, keep_secret
from parley.accounts.actions.sessions import start_session
from parley.accounts.actions.workspaces import create_workspace
from parley.accounts.credentials import hash_secret
from parley.accounts.queries.workspaces import is_set_up
from parley.kit.ctx import Ctx
from parley.kit.errors import Conflict, NotAllowed
from parley.kit.runtime import Runtime

SETUP_LIFE = timedelta(days=7)
# Two people must not set up at the same time.
_LOCK = 7_261_532_390_113


async def issue_setup_token(runtime: Runtime) -> str | None:
    """Gives a token with which the first owner can be created within a week; None once there is a
    workspace.
    """
    async with runtime.db.transaction(None) as tx:
        if await is_set_up(tx):
            return None
    token = secrets.token_urlsafe(18)
    async with runtime.ctx(INSTALLATION) as ctx:
        await keep_secret(ctx, SETUP, token, SETUP_LIFE)
    return token


async def set_up(  # noqa: PLR0913 - one value per field of the form
    ctx: Ctx,
    *,
    token: str,
    workspace_name: str,
    name: str,
    email: str,
    password: str,
    language: str,
    time_zone: str,
    user_agent: str = "",
) -> tuple[UUID, str]:
    """Creates the first workspace (`ctx.workspace_id`) and its owner; gives his id and the session's secret.

    Raises Conflict when the installation is set up already, NotAllowed for a wrong token, Invalid.
    """
    await _claim_installation(ctx, token)
    await create_workspace(ctx, name=workspace_name, language=language, time_zone=time_zone)
    owner_id = await create_agent(ctx, email=email, name=name, role="owner", password=password)
    return owner_id, await start_session(ctx, owner_id, user_agent=user_agent)


async def _claim_installation(ctx: Ctx, token: str) -> None:
    await ctx.tx.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
    await ctx.tx.rescope(None)
    if await is_set_up(ctx.tx):
        raise Conflict("already_set_up", "This installation is set up already; sign in instead.")
    issued = await ctx.tx.fetchval(
        """SELECT EXISTS (SELECT 1 FROM one_time_tokens
           WHERE workspace_id = $1 AND purpose = $2 AND token_hash = $3 AND expires_at > $4)""",
        INSTALLATION,
        SETUP,
        hash_secret(token),
        ctx.now,
    )
    if not issued:
        raise NotAllowed(
            "wrong_setup_token",
            "The set-up token is wrong or too old; Parley prints a new one when it starts.",
        )
    await ctx.tx.execute(
        "DELETE FROM one_time_tokens WHERE workspace_id = $1 AND purpose = $2", INSTALLATION, SETUP
    )
    await ctx.tx.rescope(ctx.workspace_id)
