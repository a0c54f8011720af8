import type { Schemas } from "@parley/client";
import type { ConversationRow, Id, Page } from "@parley/client/types";

import { listConversations } from "@/conversations/api";
import { api, unwrap } from "@/lib/http";

export type Handover = Schemas["HandoverView"];
export type Brief = Omit<Schemas["HandoverBrief"], "lines"> & { lines: { conversation: ConversationRow; note: string }[] };
export type HandoverBody = Schemas["HandoverBody"];

export const handoverKeys = {
  list: ["handovers", "list"] as const,
  one: (id: Id) => ["handovers", "one", id] as const,
  mine: ["handovers", "mine"] as const,
};

/** As many conversations as go over at once. */
const MOST = 500;

export const listHandovers = (after: string | null) =>
  unwrap(api.GET("/api/v1/handovers", { params: { query: { limit: 50, ...(after !== null && { after }) } } })) as unknown as Promise<Page<Handover>>;
export const getHandover = (id: Id) => unwrap(api.GET("/api/v1/handovers/{handover_id}", { params: { path: { handover_id: id } } })) as unknown as Promise<Brief>;
export const postHandover = (body: HandoverBody) => unwrap(api.POST("/api/v1/handovers", { body })) as unknown as Promise<Brief>;

/** What falls due first stands first; what has no promise comes last, who has waited longest before the others. */
export function sortByDue<R extends Pick<ConversationRow, "promise_due_at" | "waiting_since">>(rows: readonly R[]): R[] {
  const order = (a: string | null, b: string | null) => (a === b ? 0 : a === null ? 1 : b === null ? -1 : Date.parse(a) - Date.parse(b));
  return [...rows].sort((a, b) => order(a.promise_due_at, b.promise_due_at) || order(a.waiting_since, b.waiting_since));
}

/** What the reader has open, in the order in which its promises fall due. */
export async function listMine(): Promise<ConversationRow[]> {
  const rows: ConversationRow[] = [];
  let after: string | null = null;
  do {
    const page: Page<ConversationRow> = await listConversations({ view: "mine" }, after);
    rows.push(...page.items);
    after = page.next;
  } while (after !== null && rows.length < MOST);
  return sortByDue(rows);
}
