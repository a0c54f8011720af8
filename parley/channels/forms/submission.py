"""What somebody sent by the form, checked. Pure code."""

from typing import Any
from urllib.parse import urlsplit

import msgspec

from parley.channels.adapters.contact_form import FormSettings
from parley.channels.mail.addresses import domain_of, normalise_address
from parley.kit.ids import uuid7

TRAP = "website"
"""A field that people do not see; programs fill it in."""
LIMITS = {"name": 200, "email": 320, "subject": 300, "message": 20_000}
MAX_EXTRA = 2_000
MAX_FIELDS = 20
MAX_FILES = 10


class FormFile(msgspec.Struct, frozen=True):
    """A file that came with a form: name and type as claimed."""

    name: str
    type: str
    data: bytes


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """A form as it arrived: texts by field, files, and the page on which it stood."""

    values: dict[str, str]
    files: list[FormFile] = []
    page: str = ""


class StoredFormFile(msgspec.Struct, frozen=True):
    """A file of a form after it has been stored."""

    id: str
    name: str


class Submission(msgspec.Struct, frozen=True, kw_only=True):
    """A form that may be taken, as it is stored until it is read."""

    id: str
    name: str
    email: str
    subject: str
    message: str
    extra: list[tuple[str, str]]
    consent: str
    page: str
    language: str
    spam: bool
    files: list[StoredFormFile] = []


def check_form(settings: FormSettings, sent: Sent, language: str) -> Submission | dict[str, str]:
    """Gives the submission, or per field the key of what is wrong with it (`empty`, `too_long`, …)."""
    values = {name: clean(text) for name, text in sent.values.items()}
    extra = [
        (label, values.get(field_name(number), ""))
        for number, label in enumerate(settings.fields[:MAX_FIELDS])
    ]
    wrong = _find_wrong(settings, values, extra, len(sent.files))
    if wrong:
        return wrong
    return Submission(
        id=values.get("id", "")[:100] or uuid7().hex,
        name=" ".join(values.get("name", "").split()),
        email=normalise_address(values["email"]) or "",
        subject=" ".join(values.get("subject", "").split()),
        message=values["message"],
        extra=[(label, value) for label, value in extra if value],
        consent=settings.consent_text or "",
        page=clean_page(sent.page),
        language=language,
        spam=bool(values.get(TRAP)),
    )


def _find_wrong(
    settings: FormSettings, values: dict[str, str], extra: list[tuple[str, str]], files: int
) -> dict[str, str]:
    wrong = {name: "empty" for name in ("email", "message") if not values.get(name)}
    # One word after the @ is a slip of the hand here: no answer would reach it.
    if values.get("email") and "." not in domain_of(normalise_address(values["email"]) or ""):
        wrong["email"] = "bad_email"
    wrong |= {name: "too_long" for name, limit in LIMITS.items() if len(values.get(name, "")) > limit}
    wrong |= {
        field_name(number): "too_long" for number, (_, value) in enumerate(extra) if len(value) > MAX_EXTRA
    }
    if settings.consent_text and values.get("consent", "") in ("", "false", "0", "no"):
        wrong["consent"] = "consent"
    if files > MAX_FILES:
        wrong["files"] = "too_long"
    return wrong


def field_name(number: int) -> str:
    """Gives the name of an additional field in the form."""
    return f"field_{number}"


def clean(text: str) -> str:
    """Drops what no text may hold, and white space around it."""
    kept = text.encode("utf-8", "replace").decode().replace("\r\n", "\n").replace("\r", "\n")
    return "".join(char for char in kept if char in "\n\t" or char.isprintable() or ord(char) > 0x9F).strip()


def clean_page(page: str) -> str:
    """Gives the address of a page when it is one."""
    parts = urlsplit(page[:2000]) if "://" in page else None
    return page[:2000] if parts and parts.scheme in ("http", "https") and parts.hostname else ""


def read_json(found: Any) -> Sent | None:
    """Reads a form sent as JSON: {name, email, subject, message, fields: {label: text}, consent, page, id}."""
    if not isinstance(found, dict):
        return None
    values = {
        name: str(value) if not isinstance(value, bool) else ("yes" if value else "")
        for name, value in found.items()
        if isinstance(value, str | int | float | bool)
    }
    return Sent(values=values, page=values.get("page", ""))


def name_fields(settings: FormSettings, found: Any) -> dict[str, str]:
    """Gives the additional fields of a JSON form under their names in the form."""
    given = found.get("fields") if isinstance(found, dict) else None
    if not isinstance(given, dict):
        return {}
    return {
        field_name(number): str(given[label])
        for number, label in enumerate(settings.fields[:MAX_FIELDS])
        if isinstance(given.get(label), str | int | float)
    }


def is_allowed_origin(settings: FormSettings, origin: str, own_origin: str) -> bool:
    """Says whether a page of this origin may send the form; "" is a browser that tells none."""
    if not settings.allowed_domains or origin in ("", own_origin):
        return True
    host = urlsplit(origin).hostname or ""
    return any(_fits(host, domain) for domain in settings.allowed_domains)


def _fits(host: str, domain: str) -> bool:
    wanted = (
        domain.strip().lower().removeprefix("https://").removeprefix("http://").split("/")[0].split(":")[0]
    )
    if wanted.startswith("*."):
        return host.endswith(wanted[1:])
    return bool(wanted) and host == wanted
