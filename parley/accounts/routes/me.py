"""What an agent does with his own account."""

from parley.accounts.models import Me
from parley.accounts.queries.agents import get_me
from parley.kit.ctx import Ctx
from parley.kit.http.access import SIGNED_IN, Principal
from parley.kit.http.routes import route


@route("GET", "/api/v1/me", SIGNED_IN)
async def read_me(ctx: Ctx, me: Principal) -> Me:
    """Gives the signed-in agent with his settings and permissions."""
    return await get_me(ctx.tx, ctx.workspace_id, me.agent_id, me.permissions)
