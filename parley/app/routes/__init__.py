"""Pages and probes of the whole installation."""

from parley.app.routes import health, pages

ROUTES = (*health.ROUTES, *pages.ROUTES)
