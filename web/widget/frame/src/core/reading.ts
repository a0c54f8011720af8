/** Reads what comes over the widget's socket: what is broken becomes null, what is missing becomes empty. */
import { KINDS } from "./protocol";
import type { Conversation, FileInfo, Me, Message, Presence, ServerFrame } from "./protocol";

type Bag = Record<string, unknown>;

const isBag = (value: unknown): value is Bag => typeof value === "object" && value !== null && !Array.isArray(value);
const text = (value: unknown): string => (typeof value === "string" ? value : "");
const maybe = (value: unknown): string | null => (typeof value === "string" && value ? value : null);
/** An address of another scheme must never reach a link or an image. */
const address = (value: unknown): string | null => (/^(https?:\/\/|\/)/i.test(text(value)) ? text(value) : null);
const size = (value: unknown): number | null => (typeof value === "number" && value > 0 ? value : null);
const list = <T>(value: unknown, read: (item: Bag) => T | null): T[] =>
  Array.isArray(value) ? value.filter(isBag).flatMap((item) => read(item) ?? []) : [];

function readFile(raw: Bag): FileInfo | null {
  const url = address(raw.url);
  return url === null ? null : {
    id: text(raw.id),
    name: text(raw.name) || "file",
    type: text(raw.type),
    size: size(raw.size) ?? 0,
    url,
    thumbnail: address(raw.thumbnail),
    width: size(raw.width),
    height: size(raw.height),
  };
}

/** Reads one file of the upload's answer; null when it is not one. */
export const parseFile = (raw: unknown): FileInfo | null => (isBag(raw) && raw.id ? readFile(raw) : null);

/** Reads one message; null when it has no id or no author. */
export function parseMessage(raw: unknown): Message | null {
  if (!isBag(raw) || !maybe(raw.id) || !isBag(raw.author)) return null;
  const kind = text(raw.author.kind);
  const ask = raw.ask;
  return {
    id: text(raw.id),
    client_id: maybe(raw.client_id),
    author: {
      kind: KINDS.find((known) => known === kind) ?? "system",
      name: maybe(raw.author.name),
      avatar: address(raw.author.avatar),
    },
    html: maybe(raw.html),
    text: text(raw.text),
    files: list(raw.files, readFile),
    at: text(raw.at),
    state: maybe(raw.state),
    seen: Boolean(raw.seen),
    ask: ask === "email" || ask === "rating" ? ask : null,
  };
}

function readConversation(raw: unknown): Conversation | null {
  if (!isBag(raw) || !maybe(raw.id)) return null;
  return { id: text(raw.id), status: text(raw.status), rating: size(raw.rating) };
}

function readPresence(raw: Bag): Presence {
  const expected = raw.expected;
  return {
    online: Boolean(raw.online),
    people: list(raw.people, (person) => ({ name: text(person.name), avatar: address(person.avatar) })),
    expected: expected === "minutes" || expected === "hours" ? expected : "email",
    opens_at: maybe(raw.opens_at),
  };
}

const readMe = (raw: Bag): Me => ({
  verified: Boolean(raw.verified),
  name: maybe(raw.name),
  email: maybe(raw.email),
});

const READERS: Record<string, (raw: Bag) => ServerFrame | null> = {
  welcome: (raw) => ({
    t: "welcome",
    ...readMe(raw),
    ...readPresence(raw),
    token: text(raw.token),
    conversation: readConversation(raw.conversation),
    messages: list(raw.messages, parseMessage),
    more: Boolean(raw.more),
    cursor: maybe(raw.cursor),
    // A server that says nothing has sent everything it wants to be shown.
    reset: raw.reset !== false,
  }),
  ack: (raw) => {
    const message = typeof raw.message === "string" ? raw.message : parseMessage(raw.message);
    return message ? { t: "ack", id: text(raw.id), message } : null;
  },
  reject: (raw) => ({ t: "reject", id: text(raw.id), code: text(raw.code), detail: text(raw.detail) }),
  message: (raw) => {
    const message = parseMessage(raw.message);
    return message && { t: "message", message, cursor: maybe(raw.cursor) };
  },
  conversation: (raw) => ({
    t: "conversation",
    conversation: readConversation(raw.conversation),
    cursor: maybe(raw.cursor),
  }),
  typing: (raw) => ({
    t: "typing",
    on: Boolean(raw.on),
    name: maybe(raw.name),
    kind: raw.kind === "assistant" ? "assistant" : "agent",
  }),
  seen: (raw) => ({ t: "seen", message: text(raw.message) }),
  presence: (raw) => ({ t: "presence", ...readPresence(raw) }),
  me: (raw) => ({ t: "me", ...readMe(raw) }),
  history: (raw) => ({ t: "history", messages: list(raw.messages, parseMessage), more: Boolean(raw.more) }),
  queue: (raw) => ({ t: "queue", position: size(raw.position) ?? 0, minutes: size(raw.minutes) }),
  error: (raw) => ({ t: "error", code: text(raw.code), detail: text(raw.detail) }),
  pong: () => ({ t: "pong" }),
};

/** Reads one text frame of the server; null for anything unknown or broken, which a client ignores. */
export function parseFrame(data: unknown): ServerFrame | null {
  try {
    const raw: unknown = JSON.parse(String(data));
    return isBag(raw) ? (READERS[text(raw.t)]?.(raw) ?? null) : null;
  } catch {
    return null;
  }
}
