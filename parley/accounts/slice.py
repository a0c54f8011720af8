"""Registers the accounts slice."""

from parley.accounts import guards, jobs, live, mailer, subscribers, telling
from parley.accounts.actions.notifying import DIGEST, PUSH
from parley.accounts.authentication import SessionAuthenticator
from parley.accounts.rights import PERMISSIONS
from parley.accounts.routes import agents, joining, me, notifications, programs, session, settings, teams
from parley.facts.conversations import ConversationRead
from parley.kit.runtime import Runtime
from parley.kit.slices import Slice


def register(runtime: Runtime) -> None:
    """Fills the runtime's registries; needs `runtime.parts["permissions"]`."""
    given = runtime.settings
    runtime.parts["authenticator"] = SessionAuthenticator(runtime.parts["permissions"])
    runtime.parts[guards.PART] = guards.Guards()
    runtime.parts[mailer.PART] = mailer.SmtpMailer(given.mail_url, given.mail_from, runtime.clock)
    runtime.jobs.add(jobs.INVITE, jobs.send_invitation)
    runtime.jobs.add(jobs.RESET, jobs.send_reset, max_attempts=6)
    runtime.jobs.add(jobs.NOTICE, jobs.send_notice)
    runtime.jobs.add(PUSH, telling.push_notification, max_attempts=5)
    runtime.jobs.add(DIGEST, telling.send_digest)
    runtime.hub.enrich(live.enrich_notifications)
    runtime.readers.subscribe(subscribers.NOTIFICATIONS, subscribers.read_with_conversation, ConversationRead)


ACCOUNTS = Slice(
    "accounts",
    routes=(
        *session.ROUTES,
        *joining.ROUTES,
        *me.ROUTES,
        *notifications.ROUTES,
        *agents.ROUTES,
        *teams.ROUTES,
        *settings.ROUTES,
        *programs.ROUTES,
    ),
    permissions=PERMISSIONS,
    register=register,
)
