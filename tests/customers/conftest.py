"""A shop with an inbox, for the customers in it."""

from tests.conversations.conftest import app, inbox, neighbour, runtime, shop

__all__ = ["app", "inbox", "neighbour", "runtime", "shop"]
