import { formatLocale, t } from "@/lib/i18n/catalogue";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const made = new Map<string, Intl.DateTimeFormat>();

function dateFormat(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const locale = formatLocale();
  const name = `${locale}${JSON.stringify(options)}`;
  const known = made.get(name) ?? new Intl.DateTimeFormat(locale, options);
  made.set(name, known);
  return known;
}

function startOfDay(time: number): number {
  return new Date(time).setHours(0, 0, 0, 0);
}

/** How many midnights lie between two moments, by the reader's clock. */
export function countDays(from: number, to: number): number {
  return Math.round((startOfDay(to) - startOfDay(from)) / DAY);
}

/** For a narrow column: "now", "5 m", "14:05" today, "Tue" this week, "3 Mar" this year, "03/03/2025". */
export function formatShort(iso: string, now: number = Date.now()): string {
  const time = Date.parse(iso);
  const age = now - time;
  if (Math.abs(age) < MINUTE) return t("time.now");
  if (age >= 0 && age < HOUR) return t("time.minutes", { n: Math.floor(age / MINUTE) });
  const days = countDays(time, now);
  if (days === 0) return dateFormat({ hour: "numeric", minute: "2-digit" }).format(time);
  if (days > 0 && days < 7) return dateFormat({ weekday: "short" }).format(time);
  if (new Date(time).getFullYear() === new Date(now).getFullYear()) return dateFormat({ day: "numeric", month: "short" }).format(time);
  return dateFormat({ year: "numeric", month: "2-digit", day: "2-digit" }).format(time);
}

/** The time of day. */
export function formatClock(iso: string): string {
  return dateFormat({ hour: "numeric", minute: "2-digit" }).format(Date.parse(iso));
}

/** Everything, for a tip: "Tuesday 3 March 2026, 14:05". */
export function formatFull(iso: string): string {
  return dateFormat({ dateStyle: "full", timeStyle: "short" }).format(Date.parse(iso));
}

export function formatDate(iso: string): string {
  return dateFormat({ dateStyle: "medium" }).format(Date.parse(iso));
}

/** A day where the year is plain from what stands around it: "3 Mar". */
export function formatDayShort(iso: string): string {
  return dateFormat({ day: "numeric", month: "short" }).format(Date.parse(iso));
}

/** Days from one to another ("2026-03-03"), both included: "3 – 30 Mar". */
export function formatDayRange(since: string, until: string): string {
  return dateFormat({ day: "numeric", month: "short" }).formatRange(Date.parse(`${since}T12:00:00`), Date.parse(`${until}T12:00:00`));
}

export function formatDateTime(iso: string): string {
  return dateFormat({ dateStyle: "medium", timeStyle: "short" }).format(Date.parse(iso));
}

/** The heading of a day in a timeline: "Today", "Yesterday", "Tuesday 3 March". */
export function formatDay(iso: string, now: number = Date.now()): string {
  const time = Date.parse(iso);
  const days = countDays(time, now);
  if (days === 0) return t("time.today");
  if (days === 1) return t("time.yesterday");
  const sameYear = new Date(time).getFullYear() === new Date(now).getFullYear();
  return dateFormat({ weekday: "long", day: "numeric", month: "long", ...(!sameYear && { year: "numeric" }) }).format(time);
}

/** When something will happen: "today 18:00", "tomorrow 09:00", "Mon 09:00", "3 Mar 09:00". */
export function formatUpcoming(iso: string, now: number = Date.now()): string {
  const time = Date.parse(iso);
  const clock = formatClock(iso);
  const days = countDays(now, time);
  if (days === 0) return t("time.today_at", { clock });
  if (days === 1) return t("time.tomorrow_at", { clock });
  const day = days > 0 && days < 7 ? dateFormat({ weekday: "short" }) : dateFormat({ day: "numeric", month: "short" });
  return `${day.format(time)} ${clock}`;
}

/** "3 minutes ago", "in 2 hours". */
export function formatAgo(iso: string, now: number = Date.now()): string {
  const gap = Date.parse(iso) - now;
  const size = Math.abs(gap);
  const relative = new Intl.RelativeTimeFormat(formatLocale(), { numeric: "auto" });
  if (size < HOUR) return relative.format(Math.round(gap / MINUTE), "minute");
  if (size < DAY) return relative.format(Math.round(gap / HOUR), "hour");
  if (size < 45 * DAY) return relative.format(Math.round(gap / DAY), "day");
  if (size < 365 * DAY) return relative.format(Math.round(gap / (30 * DAY)), "month");
  return relative.format(Math.round(gap / (365 * DAY)), "year");
}

/** A length of time in the two largest units: "45 s", "12 m", "3 h 20 m", "2 d 4 h". */
export function formatLength(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return t("time.seconds", { n: whole });
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return t("time.minutes", { n: minutes });
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return joinUnits(t("time.hours", { n: hours }), minutes % 60, "time.minutes");
  return joinUnits(t("time.days", { n: Math.floor(hours / 24) }), hours % 24, "time.hours");
}

function joinUnits(large: string, rest: number, unit: "time.minutes" | "time.hours"): string {
  return rest === 0 ? large : `${large} ${t(unit, { n: rest })}`;
}

/** What the clock shows where somebody is, and how far that is from here: null for an unknown zone. */
export function formatLocalTime(zone: string, now: number = Date.now()): string | null {
  try {
    return new Intl.DateTimeFormat(formatLocale(), { timeZone: zone, hour: "numeric", minute: "2-digit", weekday: "short" }).format(now);
  } catch {
    return null;
  }
}
