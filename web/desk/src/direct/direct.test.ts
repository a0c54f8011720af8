import { describe, expect, it } from "vitest";

import { cutText, nameThread } from "./names";
import { isLookingAt, openMessages } from "./panel";
import type { DirectThread } from "./api";

const ID = "0192d3a0-0000-7000-8000-000000000001";
const DESK = "https://desk.example";

describe("cutText", () => {
  it.each([
    ["Hello", [["text", "Hello"]]],
    ["See https://a.example/b?c=1.", [["text", "See "], ["link", "https://a.example/b?c=1"], ["text", "."]]],
    [`(${DESK}/conversations/${ID})`, [["text", "("], ["conversation", `${DESK}/conversations/${ID}`], ["text", ")"]]],
    [`${DESK}/inbox/mine/${ID} and ${DESK}/inbox/mine`, [["conversation", `${DESK}/inbox/mine/${ID}`], ["text", " and "], ["link", `${DESK}/inbox/mine`]]],
    [`https://other.example/conversations/${ID}`, [["link", `https://other.example/conversations/${ID}`]]],
    ["javascript:alert(1) http://", [["text", "javascript:alert(1) http://"]]],
    ["<b>no</b>", [["text", "<b>no</b>"]]],
  ])("%s", (text, pieces) => {
    expect(cutText(text, DESK).map((piece) => [piece.kind, piece.text])).toEqual(pieces);
    expect(cutText(text, DESK).map((piece) => piece.text).join("")).toBe(text);
  });
});

describe("nameThread", () => {
  const member = (id: string, name: string) => ({ id, name, avatar_colour: "rose", active: true, read_id: null });
  const thread = { members: [member("a", "Ana Lima"), member("b", "Ben Ash"), member("c", "Cleo Ng")] } as DirectThread;

  it("leaves oneself out, and is short for a few", () => {
    expect(nameThread({ ...thread, members: thread.members.slice(0, 2) }, "a")).toBe("Ben Ash");
    expect(nameThread(thread, "a")).toBe("Ben and Cleo");
  });
});

it("nobody looks at a talk that is not shown", () => {
  openMessages({ thread: "x" });
  expect(isLookingAt("y")).toBe(false);
});
