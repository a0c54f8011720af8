"""Rules over HTTP."""

from parley.automation.rules.routes import checking, editing, rules

ROUTES = (*editing.ROUTES, *checking.ROUTES, *rules.ROUTES)
