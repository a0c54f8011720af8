"""Webhooks: created, changed, paused, replayed. Delivering them is a job of its own."""

from typing import Any
from uuid import UUID

from parley.accounts.actions.auditing import write_audit
from parley.accounts.webhooks import FIELD, TEST_KIND, make_secret, parse_kinds, parse_url
from parley.accounts.words import wrong
from parley.facts.accounts import SettingsChanged
from parley.kit.addresses import AllowList
from parley.kit.ctx import Ctx
from parley.kit.errors import Conflict, NotFound
from parley.kit.ids import uuid7
from parley.kit.log.cursor import Cursor
from parley.kit.log.read import newest_cursor
from parley.kit.secrets import SecretBox

DRAIN = "accounts.webhook"
TEST = "accounts.webhook_test"
MAX_WEBHOOKS = 50


async def create_webhook(
    ctx: Ctx, box: SecretBox, *, url: str, kinds: list[str], allow: AllowList
) -> tuple[UUID, str]:
    """Creates a webhook for what happens from now on; gives its id and its secret. Raises Invalid, Conflict."""
    url, kinds = parse_url(url, allow), parse_kinds(kinds)
    count = await ctx.tx.fetchval("SELECT count(*) FROM webhooks WHERE workspace_id = $1", ctx.workspace_id)
    if count >= MAX_WEBHOOKS:
        raise Conflict("too_many_webhooks", f"There are {MAX_WEBHOOKS} webhooks already.")
    start = await newest_cursor(ctx.tx, ctx.workspace_id, epoch=ctx.db.epoch, own=ctx.db.sees_own_writes)
    webhook_id, secret = uuid7(), make_secret()
    await ctx.tx.execute(
        """INSERT INTO webhooks
             (workspace_id, id, url, kinds, secret, cursor_epoch, cursor_xid, cursor_seq, created_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)""",
        ctx.workspace_id,
        webhook_id,
        url,
        kinds,
        box.seal(secret, owner=webhook_id, field=FIELD),
        *start,
        ctx.now,
    )
    await _announce(ctx, webhook_id, "created", url=url, kinds=kinds)
    return webhook_id, secret


async def change_webhook(ctx: Ctx, webhook_id: UUID, changes: dict[str, Any], allow: AllowList) -> None:
    """Changes `url`, `kinds` or `state` (active or paused); raises NotFound, Invalid.

    Going on after a pause delivers everything that happened meanwhile.
    """
    row = await ctx.tx.fetchrow(
        "SELECT url, kinds, state FROM webhooks WHERE workspace_id = $1 AND id = $2 FOR UPDATE",
        ctx.workspace_id,
        webhook_id,
    )
    if row is None:
        raise NotFound("webhook")
    state = changes.get("state", row["state"])
    if state not in ("active", "paused"):
        raise wrong("state", "Choose active or paused.")
    url = parse_url(changes["url"], allow) if "url" in changes else row["url"]
    kinds = parse_kinds(changes["kinds"]) if "kinds" in changes else row["kinds"]
    await ctx.tx.execute(
        """UPDATE webhooks SET url = $3, kinds = $4, state = $5,
             failures = 0, failing_since = NULL,
             paused_at = CASE WHEN $5 = 'active' THEN NULL ELSE coalesce(paused_at, $6) END
           WHERE workspace_id = $1 AND id = $2""",
        ctx.workspace_id,
        webhook_id,
        url,
        kinds,
        state,
        ctx.now,
    )
    if state == "active":
        await try_webhook_now(ctx, webhook_id)
    await _announce(ctx, webhook_id, "changed", **changes)


async def try_webhook_now(ctx: Ctx, webhook_id: UUID) -> None:
    """Forgets failures, makes the webhook active and has it drained at once; raises NotFound."""
    done = await ctx.tx.fetchval(
        """UPDATE webhooks SET state = 'active', failures = 0, failing_since = NULL, retry_at = NULL,
             paused_at = NULL, announced = true WHERE workspace_id = $1 AND id = $2 RETURNING id""",
        ctx.workspace_id,
        webhook_id,
    )
    if done is None:
        raise NotFound("webhook")
    ctx.defer(DRAIN, {"webhook_id": webhook_id})


async def remove_webhook(ctx: Ctx, webhook_id: UUID) -> None:
    """Removes a webhook with its list of deliveries; raises NotFound."""
    removed = await ctx.tx.fetchval(
        "DELETE FROM webhooks WHERE workspace_id = $1 AND id = $2 RETURNING id", ctx.workspace_id, webhook_id
    )
    if removed is None:
        raise NotFound("webhook")
    await _announce(ctx, webhook_id, "removed")


async def renew_webhook_secret(ctx: Ctx, box: SecretBox, webhook_id: UUID) -> str:
    """Gives a new secret; the old one signs nothing from now on. Raises NotFound."""
    secret = make_secret()
    done = await ctx.tx.fetchval(
        "UPDATE webhooks SET secret = $3 WHERE workspace_id = $1 AND id = $2 RETURNING id",
        ctx.workspace_id,
        webhook_id,
        box.seal(secret, owner=webhook_id, field=FIELD),
    )
    if done is None:
        raise NotFound("webhook")
    await _announce(ctx, webhook_id, "changed", secret=True)
    return secret


async def replay_webhook(ctx: Ctx, webhook_id: UUID, after: Cursor) -> None:
    """Delivers again everything after a position, in order; raises NotFound, and Invalid for the future."""
    newest = await newest_cursor(ctx.tx, ctx.workspace_id, epoch=ctx.db.epoch, own=ctx.db.sees_own_writes)
    if after > newest:
        raise wrong("after", "This lies in the future of the log.")
    done = await ctx.tx.fetchval(
        """UPDATE webhooks SET cursor_epoch = $3, cursor_xid = $4, cursor_seq = $5
           WHERE workspace_id = $1 AND id = $2 RETURNING id""",
        ctx.workspace_id,
        webhook_id,
        *after,
    )
    if done is None:
        raise NotFound("webhook")
    await try_webhook_now(ctx, webhook_id)
    await write_audit(ctx, "webhook_replayed", "webhook", webhook_id, after=str(after))


async def send_webhook_test(ctx: Ctx, webhook_id: UUID) -> UUID:
    """Has a test delivered, also to a paused webhook; gives the id of the delivery to look for. Raises NotFound."""
    delivery_id = uuid7()
    done = await ctx.tx.fetchval(
        """INSERT INTO webhook_deliveries (workspace_id, id, webhook_id, cursor, kind, state, at)
           SELECT workspace_id, $3, id, '', $4, 'waiting', $5 FROM webhooks WHERE workspace_id = $1 AND id = $2
           RETURNING id""",
        ctx.workspace_id,
        webhook_id,
        delivery_id,
        TEST_KIND,
        ctx.now,
    )
    if done is None:
        raise NotFound("webhook")
    ctx.defer(TEST, {"webhook_id": webhook_id, "delivery_id": delivery_id})
    return delivery_id


async def _announce(ctx: Ctx, webhook_id: UUID, act: str, **data: Any) -> None:
    ctx.emit(SettingsChanged(record="webhook", record_id=webhook_id, act=act))
    await write_audit(ctx, f"webhook_{act}", "webhook", webhook_id, **data)
