import type { AwaySpan } from "./api";

/** An absence as two fields ask for it, by the reader's clock ("2026-03-04T09:00"). */
export type TypedSpan = { from: string; to: string };

const two = (n: number) => String(n).padStart(2, "0");

/** A moment as a field for date and time shows it. */
export function toField(moment: string): string {
  const at = new Date(moment);
  return `${String(at.getFullYear())}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** The absences that are not over, to be changed. */
export function readSpans(spans: readonly AwaySpan[], now: number): TypedSpan[] {
  return spans.filter((one) => Date.parse(one.to) > now).map((one) => ({ from: toField(one.from), to: toField(one.to) }));
}

/** Whether a span is there in full, its end after its beginning. */
export function isWhole({ from, to }: TypedSpan): boolean {
  return Date.parse(from) < Date.parse(to);
}

export function writeSpans(spans: readonly TypedSpan[]): AwaySpan[] {
  return spans.map(({ from, to }) => ({ from: new Date(from).toISOString(), to: new Date(to).toISOString() }));
}

/** A new absence: the whole of tomorrow. */
export function nextDaySpan(now: number): TypedSpan {
  const day = new Date(now);
  day.setHours(0, 0, 0, 0);
  day.setDate(day.getDate() + 1);
  const after = new Date(day);
  after.setDate(after.getDate() + 1);
  return { from: toField(day.toISOString()), to: toField(after.toISOString()) };
}
