import type {
  Address, BulkAnswer, Conversation, ConversationDetails, ConversationRow, Decision, DraftBody, FieldValue, FileInfo, FilledMacro, Id, MacroRow, Message, Page, Priority, SearchPage, Status, SuggestedMacro, TimelineItem, Undone, ViewFilter,
} from "@parley/client/types";

import { api, keyed, unwrap, upload } from "@/lib/http";
import type { ListParams } from "@/lib/query";

/** What can be changed about a conversation itself. */
export type Change = {
  status?: Status; snoozed_until?: string | null; snooze_until_reply?: boolean; assignee_id?: Id | null; team_id?: Id | null; priority?: Priority;
  subject?: string; custom_fields?: Record<string, FieldValue>; language?: string;
};

export type Outgoing = {
  sender_id?: Id | null; kind: "message" | "note"; thread_id?: Id | null; html: string; file_ids: Id[]; to?: Address[]; cc?: Address[]; bcc?: Address[]; mentions?: Id[];
  send_at?: string; undo_seconds?: number; then?: "close" | "snooze" | null; snooze_until?: string; seen_up_to: Id | null; anyway?: boolean;
  /** What it was written with, and the places of the acts to be done. */
  macros?: { id: Id; acts: number[] }[];
};

export type BulkAct = {
  status?: Status; assignee_id?: Id | null; team_id?: Id | null; priority?: Priority; snoozed_until?: string; add_tags?: Id[]; remove_tags?: Id[];
};
export type BulkTarget = { ids: Id[] } | { view: string; filter: ViewFilter };
export type NewConversationBody = { channel_id: Id; to: Address[]; cc: Address[]; bcc: Address[]; subject: string; html: string; file_ids: Id[]; assignee_id?: Id | null; sender_id?: Id | null };

const one = (id: Id) => ({ params: { path: { conversation_id: id } } });
const message = (id: Id) => ({ params: { path: { message_id: id } } });

export const listConversations = (params: ListParams, after: string | null, signal?: AbortSignal) =>
  unwrap(api.GET("/api/v1/conversations", { params: { query: { ...params, after, limit: 50 } }, ...(signal && { signal }) })) as Promise<Page<ConversationRow>>;

function join({ conversation, ...details }: ConversationDetails): Conversation {
  return { ...conversation, ...details };
}

export const getConversation = async (id: Id) => join((await unwrap(api.GET("/api/v1/conversations/{conversation_id}", one(id)))) as ConversationDetails);
export const listTimeline = (id: Id, before: string | null) =>
  unwrap(api.GET("/api/v1/conversations/{conversation_id}/timeline", { params: { path: { conversation_id: id }, query: { after: before, limit: 40 } } })) as Promise<Page<TimelineItem>>;
export const changeConversation = (id: Id, change: Change) => unwrap(api.PATCH("/api/v1/conversations/{conversation_id}", { ...one(id), body: change })) as Promise<ConversationRow>;
export const changeTags = (id: Id, add: Id[], take: Id[]) => unwrap(api.PUT("/api/v1/conversations/{conversation_id}/tags", { ...one(id), body: { add, remove: take } })) as Promise<ConversationRow>;
export const markRead = (id: Id) => unwrap(api.POST("/api/v1/conversations/{conversation_id}/read", one(id)));
export const markUnread = (id: Id) => unwrap(api.POST("/api/v1/conversations/{conversation_id}/unread", one(id)));
export const markSpam = (id: Id) => unwrap(api.POST("/api/v1/conversations/{conversation_id}/spam", one(id))) as Promise<ConversationRow>;
export const blockCustomer = (id: Id) => unwrap(api.POST("/api/v1/conversations/{conversation_id}/block", one(id))) as Promise<ConversationRow>;
export const postMessage = (id: Id, body: Outgoing, key: string) => unwrap(api.POST("/api/v1/conversations/{conversation_id}/messages", { ...one(id), body, ...keyed(key) })) as Promise<Message>;
export const startConversation = (body: NewConversationBody, key: string) => unwrap(api.POST("/api/v1/conversations", { body, ...keyed(key) }));
export const undoMessage = (id: Id) => unwrap(api.POST("/api/v1/messages/{message_id}/undo", message(id))) as Promise<Message>;
export const retryMessage = (id: Id) => unwrap(api.POST("/api/v1/messages/{message_id}/retry", message(id))) as Promise<Message>;
export const redactMessage = (id: Id, reason: string) => unwrap(api.POST("/api/v1/messages/{message_id}/redact", { ...message(id), body: { reason } })) as Promise<Message>;
export const rescheduleMessage = (id: Id, at: string) => unwrap(api.PATCH("/api/v1/messages/{message_id}", { ...message(id), body: { send_at: at } })) as Promise<Message>;
export const forwardMessages = (id: Id, body: { to: Address[]; html: string; message_ids: Id[]; channel_id?: Id }) =>
  unwrap(api.POST("/api/v1/conversations/{conversation_id}/forward", { ...one(id), body })) as Promise<Message>;
export const saveDraft = (id: Id, draft: DraftBody) => unwrap(api.PUT("/api/v1/conversations/{conversation_id}/draft", { ...one(id), body: draft }));
export const dropDraft = (id: Id) => unwrap(api.DELETE("/api/v1/conversations/{conversation_id}/draft", one(id)));
export const changeMany = (target: BulkTarget, act: BulkAct) => unwrap(api.POST("/api/v1/conversations/bulk", { body: { ...target, act } })) as Promise<BulkAnswer>;
export const getBulk = (id: Id) => unwrap(api.GET("/api/v1/conversations/bulk/{bulk_id}", { params: { path: { bulk_id: id } } })) as Promise<BulkAnswer>;
export const undoMany = (token: string) => unwrap(api.POST("/api/v1/conversations/bulk/undo", { body: { undo_token: token } })) as Promise<BulkAnswer>;
export const setChecklist = async (id: Id, checklist: Id | null, done: number[]) =>
  join((await unwrap(api.PUT("/api/v1/conversations/{conversation_id}/checklist", { ...one(id), body: { checklist_id: checklist, done } }))) as ConversationDetails);
export const follow = async (id: Id, add: Id[], take: Id[]) =>
  join((await unwrap(api.PUT("/api/v1/conversations/{conversation_id}/followers", { ...one(id), body: { add, remove: take } }))) as ConversationDetails);
export const search = (q: string, after: string | null) => unwrap(api.GET("/api/v1/search", { params: { query: { q, after, limit: 30 } } })) as Promise<SearchPage>;
export const uploadFile = (file: File, onProgress: (share: number) => void, signal?: AbortSignal) => upload<FileInfo>("/files", file, onProgress, signal);
export const listMacros = (q: string, limit: number) => unwrap(api.GET("/api/v1/macros", { params: { query: { ...(q !== "" && { q }), limit } } })) as Promise<Page<MacroRow>>;
export const listSuggested = (id: Id) => unwrap(api.GET("/api/v1/conversations/{conversation_id}/macros/suggested", { params: { path: { conversation_id: id }, query: { limit: 8 } } })) as Promise<Page<SuggestedMacro>>;
export const renderMacro = (macro: Id, id: Id) => unwrap(api.POST("/api/v1/macros/{macro_id}/render", { params: { path: { macro_id: macro } }, body: { conversation_id: id } })) as Promise<FilledMacro>;
export const applyMacro = (macro: Id, id: Id) => unwrap(api.POST("/api/v1/conversations/{conversation_id}/macros/{macro_id}/apply", { params: { path: { conversation_id: id, macro_id: macro } }, body: {} }));
export const getDecision = (id: Id) => unwrap(api.GET("/api/v1/decisions/{decision_id}", { params: { path: { decision_id: id } } })) as Promise<Decision>;
export const undoDecision = (id: Id) => unwrap(api.POST("/api/v1/decisions/{decision_id}/undo", { params: { path: { decision_id: id } } })) as Promise<Undone>;
export const createTag = (name: string, colour: string) => unwrap(api.POST("/api/v1/tags", { body: { name, colour } }));
export const createView = (view: { name: string; shared: boolean; filter: ViewFilter; sort: string }) => unwrap(api.POST("/api/v1/views", { body: view }));
export const removeView = (id: Id) => unwrap(api.DELETE("/api/v1/views/{view_id}", { params: { path: { view_id: id } } }));
