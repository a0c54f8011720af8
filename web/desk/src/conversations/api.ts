import type {
  Address, Checklist, Conversation, ConversationDetails, ConversationRow, Decision, DraftBody, FieldValue, FileInfo, Id, Message, Page, Priority, SearchPage, Status, TimelineItem,
} from "@parley/client/types";

import { call, get, patch, post, put, remove, upload } from "@/lib/http";
import type { ListParams } from "@/lib/query";

/** What can be changed about a conversation itself. */
export type Change = {
  status?: Status; snoozed_until?: string | null; snooze_until_reply?: boolean; assignee_id?: Id | null; team_id?: Id | null; priority?: Priority;
  subject?: string; custom_fields?: Record<string, FieldValue>; language?: string;
};

export type Outgoing = {
  kind: "message" | "note"; thread_id?: Id | null; html: string; file_ids: Id[]; to?: Address[]; cc?: Address[]; bcc?: Address[]; mentions?: Id[];
  send_at?: string; undo_seconds?: number; then?: "close" | "snooze" | null; snooze_until?: string; seen_up_to: Id | null; anyway?: boolean;
};

export type BulkAct = { status?: Status; assignee_id?: Id | null; team_id?: Id | null; priority?: Priority; snoozed_until?: string; tags?: { add?: Id[]; remove?: Id[] }; read?: boolean };
export type BulkTarget = { ids: Id[] } | { view: string; q?: string };

export const listConversations = (params: ListParams, after: string | null, signal?: AbortSignal) =>
  get<Page<ConversationRow>>("/conversations", { ...params, after, limit: 50 }, signal);
export const getConversation = async (id: Id): Promise<Conversation> => {
  const { conversation, ...details } = await get<ConversationDetails>(`/conversations/${id}`);
  return { ...conversation, ...details };
};
export const listTimeline = (id: Id, before: string | null) => get<Page<TimelineItem>>(`/conversations/${id}/timeline`, { after: before, limit: 40 });
export const changeConversation = (id: Id, change: Change) => patch<ConversationRow>(`/conversations/${id}`, change);
export const changeTags = (id: Id, add: Id[], take: Id[]) => put<ConversationRow>(`/conversations/${id}/tags`, { add, remove: take });
export const markRead = (id: Id) => post(`/conversations/${id}/read`);
export const markUnread = (id: Id) => post(`/conversations/${id}/unread`);
export const markSpam = (id: Id) => post(`/conversations/${id}/spam`);
export const blockCustomer = (id: Id) => post(`/conversations/${id}/block`);
export const postMessage = (id: Id, message: Outgoing, key: string) => post<Message>(`/conversations/${id}/messages`, message, key);
export const startConversation = (
  body: { channel_id: Id; to: Address[]; cc: Address[]; bcc: Address[]; subject: string; html: string; file_ids: Id[]; assignee_id?: Id | null; tags?: Id[] },
  key: string,
) => post<Conversation>("/conversations", body, key);
export const undoMessage = (id: Id) => post<Message>(`/messages/${id}/undo`);
export const retryMessage = (id: Id) => post<Message>(`/messages/${id}/retry`);
export const redactMessage = (id: Id, reason: string) => post<Message>(`/messages/${id}/redact`, { reason });
export const rescheduleMessage = (id: Id, at: string) => patch<Message>(`/messages/${id}`, { send_at: at });
export const forwardMessages = (id: Id, body: { to: Address[]; html: string; message_ids: Id[] }) => post(`/conversations/${id}/forward`, body);
export const saveDraft = (id: Id, draft: DraftBody) => put<undefined>(`/conversations/${id}/draft`, draft);
export const dropDraft = (id: Id) => remove(`/conversations/${id}/draft`);
export const changeMany = (target: BulkTarget, act: BulkAct) => post<{ changed: number; undo_token: string; job_id?: Id | null }>("/conversations/bulk", { ...target, act });
export const undoMany = (token: string) => post("/conversations/bulk/undo", { undo_token: token });
export const setChecklist = (id: Id, checklist: Id | null, done: number[]) => put<Conversation>(`/conversations/${id}/checklist`, { checklist_id: checklist, done });
export const search = (q: string, after: string | null) => get<SearchPage>("/search", { q, after, limit: 30 });
export const uploadFile = (file: File, onProgress: (share: number) => void, signal?: AbortSignal) => upload<FileInfo>("/files", file, onProgress, signal);
export const getDecision = (id: Id) => get<Decision>(`/decisions/${id}`);
export const createTag = (name: string, colour: string) => post<{ id: Id; name: string; colour: string }>("/tags", { name, colour });
export const createView = (view: { name: string; shared: boolean; filter: object; sort: string }) => post<{ id: Id }>("/views", view);
export const removeView = (id: Id) => remove(`/views/${id}`);
export const saveChecklist = (one: Omit<Checklist, "id">, id?: Id) => call<Checklist>(id === undefined ? "POST" : "PATCH", id === undefined ? "/checklists" : `/checklists/${id}`, { body: one });
