/**
 * What the live connection has told of messages, and when: an answer that was asked for earlier is older.
 * Times are of `performance.now()`.
 */
import type { Id, Message, TimelineItem } from "@parley/client/types";

import { timeOf } from "./timeline";

const KEPT = 500;
const told = new Map<Id, { at: number; message: Message }>();

/** Remembers what was told just now; only the newest few hundred, since answers do not take longer than that. */
export function noteTold(message: Message): void {
  told.delete(message.id);
  told.set(message.id, { at: performance.now(), message });
  for (const [id] of told) {
    if (told.size <= KEPT) break;
    told.delete(id);
  }
}

/** Gives the message as it stands: as told, where that came after the answer had been asked for. */
export function newerOf<T extends TimelineItem>(item: T, askedAt: number): T | Message {
  const known = told.get(item.id);
  return known && known.at >= askedAt ? known.message : item;
}

/** Brings the newest page of a conversation's timeline up to what was told while it was on its way. */
export function catchUp(id: Id, items: readonly TimelineItem[], askedAt: number): TimelineItem[] {
  const fresh = items.map((item) => newerOf(item, askedAt));
  const here = new Set(items.map((item) => item.id));
  const missing = [...told.values()].filter((one) => one.at >= askedAt && one.message.conversation_id === id && !here.has(one.message.id));
  if (missing.length === 0) return fresh;
  return [...fresh, ...missing.map((one) => one.message)].sort((a, b) => timeOf(a).localeCompare(timeOf(b)));
}
