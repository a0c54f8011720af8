import type { ChangesFrame, Conversation, ConversationRow, Fact, Id, Message, TimelineItem } from "@parley/client/types";
import { QueryClient } from "@tanstack/react-query";
import { describe, expect, it } from "vitest";

import { keys, type ListParams } from "@/lib/query";
import { makeMessage, makeRow } from "@/lib/testing/rows";

import { applyChanges, listTouched } from "./apply";
import { compareRows, matchesFilter, type Pages } from "./lists";

const ME = "me-1";
const LISTS: ListParams[] = [{}, { status: ["open"] }, { assignee: "me" }, { tag: "t1", sort: "oldest" }, { sort: "priority" }];
const at = (second: number) => new Date(Date.UTC(2026, 0, 1) + second * 1000).toISOString();

/** A repeatable stream of numbers below 1 (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** What the server holds, and what it tells of each change. */
class Server {
  rows = new Map<Id, ConversationRow>();
  messages = new Map<Id, Message>();
  clock = 1000;
  private frames = 0;

  private random: () => number;

  constructor(random: () => number) {
    this.random = random;
    for (let n = 0; n < 12; n += 1) this.rows.set(`c${String(n)}`, makeRow({ id: `c${String(n)}`, number: n, last_message_at: at(n) }));
    for (const row of this.rows.values()) this.write(row, "first");
  }

  pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.random() * from.length)] as T;
  }

  private write(row: ConversationRow, text: string): Message {
    this.clock += 1;
    const message = makeMessage({ id: `m${String(this.clock)}`, conversation_id: row.id, direction: "out", text, created_at: at(this.clock) });
    this.messages.set(message.id, message);
    return message;
  }

  private tell(kind: string, row: ConversationRow, messages: Message[]): ChangesFrame {
    const changed = { ...row, version: row.version + 1 };
    this.rows.set(row.id, changed);
    this.frames += 1;
    const fact = { kind, conversation_id: row.id } as Fact;
    return { t: "changes", cursor: `1.${String(this.frames)}.1`, facts: [fact], conversations: [changed], messages };
  }

  /** Does something to a conversation; every kind of act is one of these changes of a row, of a message, or of both. */
  act(): ChangesFrame {
    const row = this.pick([...this.rows.values()]);
    const old = this.pick([...this.messages.values()].filter((message) => message.conversation_id === row.id));
    const change = (part: Partial<Message>) => {
      const next = { ...old, ...part };
      this.messages.set(next.id, next);
      return this.tell("MessageStateChanged", row, [next]);
    };
    const acts: (() => ChangesFrame)[] = [
      () => {
        const message = this.write(row, "more");
        return this.tell("MessagePosted", { ...row, last_message_at: message.created_at, message_count: row.message_count + 1 }, [message]);
      },
      () => change({ state: "sent" }),
      () => change({ state: "unknown", error: "The line broke." }),
      () => change({ redacted: true, text: "", html: "" }),
      () => change({ seen_at: at(this.clock) }),
      () => this.tell("ConversationAssigned", { ...row, assignee_id: this.pick([ME, "other", null]) }, []),
      () => this.tell("ConversationClosed", { ...row, status: "closed" }, []),
      () => this.tell("ConversationReopened", { ...row, status: "open" }, []),
      () => this.tell("ConversationTagged", { ...row, tags: this.pick([[], ["t1"], ["t1", "t2"]]) }, []),
      () => this.tell("ConversationEdited", { ...row, priority: this.pick(["low", "urgent"] as const), subject: `S${String(this.clock)}` }, []),
      () => this.tell("CustomerChanged", { ...row, customer: { ...row.customer, name: `Ana ${String(this.clock)}` } }, []),
    ];
    return this.pick(acts)();
  }

  list(params: ListParams): ConversationRow[] {
    const { sort = "newest", ...filter } = params;
    const found = [...this.rows.values()].filter((row) => matchesFilter(row, filter, ME) === true);
    return found.sort((a, b) => compareRows(a, b, sort));
  }

  timeline(id: Id): Message[] {
    return [...this.messages.values()].filter((message) => message.conversation_id === id).sort((a, b) => a.created_at.localeCompare(b.created_at));
  }
}

function fetchEverything(client: QueryClient, server: Server): void {
  for (const params of LISTS) client.setQueryData(keys.list(params), { pages: [{ items: server.list(params), next: null }], pageParams: [null] });
  for (const row of server.rows.values()) {
    client.setQueryData(keys.conversation(row.id), { ...row });
    client.setQueryData(keys.timeline(row.id), { pages: [{ items: server.timeline(row.id), next: null }], pageParams: [null] });
  }
}

/** Everything that is shown, flattened; whether a row is unread is everybody's own and judged elsewhere. */
function show(client: QueryClient, server: Server): unknown {
  const plain = (row: ConversationRow) => ({ ...row, unread: false });
  const rows = <T>(key: readonly unknown[]) => client.getQueryData<Pages<T>>(key)?.pages.flatMap((page) => page.items) ?? [];
  return {
    lists: LISTS.map((params) => rows<ConversationRow>(keys.list(params)).map(plain)),
    pages: [...server.rows.keys()].map((id) => plain(client.getQueryData<Conversation>(keys.conversation(id))!)),
    timelines: [...server.rows.keys()].map((id) => rows<TimelineItem>(keys.timeline(id))),
  };
}

function versions(client: QueryClient, server: Server): number[] {
  return [...server.rows.keys()].map((id) => client.getQueryData<Conversation>(keys.conversation(id))?.version ?? 0);
}

describe("what is shown live", () => {
  it("equals a fresh fetch after every single change, also when frames are late or come again", () => {
    const random = seeded(20261122);
    for (let round = 0; round < 12; round += 1) {
      const server = new Server(random);
      const live = new QueryClient();
      fetchEverything(live, server);
      for (let step = 0; step < 40; step += 1) {
        const frames = [server.act()];
        if (random() < 0.3) {
          // What was fetched a moment ago may be newer than the frames that are still on their way.
          frames.push(server.act(), server.act());
          fetchEverything(live, server);
        }
        if (random() < 0.3) frames.push(...frames.slice(-1));
        for (const frame of frames) {
          const before = versions(live, server);
          applyChanges(live, frame, { me: ME, open: null });
          versions(live, server).forEach((version, n) => { expect(version).toBeGreaterThanOrEqual(before[n] ?? 0); });
        }
        const fresh = new QueryClient();
        fetchEverything(fresh, server);
        expect(show(live, server), frames.map((frame) => frame.facts[0]?.kind).join()).toEqual(show(fresh, server));
      }
    }
  });

  it("asks for new event lines after what a timeline tells as an event, and not after messages", () => {
    const frame = (kind: string) => ({ t: "changes", cursor: "1.1.1", facts: [{ kind, conversation_id: "c1" } as Fact], conversations: [], messages: [] }) satisfies ChangesFrame;
    expect(listTouched(frame("ConversationClosed"))).toEqual(["c1"]);
    expect(listTouched(frame("MessagePosted"))).toEqual([]);
  });
});
