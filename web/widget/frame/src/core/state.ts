/** What the visitor sees, as a fold over frames and local events. Pure: no clock, no storage, no network. */
import type { Pending } from "./outbox";
import type { Wishes } from "./wishes";
import type { AuthorKind, Conversation, Me, Message, Presence, Queue, ServerFrame } from "./protocol";

/** `idle`: not wanted yet · `waiting`: broken, will be tried again · `refused`: the server wants no connection. */
export type Phase = "idle" | "connecting" | "open" | "waiting" | "refused";

export interface State extends Presence, Me, Wishes {
  phase: Phase;
  /** Whether anything of the server has ever been shown; until then presence is unknown. */
  welcomed: boolean;
  cursor: string | null;
  /** When all messages were last fetched anew, by the clock of this device. */
  freshAt: number;
  /** Sorted by id, each id once. */
  messages: readonly Message[];
  /** Sorted by seq; none whose message is in `messages`. */
  outbox: readonly Pending[];
  conversation: Conversation | null;
  /** Older messages than the first one exist. */
  more: boolean;
  loading: boolean;
  typing: { name: string | null; kind: "agent" | "assistant" } | null;
  /** Where the visitor stands while nobody has taken his conversation. */
  queue: Queue | null;
  /** Newest message that the other side has read. */
  readUpTo: string | null;
  /** Newest message that the visitor has read on this device. */
  seenUpTo: string | null;
}

export type Snapshot = Pick<
  State,
  "cursor" | "freshAt" | "messages" | "conversation" | "more" | "readUpTo" | keyof Presence | keyof Me
>;

export type Event =
  | ServerFrame
  | { t: "phase"; phase: Phase }
  | { t: "outbox"; entries: readonly Pending[] }
  | { t: "wishes"; wishes: Wishes }
  | { t: "looked"; message: string }
  | { t: "loading"; on: boolean }
  | { t: "restore"; snapshot: Snapshot }
  | { t: "forget" };

export const EMPTY: State = {
  phase: "idle",
  welcomed: false,
  cursor: null,
  freshAt: 0,
  messages: [],
  outbox: [],
  conversation: null,
  more: false,
  loading: false,
  typing: null,
  queue: null,
  readUpTo: null,
  seenUpTo: null,
  verified: false,
  name: null,
  email: null,
  online: false,
  people: [],
  expected: "minutes",
  opens_at: null,
  emailWish: null,
  emailRefused: false,
  rateWish: null,
};

const byId = (a: Message, b: Message): number => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
const later = (a: string | null, b: string | null): string | null => (a && b ? (a > b ? a : b) : (a ?? b));

/** One entry per id in the order of ids; `incoming` wins over what was there. */
function merge(current: readonly Message[], incoming: readonly Message[]): Message[] {
  const all = new Map(current.map((message) => [message.id, message]));
  for (const message of incoming) all.set(message.id, message);
  return [...all.values()].sort(byId);
}

/**
 * Changes that arrived by cursor, without those of messages older than anything loaded: alone there they would hide that
 * the pages between are missing.
 */
function loaded(state: State, changes: readonly Message[]): readonly Message[] {
  const first = state.messages[0];
  return state.more && first ? changes.filter((message) => message.id >= first.id) : changes;
}

/** Replaces the messages and drops the pending entries that have become one of them. */
function withMessages(state: State, messages: Message[]): State {
  const arrived = new Set(messages.map((message) => message.client_id));
  return { ...state, messages, outbox: state.outbox.filter((entry) => !arrived.has(entry.id)) };
}

/** The entries of the storage, plus those that another tab has delivered while their message is still on its way here. */
function withOutbox(state: State, entries: readonly Pending[]): State {
  const stored = new Set(entries.map((entry) => entry.id));
  const delivered = state.outbox.flatMap((entry): Pending[] =>
    stored.has(entry.id) || entry.state === "failed" ? [] : [{ ...entry, state: "sent" }],
  );
  const outbox = [...entries, ...delivered].sort((a, b) => a.seq - b.seq);
  return withMessages({ ...state, outbox }, [...state.messages]);
}

const messageOf = (entry: Pending, id: string): Message => ({
  id,
  client_id: entry.id,
  author: { kind: "customer", name: null, avatar: null },
  html: null,
  text: entry.text,
  files: entry.files,
  at: new Date(entry.seq).toISOString(),
  state: null,
  seen: false,
  ask: null,
});

const presenceOf = ({ online, people, expected, opens_at }: Presence): Presence => ({ online, people, expected, opens_at });

function acknowledge(state: State, id: string, answer: Message | string): State {
  const entry = state.outbox.find((candidate) => candidate.id === id);
  const next = { ...state, outbox: state.outbox.filter((candidate) => candidate !== entry) };
  if (typeof answer !== "string") return withMessages(next, merge(state.messages, loaded(state, [{ ...answer, client_id: id }])));
  if (!entry || state.messages.some((message) => message.id === answer)) return next;
  return withMessages(next, merge(state.messages, [messageOf(entry, answer)]));
}

function greet(state: State, frame: Extract<ServerFrame, { t: "welcome" }>): State {
  const { messages, reset, more, cursor, verified, name, email } = frame;
  const next: State = {
    ...state,
    ...presenceOf(frame),
    verified,
    name,
    email,
    conversation: frame.conversation,
    phase: "open",
    welcomed: true,
    cursor: cursor ?? (reset ? null : state.cursor),
    more: reset ? more : state.more,
    loading: false,
    typing: null,
    queue: null,
    // What another tab has delivered is committed, so it is part of this answer or older than it.
    outbox: state.outbox.filter((entry) => entry.state !== "sent"),
  };
  return withMessages(next, reset ? merge([], messages) : merge(state.messages, loaded(state, messages)));
}

/** The next state; the cursor moves only with `welcome`, `message` and `conversation`, which arrive in its order. */
export function reduce(state: State, event: Event): State {
  switch (event.t) {
    case "welcome":
      return greet(state, event);
    case "message": {
      const { message } = event;
      const next = withMessages(state, merge(state.messages, loaded(state, [message])));
      const spoke = message.author.kind !== "customer" && message.author.kind !== "system";
      return { ...next, cursor: event.cursor ?? state.cursor, typing: spoke ? null : state.typing };
    }
    case "ack":
      return acknowledge(state, event.id, event.message);
    case "conversation":
      return { ...state, conversation: event.conversation, cursor: event.cursor ?? state.cursor };
    case "history":
      // What is here already is at least as new as a page of history.
      return {
        ...withMessages(state, merge(event.messages, state.messages)),
        more: event.more,
        loading: false,
      };
    case "typing":
      return { ...state, typing: event.on ? { name: event.name, kind: event.kind } : null };
    case "queue":
      return { ...state, queue: event.position ? { position: event.position, minutes: event.minutes } : null };
    case "seen":
      return { ...state, readUpTo: later(state.readUpTo, event.message) };
    case "presence":
      return { ...state, ...presenceOf(event) };
    case "me":
      return { ...state, verified: event.verified, name: event.name, email: event.email };
    case "phase":
      return { ...state, phase: event.phase, ...(event.phase === "open" ? {} : { typing: null, queue: null, loading: false }) };
    case "outbox":
      return withOutbox(state, event.entries);
    case "wishes":
      return { ...state, ...event.wishes };
    case "looked":
      return { ...state, seenUpTo: later(state.seenUpTo, event.message) };
    case "loading":
      return { ...state, loading: event.on };
    case "restore":
      return withMessages({ ...state, ...event.snapshot, welcomed: true }, merge([], event.snapshot.messages));
    case "forget":
      return { ...EMPTY, phase: state.phase };
    default:
      return state;
  }
}

const FOREIGN: readonly AuthorKind[] = ["agent", "assistant"];

/** Whether somebody of the shop, person or assistant, wrote it. */
export const isForeign = (message: Message): boolean => FOREIGN.includes(message.author.kind);

/** How many messages of the shop the visitor has not seen. */
export const countUnread = (state: State): number =>
  state.messages.filter((message) => isForeign(message) && !message.seen && message.id > (state.seenUpTo ?? "")).length;

/** The newest message that is not the visitor's own, which is what `seen` reports. */
export const newestForeign = (state: State): string | null => state.messages.findLast(isForeign)?.id ?? null;

/** Whether the other side has read this message of the visitor. */
export const isRead = (state: State, message: Message): boolean =>
  message.seen || (state.readUpTo !== null && message.id <= state.readUpTo);
