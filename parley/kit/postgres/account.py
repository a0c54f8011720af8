"""Who runs the server: PostgreSQL refuses root, so root lends it an existing unprivileged user."""

from __future__ import annotations

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path

from parley.kit.postgres.errors import PostgresError

USUAL_NAMES = ("postgres", "nobody")


@dataclass(frozen=True, slots=True)
class Account:
    """A user of the operating system with the ids its processes get."""

    name: str
    uid: int
    gid: int
    groups: tuple[int, ...]


def choose_account(data_owner: int | None) -> Account | None:
    """Chooses the user that runs the server, or None to stay who we are.

    As root: `PARLEY_PG_USER`, else the owner `data_owner` of existing data, else `postgres`, else `nobody`.
    Raises `PostgresError` when the named user does not exist or is root, or when none exists.
    """
    if os.geteuid() != 0:
        return None
    if chosen := os.environ.get("PARLEY_PG_USER"):
        account = _find_account(chosen)
        if account is None or account.uid == 0:
            raise PostgresError(
                f"PARLEY_PG_USER names {chosen}, which is not an unprivileged user of this machine."
            )
        return account
    if data_owner:
        return _describe_uid(data_owner)
    for name in USUAL_NAMES:
        account = _find_account(name)
        if account is not None and account.uid != 0:
            return account
    raise PostgresError(
        "PostgreSQL does not run as root, and neither a user postgres nor nobody exists; "
        "name one in PARLEY_PG_USER."
    )


def _find_account(name: str) -> Account | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return Account(name, entry.pw_uid, entry.pw_gid, tuple(os.getgrouplist(name, entry.pw_gid)))


def _describe_uid(uid: int) -> Account:
    try:
        name = pwd.getpwuid(uid).pw_name
    except KeyError:
        return Account(str(uid), uid, uid, (uid,))
    account = _find_account(name)
    return account if account is not None else Account(name, uid, uid, (uid,))


def may_execute(account: Account, path: Path) -> bool:
    """Whether the account reaches `path` and may execute it (for a folder: enter it), asked of the kernel."""
    probe = ["/bin/sh", "-c", 'test -x "$1"', "sh", str(path)]
    try:
        done = subprocess.run(
            probe,
            user=account.uid,
            group=account.gid,
            extra_groups=account.groups,
            cwd="/",
            check=False,
            capture_output=True,
        )
    except OSError as error:
        raise PostgresError(
            f"Cannot start a program as the user {account.name}: {error.strerror}."
        ) from error
    return done.returncode == 0
