"""The hosted page of a contact form."""

import base64
import hashlib
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from parley.channels.adapters.contact_form import FormSettings
from parley.channels.forms.submission import LIMITS, MAX_EXTRA, MAX_FIELDS, field_name
from parley.channels.words import catalogue
from parley.kit.i18n import is_rtl, negotiate
from parley.kit.ids import uuid7

_HEX = re.compile(r"#[0-9a-fA-F]{6}")
STYLE = """
:root{color-scheme:light dark;--accent:%s;--ink:#1d2430;--soft:#5a6472;--line:#8a94a3;--paper:#fff;--bad:#b3261e}
@media (prefers-color-scheme:dark){:root{--ink:#e8ecf2;--soft:#a7b0bd;--line:#6b7482;--paper:#14181f;--bad:#ff8a80}}
*{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
main{max-width:36rem;margin:0 auto;padding:2rem 1rem 4rem}h1{font-size:1.5rem;line-height:1.25;overflow-wrap:anywhere}
label{display:block;font-weight:600}small{font-weight:400;color:var(--soft)}
input:not([type=checkbox]):not([type=file]),textarea{width:100%%;padding:.6rem .7rem;font:inherit;color:inherit;
background:transparent;border:1px solid var(--line);border-radius:.4rem}
input:focus-visible,textarea:focus-visible,button:focus-visible,a:focus-visible{
outline:3px solid var(--accent);outline-offset:2px}
[aria-invalid=true]{border-color:var(--bad)!important}.wrong{display:block;color:var(--bad)}
.consent{display:grid;grid-template-columns:auto 1fr;gap:.2rem .6rem}.consent label{font-weight:400}.consent .wrong{grid-column:2}
.trap{position:absolute;inset-inline-start:-9999px}a{color:inherit}
button{padding:.7rem 1.4rem;font:inherit;font-weight:600;color:#fff;
background:var(--accent);border:0;border-radius:.4rem;cursor:pointer}
""".strip()


class FormPage(msgspec.Struct, frozen=True, kw_only=True):
    """What the page shows: the shop, what was typed before, what is wrong with it."""

    settings: FormSettings
    key: str
    shop: str
    colour: str
    language: str
    values: dict[str, str] = {}
    errors: dict[str, str] = {}
    sent: bool = False


def choose_language(settings: FormSettings, wanted: str) -> str:
    """Chooses the page's language among those of the form."""
    known = [language for language in settings.languages if language] or ["en"]
    return negotiate(wanted, known) or known[0]


def render_form(page: FormPage) -> tuple[str, str]:
    """Writes the page, and the Content-Security-Policy under which its style alone may be used."""
    style = STYLE % (page.colour if _HEX.fullmatch(page.colour) else "#2f6f5e")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    say = catalogue()

    def t(key: str, **values: str) -> str:
        return say.translate(page.language, key, **values)

    html = (
        load_templates()
        .get_template("page.html")
        .render(
            t=t,
            language=page.language,
            rtl=is_rtl(page.language),
            shop=page.shop,
            style=Markup(style),  # noqa: S704 - a constant with a checked colour
            sent=page.sent,
            problem=page.errors.get("form") or (t("form.error") if page.errors else ""),
            errors={"consent": "", **page.errors},
            action=f"/forms/{page.key}",
            id=page.values.get("id") or uuid7().hex,
            fields=_fields(page, t),
            consent=page.settings.consent_text,
        )
    )
    ancestors = " ".join(_ancestors(page.settings)) or "*"
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; base-uri 'none'; frame-ancestors {ancestors}"
    return html, policy


@lru_cache(maxsize=1)
def load_templates() -> Environment:
    """Gives the templates: escaping on, undefined names are errors."""
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _fields(page: FormPage, t: Any) -> list[dict[str, Any]]:
    rows: list[tuple[str, str, str, bool, str]] = [
        ("name", t("form.name"), "text", False, "name"),
        ("email", t("form.email"), "email", True, "email"),
    ]
    if page.settings.ask_subject:
        rows.append(("subject", t("form.subject"), "text", False, ""))
    rows += [
        (field_name(number), label, "text", False, "")
        for number, label in enumerate(page.settings.fields[:MAX_FIELDS])
    ]
    rows.append(("message", t("form.message"), "textarea", True, ""))
    if page.settings.files:
        rows.append(("files", t("form.files"), "file", False, ""))
    return [
        {
            "name": name,
            "label": label,
            "type": kind,
            "required": required,
            "autocomplete": autocomplete,
            "limit": LIMITS.get(name, MAX_EXTRA),
            "value": page.values.get(name, ""),
            "error": page.errors.get(name, ""),
        }
        for name, label, kind, required, autocomplete in rows
    ]


def _ancestors(settings: FormSettings) -> list[str]:
    hosts = [domain.strip().lower().split("://")[-1].split("/")[0] for domain in settings.allowed_domains]
    return [f"https://{host}" for host in hosts if host and all(c.isalnum() or c in ".-:*" for c in host)]
