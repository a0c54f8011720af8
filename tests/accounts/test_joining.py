"""First set-up, invitations and forgotten passwords, with mails through a real SMTP server."""

import re
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from email.message import EmailMessage

import pytest
from litestar import Litestar

from parley.accounts.actions.agents import create_agent
from parley.accounts.actions.joining import issue_setup_token
from parley.accounts.mailer import Mail, SmtpMailer, mailer_of
from parley.accounts.slice import ACCOUNTS
from parley.kit.clock import FixedClock
from parley.kit.db import Database
from parley.kit.failures import Misconfigured, Refused, Retry
from parley.kit.runtime import Runtime
from tests.support.app import ORIGIN, Shop, body_of, build_test_app, build_test_runtime, open_shop
from tests.support.jobs import run_jobs
from tests.support.smtp import Mailbox, mail_server

PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[str, Mailbox]]:
    """A mail server."""
    with mail_server() as running:
        yield running


@pytest.fixture
def mailbox(server: tuple[str, Mailbox]) -> Mailbox:
    """Its mailbox, empty."""
    server[1].mails.clear()
    return server[1]


@pytest.fixture
async def mailing(
    db: Database, clock: FixedClock, server: tuple[str, Mailbox], mailbox: Mailbox
) -> AsyncIterator[Shop]:
    """A workspace whose installation can send mail."""
    runtime = build_test_runtime(
        db, clock, (ACCOUNTS,), mail_url=server[0], mail_from="Parley <parley@desk.example>"
    )
    made = await open_shop(runtime, build_test_app(runtime, (ACCOUNTS,)), "Lipa & Sons")
    yield made
    await made.close()


def link_in(mail: EmailMessage, page: str) -> str:
    """Gives the secret of the link in a mail; both parts must carry the same."""
    plain, rich = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert rich is not None
    found = re.search(rf"{ORIGIN}/{page}/(\S+)", plain.get_content())
    assert found
    assert found[1] in rich.get_content()
    return found[1]


# The first run


def form(token: str | None, **changes: str) -> dict[str, str]:
    """The set-up form."""
    return {
        "token": token or "",
        "workspace_name": "Lipa",
        "name": "Ana",
        "email": "ana@lipa.example",
        "password": PASSWORD,
        "language": "sl",
        "time_zone": "Europe/Ljubljana",
    } | changes


async def test_first_owner_sets_up_with_the_printed_token(runtime: Runtime, app: Litestar) -> None:
    nobody = Shop(runtime, app, None).client()  # type: ignore[arg-type]
    assert body_of(await nobody.get("/api/v1/session"))["state"] == "setup"
    token = await issue_setup_token(runtime)
    wrong = await nobody.post("/api/v1/setup", json=form("guess"))
    assert (wrong.status_code, body_of(wrong)["code"]) == (403, "wrong_setup_token")
    weak = await nobody.post("/api/v1/setup", json=form(token, password="short"))
    assert weak.status_code == 422
    assert body_of(await nobody.get("/api/v1/session"))["state"] == "setup"
    done = await nobody.post("/api/v1/setup", json=form(token))
    assert done.status_code == 201, done.text
    state = body_of(done)
    assert (state["state"], state["agent"]["role"], state["agent"]["language"]) == (
        "signed_in",
        "owner",
        "sl",
    )
    assert (await nobody.get("/api/v1/me")).status_code == 200
    again = await nobody.post("/api/v1/setup", json=form(token))
    assert (again.status_code, body_of(again)["code"]) == (409, "already_set_up")
    assert await issue_setup_token(runtime) is None


async def test_setup_token_lasts_a_week(runtime: Runtime, app: Litestar, clock: FixedClock) -> None:
    token = await issue_setup_token(runtime)
    clock.advance(timedelta(days=8))
    nobody = Shop(runtime, app, None).client()  # type: ignore[arg-type]
    assert (await nobody.post("/api/v1/setup", json=form(token))).status_code == 403


# Invitations


async def test_invitation_by_mail_is_accepted_once(mailing: Shop, mailbox: Mailbox) -> None:
    admin = await mailing.signed_in("admin", name="Maja")
    team = await _team(mailing)
    answer = await admin.post(
        "/api/v1/agents/invite", json={"email": "Ben@lipa.example", "role": "agent", "team_ids": [team]}
    )
    assert answer.status_code == 201, answer.text
    invited = body_of(answer)
    assert (invited["mailed"], invited["link"], invited["agent"]["state"]) == (True, None, "invited")
    assert await run_jobs(mailing.runtime) == 1
    mail = mailbox.mails[0]
    assert mail["to"] == "Ben@lipa.example"
    assert mail["subject"] == "Maja invites you to Lipa & Sons"
    assert mail["auto-submitted"] == "auto-generated"
    secret = link_in(mail, "invitation")

    guest = mailing.client()
    shown = body_of(await guest.get(f"/api/v1/invitations/{secret}"))
    assert (shown["email"], shown["workspace_name"]) == ("Ben@lipa.example", "Lipa & Sons")
    weak = await guest.post(f"/api/v1/invitations/{secret}/accept", json={"name": "Ben", "password": "short"})
    assert weak.status_code == 422
    done = await guest.post(
        f"/api/v1/invitations/{secret}/accept", json={"name": "Ben", "password": PASSWORD}
    )
    assert (done.status_code, body_of(done)["agent"]["team_ids"]) == (200, [team])
    assert (await guest.get(f"/api/v1/invitations/{secret}")).status_code == 404
    again = await mailing.client().post(
        f"/api/v1/invitations/{secret}/accept", json={"name": "Eve", "password": PASSWORD}
    )
    assert again.status_code == 404
    assert [f["agent_id"] for f in await mailing.facts("AgentJoined")][-1] == invited["agent"]["id"]


async def test_without_a_mail_server_the_admin_gets_the_link(shop: Shop) -> None:
    admin = await shop.signed_in("admin")
    invited = body_of(await admin.post("/api/v1/agents/invite", json={"email": "ben@lipa.example"}))
    assert invited["mailed"] is False
    assert (await shop.client().get("/api/v1" + _path(invited["link"]))).status_code == 200
    again = await admin.post(f"/api/v1/agents/{invited['agent']['id']}/invitation")
    assert (await shop.client().get("/api/v1" + _path(invited["link"]))).status_code == 404, "replaced"
    assert (await shop.client().get("/api/v1" + _path(body_of(again)["link"]))).status_code == 200


def _path(link: str) -> str:
    return link.removeprefix(ORIGIN).replace("/invitation/", "/invitations/")


async def test_invitation_ends_after_a_week_or_when_withdrawn(shop: Shop, clock: FixedClock) -> None:
    admin = await shop.signed_in("admin")
    one = body_of(await admin.post("/api/v1/agents/invite", json={"email": "one@lipa.example"}))
    await admin.patch(f"/api/v1/agents/{one['agent']['id']}", json={"state": "disabled"})
    assert (await shop.client().get("/api/v1" + _path(one["link"]))).status_code == 404
    two = body_of(await admin.post("/api/v1/agents/invite", json={"email": "two@lipa.example"}))
    clock.advance(timedelta(days=7, minutes=1))
    assert (await shop.client().get("/api/v1" + _path(two["link"]))).status_code == 404


async def test_the_same_person_is_not_invited_twice_but_again(shop: Shop) -> None:
    admin = await shop.signed_in("admin")
    first = body_of(await admin.post("/api/v1/agents/invite", json={"email": "ben@lipa.example"}))
    second = body_of(await admin.post("/api/v1/agents/invite", json={"email": "BEN@lipa.example"}))
    assert first["agent"]["id"] == second["agent"]["id"]
    await shop.agent(email="eva@lipa.example")
    there = await admin.post("/api/v1/agents/invite", json={"email": "eva@lipa.example"})
    assert (there.status_code, body_of(there)["code"]) == (409, "email_taken")


async def test_an_admin_cannot_invite_an_owner(shop: Shop) -> None:
    admin = await shop.signed_in("admin")
    before = await shop.count("SELECT count(*) FROM agents")
    answer = await admin.post("/api/v1/agents/invite", json={"email": "ben@lipa.example", "role": "owner"})
    assert (answer.status_code, body_of(answer)["code"]) == (403, "above_you")
    assert await shop.count("SELECT count(*) FROM agents") == before


async def _team(shop: Shop) -> str:
    async with shop.runtime.db.transaction(shop.workspace_id) as tx:
        found = await tx.fetchval(
            """INSERT INTO teams (workspace_id, id, name)
               VALUES ($1, gen_random_uuid(), 'First line') RETURNING id""",
            shop.workspace_id,
        )
    return str(found)


# Forgotten passwords


async def test_password_reset_by_mail(mailing: Shop, mailbox: Mailbox, clock: FixedClock) -> None:
    async with mailing.runtime.ctx(mailing.workspace_id) as ctx:
        agent_id = await create_agent(
            ctx, email="ana@lipa.example", name="Ana", role="agent", password=PASSWORD, language="pt-BR"
        )
    inside = await mailing.browser(agent_id)
    nobody = mailing.client()
    known = await nobody.post("/api/v1/password-reset", json={"email": "ANA@lipa.example"})
    unknown = await nobody.post("/api/v1/password-reset", json={"email": "nobody@lipa.example"})
    assert (known.status_code, known.content) == (unknown.status_code, unknown.content)
    assert known.status_code == 202
    await run_jobs(mailing.runtime)
    assert [mail["to"] for mail in mailbox.mails] == ["ana@lipa.example"]
    assert mailbox.mails[0]["subject"] == "Escolha uma nova senha"
    secret = link_in(mailbox.mails[0], "reset")

    weak = await nobody.post("/api/v1/password-reset/confirm", json={"token": secret, "password": "short"})
    assert weak.status_code == 422
    fresh = {"token": secret, "password": "another long one"}
    assert (await nobody.post("/api/v1/password-reset/confirm", json=fresh)).status_code == 200
    assert (await nobody.post("/api/v1/password-reset/confirm", json=fresh)).status_code == 404
    assert (await inside.get("/api/v1/me")).status_code == 401
    signed_in = await nobody.post(
        "/api/v1/session", json={"email": "ana@lipa.example", "password": "another long one"}
    )
    assert signed_in.status_code == 200
    mailbox.mails.clear()
    await run_jobs(mailing.runtime)
    assert [mail["subject"] for mail in mailbox.mails] == ["Sua senha foi alterada"]


async def test_reset_link_ends_after_an_hour(mailing: Shop, mailbox: Mailbox, clock: FixedClock) -> None:
    await mailing.agent(email="ana@lipa.example")
    nobody = mailing.client()
    await nobody.post("/api/v1/password-reset", json={"email": "ana@lipa.example"})
    await run_jobs(mailing.runtime)
    secret = link_in(mailbox.mails[0], "reset")
    clock.advance(timedelta(minutes=61))
    answer = await nobody.post("/api/v1/password-reset/confirm", json={"token": secret, "password": PASSWORD})
    assert answer.status_code == 404
    assert await mailing.count("SELECT count(*) FROM agents WHERE password_hash IS NOT NULL") == 0


async def test_nobody_floods_a_mailbox(mailing: Shop, mailbox: Mailbox) -> None:
    await mailing.agent(email="ana@lipa.example")
    nobody = mailing.client()
    for _ in range(6):
        answer = await nobody.post("/api/v1/password-reset", json={"email": "ana@lipa.example"})
        assert answer.status_code == 202
    assert await run_jobs(mailing.runtime) == 3


async def test_without_a_mail_server_the_answer_says_so(shop: Shop) -> None:
    answer = await shop.client().post("/api/v1/password-reset", json={"email": "ana@lipa.example"})
    assert (answer.status_code, body_of(answer)["code"]) == (503, "mail_not_set_up")
    assert "PARLEY_MAIL_URL" in body_of(answer)["detail"]


async def test_an_admin_hands_over_a_reset_link(shop: Shop) -> None:
    agent_id = await shop.agent("agent")
    admin = await shop.signed_in("admin")
    link = body_of(await admin.post(f"/api/v1/agents/{agent_id}/password-reset"))["link"]
    secret = link.rpartition("/")[2]
    done = await shop.client().post(
        "/api/v1/password-reset/confirm", json={"token": secret, "password": PASSWORD}
    )
    assert done.status_code == 200
    owner_id = await shop.agent("owner")
    denied = await admin.post(f"/api/v1/agents/{owner_id}/password-reset")
    assert denied.status_code == 403
    assert await shop.count("SELECT count(*) FROM one_time_tokens") == 0


# The mailer


@pytest.mark.parametrize(
    ("to", "failure"), [("refused@x.example", Refused), ("later@x.example", Retry), ("ana@x.example", None)]
)
async def test_mailer_sorts_what_servers_say(
    server: tuple[str, Mailbox], mailbox: Mailbox, clock: FixedClock, to: str, failure: type[Exception] | None
) -> None:
    mailer = SmtpMailer(server[0], "parley@desk.example", clock)
    mail = Mail(to=to, subject="Two\nlines: Bcc", text="Dober dan, Čopič", html="<p>Dober dan</p>")
    if failure is None:
        await mailer.send(mail)
        assert mailbox.mails[0]["subject"] == "Two lines: Bcc"
        plain = mailbox.mails[0].get_body(("plain",))
        assert plain is not None
        assert plain.get_content().strip() == "Dober dan, Čopič"
    else:
        with pytest.raises(failure):
            await mailer.send(mail)


async def test_a_server_that_is_away_is_tried_again(clock: FixedClock) -> None:
    mail = Mail(to="a@x.example", subject="s", text="t", html="<p>t</p>")
    with pytest.raises(Retry):
        await SmtpMailer("smtp://127.0.0.1:1", "parley@desk.example", clock).send(mail)
    with pytest.raises(Misconfigured):
        await SmtpMailer("", "", clock).send(mail)


async def test_an_installation_without_mail_knows_it(shop: Shop, mailing: Shop) -> None:
    assert not mailer_of(shop.runtime).configured
    assert mailer_of(mailing.runtime).configured
