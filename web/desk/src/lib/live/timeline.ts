import type { Id, Message, TimelineItem } from "@parley/client/types";

import type { Pages } from "./lists";

export type TimelinePages = Pages<TimelineItem>;

export function timeOf(item: TimelineItem): string {
  return item.type === "message" ? item.created_at : item.at;
}

/** All that is loaded, oldest first. Pages are kept newest first, as they were asked for. */
export function flattenTimeline(data: Pages<TimelineItem> | undefined): TimelineItem[] {
  return data ? data.pages.toReversed().flatMap((page) => page.items) : [];
}

/** The newest message by anybody: what the writer of a reply has seen. */
export function findNewestMessage(items: readonly TimelineItem[]): Message | undefined {
  return items.findLast((item): item is Message => item.type === "message");
}

/** Puts an item in its place or replaces the one with its id. An item older than all that is loaded waits for its page. */
export function upsertItem(data: Pages<TimelineItem>, item: TimelineItem): Pages<TimelineItem> {
  const holds = (page: { items: TimelineItem[] }) => page.items.some((old) => old.id === item.id);
  if (data.pages.some(holds)) {
    return { ...data, pages: data.pages.map((page) => (holds(page) ? { ...page, items: page.items.map((old) => (old.id === item.id ? item : old)) } : page)) };
  }
  const time = timeOf(item);
  for (const [i, page] of data.pages.entries()) {
    const first = page.items[0];
    const oldest = i === data.pages.length - 1 && page.next === null;
    if (first && time < timeOf(first) && !oldest) continue;
    const at = page.items.findIndex((old) => timeOf(old) > time);
    const items = at < 0 ? [...page.items, item] : [...page.items.slice(0, at), item, ...page.items.slice(at)];
    return { ...data, pages: data.pages.with(i, { ...page, items }) };
  }
  return data;
}

export function upsertItems(data: Pages<TimelineItem>, items: readonly TimelineItem[]): Pages<TimelineItem> {
  return items.reduce(upsertItem, data);
}

/** Changes one message by its id. */
export function changeMessage(data: Pages<TimelineItem>, id: Id, change: (message: Message) => Message): Pages<TimelineItem> {
  const pages = data.pages.map((page) => {
    if (!page.items.some((item) => item.id === id)) return page;
    return { ...page, items: page.items.map((item) => (item.id === id && item.type === "message" ? change(item) : item)) };
  });
  return { ...data, pages };
}
