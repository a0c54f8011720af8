import { nextDay, startOfDayIn } from "@/lib/format/zone";

/** The inbox narrowed to what began on a day, by a zone's clock. */
export function dayFilter(day: string, zone: string, channel: string | undefined): { created_from: string; created_to: string; channel?: string } {
  return { created_from: startOfDayIn(day, zone), created_to: startOfDayIn(nextDay(day), zone), ...(channel !== undefined && { channel }) };
}
