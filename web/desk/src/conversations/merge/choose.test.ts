import { describe, expect, it } from "vitest";

import { makeEvent, makeMessage } from "@/lib/testing/rows";

import { isMessage, listChosen } from "./choose";

const shown = ["a", "b", "c"].map((id) => makeMessage({ id }));

describe("what is split off", () => {
  it("is what was chosen", () => {
    expect([...listChosen(shown, new Set(["b"]), false)]).toEqual(["b"]);
  });

  it("is with all that came later where that is asked for", () => {
    expect([...listChosen(shown, new Set(["b"]), true)]).toEqual(["b", "c"]);
    expect([...listChosen(shown, new Set(), true)]).toEqual([]);
  });

  it("never is a line between messages, nor what was taken back", () => {
    expect([makeEvent({ id: "e" }), makeMessage({ id: "m" }), makeMessage({ id: "x", state: "cancelled" })].filter(isMessage).map((one) => one.id)).toEqual(["m"]);
  });
});
