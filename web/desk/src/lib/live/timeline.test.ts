import type { TimelineItem } from "@parley/client/types";
import { describe, expect, it } from "vitest";

import { makeEvent, makeMessage } from "@/lib/testing/rows";

import type { Pages } from "./lists";
import { changeMessage, findNewestMessage, flattenTimeline, upsertItem } from "./timeline";

const at = (second: number) => `2026-01-01T00:00:${String(second).padStart(2, "0")}Z`;
const said = (id: string, second: number) => makeMessage({ id, created_at: at(second) });

const data: Pages<TimelineItem> = {
  pages: [
    { items: [said("m3", 30), said("m4", 40)], next: "older" },
    { items: [said("m1", 10), said("m2", 20)], next: "oldest" },
  ],
  pageParams: [null, "older"],
};
const ids = (pages: Pages<TimelineItem>) => flattenTimeline(pages).map((item) => item.id);

describe("a timeline", () => {
  it("is read oldest first over all pages", () => {
    expect(ids(data)).toEqual(["m1", "m2", "m3", "m4"]);
  });

  it("takes a new item at its end", () => {
    expect(ids(upsertItem(data, said("m5", 50)))).toEqual(["m1", "m2", "m3", "m4", "m5"]);
  });

  it("takes a late item in its place, in the right page", () => {
    const next = upsertItem(data, makeEvent({ id: "e", at: at(25) }));
    expect(ids(next)).toEqual(["m1", "m2", "e", "m3", "m4"]);
    expect(next.pages[1]?.items.map((item) => item.id)).toEqual(["m1", "m2", "e"]);
  });

  it("replaces by id and never doubles", () => {
    const next = upsertItem(data, makeMessage({ id: "m2", created_at: at(20), text: "changed" }));
    expect(ids(next)).toEqual(["m1", "m2", "m3", "m4"]);
    expect(flattenTimeline(next)[1]).toMatchObject({ text: "changed" });
  });

  it("leaves what is older than all that is loaded to its own page", () => {
    expect(ids(upsertItem(data, said("m0", 1)))).toEqual(["m1", "m2", "m3", "m4"]);
    const whole = { ...data, pages: data.pages.map((page, i) => (i === 1 ? { ...page, next: null } : page)) };
    expect(ids(upsertItem(whole, said("m0", 1)))).toEqual(["m0", "m1", "m2", "m3", "m4"]);
  });

  it("fills an empty page", () => {
    expect(ids(upsertItem({ pages: [{ items: [], next: null }], pageParams: [] }, said("m1", 1)))).toEqual(["m1"]);
  });

  it("finds the newest message among events", () => {
    expect(findNewestMessage([said("m1", 1), makeEvent({ id: "e", at: at(2) })])?.id).toBe("m1");
  });

  it("changes one message", () => {
    expect(flattenTimeline(changeMessage(data, "m4", (message) => ({ ...message, state: "failed" })))[3]).toMatchObject({ state: "failed" });
  });
});
