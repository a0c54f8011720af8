"""Finds the SQL in our source: what is handed to the database, and constants that look like SQL."""

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent.parent
CALLS = frozenset({"fetch", "fetchrow", "fetchval", "execute", "executemany", "prepare", "cursor"})
BEGINNING = re.compile(r"\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH)\b")
LEFT_OUT = ("parley/app/migrations/", "parley/app/migrate.py")


class Statement(NamedTuple):
    """A statement and where it stands; `sql` is None when only running the code would tell."""

    where: str
    sql: str | None


def list_modules() -> Iterator[tuple[Path, str]]:
    """Gives every module of the product: path and dotted name."""
    for path in sorted((ROOT / "parley").rglob("*.py")):
        relative = path.relative_to(ROOT)
        if not str(relative).startswith(LEFT_OUT):
            parts = relative.with_suffix("").parts
            yield path, ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def list_statements() -> list[Statement]:
    """Gives every statement of the product that can be known without running it, and where there are others."""
    found: list[Statement] = []
    for path, name in list_modules():
        source = path.read_text(encoding="utf-8")
        if not re.search(r"\b(SELECT|INSERT INTO|UPDATE|DELETE FROM)\b", source):
            continue
        module = importlib.import_module(name)
        where = str(path.relative_to(ROOT))
        tree = ast.parse(source)
        found += [
            Statement(f"{where} {constant}", value)
            for constant, value in vars(module).items()
            if isinstance(value, str) and BEGINNING.match(value) and _is_assigned(tree, constant)
        ]
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                found += _of_function(function, module, where)
    return found


def _is_assigned(tree: ast.Module, name: str) -> bool:
    return any(
        isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == name for t in node.targets)
        for node in tree.body
    )


def _of_function(
    function: ast.FunctionDef | ast.AsyncFunctionDef, module: ModuleType, where: str
) -> Iterator[Statement]:
    for node in ast.walk(function):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in CALLS
            and node.args
            and _is_database(node.func.value)
        ):
            values = list(_values(node.args[0], function, module))
            place = f"{where}:{node.lineno} {function.name}"
            if not values:
                yield Statement(place, None)
            for value in values:
                if BEGINNING.match(value):
                    yield Statement(place, value)


def _is_database(receiver: ast.expr) -> bool:
    name = receiver.attr if isinstance(receiver, ast.Attribute) else getattr(receiver, "id", "")
    return name in ("tx", "connection", "transaction", "conn")


def _values(node: ast.expr, function: ast.AST, module: ModuleType) -> Iterator[str]:
    """Gives the texts an expression may have, as far as module and function tell; none when they do not."""
    if isinstance(node, ast.IfExp):
        yield from _values(node.body, function, module)
        yield from _values(node.orelse, function, module)
        return
    local = _locals(node, function)
    options: list[dict[str, Any]] = [{}]
    for name, values in local.items():
        texts = [text for value in values for text in _values(value, function, module)]
        if not texts:
            return
        options = [{**option, name: text} for option in options for text in texts]
    for option in options:
        try:
            value = eval(compile(ast.Expression(node), "sql", "eval"), {**vars(module)}, option)
        except Exception:  # noqa: BLE001 - whatever it needs to be run is not here
            return
        if isinstance(value, str):
            yield value


def _locals(node: ast.expr, function: ast.AST) -> dict[str, list[ast.expr]]:
    """Gives the names in an expression that the function assigns, with all expressions it assigns to them."""
    wanted = {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}
    found: dict[str, list[ast.expr]] = {}
    for inner in ast.walk(function):
        if isinstance(inner, ast.Assign):
            for target in inner.targets:
                if isinstance(target, ast.Name) and target.id in wanted and inner.value is not node:
                    found.setdefault(target.id, []).append(inner.value)
    return found
