/** The visitor's side of the conversation: state, storage and socket held together. No interface, no globals. */
import { cleanPage } from "./clean";
import { openConnection } from "./connection";
import type { World } from "./connection";
import type { Pending } from "./outbox";
import type { FileInfo, Identity, Message, Page, ServerFrame } from "./protocol";
import { openSender } from "./sender";
import { pickResume, restoreState, saveState } from "./snapshot";
import { countUnread, isForeign, reduce } from "./state";
import type { Event, State } from "./state";
import type { Store } from "./store";
import { openTyping } from "./typing";
import { countTry, saveWishes, settleWishes, wishFrames } from "./wishes";
import type { RateWish, Wishes } from "./wishes";

export interface ClientWorld extends World {
  uuid(): string;
}

export interface ClientOptions {
  store: Store;
  /** Names this tab, the same after a reload. */
  tab: string;
  language: string;
  zone: string;
  page: Page;
  /** Runs `connect` when no other tab is just being given its first token; `connect` gets the function that says "done". */
  alone?: (connect: (done: () => void) => void) => void;
  onIncoming?: (message: Message) => void;
  onRated?: (score: number) => void;
}

export type Client = ReturnType<typeof openClient>;

const SAVE_MS = 300;
const PLACE_EVERY_MS = 10_000;

/** Restores what the device keeps and returns the calls of the interface; nothing is connected before `wake`. */
export function openClient(world: ClientWorld, options: ClientOptions) {
  const { store } = options;
  const listeners = new Set<() => void>();
  let { language, page } = options;
  let identity: Identity | null = null;
  let wanted = false;
  let queueing = false;
  let release = (): void => undefined;
  let saveTimer = 0;
  let askedAt = 0;
  let state = restoreState(store);

  const connection = openConnection(world, {
    hello: () => ({
      t: "hello",
      v: 1,
      token: store.get("token"),
      identity,
      language,
      zone: options.zone,
      page: cleanPage(page),
      ...pickResume(store, state, world.now()),
    }),
    frame: receive,
    phase: (phase) => apply({ t: "phase", phase }),
    closed: (code) => sender.closed(code),
    tick: () => {
      sender.flush();
      // Others who are served move the visitor up without anything being said to him.
      if (state.queue && world.now() - askedAt >= PLACE_EVERY_MS && connection.send({ t: "ping" })) askedAt = world.now();
    },
  });
  const sender = openSender({
    world,
    store,
    tab: options.tab,
    state: () => state,
    apply,
    transmit: (frame) => connection.send(frame),
  });
  const typing = openTyping(world, {
    report: (on) => connection.send({ t: "typing", on }),
    over: () => apply({ t: "typing", on: false, name: null, kind: "agent" }),
  });
  sender.reload();

  function apply(event: Event): void {
    const before = state;
    state = reduce(state, event);
    if (state === before) return;
    if (event.t !== "outbox" && before.outbox !== state.outbox) sender.settle(before.outbox);
    for (const listener of listeners) listener();
  }

  function save(): void {
    world.clearTimeout(saveTimer);
    if (saveTimer) saveState(store, state);
    saveTimer = 0;
  }

  function receive(frame: ServerFrame): void {
    const before = state;
    settle(settleWishes(state, frame));
    if (frame.t === "welcome" && frame.token) store.set("token", frame.token);
    apply(frame);
    if (frame.t === "welcome" && frame.reset) state = { ...state, freshAt: world.now() };
    // A second welcome over the same connection repeats what is known; nothing is sent again for it.
    if (frame.t === "welcome" && before.phase !== "open") catchUp();
    if (frame.t === "reject") sender.refused(frame.id, frame.code);
    if (frame.t === "error" && frame.code === "identity_invalid") store.remove("who");
    if (frame.t === "typing") typing.heard(frame.on);
    if (frame.t === "message" || (frame.t === "welcome" && before.welcomed)) announce(before);
    if (!saveTimer && frame.t !== "typing") saveTimer = world.setTimeout(save, SAVE_MS);
  }

  function catchUp(): void {
    release();
    sendWishes();
    sender.restart();
    const { seenUpTo } = state;
    if (seenUpTo && state.messages.some((message) => isForeign(message) && !message.seen && message.id <= seenUpTo))
      connection.send({ t: "seen", message: seenUpTo });
  }

  function announce(before: State): void {
    const newest = before.messages.at(-1)?.id ?? "";
    for (const message of state.messages) if (isForeign(message) && message.id > newest) options.onIncoming?.(message);
  }

  function settle(wishes: Wishes): void {
    const { emailWish, emailRefused, rateWish } = wishes;
    if (state.rateWish && !rateWish) options.onRated?.(state.rateWish.score);
    if (emailWish === state.emailWish && emailRefused === state.emailRefused && rateWish === state.rateWish) return;
    saveWishes(store, wishes);
    apply({ t: "wishes", wishes: { emailWish, emailRefused, rateWish } });
  }

  function sendWishes(): void {
    if (state.phase !== "open") return;
    for (const frame of wishFrames(state)) connection.send(frame);
    settle(countTry(state));
  }

  function wish(wishes: Wishes): void {
    settle(wishes);
    reach();
    sendWishes();
  }

  function wake(): void {
    const first = !wanted;
    wanted = true;
    if (first && options.alone && !store.get("token")) {
      queueing = true;
      options.alone((done) => {
        queueing = false;
        release = done;
        connection.wake();
      });
    } else if (!queueing) connection.wake();
  }

  /** Connects for something to be sent; what is open shows by its answer whether it lives. */
  function reach(): void {
    if (state.phase !== "open") wake();
  }

  function forget(): void {
    store.clear();
    apply({ t: "forget" });
    if (wanted) connection.restart();
  }

  store.watch((key) => {
    if ((key === null || key === "token") && !store.get("token") && state.welcomed) forget();
    if (key === "seen") apply({ t: "looked", message: store.get("seen") ?? "" });
    if (key !== null) sender.changed(key);
  });

  return {
    state: () => state,
    subscribe(listener: () => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    unread: () => countUnread(state),
    hasSession: () => Boolean(store.get("token")),
    wake,
    lost: () => connection.lost(),
    save,
    send(text: string, files: FileInfo[] = [], topic?: string): void {
      if (!sender.send(text, files, topic)) return;
      typing.sent();
      reach();
      sender.flush();
    },
    retry: (entry: Pending): void => {
      sender.retry(entry);
      reach();
      sender.flush();
    },
    discard: (entry: Pending) => sender.discard(entry),
    typing: (on: boolean): void => typing.type(on),
    /** The visitor has this message before his eyes. */
    look(message: string): void {
      if (message <= (state.seenUpTo ?? "")) return;
      store.set("seen", message);
      apply({ t: "looked", message });
      connection.send({ t: "seen", message });
    },
    older(): void {
      const first = state.messages[0];
      if (!first || !state.more || state.loading) return;
      if (connection.send({ t: "history", before: first.id })) apply({ t: "loading", on: true });
    },
    leaveEmail: (email: string, name?: string): void =>
      wish({ ...state, emailWish: { email, ...(name ? { name } : {}) }, emailRefused: false }),
    rate: (rateWish: RateWish): void => wish({ ...state, rateWish }),
    visit(next: Page): void {
      page = next;
      const { url, title } = cleanPage(next);
      connection.send({ t: "page", url, title });
    },
    speak(next: string): void {
      language = next;
      if (state.phase !== "idle") connection.restart();
    },
    /** Signs the customer in. Another customer than the last one on this device starts with nothing of the other's. */
    identify(next: Identity): void {
      if (JSON.stringify(next) === JSON.stringify(identity)) return;
      const who = next.id || next.email;
      const last = store.get("who");
      identity = next;
      if (last !== null && last !== who) {
        store.clear();
        apply({ t: "forget" });
      }
      if (last !== who) {
        // What is on the server under this name is another history than the one the cursor belongs to.
        store.set("who", who);
        store.remove("state");
        state = { ...state, cursor: null };
      }
      if (wanted) connection.restart();
    },
    logout(): void {
      identity = null;
      forget();
    },
  };
}
