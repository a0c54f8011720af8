"""Small copies of pictures: without anything that was hidden in the original."""

import io
from dataclasses import dataclass
from typing import Literal

from PIL import Image, ImageCms, ImageOps

Format = Literal["webp", "jpeg", "png"]

MAX_PIXELS = 50_000_000
MAX_INPUT_BYTES = 40_000_000
_READABLE = ("PNG", "JPEG", "GIF", "WEBP", "AVIF")
_QUALITY = 80


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """An encoded picture with its media type and its size in pixels."""

    data: bytes
    content_type: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class ImageSize:
    """Width and height in pixels as the picture is shown, after its orientation is applied."""

    width: int
    height: int


def make_thumbnail(data: bytes, *, max_edge: int = 480, as_format: Format = "webp") -> Thumbnail | None:
    """Make a copy with no edge longer than `max_edge` pixels; None for what cannot be read as a picture.

    Reads PNG, JPEG, GIF, WebP and AVIF of at most 50 million pixels; of an animation, the first frame.
    The orientation is applied, colours become sRGB, metadata (EXIF, GPS, XMP, comments, profile) stays
    behind. Works for some tens of milliseconds: call it in a thread.
    """
    try:
        with _open(data) as image:
            image.draft("RGB", (max_edge * 2, max_edge * 2))
            upright = ImageOps.exif_transpose(image)
            upright.thumbnail((max_edge, max_edge), Image.Resampling.LANCZOS)
            plain = _plain(_srgb(upright), keep_alpha=as_format != "jpeg")
            return _encode(plain, as_format)
    except Exception:  # noqa: BLE001 - decoders raise anything on hostile input: unreadable
        return None


def read_image_size(data: bytes) -> ImageSize | None:
    """The size of a picture from its header; None for what cannot be read as a picture."""
    try:
        with _open(data) as image:
            width, height = image.size
            # Without the chunk at hand Pillow would decode a whole PNG to look for one at its end.
            has_exif = image.format != "PNG" or "exif" in image.info
            turned = has_exif and image.getexif().get(0x0112) in {5, 6, 7, 8}
            return ImageSize(height, width) if turned else ImageSize(width, height)
    except Exception:  # noqa: BLE001 - as above
        return None


def _open(data: bytes) -> Image.Image:
    if len(data) > MAX_INPUT_BYTES:
        raise ValueError("too many bytes")
    image = Image.open(io.BytesIO(data), formats=_READABLE)
    if image.width * image.height > MAX_PIXELS:
        raise ValueError("too many pixels")
    return image


def _srgb(image: Image.Image) -> Image.Image:
    profile = image.info.get("icc_profile")
    if not profile or image.mode not in {"RGB", "RGBA", "CMYK", "L"}:
        return image
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        mode = "RGBA" if image.mode == "RGBA" else "RGB"
        converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode=mode)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
    return converted or image


def _plain(image: Image.Image, *, keep_alpha: bool) -> Image.Image:
    """The same pixels in a new picture that carries nothing else."""
    has_alpha = image.has_transparency_data
    converted = image.convert("RGBA" if has_alpha else "RGB")
    if has_alpha and not keep_alpha:
        canvas = Image.new("RGB", converted.size, "white")
        canvas.paste(converted, mask=converted.getchannel("A"))
        return canvas
    clean = Image.new(converted.mode, converted.size)
    clean.paste(converted)
    return clean


def _encode(image: Image.Image, as_format: Format) -> Thumbnail:
    out = io.BytesIO()
    if as_format == "png":
        image.save(out, "PNG", optimize=True)
    elif as_format == "jpeg":
        image.save(out, "JPEG", quality=_QUALITY, progressive=True, optimize=True)
    else:
        image.save(out, "WEBP", quality=_QUALITY, method=4)
    return Thumbnail(out.getvalue(), f"image/{as_format}", image.width, image.height)
