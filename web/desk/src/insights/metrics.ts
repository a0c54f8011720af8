import type { Numbers } from "@parley/client/types";

import { formatNumber } from "@/lib/format/text";
import { formatLength } from "@/lib/format/time";
import type { Key } from "@/lib/i18n/catalogue";

export type Day = Numbers["days"][number];
export type MetricKey = "opened" | "received" | "sent" | "first_reply";

/** A number that can be followed: what it is called, what exactly it counts, and how it is read and written. */
export type Metric = {
  key: MetricKey;
  label: Key;
  hint: Key;
  total: (numbers: Numbers) => number | null;
  ofDay: (day: Day) => number | null;
  format: (value: number) => string;
  /** Whether less of it is better; null where neither is. */
  lessIsBetter: boolean | null;
};

export const METRICS: readonly [Metric, ...Metric[]] = [
  { key: "opened", label: "numbers.conversations", hint: "numbers.conversations_hint", total: (all) => all.opened, ofDay: (day) => day.opened, format: formatNumber, lessIsBetter: null },
  { key: "received", label: "numbers.received", hint: "numbers.received_hint", total: (all) => all.messages_in, ofDay: (day) => day.messages_in, format: formatNumber, lessIsBetter: null },
  { key: "sent", label: "numbers.sent", hint: "numbers.sent_hint", total: (all) => all.messages_out, ofDay: (day) => day.messages_out, format: formatNumber, lessIsBetter: null },
  { key: "first_reply", label: "numbers.first_reply", hint: "numbers.first_reply_hint", total: (all) => all.first_reply_median, ofDay: (day) => day.first_reply_median, format: formatLength, lessIsBetter: true },
];

export function findMetric(key: string | undefined): Metric {
  return METRICS.find((one) => one.key === key) ?? METRICS[0];
}

const STEPS = [60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400] as const;

/** The distance between the lines of a scale of time (s), so that about four of them reach the highest value. */
export function pickTimeStep(highest: number): number {
  return STEPS.find((step) => highest / step <= 4) ?? Math.ceil(highest / 4 / 86_400) * 86_400;
}
