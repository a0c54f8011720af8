import type { Id } from "@parley/client/types";

import { createStore } from "@/lib/store";

/** Conversations that the reader changed himself: a list lets them go at once, even while its rows stand still. */
export const acted = createStore<ReadonlySet<Id>>(new Set());

/** Conversations whose change was refused a moment ago: their row shows it. */
export const refused = createStore<ReadonlySet<Id>>(new Set());

export function markActed(id: Id): void {
  acted.set((old) => new Set(old).add(id));
}

export function markRefused(id: Id): void {
  acted.set((old) => new Set([...old].filter((one) => one !== id)));
  refused.set((old) => new Set(old).add(id));
  setTimeout(() => refused.set((old) => new Set([...old].filter((one) => one !== id))), 1600);
}
