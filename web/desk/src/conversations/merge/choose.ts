import type { Id, Message, TimelineItem } from "@parley/client/types";

/** Messages and notes; the lines between them stay where they are. */
export function isMessage(item: TimelineItem): item is Message {
  return item.type === "message" && item.state !== "cancelled";
}

/** Which messages go: the chosen ones, and with `later` all that came after the first of them. */
export function listChosen(shown: readonly Message[], chosen: ReadonlySet<Id>, later: boolean): ReadonlySet<Id> {
  const first = shown.findIndex((one) => chosen.has(one.id));
  return new Set(shown.filter((one, i) => chosen.has(one.id) || (later && first >= 0 && i > first)).map((one) => one.id));
}
