"""Days as IMAP writes them, in English whatever the system speaks (RFC 3501, `date`)."""

from datetime import date

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def imap_day(day: date) -> str:
    """Writes a day for a search: `4-Mar-2026`."""
    return f"{day.day}-{_MONTHS[day.month - 1]}-{day.year}"
