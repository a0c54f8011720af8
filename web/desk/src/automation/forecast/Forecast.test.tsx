import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { setLocale } from "@/lib/i18n/catalogue";
import { openPage, type OpenPage } from "@/lib/testing/page";

import type { Hour } from "./api";
import { Forecast } from "./Forecast";

const START = Date.parse("2026-03-03T14:00:00Z");
const WEEK = Array.from({ length: 168 }, (_, i): Hour => ({ hour: new Date(START + i * 3_600_000).toISOString(), expected: 2.5, low: 0.5, high: 4.5, agents: 2 }));

let hours: Hour[];
let page: OpenPage;

const texts = (selector: string) => [...page.box.querySelectorAll(selector)].map((one) => one.textContent);

describe("the forecast on the page of numbers", () => {
  beforeEach(async () => {
    vi.stubGlobal("fetch", () => Promise.resolve(Response.json({ items: hours, next: null })));
    vi.stubGlobal("scrollTo", () => undefined);
    hours = WEEK;
    await setLocale("en");
  });
  afterEach(async () => {
    await page.close();
    vi.unstubAllGlobals();
  });

  it("can be read hour by hour, by the clock of the workspace", async () => {
    page = await openPage("/numbers", Forecast, ["numbers:read"], "America/Sao_Paulo");
    expect(texts("th[scope=row]")).toHaveLength(168);
    expect(texts("th[scope=row]")[0]?.replace(/\s/gu, " ")).toBe("11:00 AM");
    expect(texts("tbody td").slice(0, 3)).toEqual(["2.5", "0.5–4.5", "2"]);
    expect(texts("th[scope=rowgroup]")[0]).toBe("Tuesday, March 3");
    expect(page.box.querySelector("svg")?.getAttribute("aria-label")?.replace(/\p{Cf}/gu, "")).toContain("About 420 conversations");
  });

  it("adds up whole days and says which are none", async () => {
    page = await openPage("/numbers", Forecast, ["numbers:read"]);
    const days = texts("ul > li");
    expect(days).toHaveLength(8);
    expect(days[1]).toContain("60");
    expect(days[0]).toContain("from");
    expect(days.at(-1)).toContain("until");
  });

  it("is in the reader's language", async () => {
    await setLocale("pt-BR");
    page = await openPage("/numbers", Forecast, ["numbers:read"]);
    expect(texts("tbody td").slice(0, 2)).toEqual(["2,5", "0,5–4,5"]);
    expect(page.box.textContent).toContain("Os próximos sete dias");
  });

  it("says what is missing before a week is known", async () => {
    hours = [];
    page = await openPage("/numbers", Forecast, ["numbers:read"]);
    expect(page.box.textContent).toContain("Parley needs a week of conversations");
    expect(page.box.querySelector("svg")).toBeNull();
  });

  it("says why nobody knows how many agents it takes", async () => {
    hours = WEEK.map((one) => ({ ...one, agents: null }));
    page = await openPage("/numbers", Forecast, ["numbers:read"]);
    expect(page.box.textContent).toContain("once people have closed conversations");
    expect(texts("tbody td")[2]).toBe("–");
  });
});
