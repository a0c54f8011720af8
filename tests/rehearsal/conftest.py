"""A shop whose past can be replayed."""

from tests.automation.conftest import app, inbox, neighbour, runtime, settle, shop  # noqa: F401 - fixtures
