import { describe, expect, it } from "vitest";

import type { Pending } from "./outbox";
import { parseMessage } from "./reading";
import type { Message, Welcome } from "./protocol";
import { countUnread, EMPTY, isRead, reduce } from "./state";
import type { Event, State } from "./state";
import { randomFrom } from "./testing/world";

const message = (id: string, kind = "agent", extra: object = {}): Message =>
  parseMessage({ id, author: { kind }, text: `text of ${id}`, ...extra })!;
const pending = (id: string, state: Pending["state"] = "pending"): Pending => ({
  id,
  seq: Number(id.replace(/\D/g, "")),
  tab: "a",
  text: id,
  files: [],
  state,
});
const welcome = (messages: Message[], extra: Partial<Welcome> = {}): Welcome => ({
  t: "welcome",
  token: "t",
  verified: false,
  name: null,
  email: null,
  online: true,
  people: [],
  expected: "minutes",
  opens_at: null,
  conversation: null,
  messages,
  more: false,
  cursor: "c1",
  reset: true,
  ...extra,
});
const fold = (events: Event[], from: State = EMPTY): State => events.reduce(reduce, from);
const ids = (state: State): string[] => state.messages.map(({ id }) => id);

describe("reduce", () => {
  it("keeps the place in the queue until it ends, a new welcome comes or the connection goes", () => {
    const waits: Event[] = [welcome([]), { t: "queue", position: 2, minutes: null }];
    expect(fold(waits).queue).toEqual({ position: 2, minutes: null });
    const ends: Event[] = [{ t: "queue", position: 0, minutes: null }, welcome([], { reset: false }), { t: "phase", phase: "waiting" }, { t: "forget" }];
    for (const end of ends) expect(fold([...waits, end]).queue).toBeNull();
  });

  it("gives the same list for every order of arrival, with and without repetition", () => {
    const random = randomFrom(3);
    for (let round = 0; round < 300; round++) {
      const all = Array.from({ length: 8 }, (_, index) => message(`m${index}`));
      const arrivals = [...all, ...all.filter(() => random() < 0.5)].sort(() => random() - 0.5);
      const state = fold(arrivals.map((item) => ({ t: "message", message: item, cursor: `c${round}` })));
      expect(ids(state)).toEqual(all.map(({ id }) => id));
    }
  });

  it("drops the pending entry whichever comes first: acknowledgement, echo or welcome", () => {
    const own = message("m1", "customer", { client_id: "c1" });
    const ways: Event[][] = [
      [{ t: "ack", id: "c1", message: own }],
      [{ t: "message", message: own, cursor: "x" }],
      [welcome([own])],
      [{ t: "ack", id: "c1", message: "m1" }, { t: "message", message: own, cursor: "x" }, { t: "ack", id: "c1", message: own }],
    ];
    for (const events of ways) {
      const state = fold([{ t: "outbox", entries: [pending("c1")] }, ...events, { t: "outbox", entries: [pending("c1")] }]);
      expect(ids(state)).toEqual(["m1"]);
      expect(state.outbox).toEqual([]);
    }
  });

  it("removes an acknowledged entry even when its message is older than everything loaded", () => {
    const state = fold([
      { t: "outbox", entries: [pending("c1")] },
      welcome([message("m5")], { more: true }),
      { t: "ack", id: "c1", message: message("m1", "customer", { client_id: "c1" }) },
    ]);
    expect(state.outbox).toEqual([]);
    expect(ids(state)).toEqual(["m5"]);
  });

  it("does not let an acknowledgement move the cursor", () => {
    const state = fold([welcome([]), { t: "ack", id: "c1", message: message("m9", "customer") }]);
    expect(state.cursor).toBe("c1");
  });

  it("keeps a hole from opening: a change of an older page is not shown alone", () => {
    const old = message("m1");
    const state = fold([welcome([message("m5"), message("m6")], { more: true }), { t: "message", message: old, cursor: "c2" }]);
    expect(ids(state)).toEqual(["m5", "m6"]);
    expect(state.cursor).toBe("c2");
    const later = fold([welcome([old, message("m7")], { reset: false, cursor: "c3" })], state);
    expect(ids(later)).toEqual(["m5", "m6", "m7"]);
    expect(later.more).toBe(true);
  });

  it("lets a page of history never replace what is newer", () => {
    const state = fold([welcome([message("m5", "agent", { text: "new" })], { more: true }),
      { t: "history", messages: [message("m4"), message("m5", "agent", { text: "old" })], more: false }]);
    expect(state.messages.map(({ text }) => text)).toEqual(["text of m4", "new"]);
    expect(state.more).toBe(false);
  });

  it("forgets on reset, keeps on resume", () => {
    const before = fold([welcome([message("m1"), message("m2")])]);
    expect(ids(fold([welcome([message("m3")], { reset: false })], before))).toEqual(["m1", "m2", "m3"]);
    expect(ids(fold([welcome([message("m3")])], before))).toEqual(["m3"]);
  });

  it("shows what another tab has delivered until the message arrives here", () => {
    let state = fold([{ t: "outbox", entries: [pending("c1"), pending("c2", "failed")] }, { t: "outbox", entries: [] }]);
    expect(state.outbox).toMatchObject([{ id: "c1", state: "sent" }]);
    state = reduce(state, { t: "message", message: message("m1", "customer", { client_id: "c1" }), cursor: "c" });
    expect(state.outbox).toEqual([]);
  });

  it("ends typing with the message, and with the connection", () => {
    const typing: Event = { t: "typing", on: true, name: "Ana", kind: "agent" };
    expect(fold([typing]).typing?.name).toBe("Ana");
    expect(fold([typing, { t: "message", message: message("m1"), cursor: null }]).typing).toBeNull();
    expect(fold([typing, { t: "message", message: message("m1", "customer"), cursor: null }]).typing).not.toBeNull();
    expect(fold([typing, { t: "phase", phase: "waiting" }]).typing).toBeNull();
  });
});

describe("what is read", () => {
  it("counts the shop's messages that were seen neither here nor elsewhere", () => {
    const state = fold([
      welcome([message("m1"), message("m2", "customer"), message("m3", "assistant"), message("m4", "system"), message("m5", "agent", { seen: true })]),
    ]);
    expect(countUnread(state)).toBe(2);
    expect(countUnread(fold([{ t: "looked", message: "m1" }], state))).toBe(1);
    expect(countUnread(fold([{ t: "looked", message: "m3" }, { t: "looked", message: "m1" }], state))).toBe(0);
  });

  it("knows which of the visitor's messages were read", () => {
    const state = fold([{ t: "seen", message: "m2" }, { t: "seen", message: "m1" }]);
    expect(isRead(state, message("m2", "customer"))).toBe(true);
    expect(isRead(state, message("m3", "customer"))).toBe(false);
  });
});
