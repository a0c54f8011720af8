"""The shop's pictures: SVG drawings in `pages/art/` whose colours are filled in per product colour."""

from functools import cache
from pathlib import Path
from string import Template
from typing import Literal

from parley.app.demo.catalogue import load_catalogue

ART = Path(__file__).parent / "pages" / "art"
Mode = Literal["day", "night"]

AMBER, BRICK, CREAM, PINE = "#e0a53a", "#a44a2b", "#f3ead8", "#2f5d45"
DARK, WARM = "#14110c", "#fff6e2"
BRICK_ACCENT = frozenset({"ochre", "oat", "snow"})

SCENES: dict[Mode, dict[str, str]] = {
    "day": {
        "sky": "#bcd3d0", "haze": "#f3e6cd", "sun": "#f2c25b", "star": "none", "cloud": "#fdf8ee",
        "far": "#b5c4bd", "peak": "#8ea39e", "peakshade": "#70877f", "snow": "#fbf7ee", "hill3": "#7f9a7c",
        "tree3": "#67866a", "hill2": "#628463", "tree2": "#446b50", "lake": "#8fb5b5", "hill1": "#4d7455",
        "tree1": "#2c5440", "ground": "#234534", "stone": "#8b8577", "wood": "#7a4f32", "woodlight": "#91623f",
        "roof": "#4a2f20", "window": "#f6d98c", "tent": "#c8602f",
    },
    "night": {
        "sky": "#0f1a24", "haze": "#2c4149", "sun": "#efe6c8", "star": "#e9e4cf", "cloud": "#33474e",
        "far": "#24363d", "peak": "#2f444a", "peakshade": "#22343a", "snow": "#aebdbb", "hill3": "#1f3632",
        "tree3": "#1a302b", "hill2": "#1a2f29", "tree2": "#142822", "lake": "#24424c", "hill1": "#152720",
        "tree1": "#0e1d18", "ground": "#0b1612", "stone": "#4a4a44", "wood": "#4a3323", "woodlight": "#5a402c",
        "roof": "#221712", "window": "#f7c95c", "tent": "#a44a2b",
    },
}  # fmt: skip


def mix(colour: str, other: str, share: float) -> str:
    """Blend `share` of another colour into a colour, both as "#rrggbb"."""
    pairs = ((int(colour[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(a * (1 - share) + b * share):02x}" for a, b in pairs)


def build_palette(slug: str, base: str) -> dict[str, str]:
    """The tones a product drawing asks for, from its base colour."""
    return {
        "base": base,
        "light": mix(base, WARM, 0.22),
        "shade": mix(base, DARK, 0.16),
        "deep": mix(base, DARK, 0.4),
        "deeper": mix(base, DARK, 0.62),
        "accent": BRICK if slug in BRICK_ACCENT else AMBER,
        "mark": PINE if slug == "snow" else CREAM,
        "button": "#e9dcc0",
    }


@cache
def find_picture(handle: str, colour: str) -> str | None:
    """The SVG of a product in one of its colours, or None when there is no such product or colour."""
    catalogue = load_catalogue()
    product = catalogue.products.get(handle)
    if product is None or colour not in product.stock:
        return None
    drawing = Template((ART / f"{handle}.svg").read_text("utf-8"))
    return drawing.substitute(build_palette(colour, catalogue.colours[colour].hex))


@cache
def build_scene(mode: Mode) -> str:
    """The SVG of the mountain lake by day or by night."""
    return Template((ART / "scene.svg").read_text("utf-8")).substitute(SCENES[mode])
