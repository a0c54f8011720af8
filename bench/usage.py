"""What processes use, read from /proc: processor time, memory, descriptors."""

import os
import platform
import resource
import time
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")


def list_tree(pid: int) -> list[int]:
    """Gives a process and everything it has started, as far as it still runs."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append(int(entry.name))
    found, ahead = [], [pid]
    while ahead:
        found.append(ahead.pop())
        ahead += children.get(found[-1], [])
    return found


def read_cpu(pid: int) -> float:
    """Gives the processor seconds a process has used, those of its ended children included."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(int(fields[place]) for place in (11, 12, 13, 14)) / TICK


def read_tree_cpu(pid: int) -> float:
    """Gives the processor seconds of a process and all below it."""
    return sum(read_cpu(each) for each in list_tree(pid))


def _read_rollup(pid: int, name: str) -> int:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024
    return 0


def read_rss(pid: int) -> int:
    """Gives the resident bytes of one process."""
    return _read_rollup(pid, "Rss")


def read_pss(pid: int) -> int:
    """Gives the bytes of one process, its share of what it shares."""
    return _read_rollup(pid, "Pss")


def read_tree_pss(pid: int) -> int:
    """Gives the bytes of a process and all below it, each shared page counted once (PSS)."""
    total = 0
    for each in list_tree(pid):
        try:
            total += _read_rollup(each, "Pss")
        except OSError:
            continue
    return total


def raise_file_limit(wanted: int) -> int:
    """Raises this process's limit of open files towards `wanted` and gives what was reached."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    reached = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft < reached:
        resource.setrlimit(resource.RLIMIT_NOFILE, (reached, hard))
    return max(soft, reached)


def read_machine() -> tuple[float, float]:
    """Gives the busy processor seconds of the whole machine and the time of reading."""
    fields = [int(part) for part in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    user, nice, system, _, _, irq, soft, steal = fields
    return (user + nice + system + irq + soft + steal) / TICK, time.monotonic()


def describe_machine() -> str:
    """Says on what is measured, and how busy it is already."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GB, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}; load {os.getloadavg()[0]:.1f}"
    )
