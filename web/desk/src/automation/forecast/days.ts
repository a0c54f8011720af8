import { dayIn } from "@/lib/format/zone";

import type { Hour } from "./api";

/** A day of the forecast by the workspace's clock; `agents` is what its busiest hour needs. */
export type Day = { day: string; hours: readonly Hour[]; expected: number; low: number; high: number; agents: number | null; whole: boolean };

// The shortest day there is, when the clocks go forward.
const WHOLE_DAY = 23;

function sumUp(day: string, hours: readonly Hour[]): Day {
  const sum = (of: (one: Hour) => number) => hours.reduce((all, one) => all + of(one), 0);
  const expected = sum((one) => one.expected);
  // Hours do not all turn out high together: what they vary by adds up as squares.
  const spread = Math.sqrt(sum((one) => (one.high - one.expected) ** 2));
  const agents = hours.flatMap((one) => one.agents ?? []);
  return {
    day, hours, expected, low: Math.max(0, expected - spread), high: expected + spread,
    agents: agents.length === 0 ? null : Math.max(...agents), whole: hours.length >= WHOLE_DAY,
  }; // prettier-ignore
}

/** The hours by the day they fall on in the zone, in order, each day with its sums. */
export function groupDays(hours: readonly Hour[], zone: string): Day[] {
  const days = new Map<string, Hour[]>();
  for (const one of hours) {
    const day = dayIn(zone, Date.parse(one.hour));
    days.set(day, [...(days.get(day) ?? []), one]);
  }
  return [...days].map(([day, own]) => sumUp(day, own));
}

/** A round number at or above the highest, so that its half is round too. */
export function findTop(highest: number): number {
  if (highest <= 2) return 2;
  const power = 10 ** Math.floor(Math.log10(highest));
  return [1, 2, 4, 6, 8, 10].map((step) => step * power).find((step) => step >= highest) ?? 10 * power;
}

/** The drawing in a box of one unit per hour, 100 high: the line of what is expected, and the range around it. */
export function drawHours(hours: readonly Hour[], top: number): { line: string; range: string } {
  const at = (i: number, value: number) => `${(i + 0.5).toFixed(1)},${(100 - (100 * Math.min(value, top)) / top).toFixed(2)}`;
  const line = hours.map((one, i) => at(i, one.expected));
  const above = hours.map((one, i) => at(i, one.high));
  const below = hours.map((one, i) => at(i, one.low)).reverse();
  return { line: `M${line.join("L")}`, range: `M${[...above, ...below].join("L")}Z` };
}
