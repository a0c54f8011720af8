"""What the receiving server says about the sender: Authentication-Results (RFC 8601), read strictly.

Whoever writes a mail can put such headers into it, and words of his choice into those of others: comments and quoted
texts count for nothing, a pass counts only for the domain of the author (as in RFC 7489, 3.1, relaxed), and only
the topmost header, which the receiving server put above everything that came along.
"""

import re
from enum import StrEnum

import msgspec

from parley.channels.mail.addresses import domain_of, parse_addresses
from parley.channels.mail.models import ParsedMail

_MAX_RESULTS = 50
_MAX_CHARS = 20_000
_RESULT = re.compile(r"\s*([a-z][a-z0-9-]*)\s*(?:/\s*\d+)?\s*=\s*([a-z]+)(?=\s|$)(.*)", re.DOTALL)
_PROPERTY = re.compile(r"\b([a-z]+)\s*\.\s*([a-z0-9._-]+)\s*=\s*([^\s;]+)")
_BY = re.compile(r"\bby\s+([A-Za-z0-9.-]+)")
_TRIED = frozenset({"pass", "fail", "softfail", "policy"})


class Verdict(StrEnum):
    """What is known about the sender: proven right, proven false, checked without a proof, or not checked."""

    CONFIRMED = "confirmed"
    FAILED = "failed"
    UNCONFIRMED = "unconfirmed"
    UNKNOWN = "unknown"


class Result(msgspec.Struct, frozen=True):
    """One result: method, outcome, and its properties such as `header.d`, all in lower case."""

    method: str
    outcome: str
    properties: dict[str, str]


class Authentication(msgspec.Struct, frozen=True):
    """The verdict of the topmost header, and which server it names; `own` when the mail's newest hop was there."""

    verdict: Verdict
    server: str = ""
    own: bool = False

    @property
    def failed(self) -> bool:
        """Whether the sender is proven false."""
        return self.verdict is Verdict.FAILED

    def judge(self, servers: tuple[str, ...]) -> Verdict:
        """Gives the verdict as far as it can be believed: a proof only from these servers, or from the newest hop.

        Without any, a server that writes no results itself would let everybody bring his own.
        """
        if self.verdict is Verdict.CONFIRMED and not (self.server in servers if servers else self.own):
            return Verdict.UNKNOWN
        return self.verdict


def read_authentication(mail: ParsedMail) -> Authentication:
    """Reads what the receiving server says about the author of a mail."""
    if _has_several_authors(mail):
        return Authentication(Verdict.FAILED)
    headers = mail.list_headers("authentication-results")
    if not headers:
        return Authentication(Verdict.UNKNOWN)
    server, results = parse_results(headers[0])
    author = domain_of(mail.author.address) if mail.author else ""
    address = mail.author.address if mail.author else ""
    own = bool(server) and _shares_name(server, _newest_hop(mail))
    return Authentication(decide_verdict(results, author, address), server, own)


def parse_results(value: str) -> tuple[str, list[Result]]:
    """Reads a header: the server that wrote it ("" when it names none, as Microsoft's), and its results."""
    first, *rest = strip_words(value[:_MAX_CHARS].lower()).split(";")[: _MAX_RESULTS + 1]
    words = first.split()
    named = bool(words) and "=" not in first
    found = [_read_result(one) for one in (rest if named else [first, *rest])]
    return words[0] if named else "", [one for one in found if one is not None]


def strip_words(text: str) -> str:
    """Leaves out comments (RFC 5322, 3.2.2: they nest) and what stands in quotes: words of others."""
    kept: list[str] = []
    depth, quoted, escaped = 0, False, False
    for char in text:
        if escaped:
            escaped = False
        elif char == "\\" and (depth or quoted):
            escaped = True
        elif quoted:
            quoted = char != '"'
        elif char == '"' and not depth:
            quoted = True
            kept.append("?")
        elif char == "(":
            depth += 1
            kept.append(" ")
        elif char == ")" and depth:
            depth -= 1
        elif not depth:
            kept.append(char)
    return "".join(kept)


def _read_result(text: str) -> Result | None:
    match = _RESULT.fullmatch(text)
    if match is None:
        return None
    properties: dict[str, str] = {}
    for kind, name, value in _PROPERTY.findall(match[3]):
        properties.setdefault(f"{kind}.{name}", value)
    return Result(match[1], match[2], properties)


def decide_verdict(results: list[Result], author_domain: str, author: str) -> Verdict:
    """Says what results mean for an author: only what speaks for his own domain proves him right."""
    if any(one.method == "dmarc" and one.outcome == "fail" for one in results):
        return Verdict.FAILED
    if author_domain and any(_speaks_for(one, author_domain, author) for one in results):
        return Verdict.CONFIRMED
    tried = any(one.method in ("spf", "dkim", "dmarc") and one.outcome in _TRIED for one in results)
    return Verdict.UNCONFIRMED if tried else Verdict.UNKNOWN


def _speaks_for(result: Result, domain: str, author: str) -> bool:
    if result.outcome != "pass":
        return False
    found = result.properties
    if result.method == "dmarc":
        return _is_same_site(found.get("header.from", domain), domain)
    if result.method == "dkim":
        return _is_same_site(found.get("header.d") or _domain(found.get("header.i", "")), domain)
    if result.method == "spf":
        return _is_same_site(_domain(found.get("smtp.mailfrom") or found.get("smtp.mail", "")), domain)
    # Signed in at the receiving server as this very address.
    return (
        result.method == "auth" and found.get("smtp.auth", found.get("smtp.mailfrom", "")) == author.lower()
    )


def _domain(text: str) -> str:
    return text.rpartition("@")[2].strip("<>.")


def _is_same_site(one: str, other: str) -> bool:
    """Says whether two domains are the same, or one lies below the other; a top-level domain is nobody's."""
    a, b = _ascii(one), _ascii(other)
    if min(a.count("."), b.count(".")) < 1:
        return bool(a) and a == b
    return a == b or a.endswith("." + b) or b.endswith("." + a)


def _ascii(domain: str) -> str:
    plain = domain.lower().strip(".")
    try:
        return plain if plain.isascii() else plain.encode("idna").decode("ascii")
    except UnicodeError:
        return plain


def _shares_name(server: str, hop: str) -> bool:
    """Says whether two servers belong together: what receives a mail and what checks it may be neighbours."""
    return server == hop or (server.count(".") > 0 and server.split(".")[-2:] == hop.split(".")[-2:])


def _newest_hop(mail: ParsedMail) -> str:
    match = _BY.search(mail.header("received") or "")
    return match[1].lower() if match else ""


def _has_several_authors(mail: ParsedMail) -> bool:
    """Two From headers that disagree show one author to the check and another to the reader."""
    found = {tuple(one.address for one in parse_addresses(value, 10)) for value in mail.list_headers("from")}
    return len(found) > 1
