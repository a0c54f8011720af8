import { describe, expect, it } from "vitest";

import { readOrigin } from "./bridge";

describe("readOrigin", () => {
  it("takes the origin of the page around it", () => {
    expect(readOrigin("#https://shop.example")).toBe("https://shop.example");
    expect(readOrigin("#http://127.0.0.1:8400", ["http://127.0.0.1:8400"])).toBe("http://127.0.0.1:8400");
  });

  it.each(["", "#", "#*", "#null", "#shop.example", "#javascript:alert(1)", "#https://shop.example/path", "#https://a?b"])("refuses %s", (hash) =>
    expect(readOrigin(hash)).toBeNull(),
  );

  it("refuses an origin that is not the parent's, where the browser tells", () => {
    expect(readOrigin("#https://shop.example", ["https://evil.example", "https://shop.example"])).toBeNull();
  });
});
