import type { FilledMacro, MacroRow } from "@parley/client/types";
import { Editor } from "@tiptap/core";
import { undo } from "@tiptap/pm/history";
import { afterEach, describe, expect, it } from "vitest";

import { findBlanks, selectBlank } from "./blanks";
import { buildExtensions } from "./extensions";
import { chosenMacros, dropAct, inlineHtml, layText, noteSent, rankFound, recallSent, toDraft } from "./macros";

const row: MacroRow = {
  id: "x1", name: "Where is it", folder: "", team_id: null, mine: false, version: 1, languages: ["en"], excerpt: "", acts: [], files: 0, intents: [], shortcut: null, uses: 0,
  used_at: null, archived: false, may_change: true, updated_at: "2026-01-01T00:00:00Z",
};
const filled = (acts: FilledMacro["acts"]): FilledMacro => ({ language: "en", html: "<p>hi</p>", text: "hi", missing: [], used: {}, file_links: [], acts, version: 1 });

const open: Editor[] = [];
function makeEditor(content = ""): Editor {
  const editor = new Editor({ element: document.createElement("div"), extensions: buildExtensions("message", () => "", () => []), content });
  open.push(editor);
  return editor;
}

afterEach(() => {
  for (const one of open.splice(0)) one.destroy();
});

describe("a macro in a draft", () => {
  it("keeps the places of its acts, whichever are left out", () => {
    const macro = toDraft(row, filled([{ act: "tag", tag_ids: ["t1"], idle: false }, { act: "set_priority", priority: "high", idle: true }, { act: "set_status", status: "closed", idle: false }]));
    expect(macro.acts).toEqual([{ place: 0, act: { act: "tag", tag_ids: ["t1"] } }, { place: 2, act: { act: "set_status", status: "closed" } }]);
    expect(chosenMacros(dropAct([macro], "x1", 0))).toEqual([{ id: "x1", acts: [2] }]);
    expect(chosenMacros(undefined)).toEqual([]);
  });

  it("is known again when the message is taken back", () => {
    const macro = toDraft(row, filled([]));
    noteSent("c1", [macro]);
    expect(recallSent("c1")).toEqual([macro]);
    noteSent("c1", []);
    expect(recallSent("c1")).toEqual([]);
  });
});

describe("macros that were found", () => {
  it("begin with those that are called so", () => {
    const named = (name: string, shortcut: string | null = null): MacroRow => ({ ...row, name, shortcut });
    const found = rankFound([named("Says where"), named("And where"), named("Where is it"), named("Zebra", "where")], "where");
    expect(found.map((one) => one.name)).toEqual(["Zebra", "Where is it", "Says where", "And where"]);
  });
});

describe("a text laid at the caret", () => {
  it("stays in its line when it is one paragraph", () => {
    expect(inlineHtml("<p>Hello <strong>you</strong></p>")).toBe("Hello <strong>you</strong>");
    expect(inlineHtml("<p>a</p><p>b</p>")).toBe("<p>a</p><p>b</p>");
    const editor = makeEditor("<p>before after</p>");
    editor.commands.setTextSelection(8);
    layText(editor, "<p>middle </p>");
    expect(editor.getText()).toBe("before middle after");
  });

  it("is taken back in one step, and leaves what was typed before", () => {
    const editor = makeEditor();
    editor.commands.insertContent("mine");
    const { before, after } = layText(editor, "<p>one</p><p>two</p>");
    expect(editor.state.doc.eq(after)).toBe(true);
    undo(editor.state, editor.view.dispatch);
    expect(editor.state.doc.eq(before)).toBe(true);
    expect(editor.getText()).toBe("mine");
  });

  it("shows pictures of ours and no others", () => {
    const editor = makeEditor();
    layText(editor, '<p>See <img src="/files/w/f?e=1&amp;s=2" alt="chart"><img src="https://elsewhere.example/x.png"></p>');
    expect(editor.getHTML()).toContain('src="/files/w/f?e=1&amp;s=2"');
    expect(editor.getHTML()).not.toContain("elsewhere");
  });
});

describe("blanks", () => {
  const text = "<p>\u27e6order.number\u27e7 and \u27e6customer.first_name\u27e7, \u27e6order.number\u27e7</p>";

  it("are found once each, and nothing else is one", () => {
    expect(findBlanks(text)).toEqual(["order.number", "customer.first_name"]);
    expect(findBlanks("<p>\u27e6x\u27e7 [order.number] {{ order.number }}</p>")).toEqual([]);
  });

  it("are walked from one to the next and round again, and typed over", () => {
    const editor = makeEditor(text);
    editor.commands.setTextSelection(0);
    const chosen = () => editor.state.doc.textBetween(editor.state.selection.from, editor.state.selection.to);
    expect(selectBlank(editor)).toBe(true);
    expect(chosen()).toBe("\u27e6order.number\u27e7");
    selectBlank(editor);
    expect(chosen()).toBe("\u27e6customer.first_name\u27e7");
    editor.commands.insertContent("Zoë");
    selectBlank(editor);
    selectBlank(editor);
    expect(chosen()).toBe("\u27e6order.number\u27e7");
    expect(editor.state.selection.from).toBe(1);
    selectBlank(editor, -1);
    expect(editor.state.selection.from).toBeGreaterThan(10);
  });

  it("leave Tab to the page when there is none", () => {
    expect(selectBlank(makeEditor("<p>done</p>"))).toBe(false);
  });
});
