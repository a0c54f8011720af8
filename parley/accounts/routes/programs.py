"""What programs need: API tokens, the log, and the audit of what was done."""

from uuid import UUID

from parley.accounts.actions.tokens import issue_api_token, revoke_api_token
from parley.accounts.bodies import TokenBody
from parley.accounts.models import IssuedToken
from parley.accounts.queries.auditing import AuditEntry, AuditVerdict, list_audit, verify_audit
from parley.accounts.queries.facts import FactPage, parse_position, read_facts
from parley.accounts.queries.names import language_of
from parley.accounts.queries.tokens import list_api_tokens
from parley.kit.ctx import Ctx
from parley.kit.http.access import Principal, needs
from parley.kit.http.paging import Page, check_limit, cut_page, decode_cursor, decode_id_cursor
from parley.kit.http.routes import route

TOKENS = "/api/v1/tokens"
TOKENS_WRITE = needs("tokens:write")
AUDIT_READ = needs("audit:read")


@route("GET", TOKENS, TOKENS_WRITE)
async def get_tokens(ctx: Ctx, limit: int = 200, after: str | None = None) -> Page[IssuedToken]:
    """Lists API tokens; `token` is null, only its last four characters are kept as `hint`."""
    start = decode_id_cursor(after)
    return await list_api_tokens(ctx.tx, ctx.workspace_id, after=start, limit=check_limit(limit))


@route("POST", TOKENS, TOKENS_WRITE)
async def post_token(data: TokenBody, ctx: Ctx, me: Principal) -> IssuedToken:
    """Issues an API token with at most one's own permissions; `token` is shown this once."""
    return await issue_api_token(
        ctx, name=data.name, scopes=data.scopes, known=me.permissions, expires_at=data.expires_at
    )


@route("DELETE", f"{TOKENS}/{{token_id:uuid}}", TOKENS_WRITE)
async def delete_token(token_id: UUID, ctx: Ctx) -> None:
    """Revokes an API token at once."""
    await revoke_api_token(ctx, token_id)


@route("GET", "/api/v1/token-scopes", TOKENS_WRITE)
async def get_token_scopes(me: Principal, limit: int = 200, after: str | None = None) -> Page[str]:
    """Lists the permissions that one may give to a token."""
    return cut_page(sorted(me.permissions), str, limit, after)


@route("GET", "/api/v1/facts", needs("facts:read"))
async def get_facts(
    ctx: Ctx,
    after: str | None = None,
    kinds: str | None = None,
    conversation: UUID | None = None,
    limit: int = 100,
) -> FactPage:
    """Reads the log after a cursor; `kinds` are names separated by commas."""
    wanted = [kind.strip() for kind in kinds.split(",") if kind.strip()] if kinds else None
    return await read_facts(
        ctx.db,
        ctx.tx,
        ctx.workspace_id,
        after=parse_position(after),
        kinds=wanted,
        conversation_id=conversation,
        limit=check_limit(limit),
    )


@route("GET", "/api/v1/audit", AUDIT_READ)
async def get_audit(
    ctx: Ctx,
    me: Principal,
    kind: str | None = None,
    actor: UUID | None = None,
    limit: int = 100,
    after: str | None = None,
) -> Page[AuditEntry]:
    """Lists what was done, the newest first, worded in the caller's language."""
    return await list_audit(
        ctx.tx,
        ctx.workspace_id,
        kind=kind,
        actor_id=actor,
        before=decode_cursor(after, int)[0] if after else None,
        limit=check_limit(limit),
        language=await language_of(ctx.tx, ctx.workspace_id, me.actor),
    )


@route("GET", "/api/v1/audit/verify", AUDIT_READ)
async def get_audit_verdict(ctx: Ctx) -> AuditVerdict:
    """Checks that no entry of the audit log was changed or removed."""
    return await verify_audit(ctx.tx, ctx.workspace_id)


ROUTES = (
    get_tokens,
    post_token,
    delete_token,
    get_token_scopes,
    get_facts,
    get_audit,
    get_audit_verdict,
)
