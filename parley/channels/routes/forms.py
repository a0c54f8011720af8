"""The contact form's public side: the hosted page, and where forms are sent."""

from io import BytesIO
from typing import Any, cast
from urllib.parse import parse_qsl

import msgspec
from litestar import Request, Response
from litestar.response import Redirect
from multipart import (  # type: ignore[import-untyped]  # it carries no types
    MultipartError,
    MultipartParser,
    parse_options_header,
)

from parley.channels.actions.intake import store_item
from parley.channels.forms.page import FormPage, choose_language, render_form
from parley.channels.forms.submission import (
    MAX_FILES,
    FormFile,
    Sent,
    StoredFormFile,
    Submission,
    check_form,
    is_allowed_origin,
    name_fields,
    read_json,
)
from parley.channels.model import Channel
from parley.channels.ports import RawItem
from parley.channels.words import catalogue
from parley.kit.errors import BadInput, FieldError, Invalid, NotAllowed, NotFound, ParleyError, TooMany
from parley.kit.files.actions import store_file
from parley.kit.http.access import PUBLIC
from parley.kit.http.limits import Limiter
from parley.kit.http.routes import route
from parley.kit.log.fact import Actor
from parley.kit.runtime import Runtime

PLUGIN = "contact_form"
LARGEST = 32 * 1024 * 1024
MOST_VALUES = 60
BY_ADDRESS = Limiter(rate=1 / 20, burst=6)
BY_FORM = Limiter(rate=2, burst=120)
AnyRequest = Request[Any, Any, Any]
BRAND = """
SELECT coalesce(b.name, w.name) AS name, coalesce(b.colour, '') AS colour FROM workspaces w
LEFT JOIN brands b ON b.workspace_id = $1 AND b.archived_at IS NULL AND (b.id = $2 OR $2::uuid IS NULL AND b.is_default)
WHERE w.workspace_id = $1 LIMIT 1
"""


class FormAnswer(msgspec.Struct):
    """What a page gets that sent the form as JSON: the id under which the form is kept."""

    id: str


@route("GET", "/forms/{key:str}", PUBLIC, in_schema=False, media_type="text/html")
async def get_form(
    request: AnyRequest, runtime: Runtime, key: str, language: str = "", sent: str = ""
) -> Response[str]:
    """Shows the hosted form."""
    channel = await find_form(runtime, key)
    return await _show(request, runtime, channel, language=language, sent=bool(sent))


@route("OPTIONS", "/forms/{key:str}", PUBLIC, in_schema=False, status=204)
async def ask_form(request: AnyRequest, runtime: Runtime, key: str) -> Response[None]:
    """Tells a browser whether a page may send the form as JSON."""
    channel = await find_form(runtime, key)
    headers = {
        **cors_headers(request, runtime, channel),
        "Access-Control-Allow-Methods": "POST",
        "Access-Control-Allow-Headers": "content-type",
        "Access-Control-Max-Age": "3600",
    }
    return Response(None, status_code=204, headers=headers)


@route("POST", "/forms/{key:str}", PUBLIC, in_schema=False, request_max_body_size=LARGEST)
async def post_form(request: AnyRequest, runtime: Runtime, key: str) -> Response[Any]:
    """Takes a form as JSON or as a browser sends it; the answer comes after it has been stored."""
    channel = await find_form(runtime, key)
    headers = cors_headers(request, runtime, channel)
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind.lower() == "application/json":
        submission = await _take_json(request, runtime, channel)
        return Response(
            FormAnswer(submission.id), status_code=201, headers=headers, media_type="application/json"
        )
    try:
        check_limits(request, channel)
        sent = read_body(
            kind.lower(),
            options.get("boundary", ""),
            await request.body(),
            request.headers.get("referer", ""),
        )
        language = choose_language(channel.settings, request.headers.get("accept-language", ""))
        checked = check_form(channel.settings, sent, language)
        if isinstance(checked, dict):
            return await _show(request, runtime, channel, sent_values=sent.values, errors=checked)
        await _store(runtime, channel, checked, sent.files)
    except TooMany:
        return await _show(request, runtime, channel, errors={"form": "busy"}, status=429)
    except ParleyError as failure:
        if not isinstance(failure, BadInput) and failure.status not in (413, 415):
            raise
        return await _show(request, runtime, channel, errors={"files": "bad_file"}, reason=failure.detail)
    return Redirect(channel.settings.thanks_url or f"/forms/{channel.public_key}?sent=1", status_code=303)


async def find_form(runtime: Runtime, key: str) -> Channel:
    """Gives the form's channel; raises NotFound."""
    book = runtime.parts["channels"].book
    channel: Channel | None = book.peek(key)
    if channel is None:
        async with runtime.db.transaction(None) as tx:
            channel = await book.find_by_key(tx, key[:200])
    if channel is None or channel.plugin != PLUGIN or channel.state == "paused":
        raise NotFound("form")
    return channel


def cors_headers(request: AnyRequest, runtime: Runtime, channel: Channel) -> dict[str, str]:
    """Gives the headers that let an allowed page read the answer; raises NotAllowed for another page."""
    origin = request.headers.get("origin", "")
    if not is_allowed_origin(channel.settings, origin, runtime.settings.origin):
        raise NotAllowed("wrong_domain", "This form may not be sent from this domain.")
    return {"Access-Control-Allow-Origin": origin, "Vary": "Origin"} if origin else {}


def check_limits(request: AnyRequest, channel: Channel) -> None:
    """Raises TooMany when somebody sends too much, or too many do."""
    caller = request.client.host if request.client else ""
    BY_ADDRESS.check(f"{channel.id}:{caller}")
    BY_FORM.check(str(channel.id))


async def _take_json(request: AnyRequest, runtime: Runtime, channel: Channel) -> Submission:
    check_limits(request, channel)
    try:
        found = msgspec.json.decode(await request.body())
    except (msgspec.DecodeError, UnicodeError) as failure:
        raise BadInput("bad_json", "The JSON cannot be read.") from failure
    sent = read_json(found)
    if sent is None:
        raise BadInput("bad_json", "Send a JSON object.")
    sent = msgspec.structs.replace(sent, values={**sent.values, **name_fields(channel.settings, found)})
    language: str = sent.values.get("language") or request.headers.get("accept-language") or ""
    checked = check_form(channel.settings, sent, choose_language(channel.settings, language))
    if isinstance(checked, dict):
        errors = [FieldError(name, say(word, "en")) for name, word in checked.items()]
        raise Invalid("invalid_form", "Some fields are missing or wrong; nothing was sent.", *errors)
    return await _store(runtime, channel, checked, [])


def read_body(kind: str, boundary: str, body: bytes, page: str) -> Sent:
    """Reads a form as browsers send it; raises BadInput."""
    if kind == "application/x-www-form-urlencoded":
        try:
            pairs = parse_qsl(
                body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_VALUES
            )
        except ValueError as failure:
            raise BadInput("bad_form", "The form cannot be read.") from failure
        return Sent(values=dict(pairs), page=page)
    if kind != "multipart/form-data":
        raise BadInput("unknown_type", "Send a form or JSON.")
    values: dict[str, str] = {}
    files: list[FormFile] = []
    try:
        parser = MultipartParser(
            BytesIO(body), boundary.encode(), memory_limit=len(body) + 1, part_limit=MOST_VALUES + MAX_FILES
        )
        for part in parser:
            if part.filename is None:
                values[str(part.name)] = part.raw.decode("utf-8", "replace")
            elif part.filename and part.size:
                files.append(
                    FormFile(str(part.filename), str(part.content_type or ""), cast(bytes, part.raw))
                )
    except (MultipartError, UnicodeError, ValueError) as failure:
        raise BadInput("bad_form", "The form cannot be read.") from failure
    return Sent(values=values, files=files, page=page)


async def _store(
    runtime: Runtime, channel: Channel, checked: Submission, files: list[FormFile]
) -> Submission:
    """Stores files and form; a form sent twice with the same id counts once."""
    stored: list[StoredFormFile] = []
    if files and channel.settings.files:
        async with runtime.ctx(channel.workspace_id, Actor("customer")) as ctx:
            for file in files:
                kept = await store_file(
                    ctx,
                    runtime,
                    name=file.name,
                    data=file.data,
                    claimed_type=file.type,
                    owner_kind="form",
                    owner_id=channel.id,
                )
                stored.append(StoredFormFile(str(kept.id), kept.name))
    submission = msgspec.structs.replace(checked, files=stored)
    item = RawItem(
        key=submission.id, data=msgspec.json.encode(submission), received_at=runtime.clock.now(), envelope={}
    )
    await store_item(runtime, channel, item, media_type="application/json")
    return submission


def say(word: str, language: str, reason: str = "") -> str:
    """Says what is wrong with a field."""
    return catalogue().translate(language, f"form.{word}", reason=reason)


async def _show(  # noqa: PLR0913 - a page shows these things
    request: AnyRequest,
    runtime: Runtime,
    channel: Channel,
    *,
    language: str = "",
    sent: bool = False,
    sent_values: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    reason: str = "",
    status: int = 422,
) -> Response[str]:
    async with runtime.db.transaction(channel.workspace_id) as tx:
        brand = await tx.fetchrow(BRAND, channel.workspace_id, channel.brand_id)
    chosen = choose_language(channel.settings, language or request.headers.get("accept-language", ""))
    html, policy = render_form(
        FormPage(
            settings=channel.settings,
            key=channel.public_key,
            shop=brand["name"] if brand else channel.name,
            colour=brand["colour"] if brand else "",
            language=chosen,
            values=sent_values or {},
            errors={name: say(word, chosen, reason) for name, word in (errors or {}).items()},
            sent=sent,
        )
    )
    return Response(
        html,
        status_code=status if errors else 200,
        media_type="text/html",
        headers={"Content-Security-Policy": policy, "Vary": "Accept-Language"},
    )


# First the one for OPTIONS: the framework makes its own when it meets another method before.
ROUTES = (ask_form, get_form, post_form)
