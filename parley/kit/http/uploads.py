"""Reading one uploaded file from a request (RFC 7578), never more of it than is allowed."""

from dataclasses import dataclass
from typing import Any

import msgspec
from litestar import Request
from litestar.openapi.spec import OpenAPIMediaType, Operation, RequestBody, Schema
from litestar.openapi.spec.enums import OpenAPIFormat, OpenAPIType
from multipart import (  # type: ignore[import-untyped]
    MultipartError,
    MultipartSegment,
    PushMultipartParser,
    parse_options_header,
)

from parley.kit.errors import BadInput, TooLarge, UnsupportedType

# Boundaries and headers around the file itself.
_OVERHEAD = 64 * 1024


class Upload(msgspec.Struct, frozen=True):
    """An uploaded file: its name and media type as claimed, and its bytes."""

    name: str
    type: str
    data: bytes


@dataclass
class UploadOperation(Operation):
    """Describes the body of an upload in the OpenAPI document."""

    def __post_init__(self) -> None:
        """Puts the body in."""
        file = Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.BINARY, description="The file.")
        body = Schema(type=OpenAPIType.OBJECT, properties={"file": file}, required=["file"])
        self.request_body = RequestBody(
            content={"multipart/form-data": OpenAPIMediaType(schema=body)}, required=True
        )


async def read_upload(request: Request[Any, Any, Any], limit: int) -> Upload:
    """Reads the part `file` of a multipart request as it arrives.

    Raises UnsupportedType for another kind of body, TooLarge beyond `limit` bytes and BadInput for a body that
    is broken or has no file.
    """
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    boundary = options.get("boundary", "")
    if kind != "multipart/form-data" or not boundary:
        raise UnsupportedType("not_multipart", "Send the file as multipart/form-data in the field `file`.")
    try:
        return await _read(request, PushMultipartParser(boundary), limit)
    except (MultipartError, UnicodeError) as failure:
        raise BadInput("bad_upload", "The upload is broken; send the file again.") from failure


async def _read(request: Request[Any, Any, Any], parser: PushMultipartParser, limit: int) -> Upload:
    current: MultipartSegment | None = None
    found: MultipartSegment | None = None
    data = bytearray()
    seen = 0
    async for chunk in request.stream():
        seen += len(chunk)
        if seen > limit + _OVERHEAD:
            raise _too_large(limit)
        for event in parser.parse(chunk):
            if isinstance(event, MultipartSegment):
                current = event
                if event.name == "file" and found is None:
                    found = event
            elif event and current is not None and current is found:
                data += event
                if len(data) > limit:
                    raise _too_large(limit)
            elif event is None:
                current = None
    parser.close()
    if found is None:
        raise BadInput("no_file", "The request has no field `file`.")
    return Upload(found.filename or "file", found.content_type or "", bytes(data))


def _too_large(limit: int) -> TooLarge:
    return TooLarge("file_too_large", f"Files may have at most {limit // 1_048_576} MB.", limit=limit)
