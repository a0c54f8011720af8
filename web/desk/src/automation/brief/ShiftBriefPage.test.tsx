import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { listOrder } from "@/conversations/list/order";
import { setLocale } from "@/lib/i18n/catalogue";
import { openPage, type OpenPage } from "@/lib/testing/page";
import { makeRow } from "@/lib/testing/rows";

import type { ShiftBrief } from "./api";
import { dayOf, offeredOn } from "./morning";
import { ShiftBriefPage } from "./ShiftBriefPage";

const NAMES = ["Ana", "Ben", "Mia"];
const ROWS = NAMES.map((name, i) =>
  makeRow({ id: name, number: i + 1, sentiment: name === "Ben" ? "furious" : null, intent: "refund", language: "en", customer: { id: name, name, email: null, avatar_colour: "blue", verified: true, blocked: false, vip: false } }),
);
const SINCE = "2026-03-02T17:00:00Z";
const NOTHING: ShiftBrief = { summary: { since: SINCE, total: 0, overdue: 0, furious: 0, channels: {}, intents: {}, languages: {} }, conversations: [] };
const BRIEF: ShiftBrief = { summary: { since: SINCE, total: 3, overdue: 0, furious: 1, channels: { email: 3 }, intents: { refund: 3 }, languages: { en: 3 } }, conversations: ROWS };

let given: ShiftBrief;
let page: OpenPage;

const answer = (request: Request): Promise<Response> => Promise.resolve(Response.json(new URL(request.url).pathname === "/api/v1/shift-brief" ? given : { items: [], next: null }));
const shown = () => [...page.box.querySelectorAll("[data-row]")].map((one) => one.getAttribute("data-row"));

describe("the brief of the morning", () => {
  beforeEach(async () => {
    vi.stubGlobal("fetch", answer);
    vi.stubGlobal("scrollTo", () => undefined);
    offeredOn.set("");
    given = BRIEF;
    await setLocale("en");
  });
  afterEach(async () => {
    await page.close();
    vi.unstubAllGlobals();
  });

  it("lists in the order of the server, and each count shows its own", async () => {
    page = await openPage("/brief", ShiftBriefPage, ["conversations:read"]);
    expect(shown()).toEqual(NAMES);
    expect(listOrder.get().ids).toEqual(NAMES);
    await page.press("Furious1");
    expect(shown()).toEqual(["Ben"]);
    expect(page.path()).toContain("furious=true");
    expect(page.box.textContent).toContain("1 of 3 shown");
    await page.press("All3");
    expect(shown()).toEqual(NAMES);
  });

  it("begins with the first of what is shown, and is offered no more that day", async () => {
    page = await openPage("/brief", ShiftBriefPage, ["conversations:read"]);
    await page.press("Furious1");
    await page.press("Start with the first");
    expect(page.path()).toMatch(/^\/brief\/Ben/);
    expect(offeredOn.get()).toBe(`a1 ${dayOf(Date.now())}`);
  });

  it("says that nothing came", async () => {
    given = NOTHING;
    page = await openPage("/brief", ShiftBriefPage, ["conversations:read"]);
    expect(page.box.textContent).toContain("Nothing came in while we were away.");
    expect(page.box.textContent).not.toContain("Start with the first");
  });
});
