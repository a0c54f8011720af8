"""A broadcast as data: who is told, in which words. Pure."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from html import escape
from typing import Any, Literal, NoReturn
from uuid import UUID

import msgspec

from parley.automation.macros.markup import clean_template
from parley.automation.macros.template import Template, parse_template
from parley.automation.macros.variables import PEOPLE, SHOP
from parley.kit.conditions.catalogue import Catalogue
from parley.kit.conditions.fields import Field
from parley.kit.conditions.model import AllOf, Condition
from parley.kit.conditions.parsing import parse_condition
from parley.kit.errors import FieldError, Invalid
from parley.kit.i18n.locales import fallback_chain, normalise_tag
from parley.kit.richtext import text_from_html

MOST = 50_000
"""So many customers may be looked at by one broadcast."""
MOST_IDS = 10_000
MAX_LANGUAGES = 30
MAX_SUBJECT = 200
VARIABLES = (*PEOPLE, *SHOP)
SECTIONS = {
    "conversations": ("conversation", "customer", "history", "orders", "order", "shipment", "time"),
    "orders": ("order", "orders", "shipment", "customer", "conversation", "history", "time"),
}
STATES = ("draft", "waiting", "running", "paused", "done", "cancelled")
Of = Literal["conversations", "orders"]


class BroadcastSelection(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"if_": "if"}
):
    """Who is told: `of` conversations or orders, those for which `if` holds.

    `ids` are the only ones that are looked at (conversations by hand, whatever their status), `skip` customers, or
    orders of people who are no customers yet, who are left out. Orders may be narrowed by the store, by its ids of
    products and variants in them (any of `product_refs` and `variant_refs`), and by when they were placed (from,
    before); without `placed_from` those of the last 90 days are looked at.
    """

    of: Of = "conversations"
    if_: dict[str, Any] = {}
    ids: list[UUID] | None = None
    skip: list[UUID] = []
    store_id: UUID | None = None
    product_refs: list[str] = []
    variant_refs: list[str] = []
    placed_from: datetime | None = None
    placed_before: datetime | None = None


class BroadcastWords(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Words for one kind of channel: rich text with variables. `subject` is that of a mail that begins a thread."""

    html: str = ""
    subject: str = ""


class BroadcastTongue(BroadcastWords, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The words in one language; `channels` holds other words for some kinds of channel."""

    channels: dict[str, BroadcastWords] = {}


class BroadcastTexts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The words by language; who reads none of these is told in `fallback`."""

    fallback: str = ""
    languages: dict[str, BroadcastTongue] = {}


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """A customer who is to be told, or (with a `reason`) is not.

    `language` is the one he reads, `text_language` that of the words he gets. Without `conversation_id` he is told by
    a new mail.
    """

    customer_id: UUID | None = None
    conversation_id: UUID | None = None
    order_id: UUID | None = None
    channel_kind: str | None = None
    language: str = "en"
    text_language: str = ""
    reason: str | None = None


def parse_selection(selection: BroadcastSelection, catalogue: Catalogue) -> Condition:
    """Gives the condition of a selection; raises Invalid with the place of the first mistake."""
    if len(selection.ids or ()) > MOST_IDS or len(selection.skip) > MOST_IDS:
        refuse("selection.ids", f"At most {MOST_IDS} can be named.")
    if selection.of == "conversations" and (
        selection.product_refs or selection.variant_refs or selection.store_id or selection.placed_from
    ):
        refuse("selection.of", "Store, products and days narrow orders, not conversations.")
    if selection.of == "conversations" and selection.ids is None and selection.if_ in ({}, {"all": []}):
        refuse("selection.if", "Say who is affected; without a condition everybody would be told.")
    if not selection.if_:
        return AllOf(())
    return parse_condition(selection.if_, list_fields(selection.of, catalogue), "selection.if")


def list_fields(of: Of, catalogue: Catalogue) -> dict[str, Field]:
    """Gives the fields that a selection may test."""
    return {name: field for name, field in catalogue.fields.items() if field.section in SECTIONS[of]}


def clean_texts(texts: BroadcastTexts) -> BroadcastTexts:
    """Gives the texts as they are stored, without empty ones; raises Invalid with language and tag."""
    if len(texts.languages) > MAX_LANGUAGES:
        refuse("texts", f"A broadcast has at most {MAX_LANGUAGES} languages.")
    cleaned: dict[str, BroadcastTongue] = {}
    for tag, tongue in texts.languages.items():
        language = _tag(tag, f"texts.languages.{tag}")
        place = f"texts.languages.{language}"
        channels = {
            kind: made
            for kind, words in tongue.channels.items()
            if (made := _clean_words(words, f"{place}.channels.{kind}")) != BroadcastWords()
        }
        own = _clean_words(tongue, place)
        if own != BroadcastWords() or channels:
            cleaned[language] = BroadcastTongue(html=own.html, subject=own.subject, channels=channels)
    fallback = _tag(texts.fallback, "texts.fallback") if texts.fallback else ""
    return BroadcastTexts(fallback=fallback, languages=cleaned)


def _tag(raw: str, place: str) -> str:
    try:
        return normalise_tag(raw)
    except ValueError:
        refuse(place, f"{raw[:40]!r} is no language.")


def _clean_words(words: BroadcastWords, place: str) -> BroadcastWords:
    html = clean_template(words.html)
    subject = " ".join(words.subject.split())
    if len(subject) > MAX_SUBJECT:
        refuse(f"{place}.subject", f"A subject has at most {MAX_SUBJECT} characters.")
    if not text_from_html(html).strip():
        html = ""
    parse_template(html, VARIABLES, f"{place}.html")
    _read_subject(subject, f"{place}.subject")
    return BroadcastWords(html=html, subject=subject)


def choose_language(texts: BroadcastTexts, wanted: str) -> str:
    """Gives the language in which a reader of `wanted` is told; the fallback when none suits him."""
    found = fallback_chain(wanted, texts.languages, base="")
    return found[0] if found else texts.fallback


def choose_words(texts: BroadcastTexts, language: str, channel_kind: str) -> BroadcastWords:
    """Gives the words for a kind of channel; what a variant leaves empty is as for the others."""
    tongue = texts.languages.get(language)
    if tongue is None:
        return BroadcastWords()
    special = tongue.channels.get(channel_kind, BroadcastWords())
    return BroadcastWords(html=special.html or tongue.html, subject=special.subject or tongue.subject)


class Letter(msgspec.Struct, frozen=True):
    """Words that have been read; `names` are the variables they speak of."""

    html: Template
    subject: Template

    @property
    def names(self) -> frozenset[str]:
        """The variables named anywhere in them."""
        return self.html.names | self.subject.names


def read_letter(words: BroadcastWords) -> Letter:
    """Reads words that have been checked."""
    return Letter(parse_template(words.html, VARIABLES), _read_subject(words.subject))


def _read_subject(subject: str, place: str = "subject") -> Template:
    return parse_template(escape(subject, quote=False), VARIABLES, place)


def build_digest(targets: Iterable[Target], texts: BroadcastTexts, tag_id: UUID | None) -> str:
    """Gives a sum of who is told where in which words, by which a start knows what was looked at."""
    lines = sorted(
        f"{t.customer_id} {t.conversation_id} {t.order_id} {t.channel_kind} {t.text_language} {t.reason}"
        for t in targets
    )
    made = hashlib.sha256(msgspec.json.encode([texts, tag_id], order="deterministic"))
    for line in lines:
        made.update(line.encode() + b"\n")
    return made.hexdigest()


def count_by(targets: Iterable[Target]) -> Mapping[tuple[str, str, str], int]:
    """Counts by channel, language and the language of the words."""
    counts: dict[tuple[str, str, str], int] = {}
    for one in targets:
        key = (one.channel_kind or "", one.language, one.text_language)
        counts[key] = counts.get(key, 0) + 1
    return counts


def refuse(field: str, sentence: str) -> NoReturn:
    """Raises Invalid for one field."""
    raise Invalid("bad_broadcast", sentence, FieldError(field, sentence))
