import { describe, expect, it } from "vitest";

import { parseFile, parseFrame, parseMessage } from "./reading";
import { randomFrom } from "./testing/world";

describe("parseFrame", () => {
  it("fills in what is missing", () => {
    expect(parseFrame('{"t":"welcome","token":"x"}')).toMatchObject({ messages: [], people: [], expected: "email", reset: true, cursor: null });
    expect(parseFrame('{"t":"message","message":{"id":"m","author":{"kind":"robot"}},"cursor":"c"}')).toMatchObject({
      message: { author: { kind: "system" }, files: [], ask: null },
    });
  });

  it.each(["", "null", "[]", "1", '"t"', "{", '{"t":"nothing"}', '{"t":"message"}', '{"t":"message","message":{"id":1}}', '{"t":"ack","id":"a"}'])(
    "ignores %s",
    (data) => expect(parseFrame(data)).toBeNull(),
  );

  it("never throws, whatever the values are", () => {
    const random = randomFrom(5);
    const values = [null, 1, -1, "", "x", true, [], {}, [null], [{}], [{ id: "a", author: {} }], { id: "a", author: { kind: 7 } }];
    const names = ["welcome", "ack", "reject", "message", "conversation", "typing", "seen", "presence", "me", "history", "queue", "error", "pong"];
    const fields = ["message", "messages", "people", "conversation", "cursor", "id", "token", "online", "files", "more", "name"];
    for (let round = 0; round < 3_000; round++) {
      const frame: Record<string, unknown> = { t: names[Math.floor(random() * names.length)] };
      for (const field of fields) if (random() < 0.5) frame[field] = values[Math.floor(random() * values.length)];
      expect(() => parseFrame(JSON.stringify(frame))).not.toThrow();
    }
  });
});

describe("addresses", () => {
  it.each(["javascript:alert(1)", "data:text/html,x", " javascript:alert(1)", "vbscript:x", "JaVaScRiPt:1", 7, null])("refuses %s", (url) => {
    expect(parseFile({ id: "f", url })).toBeNull();
    expect(parseMessage({ id: "m", author: { kind: "agent", avatar: url }, files: [{ id: "f", url }] })).toMatchObject({
      files: [],
      author: { avatar: null },
    });
  });

  it("takes the server's own and secure ones", () => {
    expect(parseFile({ id: "f", url: "/files/1", thumbnail: "https://x.example/t" })).toMatchObject({ url: "/files/1", thumbnail: "https://x.example/t" });
  });
});
