"""Composition: settings, ASGI application, worker, command line, migrations.

The only place that knows every slice.
"""
