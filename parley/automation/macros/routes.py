"""Macros over HTTP: writing them, filling them in, using them."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from parley.automation.macros.files import show_files, show_text
from parley.automation.macros.markup import plain_text
from parley.automation.macros.model import (
    Macro,
    MacroFile,
    choose_language,
    clean_acts,
    clean_shortcut,
    clean_texts,
    refuse,
)
from parley.automation.macros.queries import Viewer, get_macro, list_folders, list_macros
from parley.automation.macros.saving import archive_macro, change_macro, create_macro
from parley.automation.macros.variables import FLAGS, NUMBERS, VARIABLES
from parley.conversations.rights import agent_of
from parley.conversations.shapes import Attachment
from parley.kit.ctx import Ctx
from parley.kit.errors import Conflict, NotAllowed
from parley.kit.http.access import Principal, needs
from parley.kit.http.paging import Page, check_limit, cut_page, decode_cursor, encode_cursor
from parley.kit.http.routes import route
from parley.kit.ids import uuid7
from parley.kit.runtime import Runtime

MACROS = "/api/v1/macros"
ONE = f"{MACROS}/{{macro_id:uuid}}"
READ, WRITE = needs("automation:read"), needs("macros:write")
Name = Annotated[str, Meta(max_length=120)]
Text = Annotated[str, Meta(max_length=100_000)]


class MacroFileBody(msgspec.Struct, forbid_unknown_fields=True):
    """A file of a macro; `inline` ones are pictures in the text."""

    id: UUID
    inline: bool = False


class MacroChange(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What is to be different; absent fields stay. `version` is the one that was read: another's saving is not lost."""

    name: Name | UnsetType = UNSET
    folder: Name | UnsetType = UNSET
    team_id: UUID | UnsetType | None = UNSET
    mine: bool | UnsetType = UNSET
    texts: dict[str, Text] | UnsetType = UNSET
    acts: list[dict[str, Any]] | UnsetType = UNSET
    intents: Annotated[list[Name], Meta(max_length=50)] | UnsetType = UNSET
    shortcut: Name | UnsetType | None = UNSET
    files: Annotated[list[MacroFileBody], Meta(max_length=20)] | UnsetType = UNSET
    archived: bool | UnsetType = UNSET
    version: int | None = None


class NewMacro(MacroChange, forbid_unknown_fields=True, kw_only=True):
    """A macro: texts by language (rich text with variables), acts, files, and who sees it (`mine`: only its writer)."""

    name: Name


class MacroRow(msgspec.Struct, kw_only=True):
    """A macro as lists show it; `uses` counts how often it was sent or applied."""

    id: UUID
    name: str
    folder: str
    team_id: UUID | None
    mine: bool
    version: int
    languages: list[str]
    excerpt: str
    acts: list[dict[str, Any]]
    files: int
    intents: list[str]
    shortcut: str | None
    uses: int
    used_at: datetime | None
    archived: bool
    may_change: bool
    updated_at: datetime


class MacroView(MacroRow, kw_only=True):
    """A macro with its texts and files."""

    texts: dict[str, str]
    attachments: list[Attachment]


class MacroFolder(msgspec.Struct, kw_only=True):
    """A folder with the number of its macros."""

    name: str
    macros: int


class MacroVariable(msgspec.Struct, kw_only=True):
    """A variable; `kind` is text, number or flag."""

    name: str
    kind: str


def viewer_of(me: Principal) -> Viewer:
    """Says what the caller may see."""
    return Viewer(agent_of(me), me.allows("automation:write"))


def show_row(macro: Macro, me: Principal) -> MacroRow:
    """Shows a macro in a list."""
    return msgspec.convert(_describe(macro, me), MacroRow)


def _describe(macro: Macro, me: Principal) -> dict[str, Any]:
    shown = choose_language(macro, [macro.base])
    return {
        **{name: getattr(macro, name) for name in ("id", "name", "folder", "team_id", "version", "acts")},
        **{name: getattr(macro, name) for name in ("intents", "shortcut", "used_at", "updated_at")},
        "mine": macro.agent_id is not None,
        "languages": list(macro.texts),
        "excerpt": plain_text(macro.texts[shown]) if shown else "",
        "files": len(macro.files),
        "uses": macro.used,
        "archived": macro.archived_at is not None,
        "may_change": may_change(macro, me),
    }


async def show_macro(ctx: Ctx, runtime: Runtime, me: Principal, macro: Macro) -> MacroView:
    """Shows a macro with its texts and files, whose addresses are signed anew."""
    files = await show_files(ctx, runtime, macro.files)
    texts = {language: show_text(html, files) for language, html in macro.texts.items()}
    return msgspec.convert({**_describe(macro, me), "texts": texts, "attachments": files}, MacroView)


def may_change(macro: Macro, me: Principal) -> bool:
    """Says whether the caller may change a macro: his own, or with the right to automation any that is shared."""
    if macro.agent_id is not None:
        return macro.agent_id == agent_of(me) and me.allows("macros:write")
    return me.allows("automation:write")


def _check(macro: Macro, me: Principal, runtime: Runtime) -> None:
    if not may_change(macro, me):
        raise NotAllowed(
            "not_allowed", "Macros for others need the permission automation:write; keep it for yourself."
        )
    if me.allows("automation:write"):
        return
    for place, one in enumerate(macro.acts):
        form = runtime.catalogue.acts.get(one["act"])
        if form is not None and form.money:
            refuse(f"acts.{place}.act", "Acts that move money need the permission automation:write.")


@route("GET", MACROS, READ)
async def get_macros(
    ctx: Ctx,
    me: Principal,
    q: str | None = None,
    folder: str | None = None,
    mine: bool = False,
    archived: bool = False,
    limit: int = 50,
    after: str | None = None,
) -> Page[MacroRow]:
    """Lists the macros that the caller may use, by name; `q` looks in name, folder, shortcut and texts."""
    edge = decode_cursor(after, str, UUID) if after else None
    size = check_limit(limit)
    found = await list_macros(
        ctx,
        viewer_of(me),
        limit=size + 1,
        after=(edge[0], edge[1]) if edge else None,
        q=q,
        folder=folder,
        mine=mine,
        archived=archived,
    )
    page = found[:size]
    more = len(found) > size
    return Page(
        [show_row(one, me) for one in page], encode_cursor(page[-1].name, page[-1].id) if more else None
    )


@route("GET", f"{MACROS}/folders", READ)
async def get_macro_folders(
    ctx: Ctx, me: Principal, limit: int = 200, after: str | None = None
) -> Page[MacroFolder]:
    """Lists the folders of the macros that the caller may use."""
    rows = [msgspec.convert(row, MacroFolder) for row in await list_folders(ctx, viewer_of(me))]
    return cut_page(rows, lambda row: row.name, limit, after)


@route("GET", f"{MACROS}/variables", READ)
async def get_macro_variables(limit: int = 200, after: str | None = None) -> Page[MacroVariable]:
    """Lists the variables that texts may have."""
    found = [
        MacroVariable(name=name, kind="flag" if name in FLAGS else "number" if name in NUMBERS else "text")
        for name in VARIABLES
    ]
    return cut_page(found, lambda one: one.name, limit, after)


@route("GET", ONE, READ)
async def get_macro_route(ctx: Ctx, me: Principal, runtime: Runtime, macro_id: UUID) -> MacroView:
    """Gives one macro with its texts and files."""
    return await show_macro(ctx, runtime, me, await get_macro(ctx, viewer_of(me), macro_id))


@route("POST", MACROS, WRITE)
async def post_macro(ctx: Ctx, me: Principal, runtime: Runtime, data: NewMacro) -> MacroView:
    """Stores a new macro."""
    blank = Macro(id=uuid7(), name="", created_at=ctx.now, updated_at=ctx.now)
    macro = _change(blank, data, me, runtime)
    _check(macro, me, runtime)
    await create_macro(ctx, macro)
    return await show_macro(ctx, runtime, me, await get_macro(ctx, viewer_of(me), macro.id))


@route("PATCH", ONE, WRITE)
async def patch_macro(
    ctx: Ctx, me: Principal, runtime: Runtime, macro_id: UUID, data: MacroChange
) -> MacroView:
    """Stores the next version of a macro, or brings an archived one back."""
    before = await get_macro(ctx, viewer_of(me), macro_id)
    _check(before, me, runtime)
    if data.version is not None and data.version != before.version:
        raise Conflict("macro_changed", "Somebody has saved this macro meanwhile; read it again.")
    if data.archived is not UNSET:
        await archive_macro(ctx, macro_id, archived=data.archived)
    after = _change(before, data, me, runtime)
    if after != before:
        _check(after, me, runtime)
        await change_macro(ctx, msgspec.structs.replace(after, version=before.version + 1))
    return await show_macro(ctx, runtime, me, await get_macro(ctx, viewer_of(me), macro_id))


def _change(macro: Macro, data: MacroChange, me: Principal, runtime: Runtime) -> Macro:
    given = {
        name: value for name in ("name", "folder", "team_id") if (value := getattr(data, name)) is not UNSET
    }
    if data.mine is not UNSET:
        given["agent_id"] = me.agent_id if data.mine else None
    if data.texts is not UNSET:
        given["texts"] = clean_texts(data.texts)
    if data.acts is not UNSET:
        given["acts"] = clean_acts(data.acts, runtime.catalogue)
    if data.intents is not UNSET:
        given["intents"] = list(dict.fromkeys(one.strip() for one in data.intents if one.strip()))
    if data.shortcut is not UNSET:
        given["shortcut"] = clean_shortcut(data.shortcut)
    if data.files is not UNSET:
        known = {file.file_id: file.name for file in macro.files}
        given["files"] = [MacroFile(one.id, known.get(one.id, ""), one.inline) for one in data.files]
    return msgspec.structs.replace(macro, **given)


@route("DELETE", ONE, WRITE)
async def delete_macro(ctx: Ctx, me: Principal, runtime: Runtime, macro_id: UUID) -> None:
    """Archives a macro; `archived: false` brings it back."""
    _check(await get_macro(ctx, viewer_of(me), macro_id), me, runtime)
    await archive_macro(ctx, macro_id, archived=True)


@route("POST", f"{ONE}/duplicate", WRITE)
async def duplicate_macro(ctx: Ctx, me: Principal, runtime: Runtime, macro_id: UUID) -> MacroView:
    """Makes a copy: for the same people where the caller may, else for himself."""
    source = await get_macro(ctx, viewer_of(me), macro_id)
    shared = may_change(source, me) or me.actor.kind != "agent"
    copy = msgspec.structs.replace(
        source,
        id=uuid7(),
        name=f"{source.name} (2)"[:120],
        version=1,
        shortcut=None,
        archived_at=None,
        team_id=source.team_id if shared else None,
        agent_id=source.agent_id if shared else me.agent_id,
    )
    _check(copy, me, runtime)
    await create_macro(ctx, copy)
    return await show_macro(ctx, runtime, me, await get_macro(ctx, viewer_of(me), copy.id))


ROUTES = (
    get_macros,
    get_macro_folders,
    get_macro_variables,
    get_macro_route,
    post_macro,
    patch_macro,
    delete_macro,
    duplicate_macro,
)
