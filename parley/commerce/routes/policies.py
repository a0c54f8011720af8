"""Policies: drafts, versions, publishing, and asking what they say."""

from functools import cache
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Response
from msgspec import Meta

from parley.commerce.actions.policies import publish_policy, save_draft
from parley.commerce.policies.answering import Answer, AnyQuestion, answer
from parley.commerce.policies.terms import Terms
from parley.commerce.queries.policies import (
    PolicyView,
    find_policy,
    get_policy,
    list_policies,
    policy_for,
)
from parley.kit.ctx import Ctx
from parley.kit.errors import NotFound
from parley.kit.http.access import PUBLIC, needs
from parley.kit.http.paging import Page, check_limit
from parley.kit.http.routes import route

READ = needs("policies:read")
WRITE = needs("policies:write")


class PolicyBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A whole policy, of one store or (without `store_id`) of all stores that have none of their own."""

    terms: Terms
    store_id: UUID | None = None
    note: Annotated[str, Meta(max_length=2000)] = ""


class PreviewBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A question, put to the given terms, to a version, or to what is in force for a store."""

    question: AnyQuestion
    terms: Terms | None = None
    policy_id: UUID | None = None
    store_id: UUID | None = None


@route("GET", "/api/v1/policies", READ)
async def list_policies_route(
    ctx: Ctx, store_id: UUID | None = None, limit: int = 50, after: str | None = None
) -> Page[PolicyView]:
    """Lists the versions of policies, newest first."""
    return await list_policies(ctx.tx, ctx.workspace_id, check_limit(limit), after, store_id)


@route("GET", "/api/v1/policies/current", READ)
async def get_current_policy_route(ctx: Ctx, store_id: UUID | None = None) -> PolicyView:
    """Gives the policy in force; for a store without any, the cautious one that is built in."""
    if store_id is not None:
        return await policy_for(ctx.tx, ctx.workspace_id, store_id)
    found = await find_policy(ctx.tx, ctx.workspace_id, None)
    if found is None:
        raise NotFound("policy")
    return found


@route("GET", "/api/v1/policies/{policy_id:uuid}", READ)
async def get_policy_route(ctx: Ctx, policy_id: UUID) -> PolicyView:
    """Gives one version."""
    return await get_policy(ctx.tx, ctx.workspace_id, policy_id)


@route("PUT", "/api/v1/policies/draft", WRITE)
async def put_policy_draft(ctx: Ctx, data: PolicyBody) -> PolicyView:
    """Keeps the draft; what is in force stays in force."""
    policy_id = await save_draft(ctx, data.store_id, data.terms, data.note)
    return await get_policy(ctx.tx, ctx.workspace_id, policy_id)


@route("POST", "/api/v1/policies/{policy_id:uuid}/publish", WRITE, status=200)
async def publish_policy_route(ctx: Ctx, policy_id: UUID) -> PolicyView:
    """Puts a draft in force from now on."""
    await publish_policy(ctx, policy_id)
    return await get_policy(ctx.tx, ctx.workspace_id, policy_id)


@route("POST", "/api/v1/policies/preview", READ, status=200)
async def preview_policy(ctx: Ctx, data: PreviewBody) -> Answer:
    """Gives what a policy says to a question, with the clause and its version."""
    if data.terms is not None:
        return answer(data.terms, data.question)
    if data.policy_id is not None:
        policy = await get_policy(ctx.tx, ctx.workspace_id, data.policy_id)
    elif data.store_id is not None:
        policy = await policy_for(ctx.tx, ctx.workspace_id, data.store_id)
    else:
        policy = await get_current_policy(ctx)
    return answer(policy.terms, data.question, policy.version)


async def get_current_policy(ctx: Ctx) -> PolicyView:
    """Gives the policy for all stores; raises NotFound."""
    found = await find_policy(ctx.tx, ctx.workspace_id, None)
    if found is None:
        raise NotFound("policy")
    return found


@cache
def build_schema() -> dict[str, Any]:
    """Describes a policy as JSON Schema 2020-12."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Policy",
        **msgspec.json.schema(Terms),
    }


@route("GET", "/api/schemas/policy.json", PUBLIC, in_schema=False)
async def get_policy_schema() -> Response[bytes]:
    """Describes a policy, for editors and for programs that write one."""
    headers = {"Cache-Control": "public, max-age=3600", "Access-Control-Allow-Origin": "*"}
    return Response(
        msgspec.json.encode(build_schema()), media_type="application/schema+json", headers=headers
    )


ROUTES = (
    list_policies_route,
    get_current_policy_route,
    get_policy_route,
    put_policy_draft,
    publish_policy_route,
    preview_policy,
    get_policy_schema,
)
