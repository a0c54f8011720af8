import { nextDay, startOfDayIn } from "@/lib/format/zone";

import type { MetricKey } from "./metrics";

/** The inbox narrowed to what began on a day, by a zone's clock. */
export function dayFilter(day: string, zone: string, channel: string | undefined): { created_from: string; created_to: string; channel?: string } {
  return { created_from: startOfDayIn(day, zone), created_to: startOfDayIn(nextDay(day), zone), ...(channel !== undefined && { channel }) };
}

/** The search for what was written on a day. */
export function writtenOn(day: string, kind: string | undefined): string {
  return `after:${day} before:${nextDay(day)}${kind === undefined ? "" : ` channel:${kind}`}`;
}

/** Whether a number counts messages, which the search finds, rather than conversations, which a view lists. */
export function countsMessages(key: MetricKey): boolean {
  return key === "received" || key === "sent";
}
