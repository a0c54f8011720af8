import { beforeEach, expect, test } from "vitest";

import { listRecent, noteRecent } from "./recent";

beforeEach(() => localStorage.clear());

test("the newest command comes first, once, and only a few are kept", () => {
  for (const id of ["reply", "note", "search", "theme", "reply", "new"] as const) noteRecent(id);
  expect(listRecent()).toEqual(["new", "reply", "theme", "search"]);
});

test("what is not a command any more is left out", () => {
  localStorage.setItem("parley.recent", '["gone.long.ago", 3, "reply"]');
  expect(listRecent()).toEqual(["reply"]);
  localStorage.setItem("parley.recent", "{");
  expect(listRecent()).toEqual([]);
});
