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

/** What the reader has open, in the order in which its promises fall due. */
export async function listMine(): Promise<ConversationRow[]> {
  const rows: ConversationRow[] = [];
  let after: string | null = null;
  do {
    const page: Page<ConversationRow> = await listConversations({ view: "mine", sort: "due" }, after);
    rows.push(...page.items);
    after = page.next;
  } while (after !== null && rows.length < MOST);
  return rows;
}
