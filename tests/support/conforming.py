"""Holds exchanges with a fake against an official OpenAPI description; what the description does not know is an error."""

import importlib.util
import json
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.support.fakes.serving import Answer, Request


@cache
def load_spec(folder: Path, name: str) -> Any:
    """Gives a description, with the checker that lies beside it."""
    found = importlib.util.spec_from_file_location("conform", folder / "conform.py")
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    spec = module.Spec(str(folder / name))
    # Its first call prepares what checking an answer needs as well.
    spec.check("GET", "/")
    return spec


def check_request(spec: Any, request: Request, path: str) -> list[str]:
    """Gives what is wrong with a request; `path` is as the description spells it."""
    kind = request.headers.get("content-type", "")
    wrong: list[str] = spec.check(
        request.method, path, urlencode(request.query), request.body, kind, request.headers
    )
    if "json" in kind and request.body:
        content = find_operation(spec, request.method, path)["requestBody"]["content"]
        wrong += find_unknown(spec, content["application/json"]["schema"], json.loads(request.body))
    return wrong


def check_answer(spec: Any, request: Request, path: str, answer: Answer) -> list[str]:
    """Gives what is wrong with an answer; a status that the description does not have is wrong.

    A description that has 403 but forgot 401 means the same shape for both.
    """
    responses = find_operation(spec, request.method, path)["responses"]
    if "403" in responses:
        responses = {"401": responses["403"], **responses}
    if str(answer.status) not in responses:
        return [f"no answer {answer.status} is described"]
    schema = spec.deref(responses[str(answer.status)])["content"]["application/json"]["schema"]
    return check_value(spec, schema, json.loads(answer.body))


def check_value(spec: Any, schema: Any, value: Any) -> list[str]:
    """Gives what is wrong with a value, unknown fields included."""
    wrong: list[str] = []
    spec.val(schema, value, "", wrong)
    return wrong + find_unknown(spec, schema, value)


def find_operation(spec: Any, method: str, path: str) -> Any:
    """Gives the description of an operation."""
    for _, pattern, _, item in spec.routes:
        if pattern.match(path) and method.lower() in item:
            return item[method.lower()]
    raise AssertionError(f"no operation {method} {path}")


def find_unknown(spec: Any, schema: Any, value: Any, where: str = "") -> list[str]:
    """Gives the fields that a schema does not name."""
    schema = spec.deref(schema)
    if isinstance(value, list):
        items = schema.get("items", {})
        return [
            one for at, item in enumerate(value) for one in find_unknown(spec, items, item, f"{where}[{at}]")
        ]
    if not isinstance(value, dict):
        return []
    known = _properties(spec, schema)
    if not known:
        return []
    found = [f"{where}.{name} is unknown" for name in value if name not in known]
    for name in value.keys() & known.keys():
        found += find_unknown(spec, known[name], value[name], f"{where}.{name}")
    return found


def _properties(spec: Any, schema: Any) -> dict[str, Any]:
    schema = spec.deref(schema)
    known = dict(schema.get("properties", {}))
    for part in schema.get("allOf", ()):
        known |= _properties(spec, part)
    return known
