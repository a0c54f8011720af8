import { describe, expect, it } from "vitest";

import { findTerms, listTerms } from "./terms";

const cut = (text: string, q: string) => findTerms(text, listTerms(q)).map(([from, to]) => text.slice(from, to));

describe("listTerms", () => {
  it("keeps words and phrases, without operators and what is left out", () => {
    expect(listTerms('from:ana@example.com Order -refund "Blue Shoes" tag:"two words" sho*')).toEqual(["order", "blue shoes", "sho"]);
    expect(listTerms('status:closed -"not this"')).toEqual([]);
  });
});

describe("findTerms", () => {
  it("finds words whatever their accents and case, at their beginning only", () => {
    expect(cut("Reembolso: ATENÇÃO, reatenção", "atencao")).toEqual(["ATENÇÃO"]);
    expect(cut("Wrong colour - order AP-1084, reorder", "order")).toEqual(["order"]);
  });
  it("finds words anywhere in scripts without spaces", () => {
    expect(cut("请问我的订单什么时候发货", "订单")).toEqual(["订单"]);
  });
  it("counts places in UTF-16, as the page does", () => {
    expect(findTerms("😀 parcel", ["parcel"])).toEqual([[3, 9]]);
  });
});
