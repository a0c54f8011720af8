"""`parley token create`: an API token from the command line, also while the server runs."""

from pathlib import Path
from typing import Any

import click

from parley.accounts.actions.tokens import issue_api_token
from parley.accounts.rights import known_permissions
from parley.app.connect import connect
from parley.app.settings import Settings
from parley.kit.log.fact import SYSTEM


@click.group()
def token() -> None:
    """API tokens."""


@token.command("create")
@click.option("--workspace", required=True, help="Slug or id of the workspace.")
@click.option("--scopes", required=True, help="Permissions, separated by commas; `all` for every one.")
@click.option("--name", default="command line", help="What the token is for.")
@click.option("--data", type=click.Path(path_type=Path), help="Folder of the installation.")
def create(workspace: str, scopes: str, name: str, data: Path | None) -> None:
    """Create a token and print it, and nothing else."""
    from parley.app.cli import read_settings, run

    settings: Settings = read_settings(data=data, log_level="error")

    async def work() -> None:
        async with connect(settings) as runtime:
            async with runtime.db.transaction(None) as tx:
                workspace_id = await tx.fetchval(
                    "SELECT workspace_id FROM workspaces WHERE slug = $1 OR workspace_id::text = $1",
                    workspace,
                )
                slugs = await tx.fetchval("SELECT string_agg(slug, ', ' ORDER BY slug) FROM workspaces")
            if workspace_id is None:
                raise click.ClickException(
                    f"There is no workspace {workspace!r}. There are: {slugs or 'none yet'}."
                )
            known: frozenset[str] = known_permissions(runtime.parts["permissions"])
            wanted: Any = (
                sorted(known) if scopes == "all" else [s.strip() for s in scopes.split(",") if s.strip()]
            )
            unknown = sorted(set(wanted) - known)
            if unknown:
                raise click.ClickException(
                    f"Unknown scopes: {', '.join(unknown)}. Known: {', '.join(sorted(known))}."
                )
            async with runtime.ctx(workspace_id, SYSTEM) as ctx:
                issued = await issue_api_token(ctx, name=name, scopes=wanted, known=known)
        click.echo(issued.token)

    run(work())
