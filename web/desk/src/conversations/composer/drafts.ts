import type { Conversation, DraftBody, FileInfo, Id } from "@parley/client/types";

import { isBlank } from "@/lib/html";
import { createStore } from "@/lib/store";

import type { DraftMacro } from "./macros";

export type LocalDraft = DraftBody & { /** What it was written with; their acts are done when it is sent. */ macros?: DraftMacro[]; /** Who writes, where the channel has several names. */ sender_id?: Id | null; /** The newest message when the writing began. */ began?: Id | null; files: FileInfo[]; at: number; /** The server has it too. */ synced: boolean };

const PREFIX = "parley.draft.";

/** Counts up when a draft was put in from outside the editor (undo send, a refused message). */
export const planted = createStore<Readonly<Record<Id, number>>>({});

export function readLocal(id: Id): LocalDraft | null {
  try {
    const text = localStorage.getItem(PREFIX + id);
    return text === null ? null : (JSON.parse(text) as LocalDraft);
  } catch {
    return null;
  }
}

/** Keeps a draft on this device; one that says nothing is forgotten. */
export function writeLocal(id: Id, draft: LocalDraft): void {
  try {
    if (isEmpty(draft)) localStorage.removeItem(PREFIX + id);
    else localStorage.setItem(PREFIX + id, JSON.stringify(draft));
  } catch {
    // Storage is full or refused: the server's copy follows a moment later.
  }
}

export function forgetLocal(id: Id): void {
  localStorage.removeItem(PREFIX + id);
}

export function isEmpty(draft: Pick<LocalDraft, "html" | "files">): boolean {
  return isBlank(draft.html) && draft.files.length === 0;
}

/** Puts a draft in and shows it in the field, if that is open. */
export function plantDraft(id: Id, draft: LocalDraft): void {
  writeLocal(id, draft);
  planted.set((old) => ({ ...old, [id]: (old[id] ?? 0) + 1 }));
}

/** The thread to answer in: the newest that can be answered. */
export function pickThread(conversation: Conversation): Id | null {
  const usable = conversation.threads.filter((thread) => thread.can_reply);
  const same = usable.find((thread) => thread.channel_id === conversation.channel.id);
  return (same ?? usable[0] ?? conversation.threads[0])?.id ?? null;
}

/** What the field starts with: this device's own words if they are newer, else the server's, else nothing. */
export function openDraft(conversation: Conversation): LocalDraft {
  const local = readLocal(conversation.id);
  const stored = conversation.draft;
  if (local && (!local.synced || !stored || local.at >= Date.parse(stored.updated_at))) return local;
  if (stored) return { ...stored, began: local?.began ?? null, files: stored.files ?? [], at: Date.parse(stored.updated_at), synced: true };
  return emptyDraft(conversation);
}

/** The field after its words went out: for the same readers as before, so that nothing internal is written to the customer by mistake. */
export function nextDraft(conversation: Conversation, { kind, thread_id }: Pick<LocalDraft, "kind" | "thread_id">): LocalDraft {
  return { ...emptyDraft(conversation), kind, thread_id };
}

export function emptyDraft(conversation: Conversation): LocalDraft {
  return { kind: "message", html: "", thread_id: pickThread(conversation), file_ids: [], files: [], to: [], cc: [], bcc: [], subject: null, at: 0, synced: true };
}
