"""Quiet hours where the shopper is. Pure."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

# Countries with several hours: where most people live, west and east, so that nobody is woken on either side.
WIDE = {
    "AU": ("Australia/Sydney", "Australia/Perth"),
    "BR": ("America/Sao_Paulo", "America/Manaus"),
    "CA": ("America/Toronto", "America/Vancouver"),
    "ID": ("Asia/Jakarta", "Asia/Makassar"),
    "KZ": ("Asia/Almaty",),
    "MX": ("America/Mexico_City", "America/Tijuana"),
    "RU": ("Europe/Moscow", "Asia/Novosibirsk"),
    "US": ("America/New_York", "America/Los_Angeles"),
}
MINUTES = 1_440
ROUNDS = 12


@cache
def _first_zones() -> dict[str, str]:
    """Gives the first zone of each country in the table of the IANA, which is that of most people but for `WIDE`."""
    found: dict[str, str] = {}
    for line in files("tzdata").joinpath("zoneinfo/zone.tab").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            country, _, zone = line.split("\t")[:3]
            found.setdefault(country, zone)
    return found


def zones_of(time_zone: str | None, country: str, store_zone: str) -> tuple[str, ...]:
    """Gives the zones in which a shopper may be: his own, else his country's, else the store's."""
    if time_zone and is_zone(time_zone):
        return (time_zone,)
    country = country.upper()
    if country in WIDE:
        return WIDE[country]
    first = _first_zones().get(country)
    return (first or (store_zone if is_zone(store_zone) else "UTC"),)


def is_zone(name: str) -> bool:
    """Says whether there is such a time zone."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def is_quiet(at: datetime, zones: Sequence[str], quiet_from: int, quiet_to: int) -> bool:
    """Says whether the quiet hours (minutes after midnight) are on in any of the zones."""
    return any(_quiet_in(at, zone, quiet_from, quiet_to) for zone in zones)


def after_quiet(at: datetime, zones: Sequence[str], quiet_from: int, quiet_to: int) -> datetime:
    """Gives the first moment, not before `at`, that is quiet nowhere; where there is none, in the first zone."""
    found = at
    for _ in range(ROUNDS):
        quiet = [zone for zone in zones if _quiet_in(found, zone, quiet_from, quiet_to)]
        if not quiet:
            return found
        found = max(_end(found, zone, quiet_to) for zone in quiet)
    return after_quiet(at, zones[:1], quiet_from, quiet_to) if len(zones) > 1 else at


def _quiet_in(at: datetime, zone: str, quiet_from: int, quiet_to: int) -> bool:
    local = at.astimezone(ZoneInfo(zone))
    minute = local.hour * 60 + local.minute
    if quiet_from <= quiet_to:
        return quiet_from <= minute < quiet_to
    return minute >= quiet_from or minute < quiet_to


def _end(at: datetime, zone: str, quiet_to: int) -> datetime:
    local = at.astimezone(ZoneInfo(zone))
    hour, minute = divmod(quiet_to % MINUTES, 60)
    end = local.replace(hour=hour, minute=minute, second=0, microsecond=0, fold=0)
    if end.astimezone(UTC) <= at:
        end = (local + timedelta(days=1)).replace(hour=hour, minute=minute, second=0, microsecond=0, fold=0)
    # An end that the clocks jump over is read as an hour later; one that comes twice may be the first of them.
    return max(end.astimezone(UTC), at + timedelta(minutes=1))
