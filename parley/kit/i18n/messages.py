"""The message format of all catalogues: a small part of ICU MessageFormat, the same as in the browser.

`{name}` or `{name, number}` inserts a value, `{n, plural, =0 {none} one {# reply} other {# replies}}` chooses by number (`#` is
the number), `{kind, select, mail {a mail} other {something}}` by word; both may be nested. An apostrophe
quotes only in front of `{`, `}` or (inside a plural) `#`, up to the next one; two apostrophes are one.
Source: https://unicode-org.github.io/icu/userguide/format_parse/messages/
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

PLURAL_CATEGORIES = frozenset({"zero", "one", "two", "few", "many", "other"})
_MAX_DEPTH = 8
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SELECTOR = re.compile(r"=\d{1,9}|[A-Za-z_][A-Za-z0-9_-]*")
_SPACE = re.compile(r"[ \t\r\n]*")

Number = int | float | Decimal
Value = str | Number


class MessageSyntaxError(ValueError):
    """A message does not follow the format; says what was expected and at which character."""


@dataclass(frozen=True, slots=True)
class Placeholder:
    """`{name}`"""

    name: str


@dataclass(frozen=True, slots=True)
class Pound:
    """`#`: the number of the nearest plural around it."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A plural or a select with its branches in order."""

    name: str
    kind: str
    branches: tuple[tuple[str, "Message"], ...]


Node = str | Placeholder | Pound | Choice
Message = tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """What a language adds to a message: its plural category of a number and its way of writing numbers."""

    plural: Callable[[Number], str]
    number: Callable[[Number], str]


def parse_message(source: str) -> Message:
    """Parse one message; raises MessageSyntaxError."""
    return _Parser(source).parse()


def format_message(message: Message, rules: Rules, values: Mapping[str, Value]) -> str:
    """Fill in `values`; raises KeyError for a missing value and TypeError for a plural of a word."""
    return "".join(_pieces(message, rules, values, None))


def placeholders(message: Message) -> dict[str, str]:
    """Names of the values of a message, each with its kind: "value", "plural" or "select"."""
    found: dict[str, str] = {}
    for node in walk(message):
        if isinstance(node, Choice):
            found[node.name] = node.kind
        elif isinstance(node, Placeholder):
            found.setdefault(node.name, "value")
    return found


def walk(message: Message) -> Iterator[Node]:
    """Every node of a message, the nested ones included."""
    for node in message:
        yield node
        if isinstance(node, Choice):
            for _, branch in node.branches:
                yield from walk(branch)


def map_text(message: Message, change: Callable[[str], str]) -> Message:
    """The same message with `change` applied to its literal text and to nothing else."""

    def changed(node: Node) -> Node:
        if isinstance(node, str):
            return change(node)
        if isinstance(node, Choice):
            branches = tuple((selector, map_text(branch, change)) for selector, branch in node.branches)
            return Choice(node.name, node.kind, branches)
        return node

    return tuple(changed(node) for node in message)


def _pieces(
    message: Message, rules: Rules, values: Mapping[str, Value], number: Number | None
) -> Iterator[str]:
    for node in message:
        if isinstance(node, str):
            yield node
        elif isinstance(node, Placeholder):
            value = values[node.name]
            yield value if isinstance(value, str) else rules.number(value)
        elif isinstance(node, Pound):
            yield "#" if number is None else rules.number(number)
        else:
            branch, inner = _choose(node, rules, values[node.name])
            yield from _pieces(branch, rules, values, number if inner is None else inner)


def _choose(choice: Choice, rules: Rules, value: Value) -> tuple[Message, Number | None]:
    branches = dict(choice.branches)
    if choice.kind == "select":
        return branches.get(str(value), branches["other"]), None
    if isinstance(value, str):
        raise TypeError(f"{choice.name} decides a plural and must be a number")
    exact = branches.get(f"={value}")
    if exact is None:
        exact = branches.get(rules.plural(value), branches["other"])
    return exact, value


class _Parser:
    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0

    def parse(self) -> Message:
        message = self.message(depth=0, in_plural=False)
        if self.at < len(self.source):
            raise self.error("an opening brace before this closing one")
        return message

    def error(self, expected: str) -> MessageSyntaxError:
        return MessageSyntaxError(f"expected {expected} at character {self.at + 1} of {self.source!r}")

    def message(self, depth: int, *, in_plural: bool) -> Message:
        """Nodes up to the end or to a closing brace, which is left standing."""
        if depth > _MAX_DEPTH:
            raise self.error("less nesting")
        nodes: list[Node] = []
        text: list[str] = []
        while self.at < len(self.source):
            char = self.source[self.at]
            if char == "}":
                break
            if char == "'":
                text.append(self.quoted(in_plural=in_plural))
            elif char == "{" or (char == "#" and in_plural):
                if text:
                    nodes.append("".join(text))
                    text.clear()
                nodes.append(self.argument(depth, in_plural=in_plural) if char == "{" else self.pound())
            else:
                text.append(char)
                self.at += 1
        if text:
            nodes.append("".join(text))
        return tuple(nodes)

    def pound(self) -> Pound:
        self.at += 1
        return Pound()

    def quoted(self, *, in_plural: bool) -> str:
        following = self.source[self.at + 1 : self.at + 2]
        if following == "'":
            self.at += 2
            return "'"
        if not following or following not in ("{}#" if in_plural else "{}"):
            self.at += 1
            return "'"
        self.at += 1
        text: list[str] = []
        while self.at < len(self.source):
            char = self.source[self.at]
            self.at += 1
            if char != "'":
                text.append(char)
            elif self.source[self.at : self.at + 1] == "'":
                text.append(char)
                self.at += 1
            else:
                break
        return "".join(text)

    def argument(self, depth: int, *, in_plural: bool) -> Node:
        self.at += 1
        name = self.take(_NAME, "a name")
        if self.skip("}"):
            return Placeholder(name)
        self.need(",")
        kind = self.take(_NAME, '"number", "plural" or "select"')
        if kind == "number":
            self.need("}")
            return Placeholder(name)
        if kind not in {"plural", "select"}:
            raise self.error('"number", "plural" or "select"')
        self.need(",")
        branches: dict[str, Message] = {}
        while not self.skip("}"):
            selector = self.take(_SELECTOR, "a branch")
            if kind == "plural" and not selector.startswith("=") and selector not in PLURAL_CATEGORIES:
                raise self.error(f"a plural category instead of {selector!r}")
            if selector in branches:
                raise self.error(f"one branch {selector!r}, not two,")
            self.need("{")
            branches[selector] = self.message(depth + 1, in_plural=in_plural or kind == "plural")
            self.need("}", space=False)
        if "other" not in branches:
            raise self.error('a branch "other"')
        return Choice(name, kind, tuple(branches.items()))

    def take(self, pattern: re.Pattern[str], expected: str) -> str:
        self.space()
        found = pattern.match(self.source, self.at)
        if found is None:
            raise self.error(expected)
        self.at = found.end()
        return found[0]

    def skip(self, char: str) -> bool:
        self.space()
        if self.source[self.at : self.at + 1] != char:
            return False
        self.at += 1
        return True

    def need(self, char: str, *, space: bool = True) -> None:
        if space:
            self.space()
        if self.source[self.at : self.at + 1] != char:
            raise self.error(repr(char))
        self.at += 1

    def space(self) -> None:
        found = _SPACE.match(self.source, self.at)
        self.at = found.end() if found else self.at
