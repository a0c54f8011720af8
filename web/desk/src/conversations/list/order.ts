import type { Id } from "@parley/client/types";

import { createStore } from "@/lib/store";

/** The list beside the open conversation, as it stands: where "next" leads. */
export const listOrder = createStore<{ view: string; ids: readonly Id[] }>({ view: "", ids: [] });

/** The rows chosen for an act on many, and whether that means everything the view holds. */
export const selection = createStore<{ ids: ReadonlySet<Id>; all: boolean }>({ ids: new Set(), all: false });

export function clearSelection(): void {
  selection.set((old) => (old.ids.size === 0 && !old.all ? old : { ids: new Set(), all: false }));
}

/** The neighbour of a conversation in the list, or undefined at its ends. */
export function findNeighbour(ids: readonly Id[], id: Id | null, step: 1 | -1): Id | undefined {
  if (id === null) return step === 1 ? ids[0] : undefined;
  const at = ids.indexOf(id);
  return at < 0 ? undefined : ids[at + step];
}

/** Where to go once a conversation leaves the list: the next one, else the one before. */
export function findAfterLeaving(ids: readonly Id[], id: Id): Id | undefined {
  return findNeighbour(ids, id, 1) ?? findNeighbour(ids, id, -1);
}
