import type { Conversation, Id } from "@parley/client/types";
import { useCallback, useEffect, useRef, useState } from "react";

import { useStorePart } from "@/lib/store";

import { dropDraft, saveDraft } from "../api";
import { forgetLocal, isEmpty, nextDraft, openDraft, planted, writeLocal, type LocalDraft } from "./drafts";

const TO_SERVER_MS = 1200;

export type SavedState = "idle" | "local" | "saved";

function toBody({ files, macros: _macros, at: _at, synced: _synced, sender_id: _sender, began: _began, ...body }: LocalDraft) {
  return { ...body, file_ids: files.map((file) => file.id) };
}

/** Who may not write to the customer writes notes, whatever lies here from before. */
function within(draft: LocalDraft, mayReply: boolean): LocalDraft {
  return mayReply || draft.kind === "note" ? draft : { ...draft, kind: "note" };
}

/** The draft of a conversation: kept on this device with every key, on the server a moment later. `newest` is the last message on the screen. */
export function useDraft(conversation: Conversation, newest: Id | null, mayReply: boolean) {
  const { id } = conversation;
  const revision = useStorePart(planted, (all) => all[id] ?? 0);
  const [state, setState] = useState(() => ({ revision, draft: within(openDraft(conversation), mayReply), saved: "idle" }));
  if (state.revision !== revision) setState({ revision, draft: within(openDraft(conversation), mayReply), saved: "idle" });
  const latest = useRef(state.draft);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  const push = useCallback(async () => {
    clearTimeout(timer.current);
    const draft = latest.current;
    if (draft.synced) return;
    try {
      await (isEmpty(draft) ? dropDraft(id) : saveDraft(id, toBody(draft)));
      if (latest.current !== draft) return;
      latest.current = { ...draft, synced: true };
      writeLocal(id, latest.current);
      setState((old) => ({ ...old, draft: latest.current, saved: isEmpty(draft) ? "idle" : "saved" }));
    } catch {
      // It is safe on this device; the next key tries again.
    }
  }, [id]);

  useEffect(() => {
    latest.current = state.draft;
  }, [state.draft]);
  useEffect(() => () => void push(), [push]);

  const change = useCallback(
    (part: Partial<LocalDraft>) => {
      const began = isEmpty(latest.current) ? newest : (latest.current.began ?? null);
      const next: LocalDraft = { ...latest.current, began, ...part, at: Date.now(), synced: false };
      latest.current = next;
      writeLocal(id, next);
      setState((old) => ({ ...old, draft: next, saved: "local" }));
      clearTimeout(timer.current);
      timer.current = setTimeout(() => void push(), TO_SERVER_MS);
    },
    [id, newest, push],
  );

  /** Empties the field after a message went out; the server forgets its copy by itself. */
  const clear = useCallback(() => {
    clearTimeout(timer.current);
    forgetLocal(id);
    const draft = nextDraft(conversation, latest.current);
    latest.current = draft;
    const revision = (planted.get()[id] ?? 0) + 1;
    setState({ revision, draft, saved: "idle" });
    planted.set((old) => ({ ...old, [id]: revision }));
  }, [conversation, id]);

  return { draft: state.draft, saved: state.saved, revision, change, clear };
}
