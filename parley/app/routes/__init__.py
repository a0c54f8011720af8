"""Pages and probes of the whole installation."""

from parley.app.routes import failed_work, health, pages

API_ROUTES = failed_work.ROUTES
ROUTES = (*API_ROUTES, *health.ROUTES, *pages.ROUTES)
