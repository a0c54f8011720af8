"""Holds exchanges with WooCommerce against what a real shop says of its own API: its index of routes and its schemas.

The schemas are WordPress's dialect of JSON schema ("mixed", "date-time" as types), so they are read by hand. A route,
parameter or field that is not described is an error, and so is one that may only be read.
"""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

Node = dict[str, Any]
_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)?")
_TYPES: dict[str, tuple[type, ...]] = {
    "integer": (int,),
    "number": (int, float),
    "string": (str,),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
    "null": (type(None),),
    "date-time": (str, type(None)),
    "mixed": (object,),
}
# Described in WooCommerce's documentation ("Create a refund"), but in the schema only as something to be read.
REFUND_LINES: Node = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "id": {"type": "integer"},
            "quantity": {"type": "integer"},
            "refund_total": {"type": "number"},
            "refund_tax": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {"id": {"type": "integer"}, "refund_total": {"type": "number"}},
                },
            },
        },
    },
}
# WordPress's own parameter for every route ("REST API: global parameters").
_GLOBAL: Node = {"_fields": {"type": "string"}}
# Shown as null in the examples of WooCommerce's documentation ("Coupon properties") where there is no limit.
_NULLS = frozenset(
    f".{name} is no integer" for name in ("usage_limit", "usage_limit_per_user", "limit_usage_to_x_items")
)
# An item of a list is named by its id, although the schema calls that read-only.
_WRITABLE = frozenset({"id"})


class Rules:
    """What WooCommerce 10.3.0 takes and gives."""

    def __init__(self, folder: Path) -> None:
        found = folder / "woocommerce"
        index = json.loads((found / "wc_v3_index_10.3.0.json").read_bytes())
        self.schemas: Node = json.loads((found / "wc_v3_schemas_10.3.0.json").read_bytes())
        self.samples: Node = json.loads((found / "wc_samples_10.3.0.json").read_bytes())
        self.routes = [
            (re.compile(route.removeprefix("/wc/v3/")), endpoint)
            for route, described in index["routes"].items()
            for endpoint in described["endpoints"]
        ]

    def check_request(self, method: str, path: str, query: dict[str, str], body: Any) -> list[str]:
        """Gives what is wrong with a request."""
        endpoint = next(
            (one for route, one in self.routes if route.fullmatch(path) and method in one["methods"]), None
        )
        if endpoint is None:
            return [f"no route {method} {path}"]
        args = {**_GLOBAL, **(endpoint["args"] or {})}
        if method == "POST" and path.endswith("/refunds"):
            args["line_items"] = REFUND_LINES
        wrong = [f"parameter {name} is unknown" for name in query if name not in args]
        for name in query.keys() & args.keys():
            wrong += check(args[name], _coerce(args[name], query[name]), name)
        wrong += [f"field {name} is unknown" for name in body or {} if name not in args]
        for name in (body or {}).keys() & args.keys():
            wrong += check(args[name], body[name], name, writing=True)
        given = {*query, *(body or {})}
        wrong += [
            f"{name} is missing" for name, one in args.items() if one.get("required") and name not in given
        ]
        return wrong

    def check_answer(self, kind: str, node: Node) -> list[str]:
        """Gives what is wrong with something shown; what a real shop was seen to do otherwise is right."""
        schema = self.schemas[kind]["schema"]
        seen = {_plain(one) for one in self.complaints_of_sample(kind)}
        shown = [
            name for name, one in schema["properties"].items() if "view" in one.get("context", ("view",))
        ]
        wrong = [f"{name} is missing" for name in shown if name not in node]
        wrong += check({"type": "object", **schema}, node, "")
        return [one for one in wrong if _plain(one) not in seen and one not in _NULLS]

    def complaints_of_sample(self, kind: str) -> list[str]:
        """Gives in what the recorded answers of the real shop differ from its schemas."""
        samples: dict[str, list[Node]] = {
            "orders": [self.samples["order"]],
            "customers": [self.samples["customer"]],
            "products": [self.samples["product"]],
            "orders/1/refunds": self.samples["refunds"],
        }
        schema = {"type": "object", **self.schemas[kind]["schema"]}
        return [one for node in samples.get(kind, []) for one in check(schema, node, "")]


@cache
def load_rules(folder: Path) -> Rules:
    """Gives the rules that lie in a folder."""
    return Rules(folder)


def check(schema: Node, value: Any, where: str, *, writing: bool = False) -> list[str]:
    """Gives what is wrong with a value."""
    kinds = schema.get("type", "mixed")
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if not any(_is(value, kind) for kind in kinds):
        return [f"{where} is no {'/'.join(kinds)}"]
    wrong: list[str] = []
    if "enum" in schema and value not in schema["enum"]:
        wrong.append(f"{where} is none of its values")
    if "date-time" in (*kinds, schema.get("format")) and value and not _DATE.fullmatch(value):
        wrong.append(f"{where} is no time")
    if isinstance(value, int) and not schema.get("minimum", value) <= value <= schema.get("maximum", value):
        wrong.append(f"{where} is out of its bounds")
    if isinstance(value, list) and "items" in schema:
        for at, item in enumerate(value):
            wrong += check(schema["items"], item, f"{where}[{at}]", writing=writing)
    if isinstance(value, dict) and "properties" in schema:
        wrong += _check_fields(schema["properties"], value, where, writing=writing)
    return wrong


def _check_fields(known: Node, value: Node, where: str, *, writing: bool) -> list[str]:
    wrong = [f"{where}.{name} is unknown" for name in value if name not in known]
    for name in value.keys() & known.keys():
        if writing and known[name].get("readonly") and name not in _WRITABLE:
            wrong.append(f"{where}.{name} may only be read")
        wrong += check(known[name], value[name], f"{where}.{name}", writing=writing)
    return wrong


def _is(value: Any, kind: str) -> bool:
    if isinstance(value, bool) and kind not in {"boolean", "mixed"}:
        return False
    return isinstance(value, _TYPES[kind])


def _coerce(schema: Node, text: str) -> Any:
    """A parameter as WordPress reads it from the query."""
    kind = schema.get("type")
    if kind == "integer" and text.lstrip("-").isdigit():
        return int(text)
    if kind == "boolean" and text in {"true", "false"}:
        return text == "true"
    if kind == "array":
        return [_coerce(schema.get("items", {}), one) for one in text.split(",")]
    return text


def _plain(complaint: str) -> str:
    return re.sub(r"\[\d+\]", "[]", complaint)
