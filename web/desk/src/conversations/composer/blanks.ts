import { Extension, type Editor } from "@tiptap/core";
import type { Node } from "@tiptap/pm/model";
import { Plugin, PluginKey, TextSelection } from "@tiptap/pm/state";
import { Decoration, DecorationSet } from "@tiptap/pm/view";

import styles from "./Macros.module.css";

/** What stands in a text where a macro had no value: ⟦order.number⟧. */
const BLANK = /\u27e6([a-z_]+\.[a-z_]+)\u27e7/g;

type Place = { name: string; from: number; to: number };

/** The variables whose places in a text are still blank, each once. */
export function findBlanks(html: string): string[] {
  return [...new Set([...html.matchAll(BLANK)].map((found) => found[1] ?? ""))];
}

function listPlaces(doc: Node): Place[] {
  const places: Place[] = [];
  doc.descendants((node, at) => {
    for (const found of node.text?.matchAll(BLANK) ?? []) places.push({ name: found[1] ?? "", from: at + found.index, to: at + found.index + found[0].length });
  });
  return places;
}

/** Selects the next blank (or the one before), so that typing fills it in. Returns whether there is one. */
export function selectBlank(editor: Editor, step: 1 | -1 = 1): boolean {
  const places = listPlaces(editor.state.doc);
  if (places.length === 0) return false;
  const { from, to } = editor.state.selection;
  const next = step === 1 ? (places.find((place) => place.from >= to) ?? places[0]) : (places.findLast((place) => place.to <= from) ?? places.at(-1));
  if (!next) return false;
  editor.view.dispatch(editor.state.tr.setSelection(TextSelection.create(editor.state.doc, next.from, next.to)).scrollIntoView());
  editor.view.focus();
  return true;
}

/** Shows blanks as such; Tab walks them. */
export const Blanks = Extension.create({
  name: "blanks",
  priority: 1000,
  addKeyboardShortcuts() {
    return { Tab: ({ editor }) => selectBlank(editor), "Shift-Tab": ({ editor }) => selectBlank(editor, -1) };
  },
  addProseMirrorPlugins() {
    return [
      new Plugin({
        key: new PluginKey("blanks"),
        props: {
          decorations: ({ doc }) => DecorationSet.create(doc, listPlaces(doc).map((place) => Decoration.inline(place.from, place.to, { class: styles.blank ?? "" }))),
        },
      }),
    ];
  },
});
