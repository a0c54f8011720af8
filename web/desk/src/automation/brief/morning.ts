import { createStore } from "@/lib/store";

const NAME = "parley.brief";
const NOON = 12;
const DAWN = 4;

function load(): string {
  try {
    return localStorage.getItem(NAME) ?? "";
  } catch {
    return "";
  }
}

/** For whom and on which day the brief was last read or put off: "agent day". */
export const offeredOn = createStore<string>(load());

/** The day by the reader's own clock. */
export function dayOf(now: number): string {
  const at = new Date(now);
  return [at.getFullYear(), at.getMonth() + 1, at.getDate()].join("-");
}

/** Whether it is morning for the reader, and the brief has not been read or put off since it began. */
export function isDue(offered: string, agent: string, now: number): boolean {
  const hour = new Date(now).getHours();
  return hour >= DAWN && hour < NOON && offered !== `${agent} ${dayOf(now)}`;
}

/** Offers the brief no more today. */
export function noteOffered(agent: string, now: number): void {
  offeredOn.set(`${agent} ${dayOf(now)}`);
  try {
    localStorage.setItem(NAME, offeredOn.get());
  } catch {
    // Private windows may refuse storage; it then counts as long as the page.
  }
}
