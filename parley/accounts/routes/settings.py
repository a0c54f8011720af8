"""Custom fields, views, checklists, business hours and the workspace itself."""

from uuid import UUID

import msgspec

from parley.accounts.actions.records import archive_record
from parley.accounts.actions.settings import (
    archive_hours,
    change_checklist,
    change_custom_field,
    change_hours,
    change_view,
    create_checklist,
    create_custom_field,
    create_hours,
    create_view,
    remove_view,
)
from parley.accounts.actions.workspaces import change_workspace
from parley.accounts.bodies import (
    ChecklistBody,
    ChecklistPatch,
    FieldBody,
    FieldPatch,
    HoursBody,
    HoursPatch,
    ViewBody,
    ViewPatch,
)
from parley.accounts.models import Workspace
from parley.accounts.queries.records import get_record, list_records
from parley.accounts.queries.workspaces import get_workspace
from parley.accounts.records import Checklist, CustomField, Hours, View
from parley.accounts.schemas import WorkspacePatch, changes_of
from parley.kit.ctx import Ctx
from parley.kit.errors import NotAllowed
from parley.kit.http.access import SIGNED_IN, Principal, needs
from parley.kit.http.paging import Page, check_limit, decode_id_cursor
from parley.kit.http.routes import route

READ = needs("settings:read")
WRITE = needs("settings:write")
FIELDS, VIEWS = "/api/v1/custom-fields", "/api/v1/views"
CHECKLISTS, HOURS = "/api/v1/checklists", "/api/v1/business-hours"
SHARE = "settings:write"


@route("GET", FIELDS, READ)
async def get_custom_fields(
    ctx: Ctx, archived: bool = False, limit: int = 200, after: str | None = None
) -> Page[CustomField]:
    """Lists custom fields."""
    start, size = decode_id_cursor(after), check_limit(limit)
    return await list_records(
        ctx.tx, ctx.workspace_id, CustomField, archived=archived, after=start, limit=size
    )


@route("POST", FIELDS, WRITE)
async def post_custom_field(data: FieldBody, ctx: Ctx) -> CustomField:
    """Creates a custom field."""
    field_id = await create_custom_field(
        ctx, label=data.label, kind=data.type, key=data.key, options=data.options, position=data.position
    )
    return await get_record(ctx.tx, ctx.workspace_id, CustomField, field_id)


@route("PATCH", f"{FIELDS}/{{field_id:uuid}}", WRITE)
async def patch_custom_field(field_id: UUID, data: FieldPatch, ctx: Ctx) -> CustomField:
    """Changes label, options or position of a custom field."""
    await change_custom_field(ctx, field_id, changes_of(data))
    return await get_record(ctx.tx, ctx.workspace_id, CustomField, field_id)


@route("DELETE", f"{FIELDS}/{{field_id:uuid}}", WRITE)
async def delete_custom_field(field_id: UUID, ctx: Ctx) -> None:
    """Takes a custom field out of use; values stay where they are."""
    await archive_record(ctx, "custom_field", field_id)


@route("POST", VIEWS, SIGNED_IN)
async def post_view(data: ViewBody, ctx: Ctx, me: Principal) -> View:
    """Saves a view, for oneself or (with settings:write) for all."""
    view_id = await create_view(ctx, me.agent_id, changes_of(data), may_share=me.allows(SHARE))
    return await get_record(ctx.tx, ctx.workspace_id, View, view_id)


@route("PATCH", f"{VIEWS}/{{view_id:uuid}}", SIGNED_IN)
async def patch_view(view_id: UUID, data: ViewPatch, ctx: Ctx, me: Principal) -> View:
    """Changes a view."""
    await change_view(ctx, me.agent_id, view_id, changes_of(data), may_share=me.allows(SHARE))
    return await get_record(ctx.tx, ctx.workspace_id, View, view_id)


@route("DELETE", f"{VIEWS}/{{view_id:uuid}}", SIGNED_IN)
async def delete_view(view_id: UUID, ctx: Ctx, me: Principal) -> None:
    """Removes a view."""
    await remove_view(ctx, me.agent_id, view_id, may_share=me.allows(SHARE))


@route("GET", CHECKLISTS, READ)
async def get_checklists(
    ctx: Ctx, archived: bool = False, limit: int = 200, after: str | None = None
) -> Page[Checklist]:
    """Lists templates of steps."""
    start, size = decode_id_cursor(after), check_limit(limit)
    return await list_records(ctx.tx, ctx.workspace_id, Checklist, archived=archived, after=start, limit=size)


@route("POST", CHECKLISTS, WRITE)
async def post_checklist(data: ChecklistBody, ctx: Ctx) -> Checklist:
    """Creates a template of steps."""
    checklist_id = await create_checklist(ctx, changes_of(data))
    return await get_record(ctx.tx, ctx.workspace_id, Checklist, checklist_id)


@route("PATCH", f"{CHECKLISTS}/{{checklist_id:uuid}}", WRITE)
async def patch_checklist(checklist_id: UUID, data: ChecklistPatch, ctx: Ctx) -> Checklist:
    """Changes a template of steps."""
    await change_checklist(ctx, checklist_id, changes_of(data))
    return await get_record(ctx.tx, ctx.workspace_id, Checklist, checklist_id)


@route("DELETE", f"{CHECKLISTS}/{{checklist_id:uuid}}", WRITE)
async def delete_checklist(checklist_id: UUID, ctx: Ctx) -> None:
    """Takes a template out of use."""
    await archive_record(ctx, "checklist", checklist_id)


@route("GET", HOURS, READ)
async def get_business_hours(
    ctx: Ctx, archived: bool = False, limit: int = 200, after: str | None = None
) -> Page[Hours]:
    """Lists business hours."""
    start, size = decode_id_cursor(after), check_limit(limit)
    return await list_records(ctx.tx, ctx.workspace_id, Hours, archived=archived, after=start, limit=size)


@route("POST", HOURS, WRITE)
async def post_business_hours(data: HoursBody, ctx: Ctx) -> Hours:
    """Creates business hours."""
    hours_id = await create_hours(ctx, msgspec.to_builtins(data))
    return await get_record(ctx.tx, ctx.workspace_id, Hours, hours_id)


@route("PATCH", f"{HOURS}/{{hours_id:uuid}}", WRITE)
async def patch_business_hours(hours_id: UUID, data: HoursPatch, ctx: Ctx) -> Hours:
    """Changes business hours."""
    await change_hours(ctx, hours_id, msgspec.to_builtins(data))
    return await get_record(ctx.tx, ctx.workspace_id, Hours, hours_id)


@route("DELETE", f"{HOURS}/{{hours_id:uuid}}", WRITE)
async def delete_business_hours(hours_id: UUID, ctx: Ctx) -> None:
    """Takes business hours out of use; not the default ones."""
    await archive_hours(ctx, hours_id)


@route("GET", "/api/v1/workspace", READ)
async def read_workspace_settings(ctx: Ctx) -> Workspace:
    """Gives the workspace."""
    return await get_workspace(ctx.tx, ctx.workspace_id)


@route("PATCH", "/api/v1/workspace", WRITE)
async def patch_workspace(data: WorkspacePatch, ctx: Ctx, me: Principal) -> Workspace:
    """Changes the workspace; whether a second factor or a second person is demanded needs agents:write."""
    changes = changes_of(data)
    if changes.keys() & {"require_totp", "broadcast_approval"} and not me.allows("agents:write"):
        raise NotAllowed("not_allowed", "This needs the permission agents:write.")
    return await change_workspace(ctx, changes)


ROUTES = (
    get_custom_fields,
    post_custom_field,
    patch_custom_field,
    delete_custom_field,
    post_view,
    patch_view,
    delete_view,
    get_checklists,
    post_checklist,
    patch_checklist,
    delete_checklist,
    get_business_hours,
    post_business_hours,
    patch_business_hours,
    delete_business_hours,
    read_workspace_settings,
    patch_workspace,
)
