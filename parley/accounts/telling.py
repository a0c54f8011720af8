"""Jobs that tell agents outside the desk: browser push and the mail about what happened while they were away."""

from datetime import timedelta
from uuid import UUID

from parley.accounts.actions.browsers import open_browser
from parley.accounts.mailer import mailer_of
from parley.accounts.mails import build_mail
from parley.accounts.push import build_push, load_push_key, sender_of
from parley.accounts.queries.notifications import Notification, find_notifications, list_to_mail
from parley.kit.ctx import Ctx
from parley.kit.failures import Misconfigured, Refused, Retry
from parley.kit.jobs.registry import Job

# Not found, gone for good, or made for keys that are not ours (any more).
GONE = (403, 404, 410)
MAX_FAILURES = 5
PRESENT_FOR = timedelta(seconds=150)
MAIL_WITHIN = timedelta(days=1)


async def push_notification(job: Job) -> None:
    """Pushes one notification to one browser; a browser that the service does not know any more is forgotten."""
    runtime, browser_id = job.runtime, job.uuid("subscription_id")
    async with runtime.ctx(job.workspace_id) as ctx:
        found = await find_notifications(ctx.tx, ctx.workspace_id, [job.uuid("notification_id")])
        row = await ctx.tx.fetchrow(
            "SELECT endpoint, keys FROM push_subscriptions WHERE workspace_id = $1 AND id = $2",
            ctx.workspace_id,
            browser_id,
        )
    if not found or found[0].read or row is None:
        return
    browser = open_browser(runtime.box, browser_id, row["endpoint"], row["keys"])
    payload = {"title": "Parley", "body": found[0].text, "url": path_of(found[0]), "id": str(found[0].id)}
    key = await load_push_key(runtime)
    body, headers = build_push(key, browser, payload, sender_of(runtime), runtime.clock.now())
    try:
        answer = await runtime.http.request(
            "POST", browser.endpoint, headers=headers, content=body, accept=GONE, max_bytes=100_000
        )
        failures = MAX_FAILURES if answer.status in GONE else 0
    except Retry:
        if not job.last_attempt:
            raise
        failures = 1
    except (Refused, Misconfigured):
        failures = 1
    async with runtime.ctx(job.workspace_id) as ctx:
        await _count_failures(ctx, browser_id, failures)


async def _count_failures(ctx: Ctx, browser_id: UUID, failures: int) -> None:
    """Adds up the failures of a browser, forgets it after five in a row, and starts anew after a success."""
    await ctx.tx.execute(
        """WITH gone AS (
             DELETE FROM push_subscriptions WHERE workspace_id = $1 AND id = $2 AND failures + $3 >= $4
           )
           UPDATE push_subscriptions SET failures = CASE $3::int WHEN 0 THEN 0 ELSE failures + $3 END
           WHERE workspace_id = $1 AND id = $2 AND failures + $3 > 0 AND failures + $3 < $4""",
        ctx.workspace_id,
        browser_id,
        failures,
        MAX_FAILURES,
    )


async def send_digest(job: Job) -> None:
    """Mails what an agent has not read, unless he is at his desk; each thing is mailed once."""
    mailer, agent_id = mailer_of(job.runtime), job.uuid("agent_id")
    if not mailer.configured:
        return
    now = job.runtime.clock.now()
    async with job.runtime.db.transaction(job.workspace_id) as tx:
        person = await tx.fetchrow(
            """SELECT a.name, a.email, a.language, w.name AS workspace FROM agents a
               JOIN workspaces w ON w.workspace_id = a.workspace_id
               WHERE a.workspace_id = $1 AND a.id = $2 AND a.state = 'active'
                 AND NOT (a.presence = 'online' AND coalesce(a.presence_at > $3, false))""",
            job.workspace_id,
            agent_id,
            now - PRESENT_FOR,
        )
        waiting = await list_to_mail(tx, job.workspace_id, agent_id, now - MAIL_WITHIN) if person else []
    if person is None or not waiting:
        return
    mail = build_mail(
        "digest",
        person["language"],
        person["email"],
        link=job.runtime.settings.origin + (path_of(waiting[0]) if len(waiting) == 1 else "/"),
        lines=tuple(notification.text for notification in waiting),
        name=person["name"],
        workspace=person["workspace"],
        count=len(waiting),
    )
    await mailer.send(mail)
    async with job.runtime.ctx(job.workspace_id) as ctx:
        await ctx.tx.execute(
            "UPDATE notifications SET mailed_at = $3 WHERE workspace_id = $1 AND id = ANY($2)",
            ctx.workspace_id,
            [notification.id for notification in waiting],
            ctx.now,
        )


def path_of(notification: Notification) -> str:
    """Gives the page of the desk that a notification is about."""
    if notification.direct_thread_id is not None:
        return f"/messages/{notification.direct_thread_id}"
    if notification.conversation_id is None:
        return "/failed-work" if notification.kind == "failed" else "/"
    return f"/conversations/{notification.conversation_id}"
