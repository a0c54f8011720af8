import type { Message } from "@parley/client/types";
import { toast } from "@parley/ui/Toasts";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";

import { t } from "@/lib/i18n/catalogue";
import { applyMessage } from "@/lib/live/apply";
import { explain } from "@/lib/problem";
import { keys } from "@/lib/query";

import { undoMessage } from "../api";
import { plantDraft } from "./drafts";
import { recallSent } from "./macros";

/** Takes a message back before it goes out: its words return to the field. */
export function useUndoSend(): (message: Message) => Promise<void> {
  const client = useQueryClient();
  const navigate = useNavigate();
  return async (message) => {
    try {
      await undoMessage(message.id);
    } catch (error) {
      toast({ tone: "red", text: t("send.too_late"), detail: explain(error) });
      return;
    }
    applyMessage(client, { ...message, state: "cancelled" });
    plantDraft(message.conversation_id, {
      kind: message.kind, html: message.html, thread_id: message.thread_id, file_ids: message.attachments.map((file) => file.id), files: message.attachments,
      to: message.to, cc: message.cc, bcc: message.bcc, subject: message.subject, macros: message.kind === "note" ? [] : recallSent(message.conversation_id), at: Date.now(), synced: false,
    });
    void client.invalidateQueries({ queryKey: keys.views });
    if (!location.pathname.includes(message.conversation_id)) await navigate({ to: "/conversations/$id", params: { id: message.conversation_id } });
  };
}
