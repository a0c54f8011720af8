/** The frames of the widget's socket, as docs/widget.md describes them; ./reading reads them. */

export const KINDS = ["customer", "agent", "assistant", "system"] as const;
export type AuthorKind = (typeof KINDS)[number];

export interface Author {
  kind: AuthorKind;
  name: string | null;
  avatar: string | null;
}

export interface FileInfo {
  id: string;
  name: string;
  type: string;
  size: number;
  url: string;
  thumbnail: string | null;
  width: number | null;
  height: number | null;
}

export interface Message {
  id: string;
  client_id: string | null;
  author: Author;
  html: string | null;
  text: string;
  files: FileInfo[];
  at: string;
  state: string | null;
  /** Whether the other side has read it: agents a customer's message, the customer all the rest. */
  seen: boolean;
  ask: "email" | "rating" | null;
}

export interface Conversation {
  id: string;
  status: string;
  rating: number | null;
}

export interface Person {
  name: string;
  avatar: string | null;
}

export type Expected = "minutes" | "hours" | "email";

export interface Presence {
  online: boolean;
  people: Person[];
  expected: Expected;
  opens_at: string | null;
}

/** Where the visitor stands among those who wait for a person: 1 is next, 0 waits no longer. */
export interface Queue {
  position: number;
  minutes: number | null;
}

/** What the server knows about the visitor; the address arrives masked. */
export interface Me {
  verified: boolean;
  name: string | null;
  email: string | null;
}

/** Who the shop says the visitor is; what it leaves out is empty, `expires` 0. */
export interface Identity {
  id: string;
  email: string;
  name: string;
  expires: number;
  signature: string;
}

export interface Page {
  url: string;
  title: string;
  referrer?: string;
}

export type Welcome = { t: "welcome" } & Me &
  Presence & {
    token: string;
    conversation: Conversation | null;
    messages: Message[];
    more: boolean;
    cursor: string | null;
    reset: boolean;
  };

export type ServerFrame =
  | Welcome
  | { t: "ack"; id: string; message: Message | string }
  | { t: "reject"; id: string; code: string; detail: string }
  | { t: "message"; message: Message; cursor: string | null }
  | { t: "conversation"; conversation: Conversation | null; cursor: string | null }
  | { t: "typing"; on: boolean; name: string | null; kind: "agent" | "assistant" }
  | { t: "seen"; message: string }
  | ({ t: "presence" } & Presence)
  | ({ t: "me" } & Me)
  | { t: "history"; messages: Message[]; more: boolean }
  | ({ t: "queue" } & Queue)
  | { t: "error"; code: string; detail: string }
  | { t: "pong" };

export type ClientFrame =
  | {
      t: "hello";
      v: 1;
      token: string | null;
      identity: Identity | null;
      language: string;
      zone: string;
      page: Page;
      after: string | null; verified: boolean;
    }
  | { t: "send"; id: string; text: string; files: string[]; topic?: string }
  | { t: "typing"; on: boolean }
  | { t: "seen"; message: string }
  | { t: "email"; email: string; name?: string }
  | { t: "rate"; conversation: string; score: number; comment?: string }
  | { t: "history"; before: string }
  | { t: "page"; url: string; title: string }
  | { t: "ping" };

/** Close codes of the server that change what the client does next. */
export const CLOSE = { badFrame: 4400, refused: 4403, unknown: 4404, tooFast: 4429, restart: 1012 } as const;

export const TEXT_LIMIT = 8000;
export const FILES_LIMIT = 10;
