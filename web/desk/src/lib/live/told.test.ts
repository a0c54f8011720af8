import type { Message } from "@parley/client/types";
import { expect, test } from "vitest";

import { catchUp, newerOf, noteTold } from "./told";

const say = (id: string, more: Partial<Message> = {}): Message => ({ type: "message", id, conversation_id: "c", created_at: `2030-01-01T00:00:0${id}Z`, seen_at: null, ...more }) as Message;

test("an answer that was overtaken does not bring back what was", () => {
  const asked = performance.now();
  noteTold(say("1", { seen_at: "2030-01-01T00:00:09Z" }));
  expect(newerOf(say("1"), asked)).toHaveProperty("seen_at", "2030-01-01T00:00:09Z");
  expect(newerOf(say("1"), performance.now() + 1)).toHaveProperty("seen_at", null);
});

test("a page that was on its way gets what arrived meanwhile, in its place", () => {
  const asked = performance.now();
  noteTold(say("3", { conversation_id: "d" }));
  noteTold(say("5", { conversation_id: "d", seen_at: "2030-01-01T00:00:09Z" }));
  noteTold(say("4"));
  const page = catchUp("d", [say("2", { conversation_id: "d" }), say("5", { conversation_id: "d" })], asked);
  expect(page.map((item) => item.id)).toEqual(["2", "3", "5"]);
  expect(page.at(-1)).toHaveProperty("seen_at", "2030-01-01T00:00:09Z");
});
