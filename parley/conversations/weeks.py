"""The search index by weeks: tokens carry workspace and week, so that the newest are looked at first.

Pure. A week begins on Monday (ISO 8601) and is counted from the year 1.
"""

from datetime import date
from uuid import UUID

from parley.kit.ids import uuid7_time

# Weeks that one look goes back, newest first; what is older is looked at in steps of the last size.
WINDOWS = (1, 4, 16, 64, 256)


def week_of(message_id: UUID) -> int:
    """Gives the week in which a message was written."""
    return (uuid7_time(message_id).date().toordinal() - 1) // 7


def week_of_day(day: date) -> int:
    """Gives the week of a day."""
    return (day.toordinal() - 1) // 7


def token_prefix(workspace_id: UUID, week: int) -> str:
    """Gives what stands before each token of a message of this workspace and week."""
    return f"{workspace_id.hex[-8:]}.{week:x}:"


def list_windows(oldest: int, newest: int) -> list[range]:
    """Cuts the weeks from the newest back to the oldest into growing windows; each range counts downwards."""
    windows: list[range] = []
    start = newest
    for size in [*WINDOWS, *[WINDOWS[-1]] * ((newest - oldest) // WINDOWS[-1])]:
        if start < oldest:
            break
        end = max(oldest, start - size + 1)
        windows.append(range(start, end - 1, -1))
        start = end - 1
    return windows
