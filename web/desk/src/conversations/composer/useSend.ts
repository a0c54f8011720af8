import type { Conversation, FileInfo, Id, Message } from "@parley/client/types";
import { toast } from "@parley/ui/Toasts";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { useSelf } from "@/lib/directory";
import { formatUpcoming } from "@/lib/format/time";
import { t } from "@/lib/i18n/catalogue";
import { applyConversation, applyMessage } from "@/lib/live/apply";
import { speaker } from "@/lib/live/presence";
import { explain, Problem } from "@/lib/problem";
import { keys } from "@/lib/query";

import { markActed, markRefused } from "../acts/acted";
import { projectChange } from "../acts/useActs";
import { postMessage, type Outgoing } from "../api";
import { plantDraft, type LocalDraft } from "./drafts";
import { noteSent, type DraftMacro } from "./macros";
import { isCrossed } from "./seen";
import { dropPending, putPending, type Pending } from "./outbox";
import { useUndoSend } from "./useUndoSend";

/** Brings a message that was not taken back into the field; `began` is the newest message that its writer knows of. */
export function restoreDraft(pending: Pending, began: Id | null = null): void {
  const { body, files, conversation_id: id } = pending;
  const draft: LocalDraft = {
    kind: body.kind, html: body.html, thread_id: body.thread_id ?? null, file_ids: body.file_ids, files, to: body.to ?? [], cc: body.cc ?? [], bcc: body.bcc ?? [], subject: null, began, macros: pending.macros ?? [], at: Date.now(), synced: false,
  };
  plantDraft(id, draft);
}

export type Collision = { newer: Message[]; pending: Pending };

/** Sends what was written; keeps it until the server has acknowledged it. */
export function useSend(conversation: Conversation, onDone: () => void) {
  const client = useQueryClient();
  const { agent } = useSelf();
  const undo = useUndoSend();
  const [collision, setCollision] = useState<Collision | null>(null);

  function succeed(pending: Pending, message: Message, askedAt: number): void {
    applyMessage(client, message, askedAt);
    dropPending(pending.key);
    void client.invalidateQueries({ queryKey: keys.views });
    if (!pending.body.then || message.undo_until === null) return;
    const left = Date.parse(message.undo_until) - Date.now();
    const text = pending.body.then === "close" ? t("send.closed", { number: conversation.number }) : t("send.snoozed", { number: conversation.number });
    toast({ text, stay: Math.max(1000, left), countdown: true, action: { label: t("send.undo"), run: () => void undo(message) } });
  }

  function fail(pending: Pending, error: unknown): void {
    if (error instanceof Problem && error.code === "newer_message") {
      const newer = (error.body.newer ?? []) as Message[];
      for (const message of newer) applyMessage(client, message);
      dropPending(pending.key);
      const last = newer.at(-1)?.id ?? null;
      // A screen that is behind may hide more than a line that crossed ours.
      if (isCrossed(newer) && speaker.get().live()) {
        void deliver({ ...pending, key: crypto.randomUUID(), body: { ...pending.body, seen_up_to: last } });
        return;
      }
      restoreDraft(pending, last);
      setCollision({ newer, pending });
      return;
    }
    const offline = error instanceof Problem && (error.status === 0 || error.status >= 502);
    putPending({ ...pending, state: offline ? "waiting" : "refused", reason: explain(error) });
    if (pending.body.then) toast({ tone: "red", text: t("send.failed", { number: conversation.number }), detail: explain(error) });
  }

  async function deliver(pending: Pending): Promise<void> {
    const before = conversation;
    putPending({ ...pending, state: "sending", reason: null });
    if (pending.body.then) {
      markActed(conversation.id);
      applyConversation(client, projectChange(conversation, pending.body.then === "close" ? { status: "closed" } : { snoozed_until: pending.body.snooze_until ?? null }), agent.id);
      onDone();
    }
    const askedAt = performance.now();
    try {
      succeed(pending, await postMessage(pending.conversation_id, pending.body, pending.key), askedAt);
    } catch (error) {
      if (pending.body.then) {
        applyConversation(client, before, agent.id);
        markRefused(before.id);
      }
      fail(pending, error);
    }
  }

  function send(body: Outgoing, files: FileInfo[], macros: DraftMacro[] = []): void {
    setCollision(null);
    noteSent(conversation.id, macros);
    void deliver({ key: crypto.randomUUID(), conversation_id: conversation.id, body, files, macros, at: new Date().toISOString(), state: "sending", reason: null });
    if (body.send_at !== undefined) toast({ text: t("send.scheduled", { at: formatUpcoming(body.send_at) }) });
  }

  return { send, collision, settle: () => setCollision(null) };
}
