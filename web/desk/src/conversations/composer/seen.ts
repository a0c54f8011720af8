import type { Id, Message, TimelineItem } from "@parley/client/types";

import { findNewestMessage } from "@/lib/live/timeline";

/** Smaller than the id of any message. */
const NOTHING = "00000000-0000-0000-0000-000000000000";

function isColleagues(item: TimelineItem, me: Id): item is Message {
  return item.type === "message" && item.kind === "message" && item.author.kind !== "customer" && item.author.id !== me && item.state !== "cancelled" && !item.automatic;
}

/**
 * Up to where the writer has taken the conversation in: all that is on his screen, but nothing from a colleague's answer on
 * that came after he had begun to write. `began` is the newest message when he began; null when that is not known.
 */
export function pickSeen(items: readonly TimelineItem[], me: Id, began: Id | null): Id | null {
  const answer = began === null ? undefined : items.find((item): item is Message => isColleagues(item, me) && item.id > began);
  const before = answer && items.slice(0, items.indexOf(answer));
  const newest = findNewestMessage(before ?? items)?.id;
  return newest ?? (answer ? NOTHING : null);
}

/** Whether only the customer wrote: that crossed the answer on its way and needs nobody's decision. */
export function isCrossed(newer: readonly Message[]): boolean {
  return newer.length > 0 && newer.every((message) => message.author.kind === "customer");
}
