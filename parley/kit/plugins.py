"""Plug-ins of every kind: how they are found, and how their settings become a form, are read and kept secret.

A plug-in is a folder of its slice (or an entry point of somebody else's package). Its manifest names a msgspec
struct as `settings`; a field is described by `msgspec.Meta(title=…, description=…, extra={"secret": True,
"multiline": True, "group": "…", "shape": "…", "options_from": "…"})`; `shape` says in words what `pattern` demands.
"""

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from importlib import import_module
from importlib.metadata import entry_points
from pkgutil import iter_modules
from types import ModuleType
from typing import Any, Protocol, cast

import msgspec

from parley.kit.errors import FieldError, Invalid

_MISSING = re.compile(r"Object missing required field `(\w+)`$")
_PATH = re.compile(r"\s*-?\s*at `\$\.([^`]+)`")


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
    options_from: str = ""
    """Whence the options come: `channels:email` means the workspace's channels of that kind, by id."""
    option_labels: dict[str, str] = {}
    """What a person reads instead of an option, where that is not the option itself."""
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
                type="select" if extra.get("options_from") else _type_word(kind),
                required=field.required,
                secret=bool(extra.get("secret")),
                multiline=bool(extra.get("multiline")),
                default=_default(field),
                options=[str(value) for value in getattr(kind, "values", ())]
                if isinstance(kind, msgspec.inspect.LiteralType)
                else [],
                options_from=str(extra.get("options_from", "")),
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


def check_names(manifest: SettingsManifest, values: Mapping[str, Any]) -> None:
    """Raises Invalid for settings that the plug-in does not have: a typo must not pass for a setting.

    Only for what a caller sends; what an older version has stored may hold more.
    """
    known = [field.name for field in describe_settings(manifest)]
    unknown = [name for name in values if name not in known]
    if unknown:
        errors = [FieldError(name, unknown_name(name, known)) for name in unknown]
        raise Invalid("unknown_setting", errors[0].message, *errors, known=known)


def unknown_name(name: str, known: Sequence[str]) -> str:
    """Says that a setting does not exist, and which one was probably meant."""
    near = get_close_matches(name, known, 1, 0.6)
    meant = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(known)}."
    return f"There is no setting {name[:60]!r}. {meant}"


def read_settings(manifest: SettingsManifest, values: dict[str, Any]) -> Any:
    """Reads settings values into the plug-in's struct; raises Invalid that names the field."""
    try:
        return msgspec.convert(values, manifest.settings)
    except msgspec.ValidationError as failure:
        field, text = _explain(manifest, str(failure))
        said = f"The setting {field} is wrong. {text}"
        raise Invalid("bad_settings", said, FieldError(field, text)) from failure


def _explain(manifest: SettingsManifest, text: str) -> tuple[str, str]:
    """Turns the parser's complaint into the field and a sentence for the person who fills it in."""
    missing = _MISSING.match(text)
    path = missing[1] if missing else (_PATH.search(text) or ["", "settings"])[1]
    field = re.split(r"[.\[]", path, maxsplit=1)[0]
    known = {one.name: one for one in describe_settings(manifest)}
    label = known[field].label if field in known else field
    if missing:
        return field, f"{label}: this must be filled in."
    if "matching regex" in text:
        wanted = _shape(manifest, field)
        return field, f"{label}: this must be {wanted}." if wanted else f"{label}: this has the wrong form."
    return field, f"{label}: {_PATH.sub('', text).removesuffix(' - at').strip().rstrip('.')}."


def _shape(manifest: SettingsManifest, field: str) -> str:
    info = cast(msgspec.inspect.StructType, msgspec.inspect.type_info(manifest.settings))
    kinds = (one.type for one in info.fields if one.name == field)
    extras = (kind.extra or {} for kind in kinds if isinstance(kind, msgspec.inspect.Metadata))
    return next((str(extra["shape"]) for extra in extras if "shape" in extra), "")


def split_secrets(names: set[str], values: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Parts settings into those that may be shown and those that are encrypted."""
    return (
        {key: value for key, value in values.items() if key not in names},
        {key: value for key, value in values.items() if key in names and value},
    )


def show_settings(manifest: SettingsManifest, settings: Any) -> tuple[dict[str, Any], list[str]]:
    """Gives the settings that may be shown, and the names of the secrets that are set; None has neither."""
    values = msgspec.to_builtins(settings) or {}
    shown, secret = split_secrets(secret_names(manifest), values)
    return shown, sorted(secret)
