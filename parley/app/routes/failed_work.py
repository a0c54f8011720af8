"""Failed work of every kind on one list, with retry and dismiss: the only route that knows all slices."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

import msgspec

from parley.accounts.actions import failed_work as accounts
from parley.accounts.queries.failed_work import (
    FailedItem,
    list_failed_facts,
    list_failed_jobs,
    list_failed_webhooks,
)
from parley.channels.actions.intake import dismiss_item, list_quarantined, retry_item
from parley.commerce.actions.deliveries import finish_deliveries
from parley.commerce.actions.deliveries import retry_delivery as retry_store_delivery
from parley.commerce.queries.failed import list_failed_store_deliveries, list_unknown_acts
from parley.conversations.actions.delivering import retry_delivery
from parley.conversations.queries.failed_deliveries import dismiss_delivery, list_failed_deliveries
from parley.kit.ctx import Ctx
from parley.kit.errors import Conflict, NotFound
from parley.kit.http.access import needs
from parley.kit.http.paging import Page, check_limit, decode_cursor, encode_cursor
from parley.kit.http.routes import route
from parley.kit.runtime import Runtime

READ = needs("work:read")
WRITE = needs("work:write")
Skipped = Annotated[int, msgspec.Meta(ge=0, le=10_000)]


class FailedWork(msgspec.Struct, kw_only=True):
    """Something that waits for a person; `link` leads to where it can be looked at."""

    id: str
    kind: str
    title: str
    detail: str
    at: datetime
    attempts: int
    link: str | None


def _from_accounts(item: FailedItem) -> FailedWork:
    link = f"/conversations/{item.conversation_id}" if item.conversation_id else None
    if item.kind == "webhook":
        link = "/settings/webhooks"
    return FailedWork(
        id=f"{item.kind}:{item.id}", kind=item.kind, title=item.title, detail=item.detail, at=item.at,
        attempts=item.attempts, link=link,
    )  # fmt: skip


async def list_all(ctx: Ctx, before: datetime | None, limit: int) -> list[FailedWork]:
    """Gives the newest of every kind before a time, in one order that does not depend on the limit."""
    found: list[FailedWork] = []
    for lister in (list_failed_jobs, list_failed_facts, list_failed_webhooks):
        items = await lister(ctx.tx, ctx.workspace_id, before=before, limit=limit)
        found += [_from_accounts(item) for item in items]
    for delivery in await list_failed_deliveries(ctx.tx, ctx.workspace_id, before=before, limit=limit):
        found.append(
            FailedWork(
                id=f"delivery:{delivery.id}:{delivery.message_id}",
                kind="delivery",
                title=f"#{delivery.number} {delivery.channel_name}: {delivery.state}",
                detail=delivery.error,
                at=delivery.at,
                attempts=delivery.attempts,
                link=f"/conversations/{delivery.conversation_id}",
            )
        )
    found += await _list_commerce(ctx, before, limit)
    for item in await list_quarantined(ctx, limit=limit, before=before):
        found.append(
            FailedWork(
                id=f"quarantine:{item.id}",
                kind="quarantine",
                title=item.channel_name,
                detail=item.error,
                at=item.received_at,
                attempts=item.attempts,
                link=None,
            )
        )
    return sorted(found, key=lambda work: work.at, reverse=True)


async def _list_commerce(ctx: Ctx, before: datetime | None, limit: int) -> list[FailedWork]:
    hooks = await list_failed_store_deliveries(ctx.tx, ctx.workspace_id, before=before, limit=limit)
    acts = await list_unknown_acts(ctx.tx, ctx.workspace_id, before=before, limit=limit)
    return [
        FailedWork(
            id=f"{kind}:{item.id}", kind=kind, title=item.title, detail=item.detail, at=item.at,
            attempts=item.attempts, link=link,
        )
        for kind, link, items in (("store_webhook", "/settings/stores", hooks), ("act", "/approvals", acts))
        for item in items
    ]  # fmt: skip


async def _retry_store_webhook(ctx: Ctx, _: Runtime, key: str) -> None:
    if not await retry_store_delivery(ctx, _uuid(key)):
        raise NotFound("failed webhook")


async def _look_first(_ctx: Ctx, _: Runtime, _key: str) -> None:
    raise Conflict("look_first", "Look at the store, then say under Approvals whether it happened.")


async def _dismiss_store_webhook(ctx: Ctx, _: Runtime, key: str) -> None:
    await finish_deliveries(ctx, [_uuid(key)])


@route("GET", "/api/v1/failed-work", READ)
async def list_failed_work(ctx: Ctx, limit: int = 50, after: str | None = None) -> Page[FailedWork]:
    """Lists jobs, deliveries, quarantined items, webhooks and facts that wait for a person."""
    check_limit(limit)
    last, skip = decode_cursor(after, datetime, Skipped) if after else (None, 0)
    # Several things may have failed in one moment: those of the last page's moment are read again and left out.
    found = await list_all(ctx, last and last + timedelta(microseconds=1), limit + skip + 1)
    page = found[skip : skip + limit]
    if len(found) <= skip + limit:
        return Page(page, None)
    edge = page[-1].at
    shown = sum(work.at == edge for work in page) + (skip if edge == last else 0)
    return Page(page, encode_cursor(edge, shown))


Act = Callable[[Ctx, Runtime, str], Awaitable[Any]]


async def _retry_fact(ctx: Ctx, runtime: Runtime, key: str) -> None:
    if not await accounts.retry_failed_fact(runtime, ctx, _uuid(key)):
        raise Conflict("still_failing", "It failed again; the reason is in the list.")


async def _dismiss_delivery(ctx: Ctx, _: Runtime, key: str) -> None:
    if not await dismiss_delivery(ctx.tx, ctx.workspace_id, _uuid(key.partition(":")[0])):
        raise NotFound("failed delivery")


RETRY: dict[str, Act] = {
    "job": lambda ctx, _, key: accounts.retry_failed_job(ctx, _number(key)),
    "fact": _retry_fact,
    "webhook": lambda ctx, _, key: accounts.retry_failed_webhook(ctx, _uuid(key)),
    "delivery": lambda ctx, _, key: retry_delivery(ctx, _uuid(key.partition(":")[2])),
    "quarantine": lambda ctx, _, key: retry_item(ctx, _uuid(key)),
    "store_webhook": _retry_store_webhook,
    "act": _look_first,
}
DISMISS: dict[str, Act] = {
    "job": lambda ctx, _, key: accounts.dismiss_failed_job(ctx, _number(key)),
    "fact": lambda ctx, _, key: accounts.dismiss_failed_fact(ctx, _uuid(key)),
    "webhook": lambda ctx, _, key: accounts.dismiss_failed_webhook(ctx, _uuid(key)),
    "delivery": _dismiss_delivery,
    "quarantine": lambda ctx, _, key: dismiss_item(ctx, _uuid(key)),
    "store_webhook": _dismiss_store_webhook,
    "act": _look_first,
}


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound("failed work") from None


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise NotFound("failed work")
    return int(text)


async def _run(acts: dict[str, Act], ctx: Ctx, runtime: Runtime, work_id: str) -> None:
    kind, _, key = work_id.partition(":")
    if kind not in acts:
        raise NotFound("failed work")
    await acts[kind](ctx, runtime, key)


@route("POST", "/api/v1/failed-work/{work_id:str}/retry", WRITE, status=204)
async def retry_failed_work(ctx: Ctx, runtime: Runtime, work_id: str) -> None:
    """Tries it again."""
    await _run(RETRY, ctx, runtime, work_id)


@route("POST", "/api/v1/failed-work/{work_id:str}/dismiss", WRITE, status=204)
async def dismiss_failed_work(ctx: Ctx, runtime: Runtime, work_id: str) -> None:
    """Takes it off the list."""
    await _run(DISMISS, ctx, runtime, work_id)


ROUTES = (list_failed_work, retry_failed_work, dismiss_failed_work)
