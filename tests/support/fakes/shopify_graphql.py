"""Runs GraphQL operations over plain dictionaries in Shopify's shapes: selections, fragments, connections, cost."""

from collections.abc import Callable
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    parse,
    value_from_ast_untyped,
)

Obj = dict[str, Any]
INTERFACES = {"ReturnLineItem": {"ReturnLineItemType"}}


class Connection(list[Obj]):
    """Nodes that are given page by page."""


class UserFault(Exception):
    """An error of the whole answer, with its code."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Document:
    """An operation that was read."""

    def __init__(self, text: str, variables: Obj | None = None) -> None:
        self.tree: DocumentNode = parse(text)
        self.variables = variables or {}
        self.fragments = {
            one.name.value: one for one in self.tree.definitions if isinstance(one, FragmentDefinitionNode)
        }
        self.operation = next(
            one for one in self.tree.definitions if isinstance(one, OperationDefinitionNode)
        )

    @property
    def name(self) -> str:
        """The name of the operation."""
        return self.operation.name.value if self.operation.name else ""

    @property
    def is_mutation(self) -> bool:
        """Whether it changes something."""
        return self.operation.operation == OperationType.MUTATION

    def arguments(self, field: FieldNode) -> Obj:
        """The arguments of a field; a variable that was not given is left out."""
        found: Obj = {}
        for one in field.arguments or ():
            name = getattr(getattr(one.value, "name", None), "value", None)
            if one.value.kind == "variable" and name not in self.variables:
                continue
            found[one.name.value] = value_from_ast_untyped(one.value, self.variables)
        for directive in field.directives or ():
            for one in directive.arguments or ():
                found[f"@{directive.name.value}.{one.name.value}"] = value_from_ast_untyped(
                    one.value, self.variables
                )
        return found

    def fields(self, selection: SelectionSetNode, type_name: str) -> list[FieldNode]:
        """The fields that are selected of a type, fragments opened."""
        found: list[FieldNode] = []
        for one in selection.selections:
            if isinstance(one, FieldNode):
                found.append(one)
                continue
            if isinstance(one, FragmentSpreadNode):
                target: FragmentDefinitionNode | InlineFragmentNode = self.fragments[one.name.value]
            else:
                assert isinstance(one, InlineFragmentNode)
                target = one
            condition = target.type_condition.name.value if target.type_condition else type_name
            if not type_name or condition == type_name or condition in INTERFACES.get(type_name, ()):
                found.extend(self.fields(target.selection_set, type_name))
        return found


def type_name_of(obj: Obj) -> str:
    """The type of an object, as it says itself or as its id tells."""
    if "__typename" in obj:
        return str(obj["__typename"])
    gid = str(obj.get("id", ""))
    return gid.removeprefix("gid://shopify/").split("/")[0] if gid.startswith("gid://shopify/") else ""


def execute(document: Document, root: dict[str, Callable[[Obj], Any]], *, whole: bool = False) -> Obj:
    """Runs the operation; with `whole` connections are given without pages, as a bulk operation does."""
    found: Obj = {}
    for field in document.fields(document.operation.selection_set, ""):
        value = root[field.name.value](document.arguments(field))
        found[field.name.value] = _complete(document, field, value, whole=whole)
    return found


def _complete(document: Document, field: FieldNode, value: Any, *, whole: bool) -> Any:
    args = document.arguments(field)
    if callable(value):
        value = value(args)
    if field.selection_set is None or value is None:
        return value
    if isinstance(value, Connection):
        value = _page(value, args, whole=whole)
    elif isinstance(value, list) and "first" in args:
        value = value[: args["first"]]
    if isinstance(value, list):
        return [None if one is None else _select(document, field, one, whole=whole) for one in value]
    return _select(document, field, value, whole=whole)


def _select(document: Document, field: FieldNode, obj: Obj, *, whole: bool) -> Obj:
    assert field.selection_set is not None
    found: Obj = {}
    for one in document.fields(field.selection_set, type_name_of(obj)):
        name = one.name.value
        value = type_name_of(obj) if name == "__typename" else obj[name]
        given = _complete(document, one, value, whole=whole)
        found[name] = {**found[name], **given} if isinstance(found.get(name), dict) and given else given
    return found


def _page(nodes: Connection, args: Obj, *, whole: bool) -> Obj:
    items: list[Obj] = list(nodes)
    if args.get("reverse"):
        items.reverse()
    start = int(args["after"].removeprefix("c")) if args.get("after") else 0
    if not whole and "first" not in args:
        raise UserFault("BAD_REQUEST", "you must provide one of first or last")
    end = len(items) if whole else start + int(args["first"])
    page = items[start:end]
    return {
        "nodes": page,
        "edges": [{"node": node} for node in page],
        "pageInfo": {
            "hasNextPage": end < len(items),
            "endCursor": f"c{start + len(page)}" if page else None,
        },
    }


def count_cost(document: Document) -> int:
    """What an operation is asked to cost: an object one point, a connection times its `first`; a mutation ten."""
    points = _points(document, document.operation.selection_set)
    return points + 10 if document.is_mutation else points


def _points(document: Document, selection: SelectionSetNode) -> int:
    total = 0
    for field in document.fields(selection, ""):
        if field.selection_set is None or field.name.value in {"pageInfo", "nodes", "edges"}:
            total += 0 if field.selection_set is None else _points(document, field.selection_set)
            continue
        first = document.arguments(field).get("first") or 1
        total += int(first) * (1 + _points(document, field.selection_set))
    return total


def flatten(data: Obj) -> list[Obj]:
    """The lines of a bulk file: every node of a connection one, behind its parent, which it names."""
    lines: list[Obj] = []

    def walk(node: Obj, parent: str | None) -> None:
        plain = {name: value for name, value in node.items() if not _is_connection(value)}
        lines.append(plain if parent is None else {**plain, "__parentId": parent})
        for value in node.values():
            if _is_connection(value):
                for edge in value["edges"]:
                    walk(edge["node"], node["id"])

    for value in data.values():
        for edge in value["edges"]:
            walk(edge["node"], None)
    return lines


def _is_connection(value: Any) -> bool:
    return isinstance(value, dict) and "edges" in value
