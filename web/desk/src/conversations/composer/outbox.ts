import type { FileInfo, Id } from "@parley/client/types";

import { createStore } from "@/lib/store";

import type { Outgoing } from "../api";
import type { DraftMacro } from "./macros";

export type Pending = {
  /** Also the idempotency key: sent again, it stays one message. */
  key: string;
  conversation_id: Id;
  body: Outgoing;
  files: FileInfo[];
  macros?: DraftMacro[];
  at: string;
  state: "sending" | "waiting" | "refused";
  reason: string | null;
};

const NAME = "parley.outbox";

function load(): Pending[] {
  try {
    const kept = JSON.parse(localStorage.getItem(NAME) ?? "[]") as Pending[];
    return kept.map((one) => (one.state === "sending" ? { ...one, state: "waiting" } : one));
  } catch {
    return [];
  }
}

/** What was sent and not yet acknowledged, kept over a reload. */
export const outbox = createStore<readonly Pending[]>(load());

outbox.subscribe(() => {
  try {
    localStorage.setItem(NAME, JSON.stringify(outbox.get()));
  } catch {
    // Without storage it lasts as long as the page.
  }
});

export function putPending(one: Pending): void {
  outbox.set((old) => [...old.filter((other) => other.key !== one.key), one]);
}

export function dropPending(key: string): void {
  outbox.set((old) => old.filter((one) => one.key !== key));
}
