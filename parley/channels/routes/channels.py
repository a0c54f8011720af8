"""The channels of a workspace, for its settings."""

from uuid import UUID

import msgspec

from parley.channels.actions.channels import NewChannel, change_channel, create_channel, remove_channel
from parley.channels.examples import EXAMPLES
from parley.channels.model import Channel
from parley.channels.plugins import get_plugin
from parley.channels.ports import Manifest, Step
from parley.channels.schemas import (
    ChannelBody,
    ChannelChangeBody,
    ChannelKind,
    ChannelView,
    IdentitySecret,
    TestResult,
)
from parley.kit.ctx import Ctx
from parley.kit.failures import Failure
from parley.kit.http.access import Principal, needs
from parley.kit.http.paging import Page, cut_page
from parley.kit.http.routes import route
from parley.kit.plugins import FormField, describe_settings, show_settings
from parley.kit.runtime import Runtime

READ = needs("channels:read")
WRITE = needs("channels:write")


def build_view(channel: Channel, manifest: Manifest) -> ChannelView:
    """Shows a channel without its secrets."""
    shown, secrets_set = show_settings(manifest, channel.settings)
    return ChannelView(
        id=channel.id,
        plugin=channel.plugin,
        kind=channel.kind,
        name=channel.name,
        address=channel.address,
        brand_id=channel.brand_id,
        state=channel.state,
        error=channel.error,
        public_key=channel.public_key,
        settings=shown,
        secrets_set=secrets_set,
        capabilities=channel.capabilities,
    )


@route("GET", "/api/v1/channel-kinds", READ)
async def list_channel_kinds(
    ctx: Ctx, runtime: Runtime, limit: int = 200, after: str | None = None
) -> Page[ChannelKind]:
    """Lists the kinds of channels that can be added, with their forms."""
    book = runtime.parts["channels"].book
    there = await book.list_all(ctx.tx, ctx.workspace_id)
    kinds = [plugin.manifest for plugin in book.plugins.values()]
    found = [
        ChannelKind(
            slug=m.slug,
            kind=m.kind,
            title=m.title,
            description=m.description,
            fields=[offer_channels(field, there) for field in describe_settings(m)],
            capabilities=m.capabilities,
        )
        for m in kinds
    ]
    return cut_page(found, lambda kind: kind.slug, limit, after)


def offer_channels(field: FormField, channels: list[Channel]) -> FormField:
    """Fills the options of a field that names one of the workspace's channels; the empty one means none."""
    source, _, kind = field.options_from.partition(":")
    if source != "channels":
        return field
    found = {str(one.id): one.name for one in channels if one.kind == kind}
    return msgspec.structs.replace(field, options=["", *found], option_labels=found)


@route("GET", "/api/v1/channels", READ)
async def list_channels(
    ctx: Ctx, runtime: Runtime, limit: int = 200, after: str | None = None
) -> Page[ChannelView]:
    """Lists the channels, the oldest first."""
    book = runtime.parts["channels"].book
    found = await book.list_all(ctx.tx, ctx.workspace_id)
    page = cut_page(found, lambda channel: str(channel.id), limit, after)
    return Page([build_view(c, book.plugins[c.plugin].manifest) for c in page.items], page.next)


@route("GET", "/api/v1/channels/{channel_id:uuid}", READ)
async def get_channel(ctx: Ctx, runtime: Runtime, channel_id: UUID) -> ChannelView:
    """Gives one channel."""
    return await _view(ctx, runtime, channel_id)


async def _view(ctx: Ctx, runtime: Runtime, channel_id: UUID) -> ChannelView:
    book = runtime.parts["channels"].book
    book.forget(channel_id)
    channel = await book.get(ctx.tx, ctx.workspace_id, channel_id)
    book.forget(channel_id)
    return build_view(channel, book.plugins[channel.plugin].manifest)


@route("POST", "/api/v1/channels", WRITE, examples=EXAMPLES)
async def create_channel_route(ctx: Ctx, runtime: Runtime, data: ChannelBody) -> ChannelView:
    """Adds a channel."""
    channel_id = await create_channel(
        ctx,
        runtime.parts["channels"].book,
        NewChannel(plugin=data.plugin, name=data.name, brand_id=data.brand_id, settings=data.settings),
    )
    return await _view(ctx, runtime, channel_id)


@route("PATCH", "/api/v1/channels/{channel_id:uuid}", WRITE)
async def change_channel_route(
    ctx: Ctx, runtime: Runtime, channel_id: UUID, data: ChannelChangeBody
) -> ChannelView:
    """Changes a channel."""
    await change_channel(
        ctx,
        runtime.parts["channels"].book,
        channel_id,
        name=data.name,
        brand_id=data.brand_id,
        state=data.state,
        settings=data.settings,
    )
    return await _view(ctx, runtime, channel_id)


@route("DELETE", "/api/v1/channels/{channel_id:uuid}", WRITE)
async def remove_channel_route(ctx: Ctx, runtime: Runtime, channel_id: UUID) -> None:
    """Removes a channel; its conversations stay."""
    await remove_channel(ctx, runtime.parts["channels"].book, channel_id)


@route("POST", "/api/v1/channels/{channel_id:uuid}/test", WRITE, status=200, transaction=False)
async def test_channel(me: Principal, runtime: Runtime, channel_id: UUID) -> TestResult:
    """Tries the connection step by step and says in plain words what is wrong."""
    parts = runtime.parts["channels"]
    async with runtime.db.transaction(me.workspace_id) as tx:
        parts.book.forget(channel_id)
        channel = await parts.book.get(tx, me.workspace_id, channel_id)
    adapter = get_plugin(parts.book.plugins, channel.plugin)
    steps: list[Step] = []
    try:
        steps += [step async for step in adapter.test(parts.link(channel), channel.settings)]
    except Failure as failure:
        steps.append(Step("connection", ok=False, detail=failure.reason))
    return TestResult(ok=all(step.ok for step in steps), steps=steps)


@route("GET", "/api/v1/channels/{channel_id:uuid}/identity-secret", WRITE)
async def get_identity_secret(ctx: Ctx, runtime: Runtime, channel_id: UUID) -> IdentitySecret:
    """Gives the secret with which the shop's server signs who is logged in; for the install page."""
    channel = await runtime.parts["channels"].book.get(ctx.tx, ctx.workspace_id, channel_id)
    return IdentitySecret(getattr(channel.settings, "identity_secret", ""))


ROUTES = (
    list_channel_kinds,
    list_channels,
    get_channel,
    create_channel_route,
    change_channel_route,
    remove_channel_route,
    test_channel,
    get_identity_secret,
)
