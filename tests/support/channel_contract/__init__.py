"""The contract of channel plug-ins as checks: one function each, tried on every plug-in that is installed.

A check takes an open `TrialStage` and raises AssertionError. `plan` says which checks a plug-in must pass.
"""

from collections.abc import Awaitable, Callable

from parley.channels.ports import Adapter
from parley.channels.specimens import Specimen
from tests.support.channel_contract import arriving, describing, sending
from tests.support.channel_contract.stage import TrialStage

Check = Callable[[TrialStage], Awaitable[None]]
ALWAYS: dict[str, Check] = {
    "manifest": describing.check_manifest,
    "words": describing.check_words,
    "form": describing.check_form,
    "secrets": describing.check_secrets,
    "connection_test": describing.check_connection_test,
}
ARRIVING: dict[str, Check] = {
    "replay": arriving.check_replay,
    "repeated_at_once": arriving.check_repeated_at_once,
    "strangers": arriving.check_strangers,
    "damaged": arriving.check_damaged,
}
SENDING: dict[str, Check] = {
    "echo": arriving.check_echo,
    "sent_once": sending.check_sent_once,
    "rate_limit": sending.check_rate_limit,
    "refused": sending.check_refused,
    "unknown": sending.check_unknown,
    "credentials": sending.check_credentials,
}
CHECKS = ALWAYS | ARRIVING | SENDING


def plan(adapter: Adapter, specimen: Specimen) -> list[str]:
    """Gives the checks that a plug-in must pass. Raises AssertionError when it leaves one out that it must not.

    What a channel cannot do at all need not be tried: sending where nothing is sent or has arrived at once.
    """
    can = adapter.manifest.capabilities
    may_leave_out = set() if can.receives else set(ARRIVING)
    if not can.sends or can.instant:
        may_leave_out |= set(SENDING)
    for name, reason in specimen.without.items():
        assert name in may_leave_out, f"{adapter.manifest.slug} must not leave out {name}"
        assert reason.strip().endswith("."), f"say why {adapter.manifest.slug} leaves out {name}"
    return [name for name in CHECKS if name not in specimen.without]
