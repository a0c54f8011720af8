import type { MacroRow } from "@parley/client/types";
import { Extension, type AnyExtension, type Editor } from "@tiptap/core";
import { PluginKey } from "@tiptap/pm/state";
import Suggestion, { type SuggestionKeyDownProps, type SuggestionProps } from "@tiptap/suggestion";

import { createStore } from "@/lib/store";

export type MacroOffer = { macro: MacroRow; why?: "intent" | "used_for_intent" | "used"; uses?: number };
export type Slash = { find: (typed: string) => Promise<MacroOffer[]>; choose: (macro: MacroRow) => void };

type Shown = { offers: MacroOffer[]; typed: string; index: number; place: DOMRect; choose: (offer: MacroOffer) => void } | null;

/** The macros under the caret; there is only one caret. */
export const shownMacros = createStore<Shown>(null);

function show(props: SuggestionProps<MacroOffer, MacroOffer>): void {
  const place = props.clientRect?.();
  const same = shownMacros.get()?.typed === props.query ? (shownMacros.get()?.index ?? 0) : 0;
  if (!place) shownMacros.set(null);
  else shownMacros.set({ offers: props.items, typed: props.query, index: Math.min(same, Math.max(0, props.items.length - 1)), place, choose: (offer) => props.command(offer) });
}

function pressKey(event: KeyboardEvent): boolean {
  const state = shownMacros.get();
  if (!state) return false;
  const { offers, index } = state;
  if (event.key === "Escape") {
    shownMacros.set(null);
    event.stopPropagation();
    return true;
  }
  if (offers.length === 0) return false;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    shownMacros.set({ ...state, index: (index + (event.key === "ArrowDown" ? 1 : offers.length - 1)) % offers.length });
    return true;
  }
  if ((event.key === "Enter" && !event.ctrlKey && !event.metaKey) || event.key === "Tab") {
    const offer = offers[index];
    if (offer) state.choose(offer);
    return true;
  }
  return false;
}

/** `/` at the start of a word offers macros. */
export function buildSlash(slash: () => Slash): AnyExtension {
  return Extension.create({
    name: "macroSuggestion",
    addProseMirrorPlugins() {
      return [
        Suggestion<MacroOffer, MacroOffer>({
          editor: this.editor,
          pluginKey: new PluginKey("macros"),
          char: "/",
          items: ({ query }) => slash().find(query),
          command: ({ editor, range, props }) => {
            editor.chain().focus().deleteRange(range).run();
            slash().choose(props.macro);
          },
          render: () => ({ onStart: show, onUpdate: show, onKeyDown: ({ event }: SuggestionKeyDownProps) => pressKey(event), onExit: () => shownMacros.set(null) }),
        }),
      ];
    },
  });
}

/** Opens the offer at the caret, as if `/` had been typed at the start of a word. */
export function openMacros(editor: Editor): void {
  const { $from } = editor.state.selection;
  const before = $from.parent.textBetween(Math.max(0, $from.parentOffset - 1), $from.parentOffset, undefined, " ");
  editor.view.focus();
  editor.commands.insertContent(before.trim() === "" ? "/" : " /");
}
