"""A request under an idempotency key whose handler opens transactions of its own, because it asks others in between."""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from litestar import Request, Response

from parley.kit.ctx import Ctx
from parley.kit.http.access import Principal
from parley.kit.http.idempotency import (
    ANSWER,
    build_replay,
    claim_for_long,
    drop_claim,
    hash_request,
    keep_answer,
)
from parley.kit.runtime import Runtime


class Once:
    """The key of one request, if it has one."""

    def __init__(self, runtime: Runtime, me: Principal, key: str | None, code: int) -> None:
        self._runtime = runtime
        self._me = me
        self._key = key
        self._code = code

    async def keep(self, ctx: Ctx, answer: Any) -> None:
        """Keeps the answer in the transaction of the effect, so that a death right after it repeats nothing."""
        if self._key is not None:
            body = b"" if answer is None else msgspec.json.encode(answer)
            sealed = self._runtime.box.seal(body, owner=self._key, field=ANSWER)
            await keep_answer(ctx, self._key, self._code, sealed)

    async def run(self, request: Request[Any, Any, Any], handler: Callable[[], Awaitable[Any]]) -> Any:
        """Runs the handler and keeps what it gives, or gives what was kept the first time.

        Raises Conflict while another request with the key is under way; a failure gives the key back.
        """
        key, runtime, me = self._key, self._runtime, self._me
        if key is None:
            return await handler()
        stored = await self._claim(request, key)
        if stored is not None:
            return stored
        try:
            answer = await handler()
        except BaseException:
            async with runtime.ctx(me.workspace_id, me.actor) as ctx:
                await drop_claim(ctx, key)
            raise
        async with runtime.ctx(me.workspace_id, me.actor) as ctx:
            await self.keep(ctx, answer)
        return answer

    async def _claim(self, request: Request[Any, Any, Any], key: str) -> Response[bytes] | None:
        fingerprint = hash_request(request.method, str(request.url.path), await request.body())
        async with self._runtime.ctx(self._me.workspace_id, self._me.actor) as ctx:
            stored = await claim_for_long(ctx, key, fingerprint)
        return build_replay(self._runtime.box, key, stored) if stored is not None else None
