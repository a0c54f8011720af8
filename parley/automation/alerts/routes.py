"""Alerts over HTTP."""

from uuid import UUID

import msgspec

from parley.automation.alerts.queries import Alert, AlertNumbers, count_seconds, find_alert, list_alerts
from parley.automation.alerts.raising import note_handled, note_seen
from parley.conversations.actions.changing import change_conversation
from parley.kit.ctx import Ctx
from parley.kit.errors import NotFound
from parley.kit.http.access import Principal, needs
from parley.kit.http.paging import Page
from parley.kit.http.routes import route

ALERTS = "/api/v1/alerts"
READ, WRITE = needs("automation:read"), needs("conversations:write")
DAYS = 30


class HandledBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """`take` assigns the conversation to the caller as well."""

    take: bool = False


@route("GET", ALERTS, READ)
async def get_alerts(
    ctx: Ctx,
    me: Principal,
    unhandled: bool = False,
    mine: bool = False,
    limit: int = 50,
    after: str | None = None,
) -> Page[Alert]:
    """Lists alerts, the newest first; `unhandled` those that nobody has handled, `mine` those the caller was told of."""
    agent_id = me.agent_id if mine else None
    return await list_alerts(ctx, open_only=unhandled, agent_id=agent_id, limit=limit, after=after)


@route("GET", f"{ALERTS}/numbers", READ)
async def get_alert_numbers(ctx: Ctx) -> AlertNumbers:
    """Says how long the alerts of the last 30 days took from receipt to screen."""
    return await count_seconds(ctx, DAYS)


@route("POST", f"{ALERTS}/{{alert_id:uuid}}/seen", READ, status=200)
async def post_alert_seen(ctx: Ctx, me: Principal, alert_id: UUID) -> Alert:
    """Says that an alert stands before the caller's eyes; the first of those who were told counts."""
    await note_seen(ctx, alert_id, me.agent_id)
    return await _get(ctx, alert_id)


@route("POST", f"{ALERTS}/{{alert_id:uuid}}/handled", WRITE, status=200)
async def post_alert_handled(ctx: Ctx, me: Principal, alert_id: UUID, data: HandledBody) -> Alert:
    """Closes an alert and, with `take`, assigns its conversation to the caller; one that is closed stays as it is."""
    alert = await _get(ctx, alert_id)
    closed = await note_handled(ctx, me.agent_id, alert_id=alert_id)
    if closed and data.take:
        await change_conversation(ctx, alert.conversation_id, {"assignee_id": me.agent_id})
    return await _get(ctx, alert_id)


async def _get(ctx: Ctx, alert_id: UUID) -> Alert:
    alert = await find_alert(ctx, alert_id)
    if alert is None:
        raise NotFound("alert")
    return alert


ROUTES = (get_alerts, get_alert_numbers, post_alert_seen, post_alert_handled)
