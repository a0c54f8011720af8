"""Where other servers post to us: `POST /hooks/<key>`. Slices bring receivers; the one that knows the key takes it."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

import msgspec
from litestar import Request, Response

from parley.kit.errors import NotFound
from parley.kit.http.access import PUBLIC
from parley.kit.http.routes import route

if TYPE_CHECKING:
    from parley.kit.runtime import Runtime

LARGEST = 64 * 1024 * 1024
PART = "hook_receivers"
AnyRequest = Request[Any, Any, Any]


class HookReply(msgspec.Struct, frozen=True):
    """What is answered; the body is JSON unless `media_type` says otherwise."""

    body: bytes
    status: int = 200
    media_type: str = "application/json"


Take = Callable[[Mapping[str, str], bytes], Awaitable[HookReply]]
FindReceiver = Callable[["Runtime", str], Awaitable[Take | None]]


def add_receiver(runtime: "Runtime", find: FindReceiver) -> None:
    """Adds a receiver: `find` gives what takes the request of a key, or None when the key is not its own."""
    runtime.parts.setdefault(PART, []).append(find)


@route("POST", "/hooks/{key:str}", PUBLIC, status=200, in_schema=False, request_max_body_size=LARGEST)
async def post_hook(request: AnyRequest, runtime: "Runtime", key: str) -> Response[bytes]:
    """Takes what another server posts; 2xx means that it is stored. Nothing is read before the key is known."""
    for find in runtime.parts.get(PART, []):
        take: Take | None = await find(runtime, key[:200])
        if take is not None:
            reply = await take(request.headers, await request.body())
            return Response(reply.body, status_code=reply.status, media_type=reply.media_type)
    raise NotFound("webhook")


ROUTES = (post_hook,)
