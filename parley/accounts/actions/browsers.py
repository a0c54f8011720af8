"""Browsers that are told by push."""

from uuid import UUID

from parley.accounts.push import Browser, check_browser
from parley.kit.ctx import Ctx
from parley.kit.errors import NotFound
from parley.kit.ids import uuid7
from parley.kit.secrets import SecretBox

FIELD = "push_keys"
MAX_BROWSERS = 20


async def add_browser(ctx: Ctx, box: SecretBox, agent_id: UUID, browser: Browser, user_agent: str) -> UUID:
    """Adds a browser of an agent, or gives it to him when a colleague had it before; raises Invalid.

    Beyond twenty the oldest one is forgotten.
    """
    check_browser(browser)
    await ctx.tx.execute(
        "DELETE FROM push_subscriptions WHERE workspace_id = $1 AND endpoint = $2",
        ctx.workspace_id,
        browser.endpoint,
    )
    browser_id = uuid7()
    await ctx.tx.execute(
        """INSERT INTO push_subscriptions (workspace_id, id, agent_id, endpoint, keys, user_agent, created_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7)""",
        ctx.workspace_id,
        browser_id,
        agent_id,
        browser.endpoint,
        box.seal(f"{browser.p256dh} {browser.auth}", owner=browser_id, field=FIELD),
        user_agent.replace("\x00", "")[:300],
        ctx.now,
    )
    await ctx.tx.execute(
        """DELETE FROM push_subscriptions WHERE workspace_id = $1 AND agent_id = $2 AND id IN (
             SELECT id FROM push_subscriptions WHERE workspace_id = $1 AND agent_id = $2
             ORDER BY id DESC OFFSET $3)""",
        ctx.workspace_id,
        agent_id,
        MAX_BROWSERS,
    )
    return browser_id


async def remove_browser(ctx: Ctx, agent_id: UUID, browser_id: UUID) -> None:
    """Forgets a browser of an agent; raises NotFound."""
    removed = await ctx.tx.fetchval(
        "DELETE FROM push_subscriptions WHERE workspace_id = $1 AND agent_id = $2 AND id = $3 RETURNING id",
        ctx.workspace_id,
        agent_id,
        browser_id,
    )
    if removed is None:
        raise NotFound("subscription")


def open_browser(box: SecretBox, browser_id: UUID, endpoint: str, sealed: bytes) -> Browser:
    """Gives a stored browser with its keys."""
    p256dh, auth = box.open_text(sealed, owner=browser_id, field=FIELD).split(" ")
    return Browser(endpoint, p256dh, auth)
