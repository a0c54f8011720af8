"""The second factor: six digits from an app (RFC 6238) and recovery codes on paper."""

import base64
import secrets
from datetime import datetime
from uuid import UUID

import msgspec
import pyotp
import segno

from parley.accounts.actions.auditing import write_audit
from parley.accounts.actions.sessions import refresh_enrolment
from parley.accounts.credentials import hash_secret
from parley.accounts.words import wrong
from parley.kit.ctx import Ctx
from parley.kit.errors import Conflict, NotFound
from parley.kit.ids import is_same_secret, uuid7
from parley.kit.secrets import SecretBox

CODES = 10
STEP_SECONDS = 30
FIELD = "totp_secret"


class TotpOffer(msgspec.Struct, frozen=True):
    """What an app needs to make codes: the secret, the same as a URI, and that as a picture."""

    secret: str
    uri: str
    qr_svg: str


async def start_totp(ctx: Ctx, box: SecretBox, agent_id: UUID) -> TotpOffer:
    """Offers a new secret; it counts once a code made with it is confirmed. Raises Conflict when one
    counts already.
    """
    secret = pyotp.random_base32()
    row = await ctx.tx.fetchrow(
        """UPDATE agents a SET totp_secret = $3, totp_step = NULL FROM workspaces w
           WHERE a.workspace_id = $1 AND a.id = $2 AND w.workspace_id = $1 AND a.totp_confirmed_at IS NULL
           RETURNING a.email, w.name""",
        ctx.workspace_id,
        agent_id,
        box.seal(secret, owner=agent_id, field=FIELD),
    )
    if row is None:
        raise Conflict("totp_on", "The second factor is on already; switch it off first.")
    uri = pyotp.TOTP(secret).provisioning_uri(name=row["email"], issuer_name=f"Parley {row['name']}")
    picture = segno.make(uri, micro=False).svg_inline(scale=4, border=2)
    return TotpOffer(secret, uri, picture)


async def confirm_totp(ctx: Ctx, box: SecretBox, agent_id: UUID, code: str) -> list[str]:
    """Switches the second factor on and gives the recovery codes; raises Invalid for a wrong code."""
    if not await _use_totp(ctx, box, agent_id, code, confirmed=False):
        raise wrong("code", "This code does not fit; check the clock of the device and try the next one.")
    await ctx.tx.execute(
        "UPDATE agents SET totp_confirmed_at = $3 WHERE workspace_id = $1 AND id = $2",
        ctx.workspace_id,
        agent_id,
        ctx.now,
    )
    await refresh_enrolment(ctx, agent_id)
    await write_audit(ctx, "totp_on", "agent", agent_id)
    return await issue_recovery_codes(ctx, agent_id)


async def issue_recovery_codes(ctx: Ctx, agent_id: UUID) -> list[str]:
    """Gives ten new recovery codes (80 random bits each) in place of the old ones."""
    codes = [_recovery_code() for _ in range(CODES)]
    await ctx.tx.execute(
        "DELETE FROM recovery_codes WHERE workspace_id = $1 AND agent_id = $2", ctx.workspace_id, agent_id
    )
    await ctx.tx.execute(
        """INSERT INTO recovery_codes (workspace_id, id, agent_id, code_hash)
           SELECT $1, i, $2, h FROM unnest($3::uuid[], $4::text[]) AS c(i, h)""",
        ctx.workspace_id,
        agent_id,
        [uuid7() for _ in codes],
        [hash_secret(_plain(code)) for code in codes],
    )
    await write_audit(ctx, "recovery_codes_issued", "agent", agent_id)
    return codes


async def remove_totp(ctx: Ctx, agent_id: UUID) -> None:
    """Switches the second factor off; raises NotFound when it was not on."""
    removed = await ctx.tx.fetchval(
        """UPDATE agents SET totp_secret = NULL, totp_confirmed_at = NULL, totp_step = NULL
           WHERE workspace_id = $1 AND id = $2 AND totp_confirmed_at IS NOT NULL RETURNING id""",
        ctx.workspace_id,
        agent_id,
    )
    if removed is None:
        raise NotFound("second factor")
    await ctx.tx.execute(
        "DELETE FROM recovery_codes WHERE workspace_id = $1 AND agent_id = $2", ctx.workspace_id, agent_id
    )
    await refresh_enrolment(ctx, agent_id)
    await write_audit(ctx, "totp_off", "agent", agent_id)


async def use_code(ctx: Ctx, box: SecretBox, agent_id: UUID, code: str) -> bool:
    """Says whether a code of the app or a recovery code fits; either is then used up."""
    if await _use_totp(ctx, box, agent_id, code, confirmed=True):
        return True
    used = await ctx.tx.fetchval(
        """UPDATE recovery_codes SET used_at = $4
           WHERE workspace_id = $1 AND agent_id = $2 AND code_hash = $3 AND used_at IS NULL RETURNING id""",
        ctx.workspace_id,
        agent_id,
        hash_secret(_plain(code)),
        ctx.now,
    )
    return used is not None


async def _use_totp(ctx: Ctx, box: SecretBox, agent_id: UUID, code: str, *, confirmed: bool) -> bool:
    sealed = await ctx.tx.fetchval(
        """SELECT totp_secret FROM agents
           WHERE workspace_id = $1 AND id = $2 AND (totp_confirmed_at IS NOT NULL) = $3""",
        ctx.workspace_id,
        agent_id,
        confirmed,
    )
    if sealed is None:
        return False
    step = find_step(box.open_text(sealed, owner=agent_id, field=FIELD), code, ctx.now)
    if step is None:
        return False
    # A code that was used, or an older one, is refused (RFC 6238, 5.2); the condition also settles a race.
    return bool(
        await ctx.tx.fetchval(
            """UPDATE agents SET totp_step = $3
               WHERE workspace_id = $1 AND id = $2 AND (totp_step IS NULL OR totp_step < $3)
               RETURNING true""",
            ctx.workspace_id,
            agent_id,
            step,
        )
    )


def find_step(secret: str, code: str, now: datetime) -> int | None:
    """Gives the time step to which a six-digit code belongs, one step early or late admitted; else None."""
    plain = code.replace(" ", "")
    if len(plain) != 6 or not (plain.isascii() and plain.isdigit()):
        return None
    current = int(now.timestamp()) // STEP_SECONDS
    hotp = pyotp.HOTP(secret)
    fitting = [step for step in (current - 1, current, current + 1) if is_same_secret(hotp.at(step), plain)]
    return fitting[-1] if fitting else None


def _recovery_code() -> str:
    letters = base64.b32encode(secrets.token_bytes(10)).decode().lower()
    return "-".join(letters[i : i + 4] for i in range(0, 16, 4))


def _plain(code: str) -> str:
    return "".join(c for c in code.lower() if c.isalnum())[:64]
