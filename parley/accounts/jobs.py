"""Mails of the slice, sent outside the request."""

from parley.accounts.actions.invitations import issue_invitation_link, issue_reset_link
from parley.accounts.actions.signing_in import note_failed_sign_in
from parley.accounts.mailer import mailer_of
from parley.accounts.mails import build_mail
from parley.kit.errors import NotFound
from parley.kit.jobs.registry import Job

INVITE = "accounts.invite"
RESET = "accounts.password_reset"
NOTICE = "accounts.notice"

_PERSON = """SELECT a.email, a.name, a.language, w.name AS workspace, w.language AS workspace_language
    FROM agents a JOIN workspaces w ON w.workspace_id = a.workspace_id WHERE a.workspace_id = $1
    AND a.id = $2"""


async def send_invitation(job: Job) -> None:
    """Mails an invitation. The link is made here, so that it stands in no queue."""
    agent_id = job.uuid("agent_id")
    async with job.runtime.ctx(job.workspace_id) as ctx:
        try:
            link = await issue_invitation_link(ctx, job.runtime.settings.origin, agent_id)
        except NotFound:
            return
        row = await ctx.tx.fetchrow(_PERSON, ctx.workspace_id, agent_id)
    mail = build_mail(
        "invitation",
        row["workspace_language"],
        row["email"],
        link=link,
        inviter=job.payload["inviter"],
        workspace=row["workspace"],
    )
    await mailer_of(job.runtime).send(mail)


async def send_reset(job: Job) -> None:
    """Mails a link for a new password to everybody active with this e-mail address; to nobody when there
    is none.
    """
    async with job.runtime.db.transaction(None) as tx:
        rows = await tx.fetch(
            "SELECT workspace_id, id FROM agents WHERE email_key = $1 AND state = 'active' LIMIT 5",
            job.payload["email_key"],
        )
    for row in rows:
        async with job.runtime.ctx(row["workspace_id"]) as ctx:
            link = await issue_reset_link(ctx, job.runtime.settings.origin, row["id"])
            person = await ctx.tx.fetchrow(_PERSON, ctx.workspace_id, row["id"])
        mail = build_mail(
            "password_reset",
            person["language"],
            person["email"],
            link=link,
            name=person["name"],
            workspace=person["workspace"],
        )
        await mailer_of(job.runtime).send(mail)


async def note_failure(job: Job) -> None:
    """Notes a failed sign-in where its person works."""
    await note_failed_sign_in(job.runtime, job.payload["email_key"], job.payload["address"])


async def send_notice(job: Job) -> None:
    """Mails a notice about the safety of an account; says nothing when no mail server is set."""
    mailer = mailer_of(job.runtime)
    if not mailer.configured:
        return
    async with job.runtime.db.transaction(job.workspace_id) as tx:
        row = await tx.fetchrow(_PERSON, job.workspace_id, job.uuid("agent_id"))
    if row is not None:
        notice = build_mail(
            job.payload["kind"], row["language"], row["email"], name=row["name"], workspace=row["workspace"]
        )
        await mailer.send(notice)
