import { describe, expect, it } from "vitest";

import { CONDITIONS, shareOf, toBody, type Form } from "./form";

const file = (id: string) => ({ id, name: `${id}.png`, type: "image/png", size: 1, url: `/files/w/${id}?e=1&s=2`, thumbnail_url: null, width: 1, height: 1 });
const form = (part: Partial<Form> = {}): Form => ({ name: " Answer ", folder: "", shortcut: "", intents: "", share: "all", texts: { en: "<p>x</p>" }, acts: [], files: [], ...part });

describe("the form of a macro", () => {
  it("tells pictures in a text from files that go along", () => {
    const texts = { en: "<p>x</p>", de: '<p><img src="/files/w/a?e=1&amp;s=2"></p>' };
    expect(toBody(form({ texts, files: [file("a"), file("b")] })).files).toEqual([{ id: "a", inline: true }, { id: "b", inline: false }]);
  });

  it("says who sees it in one word and sends it in two", () => {
    expect(toBody(form({ share: "mine" }))).toMatchObject({ mine: true, team_id: null });
    expect(toBody(form({ share: "all" }))).toMatchObject({ mine: false, team_id: null });
    expect(toBody(form({ share: "t1" }))).toMatchObject({ mine: false, team_id: "t1" });
    expect(shareOf(null, true)).toBe("all");
    expect(shareOf(null, false)).toBe("mine");
    expect(shareOf({ mine: false, team_id: "t1" }, true)).toBe("t1");
  });

  it("takes intents apart and leaves empty ones out", () => {
    expect(toBody(form({ intents: "refund, , return ", shortcut: " " }))).toMatchObject({ name: "Answer", intents: ["refund", "return"], shortcut: null });
  });

  it("offers conditions that are whole", () => {
    for (const { text } of CONDITIONS) expect(text).toMatch(/^\{% if [^%]+ %\}.+\{% endif %\}$/);
  });
});
