"""Filling the templates of the public pages."""

import hashlib
from functools import cache, lru_cache, partial
from typing import Any

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from parley.commerce.portal.words import (
    HERE,
    catalogue,
    pick,
    write_country,
    write_day,
    write_language,
    write_money,
)
from parley.kit.http.webfiles import read_web_file
from parley.kit.i18n.locales import is_rtl, negotiate

STYLE = "/public-pages.css"
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' https: data:; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """What stands around every page: the shop, the language, the page's own address, who is signed in."""

    shop: str
    language: str
    path: str
    home: str = ""
    languages: list[str] = []
    signed_in: bool = False
    csrf: str = ""
    private: bool = True
    time_zone: str = "UTC"


def choose_language(wanted: str, accept: str | None, offered: list[str] | None = None) -> str:
    """Chooses the language of a page: the one asked for, else what the browser prefers."""
    known = offered or catalogue().languages()
    if wanted in known:
        return wanted
    return negotiate(wanted or accept, known, known[0] if offered else "en")


@lru_cache(maxsize=1)
def load_templates() -> Environment:
    """Gives the templates; names that are not given are errors."""
    env = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters["bold"] = _bold
    return env


def render_page(frame: Frame, template: str, **values: Any) -> str:
    """Fills a template; `t`, `money`, `day`, `text` and `country` write in the page's language."""
    language = frame.language
    return (
        load_templates()
        .get_template(template)
        .render(
            frame=frame,
            t=partial(catalogue().translate, language),
            has=lambda key: key in catalogue().sources["en"],
            money=lambda minor, currency: write_money(minor, currency, language),
            day=lambda at: write_day(at, language, frame.time_zone),
            text=lambda texts: pick(texts, language),
            country=lambda code: write_country(code, language),
            language_name=write_language,
            direction="rtl" if is_rtl(language) else "ltr",
            style=f"{STYLE}?v={style_version()}",
            **values,
        )
    )


def _bold(text: str) -> Markup:
    return Markup("<strong>{}</strong>").format(text)


@cache
def read_style() -> bytes:
    """Gives the style of the public pages: the tokens shared with desk and widget, and what is drawn with them."""
    tokens = read_web_file("ui", "tokens.css").data
    return tokens + b"\n" + (HERE / "templates" / "pages.css").read_bytes()


@cache
def style_version() -> str:
    """Gives a short text that changes with the style."""
    return hashlib.sha256(read_style()).hexdigest()[:10]
