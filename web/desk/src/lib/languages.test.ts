import { describe, expect, it } from "vitest";

import { offerLanguages, putFirst } from "./languages";

describe("offerLanguages", () => {
  it("offers simplified Chinese once", () => {
    expect(offerLanguages([])).not.toContain("zh");
    expect(offerLanguages(["en"])).toContain("zh-Hans");
    expect(offerLanguages(["zh"])).toContain("zh");
    expect(offerLanguages(["zh"])).not.toContain("zh-Hans");
  });

  it("keeps everything that is chosen", () => {
    expect(offerLanguages(["tlh", "zh", "zh-Hans"])).toEqual(expect.arrayContaining(["tlh", "zh", "zh-Hans"]));
  });
});

describe("putFirst", () => {
  it("makes a language the default and keeps the order of the others", () => {
    expect(putFirst("sl", ["en", "de", "sl"])).toEqual(["sl", "en", "de"]);
  });
});
