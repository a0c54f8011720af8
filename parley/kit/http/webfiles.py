"""Built browser parts: found in the wheel or in the source tree, read once, served with long-lived caching."""

import gzip
import mimetypes
from functools import cache
from pathlib import Path

import msgspec

from parley.kit.errors import NotFound, Unavailable

PACKAGE = Path(__file__).parent.parent.parent
PLACES = {
    "desk": "web/desk/dist",
    "frame": "web/widget/frame/dist",
    "loader": "web/widget/loader/dist",
    "ui": "web/ui/src",
}
FOREVER = "public, max-age=31536000, immutable"
TEXT = ("text/", "application/javascript", "application/json", "image/svg+xml")


class WebFile(msgspec.Struct, frozen=True):
    """A file ready to be sent; `packed` is its gzip form, None where that gains nothing."""

    data: bytes
    packed: bytes | None
    type: str


def part_folder(part: str) -> Path:
    """Gives the folder of a built part; raises Unavailable when it has not been built."""
    for folder in (PACKAGE / "_web" / part, PACKAGE.parent / PLACES[part]):
        if folder.is_dir():
            return folder
    raise Unavailable("not_built", "The browser parts are not built; run `make install`.")


@cache
def read_web_file(part: str, name: str) -> WebFile:
    """Reads a built file; raises NotFound for anything outside the folder."""
    folder = part_folder(part).resolve()
    # No file of ours has such a name, and the system refuses to look for it.
    if "\0" in name or len(name.encode()) > 250:
        raise NotFound("file")
    path = (folder / name).resolve()
    if not path.is_relative_to(folder) or not path.is_file():
        raise NotFound("file")
    data = path.read_bytes()
    kind = (
        "text/javascript"
        if path.suffix == ".js"
        else mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    )
    packed = gzip.compress(data, 9, mtime=0) if kind.startswith(TEXT) and len(data) > 600 else None
    return WebFile(data, packed, kind)


@cache
def read_entry(part: str, source: str = "index.html") -> tuple[list[str], list[str]]:
    """Gives the module and style files of a part's entry from Vite's manifest."""
    manifest = msgspec.json.decode((part_folder(part) / "manifest.json").read_bytes())
    entry = manifest[source]
    styles = list(entry.get("css", []))
    for name in entry.get("imports", []):
        styles += [style for style in manifest[name].get("css", []) if style not in styles]
    return [entry["file"]], styles
