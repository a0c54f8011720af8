"""The channel plug-ins of this installation."""

from parley.channels import adapters
from parley.channels.ports import Adapter
from parley.kit.errors import NotFound
from parley.kit.plugins import load_plugin_folder


def load_plugins() -> dict[str, Adapter]:
    """Gives all plug-ins by slug: the folders of `adapters` and the entry points `parley.channels`."""
    return load_plugin_folder(adapters, "ADAPTER", "parley.channels")


def get_plugin(plugins: dict[str, Adapter], slug: str) -> Adapter:
    """Gives a plug-in by slug; raises NotFound."""
    if slug not in plugins:
        raise NotFound("kind of channel")
    return plugins[slug]
