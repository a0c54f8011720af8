"""Settings from the environment, checked at the start with one clear sentence per mistake."""

import os
import ssl
from collections.abc import Callable, Iterator, Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

import msgspec

from parley.kit.addresses import parse_allow_list
from parley.kit.secrets import parse_keys


class SettingsError(Exception):
    """Raised with one sentence per mistake; `mistakes` holds them."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that can be set from outside. Times in seconds, sizes in bytes."""

    database_url: str | None = None
    data: Path = Path("data")
    host: str = "127.0.0.1"
    port: int = 8000
    public_url: str = ""
    secret_key: str = ""
    smtp_port: int = 0
    smtp_host: str = "127.0.0.1"
    smtp_cert: str = ""
    smtp_key: str = ""
    mail_url: str = ""
    mail_from: str = ""
    trusted_proxies: str = "127.0.0.1"
    pool_size: int = 10
    worker_concurrency: int = 20
    log_level: str = "info"
    log_format: str = "auto"
    outbound_allow: tuple[str, ...] = ()
    demo: bool = False
    demo_password: str = ""
    metrics_token: str = ""
    file_limit: int = 20 * 1024 * 1024
    copy_after_seconds: int = 90

    @property
    def origin(self) -> str:
        """The address under which browsers reach this installation, without a slash at the end."""
        host = "localhost" if self.host in ("0.0.0.0", "127.0.0.1", "::") else self.host  # noqa: S104 - comparing
        host = f"[{host}]" if ":" in host else host
        return self.public_url.rstrip("/") or f"http://{host}:{self.port}"


_NUMBERS = {
    "port": (1, 65535),
    "smtp_port": (0, 65535),
    "pool_size": (2, 200),
    "worker_concurrency": (20, 500),
    "file_limit": (1024, 1024**3),
    "copy_after_seconds": (1, 86_400),
}
_CHOICES = {"log_level": ("debug", "info", "warning", "error"), "log_format": ("auto", "json", "text")}


def load_settings(environment: Mapping[str, str] | None = None, **overrides: object) -> Settings:
    """Reads `DATABASE_URL` and `PARLEY_*`; `overrides` (from the command line) win. Raises SettingsError."""
    env = os.environ if environment is None else environment
    mistakes: list[str] = []
    values: dict[str, object] = {}
    for field in Settings.__struct_fields__:
        name = "DATABASE_URL" if field == "database_url" else f"PARLEY_{field.upper()}"
        text = env.get(name, "").strip()
        if overrides.get(field) is not None:
            values[field] = overrides[field]
        elif "\0" in text:
            mistakes.append(f"{name} holds the character NUL, which no setting may hold.")
        elif text:
            values[field] = _read(field, name, text, mistakes)
    known = {f"PARLEY_{f.upper()}" for f in Settings.__struct_fields__} | _ELSEWHERE
    mistakes += [
        f"{name} is not a setting of Parley; see docs/operate.md for the list."
        for name in env
        if name.startswith("PARLEY_")
        and name not in known
        and not name.startswith(("PARLEY_TEST_", "PARLEY_PG_"))
    ]
    settings = Settings(**{k: v for k, v in values.items() if v is not None})  # type: ignore[arg-type]
    mistakes += _check(settings)
    if mistakes:
        raise SettingsError(mistakes)
    return settings


_ELSEWHERE = {"PARLEY_CONTRACTS", "PARLEY_SOAK", "PARLEY_DATABASE_URL", "PARLEY_ROOT"}


def _read(field: str, name: str, text: str, mistakes: list[str]) -> object:
    if field in _NUMBERS:
        low, high = _NUMBERS[field]
        if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
            mistakes.append(f"{name} must be a whole number from {low} to {high}, not {text!r}.")
            return None
        return int(text)
    if field == "demo":
        if text.lower() not in ("1", "0", "true", "false", "yes", "no"):
            mistakes.append(f"{name} must be yes or no, not {text!r}.")
            return None
        return text.lower() in ("1", "true", "yes")
    if field == "data":
        return Path(text)
    if field == "outbound_allow":
        return tuple(part.strip() for part in text.split(",") if part.strip())
    if field in _CHOICES and text not in _CHOICES[field]:
        mistakes.append(f"{name} must be one of {', '.join(_CHOICES[field])}, not {text!r}.")
        return None
    return text


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return SplitResult("", "", "", "", "")
    return parts


def _check(settings: Settings) -> list[str]:
    mistakes: list[str] = []
    if settings.database_url is not None and _split(settings.database_url).scheme not in (
        "postgresql",
        "postgres",
    ):
        mistakes.append(
            "DATABASE_URL must begin with postgresql://, for example postgresql://parley:secret@db/parley."
        )
    if settings.public_url:
        parts = _split(settings.public_url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path not in ("", "/"):
            mistakes.append("PARLEY_PUBLIC_URL must be like https://desk.example.com, without a path.")
    if settings.mail_url and _split(settings.mail_url).scheme not in ("smtp", "smtps"):
        mistakes.append(
            "PARLEY_MAIL_URL must begin with smtp:// or smtps://, for example smtp://user:secret@mail:587."
        )
    elif settings.mail_url and not _split(settings.mail_url).hostname:
        mistakes.append("PARLEY_MAIL_URL names no mail server; it must be like smtp://user:secret@mail:587.")
    if settings.mail_url and "@" not in settings.mail_from:
        mistakes.append(
            "PARLEY_MAIL_FROM must be the address that invitations come from when PARLEY_MAIL_URL is set."
        )
    if settings.secret_key and not _reads(parse_keys, settings.secret_key):
        mistakes.append("PARLEY_SECRET_KEY must be 32 random bytes in base64 (`openssl rand -base64 32`).")
    if not _reads(parse_allow_list, settings.outbound_allow):
        mistakes.append(
            "PARLEY_OUTBOUND_ALLOW must list addresses, networks or host names, separated by commas."
        )
    if not _reads(parse_proxies, settings.trusted_proxies):
        mistakes.append(
            "PARLEY_TRUSTED_PROXIES must list addresses or networks, separated by commas, or be * for every one."
        )
    return [*mistakes, *_check_certificate(settings), *_check_folder(settings.data)]


def parse_proxies(text: str) -> None:
    """Raises ValueError unless the text is `*` or a list of addresses and networks."""
    for part in text.split(","):
        if part.strip() != "*":
            ip_network(part.strip(), strict=False)


def _check_certificate(settings: Settings) -> Iterator[str]:
    cert, key = settings.smtp_cert, settings.smtp_key
    missing = False
    for name, path in (("PARLEY_SMTP_CERT", cert), ("PARLEY_SMTP_KEY", key)):
        if path and not (os.access(path, os.R_OK) and Path(path).is_file()):
            missing = True
            yield f"{name} names {path}, which is not a file that can be read."
    if key and not cert:
        yield "PARLEY_SMTP_KEY needs PARLEY_SMTP_CERT beside it."
    elif cert and not missing:
        try:
            ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(cert, key or None)
        except (ssl.SSLError, OSError):
            yield f"PARLEY_SMTP_CERT ({cert}) and PARLEY_SMTP_KEY ({key or 'not set'}) are no certificate with its key."


def _check_folder(folder: Path) -> Iterator[str]:
    """Says why a data folder cannot be used; one that is not there yet is judged by the first that is."""
    place = folder.absolute()
    while not os.path.lexists(place) and place != place.parent:
        place = place.parent
    # Not is_dir of Path, which raises where it may not look.
    if not os.path.isdir(place):  # noqa: PTH112
        yield f"The data folder {folder} (--data, PARLEY_DATA) cannot be used: {place} is not a folder."
    elif not os.access(place, os.W_OK | os.X_OK):
        yield f"The data folder {folder} (--data, PARLEY_DATA) cannot be used: no permission to write in {place}."


def _reads(parse: Callable[[Any], object], value: object) -> bool:
    try:
        parse(value)
    except ValueError:
        return False
    return True
