"""Registers the accounts slice."""

from parley.accounts import (
    announcing,
    cleaning,
    delivering,
    guards,
    jobs,
    live,
    mailer,
    sending,
    subscribers,
    telling,
)
from parley.accounts.actions.notifying import DIGEST, PUSH
from parley.accounts.actions.signing_in import FAILED
from parley.accounts.actions.webhooks import DRAIN, TEST
from parley.accounts.authentication import SessionAuthenticator
from parley.accounts.rights import PERMISSIONS
from parley.accounts.routes import (
    agents,
    direct,
    joining,
    me,
    notifications,
    programs,
    session,
    settings,
    teams,
    webhooks,
)
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
    runtime.jobs.add(FAILED, jobs.note_failure, max_attempts=3)
    runtime.jobs.add(jobs.NOTICE, jobs.send_notice)
    runtime.jobs.add(PUSH, telling.push_notification, max_attempts=5)
    runtime.jobs.add(DIGEST, telling.send_digest)
    runtime.jobs.add(DRAIN, delivering.drain_webhook)
    runtime.jobs.add(TEST, sending.send_test, max_attempts=3)
    runtime.jobs.every("accounts.webhooks", announcing.LOOK_EVERY_SECONDS, announcing.wake_webhooks)
    runtime.jobs.every("accounts.cleaning", cleaning.EVERY_SECONDS, cleaning.remove_outdated)
    runtime.hub.enrich(live.enrich_notifications)
    runtime.readers.subscribe(subscribers.NOTIFICATIONS, subscribers.read_with_conversation, ConversationRead)
    announcer = announcing.Announcer()
    runtime.readers.subscribe(announcing.READER, announcer.announce, *announcing.every_fact())


ACCOUNTS = Slice(
    "accounts",
    routes=(
        *session.ROUTES,
        *joining.ROUTES,
        *me.ROUTES,
        *notifications.ROUTES,
        *direct.ROUTES,
        *agents.ROUTES,
        *teams.ROUTES,
        *settings.ROUTES,
        *programs.ROUTES,
        *webhooks.ROUTES,
    ),
    permissions=PERMISSIONS,
    register=register,
)
