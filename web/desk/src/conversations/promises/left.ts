import { formatLength } from "@/lib/format/time";
import { t } from "@/lib/i18n/catalogue";
import { SOON_MS } from "@/lib/live/lists";

export type Urgency = "later" | "soon" | "overdue";

/** How near a promise is. */
export function judgeDue(dueAt: string, now: number): Urgency {
  const left = Date.parse(dueAt) - now;
  if (left <= 0) return "overdue";
  return left <= SOON_MS ? "soon" : "later";
}

/** Time left in the two largest units: "12 m", "3 h 20 m"; "12 m late" afterwards. */
export function formatLeft(dueAt: string, now: number): string {
  const left = (Date.parse(dueAt) - now) / 1000;
  return left > 0 ? formatLength(left) : t("promise.late", { length: formatLength(-left) });
}
