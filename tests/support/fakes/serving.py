"""What all fakes share: an ASGI application around a handler, faults between the two, and a server on this machine."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Literal
from urllib.parse import parse_qsl

import msgspec
import uvicorn

Kind = Literal["throttle", "down", "break_before", "break_after", "silence_before", "silence_after"]


class Request(msgspec.Struct, frozen=True):
    """One request; header names in lower case."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


class Answer(msgspec.Struct, frozen=True):
    """One answer; with `cut` the connection breaks after so many bytes of the body."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = {}
    cut: int | None = None


class Fault(msgspec.Struct):
    """Something that goes wrong with the next `times` requests whose label contains `what`."""

    kind: Kind
    what: str
    times: int


class Faults:
    """Switches: `before` means that the request has no effect, `after` that it had one and nobody was told.

    throttle: the vendor's own way to say "too fast"; down: 503; break: 500; silence: no answer for `seconds`.
    """

    def __init__(self) -> None:
        self.waiting: list[Fault] = []
        self.happened: list[tuple[Kind, str]] = []
        self.seconds = 1.5

    def add(self, kind: Kind, what: str = "", times: int = 1) -> None:
        """Lets something go wrong."""
        self.waiting.append(Fault(kind, what, times))

    def take(self, label: str) -> Kind | None:
        """Gives what goes wrong with this request."""
        for fault in self.waiting:
            if fault.times > 0 and fault.what in label:
                fault.times -= 1
                self.happened.append((fault.kind, label))
                return fault.kind
        return None


Handler = Callable[[Request], Awaitable[Answer]]


def build_app(
    handle: Handler, faults: Faults, label: Callable[[Request], str], throttled: Handler
) -> Callable[..., Awaitable[None]]:
    """Gives the ASGI application; `label` names a request for the faults, `throttled` answers one that came too soon."""

    async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
        assert scope["type"] == "http"
        request = await _read(scope, receive)
        await _send(await _answer(request), send)

    async def _answer(request: Request) -> Answer:
        kind = faults.take(label(request))
        if kind == "throttle":
            return await throttled(request)
        if kind == "down":
            return Answer(503)
        if kind == "break_before":
            return Answer(500)
        if kind == "silence_before":
            await asyncio.sleep(faults.seconds)
            return Answer(500)
        answer = await handle(request)
        if kind == "break_after":
            return Answer(500)
        if kind == "silence_after":
            await asyncio.sleep(faults.seconds)
        return answer

    return app


async def _read(scope: dict[str, Any], receive: Any) -> Request:
    body = b""
    while True:
        event = await receive()
        body += event.get("body", b"")
        if not event.get("more_body"):
            break
    return Request(
        scope["method"],
        scope["path"],
        dict(parse_qsl(scope["query_string"].decode(), keep_blank_values=True)),
        {name.decode().lower(): value.decode("latin-1") for name, value in scope["headers"]},
        body,
    )


async def _send(answer: Answer, send: Any) -> None:
    headers = {"content-length": str(len(answer.body)), **answer.headers}
    start = {
        "type": "http.response.start",
        "status": answer.status,
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in headers.items()],
    }
    await send(start)
    body = answer.body if answer.cut is None else answer.body[: answer.cut]
    # uvicorn closes the connection when less came than the length said.
    await send({"type": "http.response.body", "body": body, "more_body": answer.cut is not None})


class _Server(uvicorn.Server):
    """A server inside a test: says when it is ready and leaves the process's signals alone."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def serving(app: Any) -> AsyncIterator[str]:
    """Serves an ASGI application on a free port of 127.0.0.1 and gives its base address."""
    server = _Server(uvicorn.Config(app, port=0, log_config=None, lifespan="off", ws="none"))
    task = asyncio.create_task(server.serve())
    await server.ready.wait()
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        server.force_exit = True
        await task
