"""Reading what a browser's form sends: plain fields and pictures. Pure but for the pictures' decoding."""

from io import BytesIO
from typing import Any, cast
from urllib.parse import parse_qsl
from uuid import UUID

import msgspec
from multipart import (  # type: ignore[import-untyped]  # it carries no types
    MultipartError,
    MultipartParser,
    parse_options_header,
)

from parley.kit.errors import BadInput
from parley.kit.files.images import make_thumbnail

MOST_PARTS = 600
LONGEST = 20_000
PICTURE_EDGE = 2_000
LARGEST_PICTURE = 12 * 1024 * 1024


class Sent(msgspec.Struct, frozen=True):
    """A form's fields, and its files by the field they came in."""

    values: dict[str, str]
    files: dict[str, list[bytes]]

    def get(self, name: str) -> str:
        """Gives a field, empty when it is not there."""
        return self.values.get(name, "").strip()[:LONGEST]


def read_sent(content_type: str, body: bytes) -> Sent:
    """Reads a form; raises BadInput."""
    kind, options = parse_options_header(content_type)
    try:
        if kind == "application/x-www-form-urlencoded":
            pairs = parse_qsl(
                body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_PARTS
            )
            return Sent(dict(pairs), {})
        if kind == "multipart/form-data":
            return _read_parts(options.get("boundary", ""), body)
    except (MultipartError, UnicodeError, ValueError) as failure:
        raise BadInput("bad_form", "The form cannot be read.") from failure
    raise BadInput("bad_form", "Send a form.")


def _read_parts(boundary: str, body: bytes) -> Sent:
    values: dict[str, str] = {}
    files: dict[str, list[bytes]] = {}
    parser: Any = MultipartParser(
        BytesIO(body), boundary.encode(), memory_limit=len(body) + 1, part_limit=MOST_PARTS
    )
    for part in parser:
        name = str(part.name)
        if part.filename is None:
            values[name] = part.raw.decode("utf-8", "replace")
        elif part.filename and part.size:
            files.setdefault(name, []).append(cast(bytes, part.raw))
    return Sent(values, files)


def clean_picture(data: bytes) -> bytes | None:
    """Gives a picture as a new JPEG without anything that was hidden in it; None for what is no picture."""
    if len(data) > LARGEST_PICTURE:
        return None
    made = make_thumbnail(data, max_edge=PICTURE_EDGE, as_format="jpeg")
    return made.data if made else None


def parse_ids(text: str) -> list[UUID]:
    """Reads ids separated by commas; what is none is left out."""
    found = []
    for part in text.split(","):
        try:
            found.append(UUID(part.strip()))
        except ValueError:
            continue
    return found


def parse_count(text: str) -> int:
    """Reads a whole number, 0 for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else 0
