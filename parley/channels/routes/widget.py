"""What the shop's page loads: the loader, the frame, its files, and uploads from the frame."""

import html
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.params import Body

from parley.channels.model import Channel
from parley.channels.schemas import UploadView
from parley.channels.words import catalogue
from parley.kit.errors import NotFound, SignedOut
from parley.kit.files.actions import store_file, view_file
from parley.kit.http.access import PUBLIC
from parley.kit.http.limits import Limiter
from parley.kit.http.routes import route
from parley.kit.http.serving import send_web_file
from parley.kit.http.webfiles import read_entry, read_web_file
from parley.kit.i18n.locales import negotiate
from parley.kit.ids import hash_token
from parley.kit.log.fact import Actor
from parley.kit.runtime import Runtime

TOPICS = ("order", "returns")
UPLOADS = Limiter(rate=0.5, burst=30)
AnyRequest = Request[Any, Any, Any]


@route("GET", "/widget.js", PUBLIC, in_schema=False, media_type="text/javascript")
async def get_loader(request: AnyRequest) -> Response[bytes]:
    """Sends the loader; the shop's browser asks again after an hour."""
    return send_web_file(
        request,
        read_web_file("loader", "widget.js"),
        cache="public, max-age=3600",
        headers={"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"},
    )


@route("GET", "/widget/assets/{name:str}", PUBLIC, in_schema=False)
async def get_frame_file(request: AnyRequest, name: str) -> Response[bytes]:
    """Sends a file of the frame."""
    return send_web_file(request, read_web_file("frame", name))


@route("GET", "/widget/frame", PUBLIC, in_schema=False, media_type="text/html")
async def get_frame(request: AnyRequest, runtime: Runtime, channel: str, language: str = "") -> Response[str]:
    """Sends the frame's page with its settings; only allowed domains may show it."""
    found = await find_chat(runtime, channel)
    brand = await _brand(runtime, found)
    wanted = ", ".join(part for part in (language, request.headers.get("accept-language", "")) if part)
    config = build_config(runtime, found, brand, wanted)
    return Response(
        render_frame(config),
        media_type="text/html",
        headers={
            "Content-Security-Policy": frame_policy(
                found.settings.allowed_domains, request.headers.get("host", "")
            )
        },
    )


async def find_chat(runtime: Runtime, key: str) -> Channel:
    """Gives the chat channel of a public key; raises NotFound."""
    book = runtime.parts["channels"].book
    channel: Channel | None = book.peek(key)
    if channel is None:
        async with runtime.db.transaction(None) as tx:
            channel = await book.find_by_key(tx, key)
    if channel is None or channel.kind != "chat" or channel.state == "paused":
        raise NotFound("chat channel")
    return channel


async def _brand(runtime: Runtime, channel: Channel) -> dict[str, Any]:
    async with runtime.db.transaction(channel.workspace_id) as tx:
        row = await tx.fetchrow(
            """SELECT w.name AS workspace, b.name, b.logo FROM workspaces w
               LEFT JOIN brands b ON b.workspace_id = w.workspace_id AND (b.id = $2 OR $2::uuid IS NULL AND b.is_default)
               WHERE w.workspace_id = $1 LIMIT 1""",
            channel.workspace_id,
            channel.brand_id,
        )
    if row is None:
        return {"name": channel.name, "logo": None}
    return {"name": row["name"] or row["workspace"], "logo": row["logo"]}


def build_config(runtime: Runtime, channel: Channel, brand: dict[str, Any], wanted: str) -> dict[str, Any]:
    """Gives the frame's settings for one visitor."""
    settings = channel.settings
    language = negotiate(wanted, settings.languages, settings.languages[0])
    return {
        "channel": channel.public_key,
        "name": channel.name,
        "colour": settings.colour,
        "position": settings.position,
        "brand": brand,
        "language": language,
        "languages": settings.languages,
        "greeting": settings.greeting.get(language) or settings.greeting.get("en"),
        "topics": [{"key": key, "label": catalogue().translate(language, f"topic.{key}")} for key in TOPICS],
        "catalogue": None,
        "ask_email": settings.ask_email,
        "file_limit": runtime.settings.file_limit,
        "emoji": settings.emoji,
        "conversation_rating": settings.rating,
    }


def render_frame(config: dict[str, Any]) -> str:
    """Writes the frame's page; the settings are data, never script."""
    modules, styles = read_entry("frame")
    # "<" in JSON could end the script element early; as an escape it cannot.
    data = msgspec.json.encode(config).decode().replace("<", "\\u003c")
    language = html.escape(config["language"], quote=True)
    links = "".join(f'<link rel="stylesheet" href="/widget/assets/{name}">' for name in styles)
    scripts = "".join(f'<script type="module" src="/widget/assets/{name}"></script>' for name in modules)
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">'
        f'<meta name="robots" content="noindex"><title>{html.escape(config["brand"]["name"])}</title>{links}</head>'
        f'<body><div id="root"></div><script type="application/json" id="parley-config">{data}</script>{scripts}</body></html>'
    )


def frame_policy(domains: list[str], host: str) -> str:
    """Writes the frame's Content-Security-Policy; an empty list of domains means every page."""
    ancestors = " ".join(part for d in domains if (part := _ancestor(d))) or "*"
    socket = f"ws://{host} wss://{host}" if all(c.isalnum() or c in ".-:[]" for c in host) else ""
    own = " 'self'" if ancestors != "*" else ""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https: data: blob:; font-src 'self';"
        f" connect-src 'self' {socket}; base-uri 'none'; form-action 'none'; frame-ancestors {ancestors}{own}"
    )


def _ancestor(domain: str) -> str:
    cleaned = domain.strip().removeprefix("https://").removeprefix("http://").split("/")[0].lower()
    if not cleaned or not all(c.isalnum() or c in ".-:*" for c in cleaned):
        return ""
    return (
        f"https://{cleaned} http://{cleaned}"
        if cleaned.split(":")[0] in ("localhost", "127.0.0.1")
        else f"https://{cleaned}"
    )


@route("POST", "/widget/api/files", PUBLIC, in_schema=False, request_max_body_size=32 * 1024 * 1024)
async def upload_file(
    request: AnyRequest,
    runtime: Runtime,
    data: Annotated[dict[str, UploadFile], Body(media_type=RequestEncodingType.MULTI_PART)],
) -> UploadView:
    """Stores a visitor's file; it is removed after a day unless it is sent."""
    token = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
    async with runtime.db.transaction(None) as tx:
        visitor = await tx.fetchrow(
            """SELECT v.workspace_id, v.id FROM visitors v
               LEFT JOIN customers c ON c.workspace_id = v.workspace_id AND c.id = v.customer_id
               WHERE v.token_hash = $1 AND c.blocked_at IS NULL""",
            hash_token(token).hex(),
        )
    if visitor is None:
        raise SignedOut("unknown_visitor", "Open the chat first.")
    UPLOADS.check(str(visitor["id"]))
    upload = data.get("file")
    if upload is None:
        raise NotFound("file in the request")
    async with runtime.ctx(visitor["workspace_id"], Actor("customer")) as ctx:
        stored = await store_file(
            ctx,
            runtime,
            name=upload.filename,
            data=await upload.read(),
            claimed_type=upload.content_type,
            owner_kind="visitor",
            owner_id=UUID(str(visitor["id"])),
        )
        shown = view_file(runtime, ctx, stored)
    return UploadView(
        id=shown.id,
        name=shown.name,
        type=shown.type,
        size=shown.size,
        url=shown.url,
        thumbnail=shown.thumbnail_url,
        width=shown.width,
        height=shown.height,
    )


ROUTES = (get_loader, get_frame_file, get_frame, upload_file)
