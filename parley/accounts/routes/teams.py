"""Teams, tags and brands."""

from uuid import UUID

from parley.accounts.actions.records import archive_record
from parley.accounts.actions.teams import (
    archive_brand,
    change_brand,
    change_tag,
    change_team,
    create_brand,
    create_tag,
    create_team,
)
from parley.accounts.bodies import BrandBody, BrandPatch, TagBody, TagPatch, TeamBody, TeamPatch
from parley.accounts.queries.records import get_record, list_records
from parley.accounts.records import Brand, Tag, Team
from parley.accounts.schemas import changes_of
from parley.kit.ctx import Ctx
from parley.kit.http.access import needs
from parley.kit.http.paging import Page, check_limit, decode_id_cursor
from parley.kit.http.routes import route

READ = needs("settings:read")
WRITE = needs("settings:write")
TEAMS, TAGS, BRANDS = "/api/v1/teams", "/api/v1/tags", "/api/v1/brands"


@route("GET", TEAMS, READ)
async def get_teams(
    ctx: Ctx, archived: bool = False, limit: int = 200, after: str | None = None
) -> Page[Team]:
    """Lists teams with their members."""
    start, size = decode_id_cursor(after), check_limit(limit)
    return await list_records(ctx.tx, ctx.workspace_id, Team, archived=archived, after=start, limit=size)


@route("POST", TEAMS, WRITE)
async def post_team(data: TeamBody, ctx: Ctx) -> Team:
    """Creates a team."""
    team_id = await create_team(ctx, name=data.name, colour=data.colour, agent_ids=data.agent_ids)
    return await get_record(ctx.tx, ctx.workspace_id, Team, team_id)


@route("PATCH", f"{TEAMS}/{{team_id:uuid}}", WRITE)
async def patch_team(team_id: UUID, data: TeamPatch, ctx: Ctx) -> Team:
    """Changes name, colour or members of a team."""
    await change_team(ctx, team_id, changes_of(data))
    return await get_record(ctx.tx, ctx.workspace_id, Team, team_id)


@route("DELETE", f"{TEAMS}/{{team_id:uuid}}", WRITE)
async def delete_team(team_id: UUID, ctx: Ctx) -> None:
    """Takes a team out of use."""
    await archive_record(ctx, "team", team_id)


@route("GET", TAGS, READ)
async def get_tags(ctx: Ctx, archived: bool = False, limit: int = 200, after: str | None = None) -> Page[Tag]:
    """Lists tags."""
    start, size = decode_id_cursor(after), check_limit(limit)
    return await list_records(ctx.tx, ctx.workspace_id, Tag, archived=archived, after=start, limit=size)


@route("POST", TAGS, WRITE)
async def post_tag(data: TagBody, ctx: Ctx) -> Tag:
    """Creates a tag."""
    tag_id = await create_tag(ctx, name=data.name, colour=data.colour)
    return await get_record(ctx.tx, ctx.workspace_id, Tag, tag_id)


@route("PATCH", f"{TAGS}/{{tag_id:uuid}}", WRITE)
async def patch_tag(tag_id: UUID, data: TagPatch, ctx: Ctx) -> Tag:
    """Changes name or colour of a tag."""
    await change_tag(ctx, tag_id, changes_of(data))
    return await get_record(ctx.tx, ctx.workspace_id, Tag, tag_id)


@route("DELETE", f"{TAGS}/{{tag_id:uuid}}", WRITE)
async def delete_tag(tag_id: UUID, ctx: Ctx) -> None:
    """Takes a tag out of use."""
    await archive_record(ctx, "tag", tag_id)


@route("GET", BRANDS, READ)
async def get_brands(
    ctx: Ctx, archived: bool = False, limit: int = 200, after: str | None = None
) -> Page[Brand]:
    """Lists brands."""
    start, size = decode_id_cursor(after), check_limit(limit)
    return await list_records(ctx.tx, ctx.workspace_id, Brand, archived=archived, after=start, limit=size)


@route("POST", BRANDS, WRITE)
async def post_brand(data: BrandBody, ctx: Ctx) -> Brand:
    """Creates a brand."""
    brand_id = await create_brand(ctx, changes_of(data))
    return await get_record(ctx.tx, ctx.workspace_id, Brand, brand_id)


@route("PATCH", f"{BRANDS}/{{brand_id:uuid}}", WRITE)
async def patch_brand(brand_id: UUID, data: BrandPatch, ctx: Ctx) -> Brand:
    """Changes a brand."""
    await change_brand(ctx, brand_id, changes_of(data))
    return await get_record(ctx.tx, ctx.workspace_id, Brand, brand_id)


@route("DELETE", f"{BRANDS}/{{brand_id:uuid}}", WRITE)
async def delete_brand(brand_id: UUID, ctx: Ctx) -> None:
    """Takes a brand out of use; not the default one."""
    await archive_brand(ctx, brand_id)


ROUTES = (
    get_teams,
    post_team,
    patch_team,
    delete_team,
    get_tags,
    post_tag,
    patch_tag,
    delete_tag,
    get_brands,
    post_brand,
    patch_brand,
    delete_brand,
)
