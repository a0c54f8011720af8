"""Routing over HTTP."""

from parley.automation.routing.routes import handovers, settings

ROUTES = (*settings.ROUTES, *handovers.ROUTES)
