/** What is being typed, kept on the device until it is sent. */
import type { FileInfo } from "./core/protocol";
import type { Store } from "./core/store";

export interface Draft {
  text: string;
  files: readonly FileInfo[];
}

const DAY_MS = 86_400_000;
const EMPTY: Draft = { text: "", files: [] };

/** The draft of this device. Files that were never sent live a day on the server; older ones are left out. */
export function loadDraft(store: Store, now: number): Draft {
  try {
    const { text, files, at } = JSON.parse(store.get("draft") ?? "null") as Draft & { at: number };
    return { text, files: now - at < DAY_MS ? files : [] };
  } catch {
    return EMPTY;
  }
}

export function saveDraft(store: Store, draft: Draft, now: number): void {
  if (draft.text || draft.files.length) store.set("draft", JSON.stringify({ ...draft, at: now }));
  else store.remove("draft");
}
