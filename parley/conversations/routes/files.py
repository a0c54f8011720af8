"""Files over HTTP: uploads of agents, and what signed addresses give."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request
from litestar.response import Response, Stream

from parley.kit.errors import NotFound
from parley.kit.files.actions import FileView, prepare_file, record_file, view_file
from parley.kit.files.links import FileLinks
from parley.kit.files.names import content_disposition
from parley.kit.files.sniff import INLINE_TYPES
from parley.kit.files.store import StoredFileMissingError
from parley.kit.http.access import PUBLIC, Principal, needs
from parley.kit.http.ranges import NotSatisfiableError, parse_range
from parley.kit.http.routes import route
from parley.kit.http.uploads import UploadOperation, read_upload
from parley.kit.runtime import Runtime

AnyRequest = Request[Any, Any, Any]
THUMBNAIL_TYPE = "image/webp"
# Whatever a file contains, a browser that opens it runs and loads nothing.
CLOSED = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"


@route(
    "POST",
    "/api/v1/files",
    needs("notes:write"),
    transaction=False,
    operation_class=UploadOperation,
    request_max_body_size=None,
)
async def upload_file(request: AnyRequest, me: Principal, runtime: Runtime) -> FileView:
    """Stores a file for a message, note or draft; one that is not used is removed after a day."""
    upload = await read_upload(request, runtime.settings.file_limit)
    file = await prepare_file(
        runtime, me.workspace_id, name=upload.name, data=upload.data, claimed_type=upload.type
    )
    async with runtime.ctx(me.workspace_id, me.actor) as ctx:
        await record_file(ctx, file, owner_kind=me.actor.kind, owner_id=me.actor.id)
        return view_file(runtime, ctx, file)


@route("GET", "/files/{workspace:uuid}/{file:uuid}", PUBLIC, in_schema=False)
async def get_file(
    request: AnyRequest, runtime: Runtime, workspace: UUID, file: UUID, e: int = 0, s: str = "", t: int = 0
) -> Response[Any]:
    """Sends a file or its thumbnail to whoever holds a signed address that has not expired."""
    links: FileLinks = runtime.parts["file_links"]
    now = runtime.clock.now()
    if not links.check(workspace, file, e, s, thumbnail=t == 1, now=now):
        raise NotFound("file")
    async with runtime.db.transaction(workspace) as tx:
        row = await tx.fetchrow(
            "SELECT name, type, sha256, thumbnail_sha256 FROM files WHERE workspace_id = $1 AND id = $2",
            workspace,
            file,
        )
    sha256 = row and row["thumbnail_sha256" if t == 1 else "sha256"]
    stored = await runtime.files.find(str(workspace), sha256) if sha256 else None
    if row is None or stored is None:
        raise NotFound("file")
    kind = THUMBNAIL_TYPE if t == 1 else row["type"]
    headers = _headers(row["name"], kind, stored.sha256, e, now)
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(None, status_code=304, headers=headers)
    try:
        part = parse_range(request.headers.get("range"), stored.size)
    except NotSatisfiableError:
        return Response(
            b"",
            status_code=416,
            headers={**headers, "Content-Range": f"bytes */{stored.size}"},
            media_type=kind,
        )
    start, length = part or (0, stored.size)
    headers["Content-Length"] = str(length)
    if part is not None:
        headers["Content-Range"] = f"bytes {start}-{start + length - 1}/{stored.size}"
    try:
        chunks = runtime.files.open(str(workspace), stored.sha256, start=start, length=length)
    except StoredFileMissingError:
        raise NotFound("file") from None
    return Stream(chunks, status_code=206 if part else 200, headers=headers)


def _headers(name: str, kind: str, sha256: str, until: int, now: datetime) -> dict[str, str]:
    return {
        "Content-Type": kind,
        "ETag": f'"{sha256}"',
        "Content-Disposition": content_disposition(name, inline=kind in INLINE_TYPES),
        "Content-Security-Policy": CLOSED,
        "Cache-Control": f"private, max-age={max(0, until - int(now.timestamp()))}, immutable",
        "Accept-Ranges": "bytes",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "X-Content-Type-Options": "nosniff",
    }


ROUTES = (upload_file, get_file)
