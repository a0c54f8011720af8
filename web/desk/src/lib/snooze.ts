import type { Key } from "@/lib/i18n/catalogue";

export type Preset = { id: string; label: Key; at: Date };

function at(base: Date, days: number, hour: number): Date {
  const date = new Date(base);
  date.setDate(date.getDate() + days);
  date.setHours(hour, 0, 0, 0);
  return date;
}

/** Moments that people mean when they put something off, by the clock of who asks; never one that is nearly past. */
export function listPresets(now: Date): Preset[] {
  const toMonday = (8 - now.getDay()) % 7 || 7;
  const presets: Preset[] = [
    { id: "hours", label: "snooze.three_hours", at: new Date(now.getTime() + 3 * 3600_000) },
    { id: "evening", label: "snooze.evening", at: at(now, 0, 18) },
    { id: "tomorrow", label: "snooze.tomorrow", at: at(now, 1, 9) },
    { id: "monday", label: "snooze.monday", at: at(now, toMonday, 9) },
    { id: "week", label: "snooze.week", at: at(now, 7, 9) },
  ];
  return presets.filter((preset, i) => preset.at.getTime() - now.getTime() > 1800_000 && presets.findIndex((one) => one.at.getTime() === preset.at.getTime()) === i);
}

/** A moment as a `datetime-local` field wants it, by the local clock. */
export function toLocalInput(date: Date): string {
  const two = (n: number) => String(n).padStart(2, "0");
  return `${String(date.getFullYear())}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}`;
}
