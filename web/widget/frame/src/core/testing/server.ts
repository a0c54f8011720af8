/** The server's half of docs/widget.md as a model for tests: one visitor history per token, idempotent, in memory. */
import type { ClientFrame, Message } from "../protocol";
import type { Wire } from "./world";

interface Visitor {
  messages: Message[];
  /** Ids of changed messages; the place in the list is the cursor. */
  log: string[];
  conversation: { id: string; status: string; rating: number | null };
  email: string | null;
}

interface Peer {
  wire: Wire;
  token: string | null;
}

/** Small, so that short histories have pages. */
const PAGE = 6;

export class ModelServer {
  readonly visitors = new Map<string, Visitor>();
  peers: Peer[] = [];
  /** Cursors below are no longer served. */
  forgotten = 0;
  /** Texts that are refused. */
  readonly refuse = new Set<string>();
  readonly received: ClientFrame[] = [];
  private count = 0;
  private readonly random: () => number;

  constructor(random: () => number) {
    this.random = random;
  }

  connect = (wire: Wire): void => {
    this.peers.push({ wire, token: null });
  };

  /** Handles the oldest frame of one connection. */
  take(peer: Peer): void {
    const data = peer.wire.up.shift();
    if (data === undefined) return;
    const frame = JSON.parse(data) as ClientFrame;
    this.received.push(frame);
    if (frame.t === "hello") { this.greet(peer, frame); return; }
    const visitor = this.visitors.get(peer.token ?? "");
    if (!visitor) return;
    if (frame.t === "ping") this.answer(peer, { t: "pong" });
    if (frame.t === "send") this.receive(peer, visitor, frame);
    if (frame.t === "history") this.page(peer, visitor, frame.before);
    if (frame.t === "email") {
      visitor.email = "a•••@example.com";
      this.answer(peer, { t: "me", verified: false, name: null, email: visitor.email });
    }
    if (frame.t === "rate") {
      visitor.conversation.rating = frame.score;
      this.tell(peer.token, { t: "conversation", conversation: visitor.conversation, cursor: this.cursor(visitor) });
    }
  }

  /** An agent writes to every visitor there is. */
  speak(text: string): void {
    for (const [token, visitor] of this.visitors) this.append(token, visitor, text, "agent", null);
  }

  /** A message of the past is changed, for example redacted. */
  change(): void {
    for (const [token, visitor] of this.visitors) {
      const message = visitor.messages[Math.floor(this.random() * visitor.messages.length)];
      if (!message) continue;
      message.text += "*";
      this.publish(token, visitor, message);
    }
  }

  private greet(peer: Peer, frame: Extract<ClientFrame, { t: "hello" }>): void {
    const token = frame.token && this.visitors.has(frame.token) ? frame.token : `token-${++this.count}`;
    const fresh: Visitor = { messages: [], log: [], conversation: { id: "k1", status: "open", rating: null }, email: null };
    const visitor = this.visitors.get(token) ?? fresh;
    this.visitors.set(token, visitor);
    const after = frame.after === null ? NaN : Number(frame.after.slice(1));
    const reset = !(token === frame.token && after >= this.forgotten && after <= visitor.log.length);
    const changed = new Set(visitor.log.slice(reset ? 0 : after));
    const messages = reset ? visitor.messages.slice(-PAGE) : visitor.messages.filter((message) => changed.has(message.id));
    peer.token = token;
    this.answer(peer, {
      t: "welcome",
      token,
      verified: false,
      name: null,
      email: visitor.email,
      conversation: visitor.conversation,
      messages,
      more: reset && visitor.messages.length > PAGE,
      cursor: this.cursor(visitor),
      online: true,
      people: [],
      expected: "minutes",
      opens_at: null,
      reset,
    });
  }

  private receive(peer: Peer, visitor: Visitor, frame: Extract<ClientFrame, { t: "send" }>): void {
    if (this.refuse.has(frame.text)) { this.answer(peer, { t: "reject", id: frame.id, code: "refused", detail: "" }); return; }
    const known = visitor.messages.find((message) => message.client_id === frame.id);
    const early = this.random() < 0.5;
    const message = known ?? this.build(frame.text, "customer", frame.id);
    const ack = { t: "ack", id: frame.id, message, cursor: this.cursor(visitor) };
    if (early) this.answer(peer, ack);
    if (!known) this.publish(peer.token, visitor, message);
    if (!early) this.answer(peer, ack);
    // An acknowledgement may come twice.
    if (this.random() < 0.2) this.answer(peer, ack);
  }

  private page(peer: Peer, visitor: Visitor, before: string): void {
    const older = visitor.messages.filter((message) => message.id < before);
    this.answer(peer, { t: "history", messages: older.slice(-PAGE), more: older.length > PAGE });
  }

  private append(token: string, visitor: Visitor, text: string, kind: "agent" | "customer", clientId: string | null): void {
    this.publish(token, visitor, this.build(text, kind, clientId));
  }

  private build(text: string, kind: "agent" | "customer", clientId: string | null): Message {
    const id = `m-${String(++this.count).padStart(8, "0")}`;
    const author = { kind, name: null, avatar: null };
    return { id, client_id: clientId, author, html: null, text, files: [], at: "", state: null, seen: false, ask: null };
  }

  private publish(token: string | null, visitor: Visitor, message: Message): void {
    if (!visitor.messages.includes(message)) visitor.messages.push(message);
    visitor.log.push(message.id);
    this.tell(token, { t: "message", message, cursor: this.cursor(visitor) });
  }

  private tell(token: string | null, frame: object): void {
    for (const peer of this.peers) if (peer.token === token) this.answer(peer, frame);
  }

  private cursor = (visitor: Visitor): string => `c${visitor.log.length}`;

  private answer(peer: Peer, frame: object): void {
    peer.wire.down.push(JSON.stringify(frame));
  }
}
