"""One signed request to a receiver of webhooks, and what came of it."""

from datetime import timedelta
from time import perf_counter
from uuid import UUID

import msgspec

from parley.accounts.webhooks import FIELD, build_test_body, sign_body
from parley.kit.failures import Failure, Retry
from parley.kit.jobs.registry import Job
from parley.kit.outbound import Times, parse_retry_after
from parley.kit.runtime import Runtime

TIMES = Times(connect=5, read=8, total=9)
ANY_ANSWER = range(300, 600)


class Outcome(msgspec.Struct, frozen=True):
    """What came of an attempt: the receiver's status, if it answered, and how long it took."""

    ok: bool
    status: int | None
    error: str
    duration_ms: int
    retry_after: timedelta | None = None

    @property
    def state(self) -> str:
        """The word for the list of deliveries."""
        return "delivered" if self.ok else "failed"


async def send_body(runtime: Runtime, url: str, secret: str, message_id: UUID, body: bytes) -> Outcome:
    """Sends a body and never raises for what the other side does; any status of 200 to 299 is a success."""
    now, started = runtime.clock.now(), perf_counter()

    def took() -> int:
        return round((perf_counter() - started) * 1000)

    try:
        answer = await runtime.http.request(
            "POST",
            url,
            headers=sign_body(secret, message_id, now, body),
            content=body,
            accept=ANY_ANSWER,
            times=TIMES,
            max_bytes=1_000_000,
            max_redirects=0,
        )
    except Failure as failure:
        after = failure.after if isinstance(failure, Retry) else None
        return Outcome(False, None, failure.reason[:300], took(), after)
    if 200 <= answer.status < 300:
        return Outcome(True, answer.status, "", took())
    after = parse_retry_after(answer.headers.get("retry-after"), now)
    return Outcome(False, answer.status, f"the receiver answered {answer.status}", took(), after)


async def send_test(job: Job) -> None:
    """Delivers a test once and notes what came of it."""
    runtime, webhook_id, delivery_id = job.runtime, job.uuid("webhook_id"), job.uuid("delivery_id")
    async with runtime.db.transaction(job.workspace_id) as tx:
        row = await tx.fetchrow(
            "SELECT url, secret FROM webhooks WHERE workspace_id = $1 AND id = $2",
            job.workspace_id,
            webhook_id,
        )
    if row is None:
        return
    secret = runtime.box.open_text(row["secret"], owner=webhook_id, field=FIELD)
    body = build_test_body(job.workspace_id, delivery_id, runtime.clock.now())
    outcome = await send_body(runtime, row["url"], secret, delivery_id, body)
    async with runtime.ctx(job.workspace_id) as ctx:
        await ctx.tx.execute(
            """UPDATE webhook_deliveries SET state = $3, status = $4, error = $5, duration_ms = $6, attempts = 1
               WHERE workspace_id = $1 AND id = $2""",
            ctx.workspace_id,
            delivery_id,
            outcome.state,
            outcome.status,
            outcome.error,
            outcome.duration_ms,
        )
