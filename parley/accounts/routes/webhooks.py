"""Outgoing webhooks."""

from uuid import UUID

import msgspec

from parley.accounts.actions.webhooks import (
    change_webhook,
    create_webhook,
    remove_webhook,
    renew_webhook_secret,
    replay_webhook,
    send_webhook_test,
)
from parley.accounts.announcing import every_fact
from parley.accounts.bodies import ReplayBody, WebhookBody, WebhookPatch
from parley.accounts.queries.facts import parse_position
from parley.accounts.queries.webhooks import (
    Delivery,
    Webhook,
    get_webhook,
    list_deliveries,
    list_webhooks,
)
from parley.accounts.schemas import changes_of
from parley.kit.ctx import Ctx
from parley.kit.http.access import needs
from parley.kit.http.paging import Page, check_limit, cut_page, decode_id_cursor
from parley.kit.http.routes import route
from parley.kit.runtime import Runtime

PATH = "/api/v1/webhooks"
ONE = f"{PATH}/{{webhook_id:uuid}}"
WRITE = needs("webhooks:write")


class Started(msgspec.Struct, kw_only=True):
    """A test under way; look for `delivery_id` among the deliveries."""

    delivery_id: UUID


@route("GET", PATH, WRITE)
async def get_webhooks(ctx: Ctx, limit: int = 200, after: str | None = None) -> Page[Webhook]:
    """Lists webhooks with their state; secrets are not shown."""
    start = decode_id_cursor(after)
    return await list_webhooks(ctx.tx, ctx.workspace_id, after=start, limit=check_limit(limit))


@route("POST", PATH, WRITE)
async def post_webhook(data: WebhookBody, ctx: Ctx, runtime: Runtime) -> Webhook:
    """Creates a webhook for what happens from now on; `secret` is shown this once."""
    webhook_id, secret = await create_webhook(
        ctx, runtime.box, url=data.url, kinds=data.kinds, allow=runtime.http.allow
    )
    made = await get_webhook(ctx.tx, ctx.workspace_id, webhook_id)
    return msgspec.structs.replace(made, secret=secret)


@route("GET", ONE, WRITE)
async def read_webhook(webhook_id: UUID, ctx: Ctx) -> Webhook:
    """Gives a webhook."""
    return await get_webhook(ctx.tx, ctx.workspace_id, webhook_id)


@route("PATCH", ONE, WRITE)
async def patch_webhook(webhook_id: UUID, data: WebhookPatch, ctx: Ctx, runtime: Runtime) -> Webhook:
    """Changes address, kinds or state; going on after a pause delivers what happened meanwhile."""
    await change_webhook(ctx, webhook_id, changes_of(data), runtime.http.allow)
    return await get_webhook(ctx.tx, ctx.workspace_id, webhook_id)


@route("DELETE", ONE, WRITE)
async def delete_webhook(webhook_id: UUID, ctx: Ctx) -> None:
    """Removes a webhook."""
    await remove_webhook(ctx, webhook_id)


@route("POST", f"{ONE}/secret", WRITE, status=200)
async def post_webhook_secret(webhook_id: UUID, ctx: Ctx, runtime: Runtime) -> Webhook:
    """Gives a new secret; the old one signs nothing any more."""
    secret = await renew_webhook_secret(ctx, runtime.box, webhook_id)
    return msgspec.structs.replace(await get_webhook(ctx.tx, ctx.workspace_id, webhook_id), secret=secret)


@route("POST", f"{ONE}/test", WRITE, status=202)
async def post_webhook_test(webhook_id: UUID, ctx: Ctx) -> Started:
    """Has a test delivered, once."""
    return Started(delivery_id=await send_webhook_test(ctx, webhook_id))


@route("POST", f"{ONE}/replay", WRITE, status=202)
async def post_webhook_replay(webhook_id: UUID, data: ReplayBody, ctx: Ctx) -> Webhook:
    """Delivers everything after a cursor again, with the same `webhook-id` as before."""
    await replay_webhook(ctx, webhook_id, parse_position(data.after))
    return await get_webhook(ctx.tx, ctx.workspace_id, webhook_id)


@route("GET", f"{ONE}/deliveries", WRITE)
async def get_webhook_deliveries(
    webhook_id: UUID, ctx: Ctx, limit: int = 100, after: str | None = None
) -> Page[Delivery]:
    """Lists attempts to deliver, the newest first."""
    start, size = decode_id_cursor(after), check_limit(limit)
    await get_webhook(ctx.tx, ctx.workspace_id, webhook_id)
    return await list_deliveries(ctx.tx, ctx.workspace_id, webhook_id, after=start, limit=size)


@route("GET", "/api/v1/fact-kinds", WRITE)
async def get_fact_kinds(limit: int = 200, after: str | None = None) -> Page[str]:
    """Lists the kinds of facts that a webhook may want."""
    return cut_page(sorted(kind.__name__ for kind in every_fact()), str, limit, after)


ROUTES = (
    get_webhooks,
    post_webhook,
    read_webhook,
    patch_webhook,
    delete_webhook,
    post_webhook_secret,
    post_webhook_test,
    post_webhook_replay,
    get_webhook_deliveries,
    get_fact_kinds,
)
