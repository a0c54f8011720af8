import type { ClientFrame, Id, Viewer } from "@parley/client/types";

import { createStore, useStorePart } from "@/lib/store";

export type Presence = { viewers: readonly Viewer[]; customerTyping: boolean };

const NOBODY: Presence = { viewers: [], customerTyping: false };

export const presence = createStore<Readonly<Record<Id, Presence>>>({});
export const onlineAgents = createStore<ReadonlySet<Id>>(new Set());

/** Says something over the live connection, and whether it stands; set by the app once there is one. */
export const speaker = createStore<{ send: (frame: ClientFrame) => void; live: () => boolean }>({ send: () => undefined, live: () => false });

export function setPresence(conversation: Id, part: Partial<Presence>): void {
  presence.set((old) => ({ ...old, [conversation]: { ...(old[conversation] ?? NOBODY), ...part } }));
}

const TYPING_LASTS = 12_000;
const timers = new Map<Id, ReturnType<typeof setTimeout>>();

/** The customer types, or has stopped; what is not repeated ends by itself. */
export function setCustomerTyping(conversation: Id, on: boolean): void {
  clearTimeout(timers.get(conversation));
  setPresence(conversation, { customerTyping: on });
  if (on) timers.set(conversation, setTimeout(() => setPresence(conversation, { customerTyping: false }), TYPING_LASTS));
}

/** Who looks at a conversation and who writes in it, the reader included. */
export function usePresence(conversation: Id): Presence {
  return useStorePart(presence, (state) => state[conversation] ?? NOBODY);
}
