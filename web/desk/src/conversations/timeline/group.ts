import type { Message, TimelineEvent, TimelineItem } from "@parley/client/types";

import { timeOf } from "@/lib/live/timeline";

export type Block =
  | { kind: "day"; key: string; at: string }
  | { kind: "message"; key: string; message: Message; follows: boolean }
  | { kind: "events"; key: string; events: TimelineEvent[] };

const TOGETHER = 5 * 60_000;

function dayOf(iso: string): string {
  return new Date(iso).toDateString();
}

const UNTOLD = new Set(["ConversationProgressed", "ConversationFollowed", "MessageRescheduled", "BulkProgressed"]);

/** What needs no line of its own: the first thread is told by the beginning, a schedule by its message. */
function isSilent(event: TimelineEvent, before: TimelineItem | undefined): boolean {
  if (UNTOLD.has(event.kind)) return true;
  return event.kind === "ThreadStarted" && before?.type === "event" && before.kind === "ConversationOpened";
}

/** Whether a message continues the one before: same author, same sort, same reason, a few minutes apart. */
function isFollowing(message: Message, before: TimelineItem | undefined): boolean {
  if (before?.type !== "message") return false;
  if (before.kind !== message.kind || before.author.kind !== message.author.kind || before.author.id !== message.author.id || before.decision_id !== message.decision_id) return false;
  if (before.channel_kind !== message.channel_kind || message.channel_kind === "email") return false;
  return Date.parse(message.created_at) - Date.parse(before.created_at) < TOGETHER;
}

/** A timeline as it is drawn: a heading where a day begins, events in one run, messages that belong together without repeating the name. */
export function groupTimeline(items: readonly TimelineItem[]): Block[] {
  const blocks: Block[] = [];
  let day = "";
  items.forEach((item, i) => {
    const at = timeOf(item);
    if (dayOf(at) !== day) {
      day = dayOf(at);
      blocks.push({ kind: "day", key: `day-${day}`, at });
    }
    const last = blocks.at(-1);
    if (item.type === "event" && isSilent(item, items[i - 1])) return;
    if (item.type === "event") {
      if (last?.kind === "events") last.events.push(item);
      else blocks.push({ kind: "events", key: item.id, events: [item] });
    } else if (item.state !== "cancelled") {
      blocks.push({ kind: "message", key: item.id, message: item, follows: last?.kind === "message" && isFollowing(item, items[i - 1]) });
    }
  });
  return blocks;
}
