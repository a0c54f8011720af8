"""`parley openapi` and `parley map`: descriptions generated from the code."""

import json

import click

from parley.app.describe import build_map, build_openapi


@click.command()
def openapi() -> None:
    """Print the OpenAPI description of the API."""
    click.echo(json.dumps(build_openapi(), indent=1, sort_keys=True, ensure_ascii=False))


@click.command("map")
def map_command() -> None:
    """Print docs/map.md: every slice with its rooms, routes, facts, jobs and tables."""
    click.echo(build_map(), nl=False)
