"""A conversation as a file, and the source of a message as it came."""

from typing import Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar.response import Response, Stream

from parley.accounts.words import parse_time_zone
from parley.conversations.exporting import file_name, write_html, write_json, write_mbox, write_text
from parley.conversations.queries.export import find_source, load_export, load_mails
from parley.kit.ctx import Ctx
from parley.kit.errors import NotFound
from parley.kit.files.names import content_disposition
from parley.kit.http.access import needs
from parley.kit.http.routes import route
from parley.kit.runtime import Runtime

READ = needs("conversations:read")
TYPES = {
    "html": "text/html; charset=utf-8",
    "json": "application/json",
    "txt": "text/plain; charset=utf-8",
    "mbox": "application/mbox",
}
PRINTED = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; sandbox allow-modals"


@route(
    "GET", "/api/v1/conversations/{conversation_id:uuid}/export", READ, media_type="application/octet-stream"
)
async def export_conversation(
    ctx: Ctx,
    runtime: Runtime,
    conversation_id: UUID,
    format: Literal["html", "json", "txt", "mbox"] = "html",  # noqa: A002 - the name of the query parameter
    notes: bool = True,
    zone: str = "UTC",
) -> Response[bytes]:
    """Gives a conversation to print (html), to read (txt), to process (json) or to import elsewhere (mbox)."""
    local = ZoneInfo(parse_time_zone(zone, "zone"))
    export = await load_export(ctx, runtime, conversation_id, notes=notes)
    if format == "json":
        body = write_json(export)
    elif format == "txt":
        body = write_text(export, local)
    elif format == "mbox":
        body = write_mbox(await load_mails(ctx, runtime, export))
    else:
        body = write_html(export, local)
    return Response(
        body,
        headers={
            "Content-Type": TYPES[format],
            "Content-Disposition": content_disposition(file_name(export, format), inline=format == "html"),
            "Content-Security-Policy": PRINTED,
        },
    )


@route("GET", "/api/v1/messages/{message_id:uuid}/source", READ, media_type="application/octet-stream")
async def get_message_source(ctx: Ctx, runtime: Runtime, message_id: UUID) -> Response[Any]:
    """Gives the source of a message exactly as it came, for download."""
    sha256, size = await find_source(ctx, message_id)
    if await runtime.files.find(str(ctx.workspace_id), sha256) is None:
        raise NotFound("source of the message")
    return Stream(
        runtime.files.open(str(ctx.workspace_id), sha256),
        headers={
            "Content-Type": "message/rfc822",
            "Content-Length": str(size),
            "Content-Disposition": content_disposition(f"{message_id}.eml", inline=False),
        },
    )


ROUTES = (export_conversation, get_message_source)
