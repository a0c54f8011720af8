"""Limits on guessing: passwords, codes and mailed links, per person and per address."""

from typing import TYPE_CHECKING

from parley.kit.http.limits import Limiter

if TYPE_CHECKING:
    from parley.kit.runtime import Runtime

PART = "accounts.guards"
_WAIT = "Too many attempts; wait a little and try again."


class Guards:
    """Token buckets of one process: ten guesses at once for a person, thirty for an address."""

    def __init__(self) -> None:
        self.people = Limiter(rate=1 / 60, burst=10)
        self.addresses = Limiter(rate=1 / 5, burst=30)
        # Six digits can be guessed, so codes are tighter: five at once, then one in five minutes.
        self.codes = Limiter(rate=1 / 300, burst=5)
        self.mails = Limiter(rate=1 / 600, burst=3)
        self.direct = Limiter(rate=1, burst=20)

    def check_guess(self, person: str, address: str) -> None:
        """Counts a guess; raises TooMany."""
        self.addresses.check(address, _WAIT)
        self.people.check(person, _WAIT)

    def check_address(self, address: str) -> None:
        """Counts a request of somebody unknown; raises TooMany."""
        self.addresses.check(address, _WAIT)

    def check_code(self, person: str) -> None:
        """Counts a try of a second factor; raises TooMany."""
        self.codes.check(person, _WAIT)

    def check_direct(self, agent: str) -> None:
        """Counts a message to a colleague; twenty at once, then one a second. Raises TooMany."""
        self.direct.check(agent, "You write faster than anybody reads; wait a moment. Nothing was lost.")

    def may_mail(self, person: str) -> bool:
        """Says whether another mail may be caused for this person; three at once, then one in ten minutes."""
        return self.mails.take(person) == 0.0


def guards_of(runtime: "Runtime") -> Guards:
    """Gives the guards of this process."""
    guards: Guards = runtime.parts[PART]
    return guards
