const made = new Map<string, Intl.DateTimeFormat>();

function clockIn(zone: string): Intl.DateTimeFormat {
  const known = made.get(zone) ?? new Intl.DateTimeFormat("en-US", { timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit" });
  made.set(zone, known);
  return known;
}

/** How far a zone's clock is ahead of UTC at a moment, in ms. */
function offsetAt(time: number, zone: string): number {
  const parts = Object.fromEntries(clockIn(zone).formatToParts(time).map((part) => [part.type, Number(part.value)]));
  const { year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts as Partial<Record<string, number>>;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(time / 1000) * 1000;
}

/** The moment at which a day ("2026-03-29") begins in a zone, as ISO 8601 in UTC, over changes of summer time too. */
export function startOfDayIn(day: string, zone: string): string {
  const wall = Date.parse(`${day}T00:00:00Z`);
  const first = wall - offsetAt(wall, zone);
  return new Date(wall - offsetAt(first, zone)).toISOString();
}

/** The day after a day. */
export function nextDay(day: string): string {
  return shiftDay(day, 1);
}

export function shiftDay(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/** Which day it is in a zone. */
export function dayIn(zone: string, time: number): string {
  return new Date(time + offsetAt(time, zone)).toISOString().slice(0, 10);
}
