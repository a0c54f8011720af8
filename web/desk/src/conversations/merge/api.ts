import type { ConversationRow, Id } from "@parley/client/types";

import { api, unwrap } from "@/lib/http";

import { listConversations, search } from "../api";

const one = (id: Id) => ({ params: { path: { conversation_id: id } } });

export const mergeConversation = (id: Id, into: Id, otherCustomer: boolean) =>
  unwrap(api.POST("/api/v1/conversations/{conversation_id}/merge", { ...one(id), body: { into, confirm_other_customer: otherCustomer } }));
export const unmergeConversation = (id: Id) => unwrap(api.POST("/api/v1/conversations/{conversation_id}/unmerge", one(id)));
export const splitConversation = (id: Id, messages: Id[], later: boolean) => unwrap(api.POST("/api/v1/conversations/{conversation_id}/split", { ...one(id), body: { message_ids: messages, later } }));
export const undoSplit = (id: Id) => unwrap(api.POST("/api/v1/conversations/{conversation_id}/unsplit", one(id)));
export const listJoins = (id: Id) => unwrap(api.GET("/api/v1/conversations/{conversation_id}/merges", one(id)));

/** Conversations to merge with: the customer's own where nothing is typed, else whatever a search or a number finds. */
export async function findConversations(q: string, customer: Id): Promise<ConversationRow[]> {
  if (q === "") return (await listConversations({ customer }, null)).items;
  return (await search(q, null)).items.map((hit) => hit.conversation);
}
