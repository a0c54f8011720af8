"""The outermost ASGI application: sockets go straight to their handlers, everything else to the framework."""

from typing import Any

from litestar import Litestar

from parley.channels.chat.socket import PATH as CHAT_PATH
from parley.conversations.desk_socket import PATH as DESK_PATH
from parley.kit.runtime import Runtime


class Door:
    """Routes sockets past the framework (it would double their memory) and hands on the rest."""

    def __init__(self, runtime: Runtime, app: Litestar) -> None:
        self._app = app
        self._sockets = {CHAT_PATH: runtime.parts["chat_socket"], DESK_PATH: runtime.parts["desk_socket"]}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serves one connection."""
        if scope["type"] == "websocket":
            socket = self._sockets.get(scope["path"])
            if socket is None:
                await receive()
                await send({"type": "websocket.close", "code": 4404})
                return
            await socket(scope, receive, send)
            return
        await self._app(scope, receive, send)

    async def close_sockets(self) -> None:
        """Tells every open socket to come back at once."""
        for socket in self._sockets.values():
            await socket.close_all()
