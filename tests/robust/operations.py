"""Every route of the product with its access, and bodies that fit its description."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from litestar import Litestar
from litestar.handlers import HTTPRouteHandler

from parley.app.routes import ROUTES
from parley.app.slices import SLICES
from parley.kit.http.access import Access
from parley.kit.http.hooks import ROUTES as HOOK_ROUTES


class Operation(NamedTuple):
    """One method of one path; `body` is the schema of its JSON body."""

    method: str
    path: str
    access: Access
    described: bool
    body: Mapping[str, Any] | None

    @property
    def name(self) -> str:
        """Method and path."""
        return f"{self.method} {self.path}"

    @property
    def parameters(self) -> list[str]:
        """Names of what the path takes."""
        return re.findall(r"\{(\w+)(?::\w+)?\}", self.path)

    def fill(self, ids: Mapping[str, str]) -> str:
        """Puts values into the path."""
        known = name_ids(self.path, ids)
        return re.sub(r"\{(\w+)(?::\w+)?\}", lambda match: known[match[1]], self.path)


# What a parameter means where its name alone does not say it: part of the path, parameter, name of the id.
MEANT = (
    ("/api/v1/orders/{target", "target", "order_id"),
    ("/api/v1/stores/{target", "target", "store_id"),
    ("/api/v1/subscriptions/{target", "target", "subscription_id"),
    ("/api/v1/order-messages/", "message_id", "order_message_id"),
    ("/api/v1/direct-threads/", "thread_id", "direct_thread_id"),
    ("/settle", "act_id", "unknown_act_id"),
    ("/source", "message_id", "mail_message_id"),
    ("/unmerge", "customer_id", "merged_customer_id"),
)
# What must be asked besides.
ASKED = {"/merge-preview": {"into": "other_customer_id"}}


def name_ids(path: str, ids: Mapping[str, str]) -> dict[str, str]:
    """Gives the ids under the names that a path has for them."""
    return {**ids, **{name: ids[meant] for part, name, meant in MEANT if part in path and meant in ids}}


def ask(path: str, ids: Mapping[str, str]) -> dict[str, str]:
    """Gives the query without which a path is of no use."""
    wanted = next((query for end, query in ASKED.items() if path.endswith(end)), {})
    return {name: ids[meant] for name, meant in wanted.items()}


@cache
def describe(app: Litestar) -> dict[str, Any]:
    """Gives the description of an application."""
    return app.openapi_schema.to_schema()


def list_operations(app: Litestar) -> list[Operation]:
    """Gives every operation of the product, also those that the description leaves out."""
    schema = describe(app)
    sliced: list[HTTPRouteHandler] = [h for item in SLICES for h in item.routes]
    handlers = [*sliced, *ROUTES, *HOOK_ROUTES]
    found = []
    for handler in handlers:
        for path in handler.paths:
            for method in sorted(handler.http_methods):
                plain = re.sub(r"\{(\w+):\w+\}", r"{\1}", path)
                described = schema["paths"].get(plain, {}).get(str(method).lower())
                content = (described or {}).get("requestBody", {}).get("content", {})
                body = content.get("application/json", {}).get("schema")
                access = handler.opt["access"]
                found.append(Operation(str(method), path, access, described is not None, body))
    return found


# Values for fields that take only certain texts.
WORDS = {
    "role": "agent",
    "email": "somebody@x.example",
    "address": "somebody@x.example",
    "value": "somebody@x.example",
    "language": "en",
    "languages": "en",
    "time_zone": "UTC",
    "zone": "UTC",
    "url": "https://x.example/",
    "endpoint": "https://x.example/",
    "plugin": "chat",
    "type": "text",
    "scopes": "agents:read",
    "password": "correct horse battery",
    "country": "SI",
    "colour": "slate",
    "html": "<p>x</p>",
    "signature_html": "<p>x</p>",
    "sort": "newest",
    "name": "New name",
    "label": "New label",
    "line": "l1",
    "variant": "v1-L",
    "reason": "too_small",
    "currency": "EUR",
}


class Bodies:
    """Makes bodies from the description; ids are those of a workspace, named as the fields are."""

    def __init__(self, schemas: Mapping[str, Any], ids: Mapping[str, str]) -> None:
        self._schemas = schemas
        self._ids = ids
        self._every = False

    def build(self, schema: Mapping[str, Any], *, full: bool = False, every: bool = False) -> Any:
        """Makes a value that fits; with `full` every id that may be given is given, with `every` every field."""
        self._every = every
        return self._value(schema, "", full or every)

    def _value(self, schema: Mapping[str, Any], name: str, full: bool) -> Any:
        if "$ref" in schema:
            return self._value(self._schemas[schema["$ref"].rsplit("/", 1)[1]], name, full)
        for words in ("oneOf", "anyOf"):
            if words in schema:
                options = [s for s in schema[words] if s.get("type") != "null"]
                return self._value(options[0], name, full)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return schema["enum"][0]
        kind = schema.get("type")
        kind = next(k for k in kind if k != "null") if isinstance(kind, list) else kind
        if kind == "object":
            return self._object(schema, full)
        if kind == "array":
            few = schema.get("minItems", 0) or self._every or (name.endswith("ids") and full)
            return [self._value(schema["items"], name, full)] if few else []
        return self._plain(kind, schema, name)

    def _object(self, schema: Mapping[str, Any], full: bool) -> dict[str, Any]:
        required = set(schema.get("required", ()))
        return {
            name: self._value(inner, name, full)
            for name, inner in schema.get("properties", {}).items()
            if name in required or self._every or (full and self._holds_id(name))
        }

    def _holds_id(self, name: str) -> bool:
        return name.endswith(("_id", "_ids")) or name in ("ids", "add", "remove", "mentions", "act")

    def _plain(self, kind: str | None, schema: Mapping[str, Any], name: str) -> Any:
        if kind == "integer":
            return schema.get("minimum", 1)
        if kind == "number":
            return schema.get("minimum", 1.0)
        if kind == "boolean":
            return False
        if kind is None:
            return {}
        if schema.get("format") == "uuid":
            return self._ids.get(name.removesuffix("s"), self._ids["conversation_id"])
        if schema.get("format") == "date-time":
            return (datetime.now(UTC) + timedelta(days=1)).isoformat()
        return WORDS.get(name) or "x" * max(1, schema.get("minLength", 1))
