/** The copy of the newest messages on the device, so that the next page shows them at once. */
import { EMPTY, reduce } from "./state";
import type { Snapshot, State } from "./state";
import type { Store } from "./store";
import { loadWishes } from "./wishes";

const DAY_MS = 86_400_000;

/** What the device keeps of the last page: shown at once, brought up to date by the first welcome. */
export function restoreState(store: Store, now: number): State {
  const start: State = { ...EMPTY, ...loadWishes(store), seenUpTo: store.get("seen") };
  try {
    const { at, ...snapshot } = JSON.parse(store.get("state") ?? "null") as Snapshot & { at: number };
    // Addresses of files do not live for ever: an old copy is shown, then fetched anew.
    if (Math.abs(now - at) > DAY_MS) snapshot.cursor = null;
    return reduce(start, { t: "restore", snapshot });
  } catch {
    store.remove("state");
    return start;
  }
}

/** What is worth keeping for the next page: the newest messages, complete enough to paint at once. */
function takeSnapshot(state: State, limit = 30): Snapshot {
  const { cursor, conversation, readUpTo, verified, name, email, online, people, expected, opens_at } = state;
  const messages = state.messages.slice(-limit);
  const more = state.more || state.messages.length > limit;
  return { cursor, messages, conversation, more, readUpTo, verified, name, email, online, people, expected, opens_at };
}

export const saveState = (store: Store, state: State, now: number): void =>
  store.set("state", JSON.stringify({ at: now, ...takeSnapshot(state) }));
