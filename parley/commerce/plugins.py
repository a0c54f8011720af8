"""The connectors of this installation."""

from typing import Any

from parley.commerce import connectors
from parley.kit.errors import NotFound
from parley.kit.plugins import load_plugin_folder


def load_connectors() -> dict[str, Any]:
    """Gives all connectors by slug: the folders of `connectors` and the entry points `parley.connectors`."""
    return load_plugin_folder(connectors, "CONNECTOR", "parley.connectors")


def get_connector(plugins: dict[str, Any], slug: str) -> Any:
    """Gives a connector by slug; raises NotFound, which names those there are."""
    if slug not in plugins:
        raise NotFound(f"connector; there are {', '.join(sorted(plugins))}")
    return plugins[slug]
