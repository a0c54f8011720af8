/** Times, days and sizes in the visitor's language and zone. */
import { regional } from "./i18n";

const DAY_MS = 86_400_000;
const startOfDay = (date: Date): number => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
const title = (text: string): string => text.charAt(0).toLocaleUpperCase(regional()) + text.slice(1);

/** An instant as a date; now when the text is none. */
export const instant = (iso: string): Date => (Number.isNaN(Date.parse(iso)) ? new Date() : new Date(iso));

export const sameDay = (a: Date, b: Date): boolean => startOfDay(a) === startOfDay(b);

export const formatTime = (date: Date): string => date.toLocaleTimeString(regional(), { hour: "numeric", minute: "2-digit" });

/** "Today", "Yesterday", then the weekday with its date. */
export function formatDay(date: Date, now = new Date()): string {
  const days = Math.round((startOfDay(date) - startOfDay(now)) / DAY_MS);
  if (days === 0 || days === -1) return title(new Intl.RelativeTimeFormat(regional(), { numeric: "auto" }).format(days, "day"));
  const year = date.getFullYear() === now.getFullYear() ? {} : { year: "numeric" as const };
  return title(date.toLocaleDateString(regional(), { weekday: "long", day: "numeric", month: "long", ...year }));
}

/** A coming instant: the time alone today, with the weekday within a week, with the date later. */
export function formatWhen(date: Date, now = new Date()): string {
  if (sameDay(date, now)) return formatTime(date);
  const near = date.getTime() - now.getTime() < 6 * DAY_MS;
  const day = near ? { weekday: "long" as const } : { weekday: "short" as const, day: "numeric" as const, month: "short" as const };
  return date.toLocaleString(regional(), { ...day, hour: "numeric", minute: "2-digit" });
}

/** A size in kB or MB with at most one decimal. */
export function formatSize(bytes: number): string {
  const mega = bytes >= 1_000_000;
  const unit = mega ? "megabyte" : "kilobyte";
  const value = bytes / (mega ? 1_000_000 : 1_000);
  return value.toLocaleString(regional(), { style: "unit", unit, maximumFractionDigits: mega ? 1 : 0 });
}
