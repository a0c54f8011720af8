"""Rules to begin with: what shops ask for most, with places to fill in. Pure, but for the tags that are made."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

import msgspec

from parley.accounts.actions.teams import create_tag
from parley.accounts.words import name_key, parse_name
from parley.automation.rules.model import parse_rule
from parley.kit.conditions.catalogue import Catalogue
from parley.kit.ctx import Ctx
from parley.kit.errors import FieldError, Invalid
from parley.kit.i18n.catalogue import load_catalogue
from parley.kit.ids import uuid7

WORDS = load_catalogue([Path(__file__).parent / "locales"])
Json = dict[str, Any]
Chosen = Mapping[str, Any]

NO_REPLY = ("noreply", "no-reply", "no_reply", "donotreply", "do-not-reply", "mailer-daemon", "postmaster")
TROUBLES = ("refund", "damaged", "wrong_item", "missing_item", "complaint", "cancel_order", "return")
SIZES = (
    *("size", "tamanho", "talla", "taille", "taglia", "größe", "velikost", "maat", "rozmiar"),
    *("サイズ", "사이즈", "尺码", "尺寸"),
)
SURE = 0.6


class Place(msgspec.Struct, frozen=True):
    """What is to be chosen: `tag` (an id, or a name that is made a tag), `team`, `macro` or `text`.

    A default is written in the language of whoever asks.
    """

    name: str
    kind: Literal["tag", "team", "macro", "text"]
    required: bool = False
    has_default: bool = False


class Template(msgspec.Struct, frozen=True):
    """A rule with places; `build` gives its body once they are filled in."""

    key: str
    places: tuple[Place, ...]
    build: Callable[[Chosen], Json]


class PlaceView(msgspec.Struct, kw_only=True):
    """What is to be chosen for a template, with a proposal."""

    name: str
    kind: str
    required: bool
    default: str | None


class TemplateView(msgspec.Struct, kw_only=True):
    """A rule to begin with. `rule` shows its body; `{name}` stands where something is to be chosen."""

    key: str
    name: str
    description: str
    places: list[PlaceView]
    rule: dict[str, Any]


TAG = Place("tag", "tag", has_default=True)
TEAM = Place("team_id", "team")
TEXT = Place("text", "text", has_default=True)
MACRO = Place("macro", "macro")


def _test(field: str, op: str, value: Any) -> Json:
    return {"field": field, "op": op, "value": value}


BY_PERSON = _test("message.automatic", "is", value=False)


def _rule(tests: list[Json], acts: list[Json | None], *, stop: bool = False) -> Json:
    then = [act for act in acts if act is not None]
    return {"when": "message_received", "if": {"all": tests}, "then": then, "stop": stop}


def _tag(chosen: Chosen) -> Json | None:
    return {"act": "tag", "tag_ids": [chosen["tag"]]} if chosen.get("tag") else None


def _team(chosen: Chosen) -> Json | None:
    return {"act": "assign_team", "team_id": chosen["team_id"]} if chosen.get("team_id") else None


def _priority(priority: str) -> Json:
    return {"act": "set_priority", "priority": priority}


def _reply(chosen: Chosen) -> Json | None:
    if chosen.get("macro"):
        return {"act": "reply", "macro": chosen["macro"]}
    return {"act": "reply", "text": chosen["text"]} if chosen.get("text") else None


def _build_order_size(chosen: Chosen) -> Json:
    asked = _test("understanding.intents", "has", ["change_size"])
    # "Change the size of my order" is understood as a change of the order.
    said = [
        _test("understanding.intents", "has", ["change_order"]),
        _test("message.text", "contains", list(SIZES)),
    ]
    tests = [BY_PERSON, {"any": [asked, {"all": said}]}]
    return _rule(tests, [_tag(chosen), _priority("urgent"), _team(chosen)])


def _build_order_status(chosen: Chosen) -> Json:
    tests = [BY_PERSON, _test("understanding.intents", "has", ["where_is_my_order"])]
    return _rule(tests, [_tag(chosen), _team(chosen), _reply(chosen)])


def _build_promoter(chosen: Chosen) -> Json:
    tests = [
        BY_PERSON,
        _test("understanding.sentiment", "is", ["promoter"]),
        _test("understanding.intents", "has_none", list(TROUBLES)),
    ]
    return _rule(tests, [_tag(chosen), _reply(chosen)])


def _build_furious(chosen: Chosen) -> Json:
    tests = [BY_PERSON, _test("understanding.sentiment", "is", ["furious"])]
    alert = {"act": "alert", "to": "leads", "kind": "furious"}
    return _rule(tests, [alert, _priority("urgent"), _tag(chosen), _team(chosen)])


def _build_vip(chosen: Chosen) -> Json:
    tests = [_test("customer.vip", "is", value=True)]
    return _rule(tests, [_priority("high"), _tag(chosen), _team(chosen)])


def _build_out_of_hours(chosen: Chosen) -> Json:
    tests = [
        BY_PERSON,
        _test("time.open", "is", value=False),
        _test("message.first", "is", value=True),
    ]
    return _rule(tests, [_reply(chosen), _tag(chosen)])


def _build_no_reply(chosen: Chosen) -> Json:
    sender = _test("message.sender_address", "begins", list(NO_REPLY))
    return _rule([sender], [_tag(chosen), {"act": "set_status", "status": "closed"}], stop=True)


def _build_spam(chosen: Chosen) -> Json:
    tests = [
        _test("understanding.top_intent", "is", ["spam"]),
        _test("understanding.confidence", "at_least", SURE),
        _test("message.first", "is", value=True),
    ]
    return _rule(tests, [_tag(chosen), {"act": "set_status", "status": "spam"}], stop=True)


NO_TEXT = Place("text", "text")
NO_TAG = Place("tag", "tag")
NEEDED_TEAM = Place("team_id", "team", required=True)
TEMPLATES = (
    Template("order_size", (TAG, NEEDED_TEAM), _build_order_size),
    Template("order_status", (TAG, TEAM, NO_TEXT, MACRO), _build_order_status),
    Template("promoter", (TAG, TEXT, MACRO), _build_promoter),
    Template("furious", (TAG, TEAM), _build_furious),
    Template("vip", (TAG, TEAM), _build_vip),
    Template("out_of_hours", (TEXT, MACRO, NO_TAG), _build_out_of_hours),
    Template("no_reply", (TAG,), _build_no_reply),
    Template("spam", (TAG,), _build_spam),
)
_BY_KEY = {template.key: template for template in TEMPLATES}


def list_templates(catalogue: Catalogue, language: str) -> list[TemplateView]:
    """Gives the templates whose event, fields and acts there are in this installation."""
    return [_describe(one, language) for one in TEMPLATES if _fits(one, catalogue)]


def find_template(key: str, catalogue: Catalogue) -> Template:
    """Gives a template; raises Invalid where there is none of this name here."""
    template = _BY_KEY.get(key)
    if template is None or not _fits(template, catalogue):
        raise _wrong("template", f"There is no template {key!r}.")
    return template


def name_of(template: Template, language: str) -> str:
    """Gives the name of the rules that are made of a template."""
    return WORDS.translate(language, f"template.{template.key}.name")


async def fill_template(ctx: Ctx, template: Template, chosen: Chosen, language: str) -> Json:
    """Gives the body of a rule; a tag that is named and not there is made. Raises Invalid.

    What is not chosen is the default; null says that there shall be none.
    """
    places = {place.name: place for place in template.places}
    for name, value in chosen.items():
        if name not in places:
            raise _wrong(f"choices.{name}", f"{template.key} has no {name!r} to choose.")
        if value is not None and (not isinstance(value, str) or not value.strip()):
            raise _wrong(f"choices.{name}", "Give a text, or null for none.")
    filled = {name: chosen.get(name, _default(template, place, language)) for name, place in places.items()}
    for name, place in places.items():
        if place.required and filled[name] is None:
            raise _wrong(f"choices.{name}", "Choose one.")
        if place.kind == "tag" and filled[name] is not None:
            filled[name] = str(await _ensure_tag(ctx, str(filled[name])))
    body = template.build(filled)
    if not body["then"]:
        raise _wrong("choices", "Choose what shall be done.")
    return body


async def _ensure_tag(ctx: Ctx, wanted: str) -> UUID:
    try:
        return UUID(wanted)
    except ValueError:
        pass
    name = parse_name(wanted, "choices.tag", limit=50)
    found: UUID | None = await ctx.tx.fetchval(
        "SELECT id FROM tags WHERE workspace_id = $1 AND name_key = $2 AND archived_at IS NULL",
        ctx.workspace_id,
        name_key(name),
    )
    return found if found is not None else await create_tag(ctx, name=name)


def _fits(template: Template, catalogue: Catalogue) -> bool:
    some = {place.name: str(uuid7()) for place in template.places if place.name != "macro"}
    try:
        parse_rule(template.build(some), catalogue, uuid7(), 0, template.key)
    except Invalid:
        return False
    return True


def _describe(template: Template, language: str) -> TemplateView:
    shown = {place.name: f"{{{place.name}}}" for place in template.places if place.name != "macro"}
    return TemplateView(
        key=template.key,
        name=name_of(template, language),
        description=WORDS.translate(language, f"template.{template.key}.description"),
        places=[
            PlaceView(
                name=place.name,
                kind=place.kind,
                required=place.required,
                default=_default(template, place, language),
            )
            for place in template.places
        ],
        rule=template.build(shown),
    )


def _default(template: Template, place: Place, language: str) -> str | None:
    if not place.has_default:
        return None
    return WORDS.translate(language, f"template.{template.key}.{place.name}")


def _wrong(place: str, sentence: str) -> Invalid:
    return Invalid("bad_rule", sentence, FieldError(place, sentence))
