import type { FileInfo, FilledMacro, FormAct, Id, MacroRow } from "@parley/client/types";
import type { Editor } from "@tiptap/core";
import { closeHistory } from "@tiptap/pm/history";

import { foldText } from "@/lib/format/text";

/** A macro in a draft: the acts that are done when it is sent, by their places in the macro. */
export type DraftMacro = { id: Id; name: string; acts: { place: number; act: FormAct }[]; files: FileInfo[] };

/** What goes along with the message. */
export function chosenMacros(macros: readonly DraftMacro[] | undefined): { id: Id; acts: number[] }[] {
  return (macros ?? []).map((one) => ({ id: one.id, acts: one.acts.map((act) => act.place) }));
}

/** A macro for a draft; acts that would change nothing are not worth a word, but do no harm. */
export function toDraft(macro: MacroRow, filled: FilledMacro): DraftMacro {
  return { id: macro.id, name: macro.name, acts: filled.acts.map(({ idle, ...act }, place) => ({ place, act, idle })).filter((one) => !one.idle).map(({ place, act }) => ({ place, act })), files: filled.file_links };
}

/** Without one act; a macro stays for the count of its uses, even when it does nothing more. */
export function dropAct(macros: readonly DraftMacro[], id: Id, place: number): DraftMacro[] {
  return macros.map((one) => (one.id === id ? { ...one, acts: one.acts.filter((act) => act.place !== place) } : one));
}

/** What is called so comes before what only says so. */
export function rankFound(found: readonly MacroRow[], typed: string): MacroRow[] {
  const wanted = foldText(typed);
  const rank = ({ name, shortcut }: MacroRow) => {
    const folded = foldText(name);
    if (shortcut?.startsWith(wanted) === true) return shortcut === wanted ? 0 : 1;
    return folded.startsWith(wanted) ? 1 : folded.includes(wanted) ? 2 : 3;
  };
  return [...found].sort((one, other) => rank(one) - rank(other));
}

/** A single paragraph is laid into the line, several stand by themselves. */
export function inlineHtml(html: string): string {
  const found = /^<p[^>]*>((?:(?!<p[\s>])[\s\S])*)<\/p>$/.exec(html);
  return found?.[1] ?? html;
}

/** Lays a text at the caret as one step that Ctrl+Z takes back; gives the documents before and after. */
export function layText(editor: Editor, html: string): { before: Editor["state"]["doc"]; after: Editor["state"]["doc"] } {
  editor.view.dispatch(closeHistory(editor.state.tr));
  const before = editor.state.doc;
  editor.chain().insertContent(inlineHtml(html)).run();
  editor.view.dispatch(closeHistory(editor.state.tr));
  return { before, after: editor.state.doc };
}

const sent = new Map<Id, DraftMacro[]>();

/** Keeps what went along with the newest message of a conversation, for when it is taken back. */
export function noteSent(conversation: Id, macros: readonly DraftMacro[]): void {
  sent.set(conversation, [...macros]);
}

export function recallSent(conversation: Id): DraftMacro[] {
  return sent.get(conversation) ?? [];
}
