import { describe, expect, it } from "vitest";

import { accentProperties, contrast, parseColour } from "./colour";
import { randomFrom } from "./core/testing/world";

describe("accentProperties", () => {
  it("is readable for every colour a shop may choose, light and dark", () => {
    const random = randomFrom(9);
    const colours = ["#000000", "#ffffff", "#777777", "#ffd400", "#ff5a00", "#0a84ff", "#18181b"];
    for (let round = 0; round < 500; round++) colours.push(`#${Math.floor(random() * 0x1000000).toString(16).padStart(6, "0")}`);
    for (const colour of colours)
      for (const dark of [false, true]) {
        const ground = parseColour(dark ? "#18181b" : "#ffffff")!;
        const of = (name: string) => parseColour(accentProperties(colour, dark)[name]!)!;
        expect(contrast(of("--accent"), of("--on-accent")), `${colour} text on fill`).toBeGreaterThanOrEqual(4.5);
        expect(contrast(of("--accent-ink"), ground), `${colour} ink`).toBeGreaterThanOrEqual(4.5);
        expect(contrast(of("--accent-ink"), of("--accent-soft")), `${colour} ink on soft`).toBeGreaterThanOrEqual(4.45);
        expect(contrast(of("--focus"), ground), `${colour} focus`).toBeGreaterThanOrEqual(2.95);
        expect(contrast(of("--accent"), ground), `${colour} shape`).toBeGreaterThanOrEqual(1.3);
      }
  });

  it("falls back when the colour is none", () => {
    expect(parseColour("red; background: url(x)")).toBeNull();
    expect(accentProperties("nonsense", false)["--accent"]).toBe("#4353d0");
    expect(parseColour("#fc0")).toEqual([255, 204, 0]);
  });
});
