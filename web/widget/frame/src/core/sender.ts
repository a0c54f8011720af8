/** Moves messages from the outbox to the server: at once, in order, again when the answer stays away. */
import { wellFormed } from "./clean";
import type { ClientWorld } from "./client";
import { dropPending, isOutbox, listPending, nextSeq, pickPending, putPending } from "./outbox";
import type { Pending } from "./outbox";
import { CLOSE } from "./protocol";
import type { ClientFrame, FileInfo } from "./protocol";
import type { Event, State } from "./state";
import type { Store } from "./store";

const FAULTS_LIMIT = 3;

export interface SenderParts {
  world: ClientWorld;
  store: Store;
  tab: string;
  state: () => State;
  apply: (event: Event) => void;
  transmit: (frame: ClientFrame) => boolean;
}

export type Sender = ReturnType<typeof openSender>;

export function openSender({ world, store, tab, state, apply, transmit }: SenderParts) {
  /** Ids on their way over the present connection, and since when. */
  const onWay = new Map<string, number>();

  /** Shows what the storage holds, and lets go there of what has arrived as a message. */
  function reload(): void {
    const entries = listPending(store);
    apply({ t: "outbox", entries });
    const open = new Set(state().outbox.map((entry) => entry.id));
    for (const entry of entries) if (!open.has(entry.id)) dropPending(store, entry);
  }

  function keep(entry: Pending): void {
    putPending(store, entry);
    reload();
  }

  function flush(): void {
    const now = world.now();
    for (const { id, text, files, topic } of pickPending(state().outbox, onWay, tab, now)) {
      const frame = { t: "send", id, text, files: files.map((file) => file.id), ...(topic ? { topic } : {}) } as const;
      if (!transmit(frame)) return;
      onWay.set(id, now);
    }
  }

  return {
    reload,
    flush,
    /** A new connection: nothing is on its way. */
    restart(): void {
      onWay.clear();
      flush();
    },
    /** Another tab, or this one, has changed what the storage holds under `key`. */
    changed(key: string): void {
      if (isOutbox(key)) reload();
    },
    /** Removes from the storage what was in the outbox before and is not any more. */
    settle(before: readonly Pending[]): void {
      const open = new Set(state().outbox.map((entry) => entry.id));
      for (const entry of before) if (!open.has(entry.id)) dropPending(store, entry);
    },
    /** Takes a message at once; it is kept on the device until the server has it. False when there is nothing to send. */
    send(text: string, files: FileInfo[], topic?: string): boolean {
      const body = wellFormed(text).trim();
      if (!body && !files.length) return false;
      const seq = nextSeq(listPending(store), world.now());
      keep({ id: world.uuid(), seq, tab, text: body, files, state: "pending", ...(topic ? { topic } : {}) });
      return true;
    },
    /** Sends a refused message again, unchanged and under the same id. */
    retry: (entry: Pending): void => keep({ ...entry, tab, state: "pending", faults: 0 }),
    discard(entry: Pending): void {
      dropPending(store, entry);
      reload();
    },
    refused(id: string, code: string): void {
      onWay.delete(id);
      const entry = state().outbox.find((candidate) => candidate.id === id);
      if (entry) keep({ ...entry, state: "failed", code });
    },
    /** A message that makes the server close the socket each time must not block the others for ever. */
    closed(code: number): void {
      const first = state().outbox.find((entry) => onWay.has(entry.id));
      onWay.clear();
      if (code !== CLOSE.badFrame || !first) return;
      const faults = (first.faults ?? 0) + 1;
      keep({ ...first, faults, ...(faults < FAULTS_LIMIT ? {} : { state: "failed", code: "bad_frame" }) });
    },
  };
}
