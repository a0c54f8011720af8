"""Passwords: argon2id in a few threads of their own, so that neither the loop nor the memory suffers."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from parley.kit.errors import FieldError, Invalid

MIN_LENGTH = 10
MAX_LENGTH = 256
# Each hash takes 64 MiB and a tenth of a second (RFC 9106, second recommended option).
_hasher = PasswordHasher()
_threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="passwords")


async def hash_password(password: str) -> str:
    """Gives the hash to store."""
    return await asyncio.get_running_loop().run_in_executor(_threads, _hasher.hash, password)


async def verify_password(stored: str | None, password: str) -> bool:
    """Says whether the password fits; takes as long for somebody unknown (None) as for somebody known."""
    return await asyncio.get_running_loop().run_in_executor(_threads, _verify, stored, password)


def is_outdated(stored: str) -> bool:
    """Says whether the hash was made with weaker parameters than today's."""
    return _hasher.check_needs_rehash(stored)


def check_password(password: str, *known: str, field: str = "password") -> None:
    """Raises Invalid for a password that is too short, too long, or one of the `known` words (name,
    e-mail).
    """
    message = None
    if len(password) < MIN_LENGTH:
        message = f"Use at least {MIN_LENGTH} characters."
    elif len(password) > MAX_LENGTH:
        message = f"Use at most {MAX_LENGTH} characters."
    elif len(set(password)) < 4:
        message = "Use more different characters."
    elif password.casefold() in {word.casefold() for word in known}:
        message = "Do not use your name or e-mail address."
    if message is not None:
        raise Invalid("weak_password", message, FieldError(field, message))


def _verify(stored: str | None, password: str) -> bool:
    try:
        _hasher.verify(stored or _decoy(), password)
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


@lru_cache(maxsize=1)
def _decoy() -> str:
    return _hasher.hash("nobody has this password")
