import { describe, expect, it } from "vitest";

import { cleanIdentity, cleanPage, clip, wellFormed } from "./clean";

describe("text that leaves", () => {
  it("has no halves of characters and no zeros", () => {
    expect(wellFormed("a\ud83db\0c😀")).toBe("a\ufffdb\ufffdc😀");
    expect(clip("ab😀", 3)).toBe("ab");
    expect(clip("ab😀", 4)).toBe("ab😀");
  });

  it("is cut to what the server takes", () => {
    const page = cleanPage({ url: `https://x/${"a".repeat(5_000)}`, title: "t".repeat(999), referrer: "r".repeat(5_000) });
    expect([page.url.length, page.title.length, page.referrer?.length]).toEqual([2000, 320, 2000]);
  });
});

describe("cleanIdentity", () => {
  it("takes whatever types a shop passes", () => {
    expect(cleanIdentity({ id: 7, email: null, expires: "1800000000", signature: "ab" })).toEqual({
      id: "7",
      email: "",
      name: "",
      expires: 1_800_000_000,
      signature: "ab",
    });
    expect(cleanIdentity({ expires: NaN, name: { x: 1 } })).toEqual({ id: "", email: "", name: "", expires: 0, signature: "" });
    expect(cleanIdentity("ann")).toBeNull();
    expect(cleanIdentity(null)).toBeNull();
  });
});
