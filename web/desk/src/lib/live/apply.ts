import type { ChangesFrame, Conversation, ConversationRow, Id, Message, TimelineItem, View, ViewFilter } from "@parley/client/types";
import type { QueryClient } from "@tanstack/react-query";

import { keys, type ListParams } from "@/lib/query";

import { applyCommerce } from "./commerce";
import { applyJoined } from "./joined";
import { applyRow, completeRow, findRow, matchesFilter, type Pages } from "./lists";
import { upsertItem } from "./timeline";
import { newerOf, noteTold } from "./told";

export type Reader = { me: Id; open: Id | null };

const WHOLE: ViewFilter = {};

/** The filter that a list's parameters stand for: its view's, narrowed by what was added by hand. */
export function resolveFilter(params: ListParams, views: readonly View[] | undefined): { filter: ViewFilter; known: boolean } {
  const { view, ...more } = params;
  delete more.sort;
  if (view === undefined) return { filter: more, known: true };
  const found = views?.find((one) => one.key === view || one.id === view);
  return found ? { filter: { ...found.filter, ...more }, known: true } : { filter: WHOLE, known: false };
}

function findKnown(client: QueryClient, id: Id): ConversationRow | undefined {
  const page = client.getQueryData<Conversation>(keys.conversation(id));
  if (page) return page;
  for (const [, data] of client.getQueriesData<Pages<ConversationRow>>({ queryKey: keys.lists })) {
    const row = data && findRow(data, id);
    if (row) return row;
  }
  return undefined;
}

/** Puts a changed row into every list in the cache, and into the open page. */
export function applyConversation(client: QueryClient, row: ConversationRow, me: Id): void {
  const views = client.getQueryData<View[]>(keys.views);
  for (const [key, data] of client.getQueriesData<Pages<ConversationRow>>({ queryKey: keys.lists })) {
    if (!data) continue;
    const params = key[1] as ListParams;
    const { filter, known } = resolveFilter(params, views);
    const sort = params.sort ?? views?.find((view) => view.key === params.view || view.id === params.view)?.sort ?? "newest";
    const next = applyRow(data, row, known ? matchesFilter(row, filter, me) : null, sort);
    if (next.data !== data) client.setQueryData(key, next.data);
    if (next.refetch) void client.invalidateQueries({ queryKey: key, exact: true });
  }
  client.setQueryData<Conversation>(keys.conversation(row.id), (old) => (old && old.version <= row.version ? { ...old, ...row } : old));
}

/** Puts a new or changed message into its timeline, if that is loaded. An answer names when it was asked for. */
export function applyMessage(client: QueryClient, message: Message, askedAt = Infinity): void {
  client.setQueryData<Pages<TimelineItem>>(keys.timeline(message.conversation_id), (old) => old && upsertItem(old, newerOf(message, askedAt)));
}

let countsTimer: ReturnType<typeof setTimeout> | undefined;

function refetchCounts(client: QueryClient): void {
  countsTimer ??= setTimeout(() => {
    countsTimer = undefined;
    void client.invalidateQueries({ queryKey: keys.views });
  }, 700);
}

const SILENT = new Set(["MessageReceived", "MessagePosted", "NoteAdded", "MessageStateChanged", "MessageDelivered", "MessageSeen", "MessageRedacted", "ConversationRead", "NotificationRaised", "PromiseChanged", "MessageUnderstood", "AlertRaised", "AlertSeen", "QueueChanged"]);

/** Which timelines have a new event line, judged by the facts. */
export function listTouched(frame: ChangesFrame): Id[] {
  const ids = frame.facts.filter((fact) => !SILENT.has(fact.kind)).map((fact) => fact.conversation_id);
  return [...new Set(ids.filter((id) => id !== null))];
}

/** One batch of changes from the live connection, laid over the cache: afterwards it equals a fresh fetch. */
export function applyChanges(client: QueryClient, frame: ChangesFrame, reader: Reader): void {
  for (const live of frame.conversations) {
    const old = findKnown(client, live.id);
    applyConversation(client, completeRow(live, old, reader.open !== live.id), reader.me);
  }
  for (const message of frame.messages) {
    noteTold(message);
    applyMessage(client, message);
  }
  for (const id of listTouched(frame)) {
    if (client.getQueryData(keys.timeline(id))) refetchTail(client, id);
  }
  if (frame.conversations.length > 0 || frame.facts.some((fact) => fact.kind === "ConversationRead")) refetchCounts(client);
  if (frame.facts.some((fact) => fact.kind.startsWith("Customers"))) void client.invalidateQueries({ queryKey: ["customer"] });
  applyCommerce(client, frame.facts);
  applyJoined(client, frame.facts);
  for (const fact of frame.facts) if (fact.kind === "PromiseChanged" && fact.conversation_id !== null) void client.invalidateQueries({ queryKey: keys.promises(fact.conversation_id) });
  for (const fact of frame.facts) if (fact.kind === "SettingsChanged" || fact.kind.startsWith("Agent")) void client.invalidateQueries({ queryKey: ["directory"] });
}

const tails = new Map<Id, ReturnType<typeof setTimeout>>();
const tailReaders = new Set<(id: Id) => void>();

/** Who fetches the newest end of a timeline (the event lines among the messages). */
export function onTail(read: (id: Id) => void): () => void {
  tailReaders.add(read);
  return () => tailReaders.delete(read);
}

function refetchTail(client: QueryClient, id: Id): void {
  if (tails.has(id)) return;
  tails.set(
    id,
    setTimeout(() => {
      tails.delete(id);
      if (tailReaders.size === 0) void client.invalidateQueries({ queryKey: keys.timeline(id), refetchType: "none" });
      for (const read of tailReaders) read(id);
    }, 120),
  );
}
