import { describe, expect, it } from "vitest";

import { dropLanguage, putWords, readForm, wordsOf, writeForm, writeSelection } from "./form";

const empty = { name: "Late", selection: { ids: [] }, texts: {}, tag_id: null, per_minute: 60 };
const test = { field: "order.status", op: "is", value: ["open"] };

describe("the form of a broadcast", () => {
  it("tells nobody as long as nothing was said", () => {
    const form = readForm(empty, "pt-BR");
    expect(form.texts).toEqual({ fallback: "pt-BR", languages: { "pt-BR": {} } });
    expect(writeSelection(form)).toEqual({ of: "conversations", ids: [] });
  });

  it("keeps what was chosen by hand, and tests beside it", () => {
    const form = readForm({ ...empty, selection: { ids: ["a"], if: test, skip: ["c"] } }, "en");
    expect(writeSelection(form)).toEqual({ of: "conversations", if: { all: [test] }, ids: ["a"], skip: ["c"] });
    expect(writeSelection({ ...form, ids: null })).toMatchObject({ ids: null });
  });

  it("narrows orders by day and by what was bought", () => {
    const form = { ...readForm({ ...empty, selection: { of: "orders" } }, "en"), placedFrom: "2026-03-01", things: " 11, ,v2 " };
    expect(writeSelection(form)).toEqual({ of: "orders", placed_from: "2026-03-01T00:00:00Z", product_refs: ["11", "v2"], variant_refs: ["11", "v2"] });
    expect(readForm({ ...empty, selection: writeSelection(form) }, "en")).toMatchObject({ placedFrom: "2026-03-01", things: "11, v2" });
  });

  it("keeps other words for a channel only where there are some", () => {
    const texts = putWords({ fallback: "en", languages: { en: { html: "<p>a</p>" } } }, "en", "chat", { html: "<p>b</p>" });
    expect(wordsOf(texts, "en", "chat")).toEqual({ html: "<p>b</p>" });
    expect(wordsOf(texts, "en", "email")).toEqual({});
    expect(putWords(texts, "en", "chat", { html: "<p></p>" }).languages?.en?.channels).toEqual({});
  });

  it("finds another fallback when its language goes", () => {
    const texts = { fallback: "en", languages: { en: {}, de: {} } };
    expect(dropLanguage(texts, "en")).toEqual({ fallback: "de", languages: { de: {} } });
    expect(writeForm(readForm({ ...empty, texts }, "en")).texts).toEqual(texts);
  });
});
