import io
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms

from parley.kit.files.images import Format, ImageSize, make_thumbnail, read_image_size


def encode(image: Image.Image, format_name: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, format_name, **options)
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def png_header(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 100))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("format_name", ["PNG", "JPEG", "GIF", "WEBP", "AVIF"])
@pytest.mark.parametrize("as_format", ["webp", "jpeg", "png"])
def test_pictures_become_small_in_every_format(format_name: str, as_format: Format) -> None:
    thumbnail = make_thumbnail(
        encode(Image.new("RGB", (900, 300), "teal"), format_name), max_edge=90, as_format=as_format
    )
    assert thumbnail is not None
    assert (thumbnail.width, thumbnail.height) == (90, 30)
    assert thumbnail.content_type == f"image/{as_format}"
    result = opened(thumbnail.data)
    assert result.format == as_format.upper()
    assert result.size == (90, 30)
    red, green, blue = result.convert("RGB").getpixel((45, 15))  # type: ignore[misc]
    assert max(abs(red - 0), abs(green - 128), abs(blue - 128)) < 12


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_every_colour_mode_is_read(mode: str) -> None:
    format_name = "JPEG" if mode == "CMYK" else "PNG"
    for as_format in ("webp", "jpeg", "png"):
        thumbnail = make_thumbnail(
            encode(Image.new(mode, (40, 40)), format_name), max_edge=20, as_format=as_format
        )
        assert thumbnail is not None
        assert opened(thumbnail.data).size == (20, 20)


def test_small_pictures_are_not_enlarged() -> None:
    thumbnail = make_thumbnail(encode(Image.new("RGB", (5, 3)), "PNG"), max_edge=100)
    assert thumbnail is not None
    assert (thumbnail.width, thumbnail.height) == (5, 3)


def test_orientation_is_applied_and_metadata_left_behind() -> None:
    image = Image.new("RGB", (40, 20), "red")
    image.paste("blue", (0, 0, 10, 20))
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "taken at home"
    exif.get_ifd(0x8825)[2] = (46.0, 3.0, 0.0)
    source = encode(image, "JPEG", exif=exif.tobytes(), comment=b"private words", quality=95)
    assert b"taken at home" in source
    assert read_image_size(source) == ImageSize(20, 40)
    for as_format in ("webp", "jpeg", "png"):
        thumbnail = make_thumbnail(source, as_format=as_format)
        assert thumbnail is not None
        assert (thumbnail.width, thumbnail.height) == (20, 40)
        for secret in (b"home", b"private", b"Exif", b"EXIF"):
            assert secret not in thumbnail.data
        result = opened(thumbnail.data)
        assert not result.getexif()
        top = result.convert("RGB").getpixel((10, 3))
        assert top[2] > 150 > top[0]  # type: ignore[index]


def test_png_text_and_profiles_stay_behind() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    source = encode(Image.new("RGB", (30, 30), "green"), "PNG", icc_profile=profile)
    thumbnail = make_thumbnail(source, as_format="png")
    assert thumbnail is not None
    assert "icc_profile" not in opened(thumbnail.data).info
    broken = encode(Image.new("RGB", (30, 30)), "PNG", icc_profile=b"not a profile")
    assert make_thumbnail(broken) is not None


def test_transparency_stays_where_the_format_has_it() -> None:
    source = encode(Image.new("RGBA", (30, 30), (255, 0, 0, 0)), "PNG")
    kept, filled = make_thumbnail(source, as_format="webp"), make_thumbnail(source, as_format="jpeg")
    assert kept is not None
    assert filled is not None
    assert opened(kept.data).getpixel((5, 5))[3] == 0  # type: ignore[index]
    assert opened(filled.data).getpixel((5, 5)) == (255, 255, 255)


def test_an_animation_gives_its_first_frame() -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    source = encode(frames[0], "GIF", save_all=True, append_images=frames[1:])
    thumbnail = make_thumbnail(source, as_format="png")
    assert thumbnail is not None
    result = opened(thumbnail.data)
    assert getattr(result, "n_frames", 1) == 1
    assert result.getpixel((5, 5)) == (255, 0, 0)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no picture",
        png_header(30_000, 30_000),
        png_header(8_000, 7_000),
        png_header(100, 100),
        png_header(0, 10),
        encode(Image.new("RGB", (50, 50)), "BMP"),
        encode(Image.new("RGB", (50, 50)), "TIFF"),
        encode(Image.new("RGB", (50, 50)), "JPEG")[:200],
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n",
    ],
)
def test_what_cannot_be_read_has_no_small_copy(data: bytes) -> None:
    assert make_thumbnail(data) is None


def test_sizes_come_from_the_header() -> None:
    assert read_image_size(png_header(100, 70)) == ImageSize(100, 70)
    assert read_image_size(png_header(30_000, 30_000)) is None
    assert read_image_size(b"x") is None


SAMPLE = encode(Image.effect_noise((30, 30), 50), "JPEG")


@given(st.binary(max_size=40), st.integers(0, len(SAMPLE)))
def test_no_damage_raises(damage: bytes, at: int) -> None:
    make_thumbnail(SAMPLE[:at] + damage + SAMPLE[at + len(damage) :], max_edge=10)
