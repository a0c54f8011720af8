"""Building the system's mails from the catalogues."""

import html
from functools import lru_cache
from pathlib import Path

from parley.accounts.mailer import Mail
from parley.kit.i18n.catalogue import Catalogue, load_catalogue
from parley.kit.i18n.locales import is_rtl

_STYLE = "font:16px/1.5 system-ui,sans-serif;color:#1d2430;max-width:34em;margin:2em auto;padding:0 1em"
_BUTTON = (
    "display:inline-block;background:#3448a5;color:#fff;text-decoration:none;"
    "padding:.7em 1.2em;border-radius:.5em"
)


@lru_cache(maxsize=1)
def accounts_catalogue() -> Catalogue:
    """Gives the messages of this slice in all languages."""
    return load_catalogue([Path(__file__).parent / "locales"])


def build_mail(
    kind: str,
    language: str,
    to: str,
    *,
    link: str | None = None,
    lines: tuple[str, ...] = (),
    **values: str | int,
) -> Mail:
    """Builds the mail `mail.<kind>.*` in a language; `lines` follow the text, `link` becomes a button."""
    catalogue = accounts_catalogue()
    found = catalogue.sources_for(language)

    def say(key: str) -> str:
        return catalogue.translate(language, key, **values) if key in found else ""

    subject, after = say(f"mail.{kind}.subject"), say(f"mail.{kind}.after")
    paragraphs = say(f"mail.{kind}.body").split("\n\n")
    text = [*paragraphs, "\n".join(lines), link or "", after]
    parts = [f"<p>{_escape(part)}</p>" for part in paragraphs]
    if lines:
        parts.append("<ul>" + "".join(f"<li>{_escape(line)}</li>" for line in lines) + "</ul>")
    if link:
        button = _escape(say(f"mail.{kind}.button") or link)
        parts.append(f'<p><a href="{html.escape(link)}" style="{_BUTTON}">{button}</a></p>')
    if after:
        parts.append(f"<p>{_escape(after)}</p>")
    direction = "rtl" if is_rtl(language) else "ltr"
    page = (
        f'<!doctype html><html lang="{html.escape(language)}" dir="{direction}"><meta charset="utf-8">'
        f'<title>{_escape(subject)}</title><body style="{_STYLE}">{"".join(parts)}</body></html>'
    )
    return Mail(to=to, subject=subject, text="\n\n".join(filter(None, text)) + "\n", html=page)


def _escape(text: str) -> str:
    return html.escape(text).replace("\n", "<br>")
