import { describe, expect, it } from "vitest";

import { buildShopify } from "./snippets";

describe("the snippet for Shopify", () => {
  it("signs the lines that docs/widget.md names, broken by real line breaks", () => {
    const snippet = buildShopify({ origin: "https://desk.example.com", key: "ch_1", colour: "#2f6f5e", position: "end" });
    const line = /capture parley_line -%\}([^]*?)\{%- endcapture/.exec(snippet)?.[1];
    expect(line?.split("\n")).toEqual(["v1", "{{ customer.id }}", "{{ customer.email | downcase }}", "{{ customer.name }}", "{{ parley_until }}"]);
    // Liquid would sign a backslash and an n.
    expect(snippet).not.toContain(String.raw`\n`);
  });
});
