"""Becomes another program: drops root, asks for the parent's death signal, then executes the command.

Run as a file by a bare interpreter, because nothing else may happen between a fork and an exec in a process
with threads: `exec_as.py PARENT SIGNAL UID GID GROUPS COMMAND…`; UID -1 keeps the user, SIGNAL 0 asks none.
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1


def main(arguments: list[str]) -> None:
    """Never returns: executes the command, or ends with status 126 and the reason on stderr."""
    parent, death_signal, uid, gid = (int(argument) for argument in arguments[:4])
    groups, command = arguments[4], arguments[5:]
    os.umask(0o077)
    try:
        if uid >= 0:
            os.setgroups([int(group) for group in groups.split(",") if group])
            os.setresgid(gid, gid, gid)
            os.setresuid(uid, uid, uid)
        if death_signal and sys.platform == "linux":
            # A change of user clears the request, so it comes after it.
            ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
            if os.getppid() != parent:
                sys.exit(0)
        os.execv(command[0], command)  # noqa: S606
    except OSError as error:
        sys.stderr.write(f"cannot run {command[0]} as user {uid}: {error}\n")
        sys.exit(126)


if __name__ == "__main__":
    main(sys.argv[1:])
