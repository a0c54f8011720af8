"""Templates: rich text with variables and conditions. Pure.

The tags are read by Jinja's parser; what it gives is checked node by node against a short list and walked here. No
code is made from a template, nothing in it can be called, looped or reckoned, so that its time is that of its length.
"""

import re
from collections.abc import Collection, Mapping
from html import escape
from typing import NoReturn

import msgspec
from jinja2 import Environment, TemplateSyntaxError, nodes

from parley.automation.macros.markup import MAX_TAGS, Tag, is_in_attribute, split_tags
from parley.kit.errors import FieldError, Invalid
from parley.kit.richtext import sanitise_html, text_from_html

MAX_TEMPLATE = 50_000
MAX_DEPTH = 10
MAX_VALUE = 4_000
FILTERS = ("default", "upper", "lower")
BLOCKS = ("if", "elif", "else", "endif")
Value = str | int | float | bool | None
# Rich text has no control characters, so that it cannot open a comment.
_READER = Environment(comment_start_string="\x00#", comment_end_string="#\x00", autoescape=False)  # noqa: S701 - never rendered
_PIECE = re.compile("\x1e(\\d+)\x1e")
_BLANK = re.compile(r"\u27e6([a-z_]+\.[a-z_]+)\u27e7")
_COMPARE = {
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
    "lt": lambda a, b: a < b,
    "lteq": lambda a, b: a <= b,
    "gt": lambda a, b: a > b,
    "gteq": lambda a, b: a >= b,
}


class Template(msgspec.Struct, frozen=True):
    """A template that has been checked: its tree, its pieces of text, and the variables it names anywhere."""

    tree: nodes.Template
    pieces: list[str]
    names: frozenset[str]


class Rendered(msgspec.Struct, frozen=True, kw_only=True):
    """A text that was filled in. `missing` are the variables that had to stay blank, `used` those that were read."""

    html: str
    text: str
    missing: list[str]
    used: dict[str, Value]


class _Missing(msgspec.Struct, frozen=True):
    name: str


def blank_for(name: str) -> str:
    """Gives the sign that stands where a value is missing."""
    return f"\u27e6{name}\u27e7"


def find_blanks(text: str) -> list[str]:
    """Gives the variables whose places in a text are still blank, each once."""
    return list(dict.fromkeys(_BLANK.findall(text)))


def parse_template(html: str, known: Collection[str], place: str = "text") -> Template:
    """Reads a template; raises Invalid with the tag that is wrong and why.

    `known` are the variables there are (`order.number`); the part before the dot alone asks whether there is one.
    """
    if len(html) > MAX_TEMPLATE:
        _refuse(place, f"The text is longer than {MAX_TEMPLATE} characters.")
    pieces, tags = split_tags(html)
    if len(tags) > MAX_TAGS:
        _refuse(place, f"A text can have at most {MAX_TAGS} variables and conditions.")
    for piece in pieces:
        _refuse_open(piece, place)
    _check_blocks(tags, place)
    checker = _Checker(tags, known, place)
    tree = checker.read()
    return Template(tree, pieces, frozenset(checker.names))


def _refuse_open(piece: str, place: str) -> None:
    for sign, end in (("{{", "}}"), ("{%", "%}")):
        at = piece.find(sign)
        if at >= 0:
            words = text_from_html(piece[at : at + 80])[:40]
            _refuse(place, f"At \u201c{words}\u201d: what begins with {sign} must end with {end}.")


def _check_blocks(tags: list[Tag], place: str) -> None:
    """Every if has its end, and nothing else is there."""
    standing: list[tuple[Tag, bool]] = []
    for tag in tags:
        if "<" in tag.raw:
            _refuse(place, f"In {tag.shown}: write it without formatting or line breaks inside.")
        word = tag.inner.split(" ", 1)[0]
        if not tag.is_block:
            continue
        if word not in BLOCKS:
            _refuse(
                place, f"In {tag.shown}: there is no {word or 'empty tag'}, only if, elif, else and endif."
            )
        if word == "if":
            standing.append((tag, False))
        else:
            _follow(standing, tag, word, place)
        if len(standing) > MAX_DEPTH:
            _refuse(place, f"In {tag.shown}: conditions stand more than {MAX_DEPTH} deep in each other.")
    if standing:
        _refuse(place, f"{standing[-1][0].shown} has no {{% endif %}}.")


def _follow(standing: list[tuple[Tag, bool]], tag: Tag, word: str, place: str) -> None:
    if not standing:
        _refuse(place, f"{tag.shown} has no {{% if \u2026 %}} before it.")
    opening, closed = standing.pop()
    if word == "endif":
        return
    if closed:
        _refuse(place, f"{tag.shown} comes after {{% else %}} of {opening.shown}.")
    standing.append((opening, word == "else"))


class _Checker:
    """Reads the tags with Jinja's parser and lets only the short list of nodes pass."""

    def __init__(self, tags: list[Tag], known: Collection[str], place: str) -> None:
        self.tags = tags
        self.known = frozenset(known)
        self.groups = frozenset(name.partition(".")[0] for name in known)
        self.place = place
        self.names: set[str] = set()

    def read(self) -> nodes.Template:
        # Each tag stands on a line of its own, whose number names it; pieces of text stand as their numbers.
        source = "\x1e0\x1e"
        for number, tag in enumerate(self.tags, 1):
            ends = ("{%", "%}") if tag.is_block else ("{{", "}}")
            source += f"{ends[0]}\n{tag.inner} {ends[1]}\x1e{number}\x1e"
        try:
            tree = _READER.parse(source)
        except TemplateSyntaxError as wrong:
            self.refuse(wrong.lineno, f"this cannot be read ({(wrong.message or '').rstrip('.')}).")
        except RecursionError:
            _refuse(self.place, "There are too many brackets in each other.")
        self.check_body(tree.body)
        return tree

    def check_body(self, body: list[nodes.Node]) -> None:
        for node in body:
            if isinstance(node, nodes.Output):
                for part in node.nodes:
                    if not isinstance(part, nodes.TemplateData):
                        self.check(part, 0)
                        if isinstance(part, nodes.Name):
                            self.refuse(part.lineno, f"say which part of {part.name} is meant.")
            elif isinstance(node, nodes.If):
                self.check(node.test, 0)
                self.check_body(node.body)
                self.check_body(list(node.elif_))
                self.check_body(node.else_)
            else:
                self.refuse(node.lineno, "only variables and conditions can be used.")

    def check(self, node: nodes.Node, depth: int) -> None:  # noqa: C901, PLR0912 - an arm per kind
        if depth > MAX_DEPTH * 4:
            self.refuse(node.lineno, "this is too long.")
        match node:
            case nodes.Const(value=str() | int() | float() | bool()):
                pass
            case nodes.Name(name=name):
                if name not in self.groups:
                    self.refuse(node.lineno, f"there is no variable {name}.")
                self.names.update(one for one in self.known if one.startswith(f"{name}."))
            case nodes.Getattr(node=nodes.Name(name=group), attr=attr):
                if f"{group}.{attr}" not in self.known:
                    self.refuse(node.lineno, f"there is no variable {group}.{attr}.")
                self.names.add(f"{group}.{attr}")
            case nodes.Filter(name=name, node=nodes.Expr() as inner, args=args, kwargs=[]):
                if name not in FILTERS or len(args) != (name == "default"):
                    self.refuse(
                        node.lineno, f'there is no filter {name}, only default("\u2026"), upper and lower.'
                    )
                for part in (inner, *args):
                    self.check(part, depth + 1)
            case nodes.Compare(expr=left, ops=[nodes.Operand(op=op, expr=right)]) if op in _COMPARE:
                self.check(left, depth + 1)
                self.check(right, depth + 1)
            case nodes.Compare(
                expr=left, ops=[nodes.Operand(op="in" | "notin", expr=nodes.List(items=items))]
            ):
                self.check(left, depth + 1)
                for item in items:
                    self.check(item, depth + 1)
            case nodes.And(left=left, right=right) | nodes.Or(left=left, right=right):
                self.check(left, depth + 1)
                self.check(right, depth + 1)
            case nodes.Not(node=inner):
                self.check(inner, depth + 1)
            case _:
                self.refuse(node.lineno, "only variables, comparisons, and, or, not can be used.")

    def refuse(self, line: int, why: str) -> NoReturn:
        place = min(max(line - 2, 0), len(self.tags) - 1)
        _refuse(self.place, f"In {self.tags[place].shown}: {why}" if self.tags else why)


def render_template(template: Template, values: Mapping[str, Value]) -> Rendered:
    """Fills a template in; a variable that has no value becomes a blank and is listed."""
    walk = _Walk(template, values)
    walk.body(template.tree.body)
    html = sanitise_html("".join(walk.out) + walk.late())
    return Rendered(html=html, text=text_from_html(html), missing=list(walk.missing), used=walk.used)


class _Walk:
    """One rendering. What is read and what is missing counts only where the text really goes."""

    def __init__(self, template: Template, values: Mapping[str, Value]) -> None:
        self.template = template
        self.values = values
        self.out: list[str] = []
        self.tail = ""
        self.anchor = False
        self.waiting: list[str] = []
        self.missing: dict[str, None] = {}
        self.used: dict[str, Value] = {}

    def body(self, body: list[nodes.Node]) -> None:
        for node in body:
            if isinstance(node, nodes.Output):
                for part in node.nodes:
                    self.part(part)
            elif isinstance(node, nodes.If):
                self.branch(node)

    def branch(self, node: nodes.If) -> None:
        for one in (node, *node.elif_):
            if self.truth(one.test):
                self.body(one.body)
                return
        self.body(node.else_)

    def part(self, part: nodes.Node) -> None:
        if isinstance(part, nodes.TemplateData):
            for number in _PIECE.findall(part.data):
                self.write(self.template.pieces[int(number)])
            return
        value = self.value(part)
        inside = is_in_attribute(self.tail)
        if isinstance(value, _Missing):
            self.missing.setdefault(value.name)
            if inside:
                self.waiting.append(blank_for(value.name))
            else:
                self.write(escape(blank_for(value.name)))
            return
        text = escape(_spell(value), quote=True)
        if not inside:
            text = text.replace("\n", "<br>")
            if text.startswith("https://") and not self.anchor and not re.search(r"\s", text):
                text = f'<a href="{text}">{text}</a>'
        self.write(text)

    def write(self, text: str) -> None:
        # A link whose address is missing would vanish without a word: the blank stands beside it.
        if self.waiting and "</a>" in text:
            text = text.replace("</a>", "</a> " + self.late(), 1)
        self.out.append(text)
        self.tail = (self.tail + text)[-2200:]
        opened, closed = text.rfind("<a "), text.rfind("</a>")
        if opened != closed:
            self.anchor = opened > closed

    def late(self) -> str:
        waiting, self.waiting = self.waiting, []
        return escape(" ".join(waiting))

    def value(self, node: nodes.Node) -> Value | _Missing:
        match node:
            case nodes.Const(value=value):
                return value  # type: ignore[no-any-return]
            case nodes.Getattr(node=nodes.Name(name=group), attr=attr):
                return self.read(f"{group}.{attr}")
            case nodes.Filter(name="default", node=nodes.Expr() as inner, args=[other]):
                found = self.value(inner)
                return self.value(other) if isinstance(found, _Missing) else found
            case nodes.Filter(name=name, node=nodes.Expr() as inner):
                found = self.value(inner)
                if isinstance(found, _Missing):
                    return found
                return _spell(found).upper() if name == "upper" else _spell(found).lower()
            case _:
                return self.truth(node)

    def read(self, name: str) -> Value | _Missing:
        value = self.values.get(name)
        if value is None or value == "":
            return _Missing(name)
        self.used[name] = value
        return value

    def truth(self, node: nodes.Node) -> bool:
        match node:
            case nodes.Name(name=group):
                return any(
                    self.values.get(name) not in (None, "")
                    for name in self.template.names
                    if name.startswith(f"{group}.")
                )
            case nodes.Not(node=inner):
                return not self.truth(inner)
            case nodes.And(left=left, right=right):
                return self.truth(left) and self.truth(right)
            case nodes.Or(left=left, right=right):
                return self.truth(left) or self.truth(right)
            case nodes.Compare(expr=left, ops=[nodes.Operand(op=op, expr=right)]):
                return self.compare(left, op, right)
            case _:
                found = self.value(node)
                return not isinstance(found, _Missing) and bool(found)

    def compare(self, left: nodes.Node, op: str, right: nodes.Node) -> bool:
        one = self.value(left)
        if isinstance(right, nodes.List):
            among = any(_same(one, self.value(item)) for item in right.items)
            return among == (op == "in")
        other = self.value(right)
        if isinstance(one, _Missing) or isinstance(other, _Missing):
            return op == "ne"
        if op in ("eq", "ne"):
            return _same(one, other) == (op == "eq")
        try:
            return bool(_COMPARE[op](one, other))
        except TypeError:
            return False


def _same(one: Value | _Missing, other: Value | _Missing) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        return one.casefold() == other.casefold()
    return one == other


def _spell(value: Value) -> str:
    return str(value)[:MAX_VALUE]


def _refuse(place: str, sentence: str) -> NoReturn:
    raise Invalid("bad_template", sentence, FieldError(place, sentence))
