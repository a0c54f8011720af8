"""The HTTP edge: access, problem+json, idempotency keys, rate limits, CSRF, security headers.

With the slices' `routes` and `parley.app` the only place that knows the web framework.
"""
