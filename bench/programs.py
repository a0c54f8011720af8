"""Programs that post replies over the API as fast as they are answered."""

import asyncio
import random
from collections import deque
from time import perf_counter
from uuid import UUID

import msgspec

from bench.cast import Cast
from bench.texts import Writer
from bench.wire import Http, open_http
from parley.kit.runtime import Runtime


class Programs:
    """Kept-alive connections with API tokens; a token may ask only so often, so they take turns."""

    def __init__(self, cast: Cast, runtime: Runtime) -> None:
        self._cast = cast
        self._runtime = runtime
        self._writer = Writer(random.Random(11))
        self._http: list[Http] = []
        self._conversations: deque[UUID] = deque()
        self._tokens = deque(cast.tokens)
        self._until = 0.0

    async def open(self, port: int, _: str, __: int) -> None:
        """Opens connections and finds the conversations to post to."""
        async with self._runtime.db.transaction(self._cast.workspace_id) as tx:
            rows = await tx.fetch(
                "SELECT id FROM conversations WHERE workspace_id = $1 AND channel_kind = 'chat' LIMIT 400",
                self._cast.workspace_id,
            )
        self._conversations.extend(row["id"] for row in rows)
        if not self._conversations:
            raise RuntimeError("there is no conversation to post to")
        self._http = [await open_http(port) for _ in range(64)]

    async def write(self, seconds: float, at_once: int) -> float:
        """Posts for some seconds over so many connections; gives the accepted messages a second."""
        began = perf_counter()
        self._until = began + seconds
        counts = await asyncio.gather(*(self._post_on(http) for http in self._http[:at_once]))
        return sum(counts) / (perf_counter() - began)

    async def _post_on(self, http: Http) -> int:
        accepted = 0
        while perf_counter() < self._until:
            conversation, token = self._conversations[0], self._tokens[0]
            self._conversations.rotate(-1)
            self._tokens.rotate(-1)
            body = msgspec.json.encode({"text": self._writer.write("en", None), "undo_seconds": 0})
            status, answer = await http.ask(
                "POST",
                f"/api/v1/conversations/{conversation}/messages",
                {"Authorization": f"Bearer {token}"},
                body,
            )
            if status != 201:
                raise RuntimeError(f"{status} {answer[:300]!r}")
            accepted += 1
        return accepted

    def close(self) -> None:
        """Hangs up."""
        for http in self._http:
            http.close()
