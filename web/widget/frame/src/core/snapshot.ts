/** The copy of the newest messages on the device, so that the next page shows them at once. */
import { EMPTY, reduce } from "./state";
import type { Snapshot, State } from "./state";
import type { Store } from "./store";
import { loadWishes } from "./wishes";

const DAY_MS = 86_400_000;

/** From where a new connection goes on; `after` is null when everything is to be fetched anew. */
export function pickResume(store: Store, state: State, now: number): { after: string | null; verified: boolean } {
  // A cursor belongs to a visitor; without a token the server makes another one. Addresses of files do not live for ever.
  const fresh = store.get("token") !== null && Math.abs(now - state.freshAt) < DAY_MS;
  return { after: fresh ? state.cursor : null, verified: state.verified };
}

/** What the device keeps of the last page: shown at once, brought up to date by the first welcome. */
export function restoreState(store: Store): State {
  const start: State = { ...EMPTY, ...loadWishes(store), seenUpTo: store.get("seen") };
  try {
    const snapshot = JSON.parse(store.get("state") ?? "") as Snapshot;
    return reduce(start, { t: "restore", snapshot });
  } catch {
    store.remove("state");
    return start;
  }
}

/** What is worth keeping for the next page: the newest messages, complete enough to paint at once. */
function takeSnapshot(state: State, limit = 30): Snapshot {
  const { cursor, freshAt, conversation, readUpTo, verified, name, email, online, people, expected, opens_at } = state;
  const messages = state.messages.slice(-limit);
  const more = state.more || state.messages.length > limit;
  return { cursor, freshAt, messages, conversation, more, readUpTo, verified, name, email, online, people, expected, opens_at };
}

export const saveState = (store: Store, state: State): void => store.set("state", JSON.stringify(takeSnapshot(state)));
