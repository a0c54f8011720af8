"""The channel plug-ins of this installation and the forms drawn from their settings."""

from importlib import import_module
from importlib.metadata import entry_points
from pkgutil import iter_modules
from typing import Any, cast

import msgspec

from parley.channels import adapters
from parley.channels.ports import Adapter, Manifest
from parley.kit.errors import FieldError, Invalid, NotFound


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


def load_plugins() -> dict[str, Adapter]:
    """Gives all plug-ins by slug: the folders of `adapters` and the entry points `parley.channels`."""
    found: dict[str, Adapter] = {}
    for module in iter_modules(adapters.__path__):
        adapter = cast(Adapter, import_module(f"{adapters.__name__}.{module.name}").ADAPTER)
        found[adapter.manifest.slug] = adapter
    for point in entry_points(group="parley.channels"):
        adapter = cast(Adapter, point.load())
        found[adapter.manifest.slug] = adapter
    return found


def get_plugin(plugins: dict[str, Adapter], slug: str) -> Adapter:
    """Gives a plug-in by slug; raises NotFound."""
    if slug not in plugins:
        raise NotFound("kind of channel")
    return plugins[slug]


def secret_names(manifest: Manifest) -> set[str]:
    """Gives the names of the settings that are encrypted and never returned."""
    return {field.name for field in describe_settings(manifest) if field.secret}


def describe_settings(manifest: Manifest) -> list[FormField]:
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


def read_settings(manifest: Manifest, values: dict[str, Any]) -> Any:
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
