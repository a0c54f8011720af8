import type { Conversation } from "@parley/client/types";
import { beforeEach, describe, expect, it } from "vitest";

import { escapeText, isBlank, plainText } from "@/lib/html";
import { makeRow } from "@/lib/testing/rows";

import { parseAddresses } from "./addresses";
import { isEmpty, nextDraft, openDraft, pickThread, plantDraft, planted, readLocal, writeLocal, type LocalDraft } from "./drafts";
import { listMentions } from "./extensions";

const thread = (id: string, part: object = {}) => ({
  id, channel_id: "ch1", kind: "email", purpose: "customer", channel_name: "Help", address: "ana@example.com", subject: null, participants: [], can_reply: true, reason: null,
  last_message_at: "2026-01-01T00:00:00Z", ...part,
});
const page = (part: Partial<Conversation> = {}): Conversation => ({ ...makeRow(), threads: [thread("t1")], draft: null, checklist: null, followers: [], rating_comment: null, ...part });
const draft = (part: Partial<LocalDraft> = {}): LocalDraft => ({
  kind: "message", html: "<p>mine</p>", thread_id: "t1", file_ids: [], files: [], to: [], cc: [], bcc: [], subject: null, at: 1000, synced: false, ...part,
});

beforeEach(() => localStorage.clear());

describe("drafts", () => {
  it("keep what was typed here and has not reached the server", () => {
    writeLocal("c1", draft());
    const stored = { kind: "message" as const, html: "<p>old</p>", thread_id: "t1", to: [], cc: [], bcc: [], subject: null, file_ids: [], updated_at: "2030-01-01T00:00:00Z" };
    expect(openDraft(page({ draft: stored })).html).toBe("<p>mine</p>");
    writeLocal("c1", draft({ synced: true }));
    expect(openDraft(page({ draft: stored })).html).toBe("<p>old</p>");
  });

  it("forget what says nothing", () => {
    writeLocal("c1", draft());
    writeLocal("c1", draft({ html: "<p><br></p>" }));
    expect(readLocal("c1")).toBeNull();
    expect(isEmpty(draft({ html: "", files: [] }))).toBe(true);
  });

  it("stay among ourselves after a note, and in their thread after a reply", () => {
    const stored = { kind: "note" as const, html: "<p>sent</p>", thread_id: "t1", to: [], cc: [], bcc: [], subject: null, file_ids: [], updated_at: "2030-01-01T00:00:00Z" };
    const two = page({ threads: [thread("t1"), thread("t2")], draft: stored });
    expect(nextDraft(two, draft({ kind: "note", thread_id: "t2" }))).toMatchObject({ kind: "note", html: "", thread_id: "t2" });
    expect(nextDraft(two, draft({ kind: "message" })).kind).toBe("message");
  });

  it("can be put in from outside, which the field hears of", () => {
    const before = planted.get().c9 ?? 0;
    plantDraft("c9", draft());
    expect(planted.get().c9).toBe(before + 1);
  });

  it("answer where the customer wrote, as far as that is possible", () => {
    expect(pickThread(page({ threads: [thread("t0", { channel_id: "other" }), thread("t1")] }))).toBe("t1");
    expect(pickThread(page({ threads: [thread("t1", { can_reply: false }), thread("t2", { channel_id: "other" })] }))).toBe("t2");
    expect(pickThread(page({ threads: [] }))).toBeNull();
  });
});

describe("parseAddresses", () => {
  it("reads plain and named ones in any mixture", () => {
    const { found, rest } = parseAddresses('Ana Novak <ana@example.com>, ben@example.com; "Webb, M." <m@example.org> nonsense');
    expect(found).toEqual([
      { name: "Ana Novak", address: "ana@example.com" },
      { name: "Webb, M.", address: "m@example.org" },
      { name: "", address: "ben@example.com" },
    ]);
    expect(rest).toBe("nonsense");
  });

  it("leaves alone what is none", () => {
    expect(parseAddresses("ana@").found).toEqual([]);
    expect(parseAddresses("<script>@x").rest).toContain("script");
  });
});

describe("rich text", () => {
  it("is blank without words or pictures", () => {
    expect(isBlank("<p> &nbsp;</p>")).toBe(true);
    expect(isBlank('<p><img src="cid:1"></p>')).toBe(false);
  });

  it("holds plain text safely, and gives it back", () => {
    const text = 'a < b & "c"\nsecond\n\nnext';
    expect(escapeText(text)).toBe("<p>a &lt; b &amp; &quot;c&quot;<br>second</p><p>next</p>");
    expect(plainText("<p>one<br>two</p>")).toBe("one\ntwo");
  });

  it("tells who is mentioned, each once", () => {
    expect(listMentions('<span data-mention="a">@A</span> <span data-mention="b">@B</span> <span data-mention="a">@A</span>')).toEqual(["a", "b"]);
  });
});
