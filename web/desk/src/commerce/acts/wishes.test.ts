import type { OrderLine } from "@parley/client/types";
import { describe, expect, it } from "vitest";

import { buildEdit } from "./EditForm";

const line = (ref: string, more: Partial<OrderLine> = {}): OrderLine => ({
  ref, product_ref: "tee", variant_ref: "tee-m", sku: "", title: "Tee", variant_title: "M", ordered: 2, quantity: 2, fulfilled: 0, refunded: 0, unit_price: 1000, discount: 0, tax: 0, total: 2000, image_url: "", digital: false, ...more,
});

describe("what a changed order comes to as a wish", () => {
  it("is nothing where nothing changed", () => {
    expect(buildEdit([line("1")], {}, [])).toEqual({ quantities: [], add: [] });
    expect(buildEdit([line("1")], { 1: { quantity: 2, swap: "tee-m" } }, [])).toEqual({ quantities: [], add: [] });
  });

  it("swaps a line for its other variant in the same number", () => {
    expect(buildEdit([line("1"), line("2")], { 1: { quantity: 2, swap: "tee-l" } }, [])).toEqual({ quantities: [{ line: "1", quantity: 0 }], add: [{ variant: "tee-l", quantity: 2 }] });
  });

  it("leaves what has been sent, and swaps the rest", () => {
    expect(buildEdit([line("1", { fulfilled: 1 })], { 1: { quantity: 2, swap: "tee-l" } }, [])).toEqual({ quantities: [{ line: "1", quantity: 1 }], add: [{ variant: "tee-l", quantity: 1 }] });
  });

  it("takes out a line that is swapped and set to none", () => {
    expect(buildEdit([line("1")], { 1: { quantity: 0, swap: "tee-l" } }, [])).toEqual({ quantities: [{ line: "1", quantity: 0 }], add: [] });
  });

  it("adds what was chosen from the catalogue", () => {
    expect(buildEdit([], {}, [{ variant: { ref: "mug" }, quantity: 3 }])).toEqual({ quantities: [], add: [{ variant: "mug", quantity: 3 }] });
  });
});
