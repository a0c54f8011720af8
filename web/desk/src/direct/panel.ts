import type { Id } from "@parley/client/types";

import { createStore } from "@/lib/store";

type Panel = { open: boolean; /** What is shown: a talk, the choice of colleagues, or the list. */ show: { thread: Id } | "new" | "list" };

/** The panel with the messages of colleagues; it floats beside whatever page is open. */
export const panel = createStore<Panel>({ open: false, show: "list" });

export const openMessages = (show: Panel["show"] = panel.get().show): void => panel.set({ open: true, show });
export const closeMessages = (): void => panel.set((old) => ({ ...old, open: false }));

/** Whether somebody looks at a talk right now. */
export function isLookingAt(thread: Id): boolean {
  const { open, show } = panel.get();
  return open && typeof show === "object" && show.thread === thread && document.visibilityState === "visible" && document.hasFocus();
}

// What was typed and not sent, by talk, until the page is closed.
const drafts = new Map<Id, string>();
export const getDraft = (thread: Id): string => drafts.get(thread) ?? "";
export const keepDraft = (thread: Id, text: string): void => void drafts.set(thread, text);
