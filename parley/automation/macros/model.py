"""A macro as data: its texts by language, its files and its acts. Pure."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NoReturn
from uuid import UUID

import msgspec

from parley.automation.macros.markup import clean_template
from parley.automation.macros.template import parse_template
from parley.automation.macros.variables import VARIABLES
from parley.automation.rules.model import RuleAct, parse_acts
from parley.kit.conditions.catalogue import Catalogue
from parley.kit.errors import FieldError, Invalid
from parley.kit.i18n.locales import fallback_chain, normalise_tag
from parley.kit.richtext import text_from_html

MAX_LANGUAGES = 30
# A macro within a macro, or two answers to one message, is never meant.
NOT_IN_MACROS = ("apply_macro", "reply")
_SHORTCUT = re.compile(r"[\w-]{1,30}")


class MacroFile(msgspec.Struct, frozen=True):
    """A file of a macro; `inline` ones are pictures in the text."""

    file_id: UUID
    name: str = ""
    inline: bool = False


class Macro(msgspec.Struct, frozen=True, kw_only=True):
    """A macro in its newest version; `team_id` and `agent_id` say who sees it, none of them means everybody."""

    id: UUID
    name: str
    folder: str = ""
    team_id: UUID | None = None
    agent_id: UUID | None = None
    version: int = 1
    texts: dict[str, str] = {}
    acts: list[dict[str, Any]] = []
    intents: list[str] = []
    shortcut: str | None = None
    files: list[MacroFile] = []
    used: int = 0
    used_at: datetime | None = None
    created_at: datetime
    updated_at: datetime
    archived_at: datetime | None = None
    base: str = "en"
    """The workspace's language, in which lists show it."""


def clean_texts(texts: Mapping[str, str]) -> dict[str, str]:
    """Gives the texts as they are stored, without empty ones; raises Invalid with language and tag."""
    if len(texts) > MAX_LANGUAGES:
        refuse("texts", f"A macro has at most {MAX_LANGUAGES} languages.")
    cleaned: dict[str, str] = {}
    for tag, html in texts.items():
        try:
            language = normalise_tag(tag)
        except ValueError:
            refuse(f"texts.{tag}", f"{tag!r} is no language.")
        stored = clean_template(html)
        if text_from_html(stored).strip() or "<img" in stored:
            parse_template(stored, VARIABLES, f"texts.{language}")
            cleaned[language] = stored
    return cleaned


def clean_acts(raw: Sequence[Any], catalogue: Catalogue) -> list[dict[str, Any]]:
    """Gives the acts as they are stored; raises Invalid with the place of the first mistake."""
    if not raw:
        return []
    acts = parse_acts(list(raw), catalogue, "acts")
    for place, act in enumerate(acts):
        if act.name in NOT_IN_MACROS:
            refuse(f"acts.{place}.act", "A macro brings its own text; it cannot answer a second time.")
    return [{"act": act.name, **act.args} for act in acts]


def read_acts(stored: Sequence[Mapping[str, Any]]) -> list[RuleAct]:
    """Gives stored acts as the forms take them."""
    return [
        RuleAct(str(one["act"]), {name: value for name, value in one.items() if name != "act"})
        for one in stored
    ]


def clean_shortcut(raw: str | None) -> str | None:
    """Gives a shortcut in lower case, None for none; raises Invalid."""
    shortcut = (raw or "").strip().lstrip("/").lower()
    if not shortcut:
        return None
    if not _SHORTCUT.fullmatch(shortcut):
        refuse("shortcut", "A shortcut has at most 30 letters, digits, - and _.")
    return shortcut


def check_macro(macro: Macro) -> None:
    """Raises Invalid for a macro that says and does nothing, or is for a team and for one agent."""
    if not macro.name.strip():
        refuse("name", "Give the macro a name.")
    if not macro.texts and not macro.acts and not macro.files:
        refuse("texts", "A macro needs a text, a file or something to do.")
    if macro.team_id is not None and macro.agent_id is not None:
        refuse("team_id", "A macro is for a team or for one person, not for both.")


def choose_language(macro: Macro, wanted: Sequence[str]) -> str | None:
    """Gives the language of a macro that suits best, else its first; None when it has no text."""
    for tag in wanted:
        found = fallback_chain(tag, macro.texts, base="")
        if found:
            return found[0]
    return next(iter(macro.texts), None)


def refuse(field: str, sentence: str) -> NoReturn:
    """Raises Invalid for one field."""
    raise Invalid("bad_macro", sentence, FieldError(field, sentence))
