"""A thread for the blocking work of one mailbox."""

import asyncio
import contextlib
import queue
import threading
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


class MailThread:
    """Does blocking calls one after another, away from the event loop.

    A thread of its own and a daemon: waiting for mail takes minutes, which must neither use up the threads that
    others share nor hold up the end of the process.
    """

    def __init__(self, name: str) -> None:
        self._calls: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    async def call(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Runs a function in the thread and gives its result; a cancelled caller does not wait for it."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[R] = loop.create_future()

        def run() -> None:
            try:
                result = function(*args, **kwargs)
            except BaseException as failure:  # noqa: BLE001 - the caller gets it
                _tell(loop, future, future.set_exception, failure)
            else:
                _tell(loop, future, future.set_result, result)

        self._calls.put(run)
        return await future

    def stop(self, last: Callable[[], None]) -> None:
        """Ends the thread after the call under way and a last one, for which nobody waits."""
        self._calls.put(last)
        self._calls.put(None)

    def _work(self) -> None:
        while (call := self._calls.get()) is not None:
            call()


def _tell(
    loop: asyncio.AbstractEventLoop, future: "asyncio.Future[Any]", act: Callable[[Any], None], value: Any
) -> None:
    def settle() -> None:
        if not future.done():
            act(value)

    # The loop may be gone by now: then nobody waits.
    with contextlib.suppress(RuntimeError):
        loop.call_soon_threadsafe(settle)
