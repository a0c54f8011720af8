import { formatLocale } from "@/lib/i18n/catalogue";

import type { Day } from "./days";

const inZone = (zone: string, options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(formatLocale(), { ...options, timeZone: zone });

/** "Tue 3", of a day by its name. */
export const formatDayOf = (day: string): string => inZone("UTC", { weekday: "short", day: "numeric" }).format(Date.parse(`${day}T12:00:00Z`));

/** "Tuesday 3 March". */
export const formatDayLong = (day: string): string => inZone("UTC", { weekday: "long", day: "numeric", month: "long" }).format(Date.parse(`${day}T12:00:00Z`));

export const formatHour = (iso: string, zone: string): string => inZone(zone, { hour: "numeric", minute: "2-digit" }).format(Date.parse(iso));

/** "Tuesday, 14:00". */
export const formatHourOfDay = (iso: string, zone: string): string => inZone(zone, { weekday: "long", hour: "numeric", minute: "2-digit" }).format(Date.parse(iso));

/** Small numbers with one digit behind the point: an hour may expect 0.4 conversations. */
export function formatFew(n: number): string {
  return new Intl.NumberFormat(formatLocale(), { maximumFractionDigits: n < 10 ? 1 : 0 }).format(n);
}

export const formatWhole = (n: number): string => new Intl.NumberFormat(formatLocale(), { maximumFractionDigits: 0 }).format(n);

/** "3–12", with the numbers in the reader's digits and direction. */
export const formatSpan = (low: number, high: number, format: (n: number) => string): string => (format(low) === format(high) ? format(low) : `${format(low)}\u2013${format(high)}`);

/** The day on which most is expected, of those that are seen as a whole. */
export const findBusiest = (days: readonly Day[]): Day | undefined => [...days].filter((one) => one.whole).sort((a, b) => b.expected - a.expected)[0];
