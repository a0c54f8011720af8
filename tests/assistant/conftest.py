"""The shop of the automation tests: its slices reach up to the assistant."""

from tests.automation.conftest import app, inbox, neighbour, runtime, settle, shop

__all__ = ["app", "inbox", "neighbour", "runtime", "settle", "shop"]
