"""The channel plug-ins of this installation."""

from parley.channels import adapters
from parley.channels.ports import Adapter
from parley.kit.errors import FieldError, Invalid
from parley.kit.plugins import load_plugin_folder


def load_plugins() -> dict[str, Adapter]:
    """Gives all plug-ins by slug: the folders of `adapters` and the entry points `parley.channels`."""
    return load_plugin_folder(adapters, "ADAPTER", "parley.channels")


def get_plugin(plugins: dict[str, Adapter], slug: str) -> Adapter:
    """Gives a plug-in by slug; raises Invalid that lists the known ones."""
    if slug not in plugins:
        known = ", ".join(sorted(plugins))
        said = f"There is no kind of channel {slug[:60]!r}. There are: {known}."
        raise Invalid("unknown_plugin", said, FieldError("plugin", said))
    return plugins[slug]
