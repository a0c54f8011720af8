"""Plug-ins of every kind: how they are found, and how their settings become a form, are read and kept secret.

A plug-in is a folder of its slice (or an entry point of somebody else's package). Its manifest names a msgspec
struct as `settings`; a field is described by `msgspec.Meta(title=…, description=…, extra={"secret": True,
"multiline": True, "group": "…"})`.
"""

from importlib import import_module
from importlib.metadata import entry_points
from pkgutil import iter_modules
from types import ModuleType
from typing import Any, Protocol, cast

import msgspec

from parley.kit.errors import FieldError, Invalid


class SettingsManifest(Protocol):
    """As much of a manifest as a form needs."""

    @property
    def slug(self) -> str:
        """Gives the name by which the plug-in is known."""

    @property
    def settings(self) -> type[msgspec.Struct]:
        """Gives the struct of its settings."""


class FormField(msgspec.Struct, frozen=True, kw_only=True):
    """One field of a plug-in's settings as a screen draws it."""

    name: str
    label: str
    type: str
    help: str
    required: bool
    secret: bool
    multiline: bool
    default: Any
    options: list[str]
    group: str


def load_plugin_folder(package: ModuleType, attribute: str, group: str) -> dict[str, Any]:
    """Gives the plug-ins by slug: `attribute` of each module of the package, and the entry points of `group`."""
    found: dict[str, Any] = {}
    for module in iter_modules(package.__path__):
        plugin = getattr(import_module(f"{package.__name__}.{module.name}"), attribute)
        found[plugin.manifest.slug] = plugin
    for point in entry_points(group=group):
        plugin = point.load()
        found[plugin.manifest.slug] = plugin
    return found


def secret_names(manifest: SettingsManifest) -> set[str]:
    """Gives the names of the settings that are encrypted and never returned."""
    return {field.name for field in describe_settings(manifest) if field.secret}


def describe_settings(manifest: SettingsManifest) -> list[FormField]:
    """Turns the settings struct into form fields."""
    found: list[FormField] = []
    info = cast(msgspec.inspect.StructType, msgspec.inspect.type_info(manifest.settings))
    for field in info.fields:
        kind, extra = field.type, {}
        title, description = field.name, ""
        if isinstance(kind, msgspec.inspect.Metadata):
            extra = {**(kind.extra or {})}
            schema = kind.extra_json_schema or {}
            title, description = str(schema.get("title", field.name)), str(schema.get("description", ""))
            kind = kind.type
        found.append(
            FormField(
                name=field.name,
                label=title,
                help=description,
                type=_type_word(kind),
                required=field.required,
                secret=bool(extra.get("secret")),
                multiline=bool(extra.get("multiline")),
                default=_default(field),
                options=[str(value) for value in getattr(kind, "values", ())]
                if isinstance(kind, msgspec.inspect.LiteralType)
                else [],
                group=str(extra.get("group", "")),
            )
        )
    return found


def _default(field: msgspec.inspect.Field) -> Any:
    if field.default_factory is not msgspec.NODEFAULT:
        return field.default_factory()
    return None if field.default is msgspec.NODEFAULT else field.default


def _type_word(kind: msgspec.inspect.Type) -> str:
    words: tuple[tuple[type, str], ...] = (
        (msgspec.inspect.BoolType, "checkbox"),
        (msgspec.inspect.IntType, "number"),
        (msgspec.inspect.LiteralType, "select"),
        (msgspec.inspect.ListType, "list"),
        (msgspec.inspect.DictType, "map"),
    )
    return next((word for known, word in words if isinstance(kind, known)), "text")


def read_settings(manifest: SettingsManifest, values: dict[str, Any]) -> Any:
    """Reads settings values into the plug-in's struct; raises Invalid that names the field."""
    try:
        return msgspec.convert(values, manifest.settings)
    except msgspec.ValidationError as failure:
        text = str(failure)
        field = (
            text.rsplit("$.", 1)[1].rstrip("`")
            if "$." in text
            else (text.split("`")[1] if "`" in text else "settings")
        )
        raise Invalid(
            "bad_settings", f"The setting {field} is wrong: {text}", FieldError(field, text)
        ) from failure


def split_secrets(names: set[str], values: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Parts settings into those that may be shown and those that are encrypted."""
    return (
        {key: value for key, value in values.items() if key not in names},
        {key: value for key, value in values.items() if key in names and value},
    )
