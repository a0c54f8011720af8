"""What an agent was told, and the browsers that are told."""

from uuid import UUID

import msgspec

from parley.accounts.actions.browsers import add_browser, remove_browser
from parley.accounts.actions.notifying import read_notifications
from parley.accounts.live import READ
from parley.accounts.push import Browser, load_push_key, public_key_of
from parley.accounts.queries.notifications import NotificationPage, count_unread, list_notifications
from parley.accounts.routes.cookies import AnyRequest, user_agent_of
from parley.accounts.schemas import PushSubscription, ReadBody
from parley.accounts.words import wrong
from parley.kit.ctx import Ctx
from parley.kit.http.access import PUBLIC, SIGNED_IN, Principal
from parley.kit.http.paging import check_limit, decode_id_cursor
from parley.kit.http.routes import route
from parley.kit.live.hub import DESK
from parley.kit.runtime import Runtime

PATH = "/api/v1/me/notifications"
BROWSERS = "/api/v1/me/push-subscriptions"


class Unread(msgspec.Struct, kw_only=True):
    """How many are unread now."""

    unread: int


class PushKey(msgspec.Struct, kw_only=True):
    """The key that browsers subscribe with."""

    key: str


class Subscribed(msgspec.Struct, kw_only=True):
    """A browser that is told now."""

    id: UUID


@route("GET", PATH, SIGNED_IN)
async def get_notifications(
    ctx: Ctx, me: Principal, unread: bool = False, limit: int = 50, after: str | None = None
) -> NotificationPage:
    """Lists what one was told, the newest first."""
    start, size = decode_id_cursor(after), check_limit(limit)
    return await list_notifications(
        ctx.tx, ctx.workspace_id, me.agent_id, unread=unread, after=start, limit=size
    )


@route("POST", f"{PATH}/read", SIGNED_IN, status=200)
async def post_notifications_read(data: ReadBody, ctx: Ctx, me: Principal, runtime: Runtime) -> Unread:
    """Marks notifications as read, some or all; one's other screens hear of it."""
    if not data.all and not data.ids:
        raise wrong("ids", "Name some, or say all.")
    agent_id = me.agent_id
    ids = await read_notifications(ctx, agent_id, ids=None if data.all else data.ids)
    unread = await count_unread(ctx.tx, ctx.workspace_id, agent_id)
    if ids:
        event = {"what": READ, "agent": str(agent_id)}
        ctx.tx.after_commit.append(lambda: runtime.nerves.tell(ctx.workspace_id, DESK, event))
    return Unread(unread=unread)


@route("POST", BROWSERS, SIGNED_IN)
async def post_push_subscription(
    data: PushSubscription, ctx: Ctx, me: Principal, runtime: Runtime, request: AnyRequest
) -> Subscribed:
    """Has a browser told by push; the body is what `PushSubscription.toJSON()` gives."""
    browser = Browser(data.endpoint, data.keys.p256dh, data.keys.auth)
    browser_id = await add_browser(ctx, runtime.box, me.agent_id, browser, user_agent_of(request))
    return Subscribed(id=browser_id)


@route("DELETE", f"{BROWSERS}/{{browser_id:uuid}}", SIGNED_IN)
async def delete_push_subscription(browser_id: UUID, ctx: Ctx, me: Principal) -> None:
    """Ends push to a browser."""
    await remove_browser(ctx, me.agent_id, browser_id)


@route("GET", "/api/v1/push-key", PUBLIC)
async def get_push_key(runtime: Runtime) -> PushKey:
    """Gives the key that browsers subscribe with (`applicationServerKey`)."""
    return PushKey(key=public_key_of(await load_push_key(runtime)))


ROUTES = (
    get_notifications,
    post_notifications_read,
    post_push_subscription,
    delete_push_subscription,
    get_push_key,
)
