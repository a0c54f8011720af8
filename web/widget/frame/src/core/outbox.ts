/**
 * Messages that the server has not acknowledged, one storage key each, so that tabs which write at the same moment cannot
 * overwrite each other. The server is idempotent by the message's id; hence any tab may send any entry, and none needs
 * to be the leader. What keeps the order is that a tab always sends from the oldest entry on.
 */
import type { FileInfo } from "./protocol";
import type { Store } from "./store";

export interface Pending {
  /** UUID made here, the idempotency key. */
  id: string;
  /** Place in the outbox: milliseconds since 1970, always above every earlier entry's. */
  seq: number;
  /** The tab that wrote it. */
  tab: string;
  text: string;
  files: FileInfo[];
  topic?: string;
  /** `sent`: acknowledged, but the message itself has not arrived in this tab. Never stored. */
  state: "pending" | "failed" | "sent";
  code?: string;
  /** How often the connection was closed as faulty with this one on the way. */
  faults?: number;
}

const PREFIX = "out:";
const keyOf = (entry: Pending): string => `${PREFIX}${String(entry.seq).padStart(15, "0")}:${entry.id}`;
export const isOutbox = (key: string): boolean => key.startsWith(PREFIX);

/** Every entry, oldest first. An unreadable one is skipped, never a reason to lose the others. */
export function listPending(store: Store): Pending[] {
  return store.keys(PREFIX).flatMap((key) => {
    try {
      const entry = JSON.parse(store.get(key) ?? "null") as Pending | null;
      return entry?.id ? [entry] : [];
    } catch {
      return [];
    }
  });
}

export const putPending = (store: Store, entry: Pending): void => store.set(keyOf(entry), JSON.stringify(entry));
export const dropPending = (store: Store, entry: Pending): void => store.remove(keyOf(entry));

/** The next free place: now, or just above the newest entry when the clock stands still or runs back. */
export function nextSeq(entries: readonly Pending[], now: number): number {
  return Math.max(now, ...entries.map((entry) => entry.seq + 1));
}

export const ADOPT_AFTER_MS = 4_000;
export const RESEND_AFTER_MS = 15_000;

/**
 * Decides what this tab sends now. Its own entries go at once, those of another tab when they are old enough for that tab
 * to be gone or asleep, and in both cases everything older goes first. `onWay` maps ids to the time they were sent over
 * *this* connection; such an entry is repeated when its acknowledgement is long overdue.
 */
export function pickPending(
  entries: readonly Pending[],
  onWay: ReadonlyMap<string, number>,
  tab: string,
  now: number,
): Pending[] {
  // Distances, because a corrected clock may put the past into the future.
  const idle = (entry: Pending): boolean => Math.abs(now - (onWay.get(entry.id) ?? -Infinity)) >= RESEND_AFTER_MS;
  const due = (entry: Pending): boolean => entry.tab === tab || Math.abs(now - entry.seq) >= ADOPT_AFTER_MS;
  const open = entries.filter((entry) => entry.state === "pending");
  const last = open.findLastIndex((entry) => idle(entry) && due(entry));
  return open.slice(0, last + 1).filter(idle);
}
