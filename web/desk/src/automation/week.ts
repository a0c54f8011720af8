import type { HoursPeriod } from "@parley/client/types";

import { formatLocale } from "@/lib/i18n/catalogue";

const MONDAY = Date.UTC(2024, 0, 1);

/** The names of the days, Monday (0) first. */
export function nameDays(width: "short" | "long"): string[] {
  const format = new Intl.DateTimeFormat(formatLocale(), { weekday: width, timeZone: "UTC" });
  return Array.from({ length: 7 }, (_, day) => format.format(MONDAY + day * 86_400_000));
}

/** The periods of each day, Monday first, each day's in order. */
export function byDay(periods: readonly HoursPeriod[]): HoursPeriod[][] {
  return Array.from({ length: 7 }, (_, day) => periods.filter((one) => one.day === day).sort((a, b) => a.from.localeCompare(b.from)));
}

/** A week in few words: days with the same periods together, "Mon–Fri 09:00–12:30, 13:30–18:00". */
export function sumUp(periods: readonly HoursPeriod[]): string[] {
  const names = nameDays("short");
  const texts = byDay(periods).map((list) => list.map((one) => `${one.from}–${one.to}`).join(", "));
  const lines: string[] = [];
  for (let day = 0; day < 7; ) {
    let last = day;
    while (last < 6 && texts[last + 1] === texts[day]) last += 1;
    const text = texts[day] ?? "";
    const label = last === day ? (names[day] ?? "") : `${names[day] ?? ""}–${names[last] ?? ""}`;
    if (text !== "") lines.push(`${label} ${text}`);
    day = last + 1;
  }
  return lines;
}

/** Whether a day's periods make no sense: one without length, or two that overlap. One that ends before it begins runs past midnight. */
export function isBroken(list: readonly HoursPeriod[]): boolean {
  const sorted = [...list].sort((a, b) => a.from.localeCompare(b.from));
  return sorted.some((one, i) => {
    const before = sorted[i - 1];
    return one.from === one.to || (before !== undefined && (before.to > one.from || before.to < before.from));
  });
}
