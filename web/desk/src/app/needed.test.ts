import { describe, expect, it } from "vitest";

import { findNeeded, PAGES, SETTINGS } from "./needed";

describe("findNeeded", () => {
  it("knows the right that a page asks for, and what lies below it", () => {
    expect(findNeeded("/numbers", PAGES)).toBe("numbers:read");
    expect(findNeeded("/failed-work/", PAGES)).toBe("work:read");
    expect(findNeeded("/settings/webhooks/0198", SETTINGS)).toBe("webhooks:write");
  });

  it("asks for none where everybody may be", () => {
    for (const path of ["/", "/inbox/mine", "/settings", "/settings/profile", "/numbers-of-others"]) expect(findNeeded(path, [...PAGES, ...SETTINGS])).toBeUndefined();
  });
});
