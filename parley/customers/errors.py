"""Errors of the customers slice."""

from parley.kit.errors import Conflict


class IdentityTaken(Conflict):
    """The address belongs to another customer."""

    def __init__(self) -> None:
        super().__init__("identity_taken", "This address already belongs to another customer.")
