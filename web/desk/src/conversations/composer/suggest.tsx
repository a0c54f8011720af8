import type { SuggestionKeyDownProps, SuggestionProps } from "@tiptap/suggestion";
import type { ReactNode } from "react";
import { createPortal } from "react-dom";

import { createStore, useStore } from "@/lib/store";
import { cx } from "@parley/ui/cx";

import styles from "./suggest.module.css";

export type Offer = { id: string; label: string; sign?: ReactNode; hint?: string };

type Shown = { items: Offer[]; index: number; place: DOMRect; choose: (offer: Offer) => void; label: string } | null;

/** The list under the caret; there is only one caret. */
const shown = createStore<Shown>(null);

/** What TipTap asks of a list of suggestions, kept in a store that `SuggestList` draws. */
export function renderSuggestions(label: string) {
  return () => ({
    onStart: (props: SuggestionProps<Offer, Offer>) => show(props, label),
    onUpdate: (props: SuggestionProps<Offer, Offer>) => show(props, label),
    onKeyDown: ({ event }: SuggestionKeyDownProps) => pressKey(event),
    onExit: () => shown.set(null),
  });
}

function show(props: SuggestionProps<Offer, Offer>, label: string): void {
  const place = props.clientRect?.();
  if (!place || props.items.length === 0) shown.set(null);
  else shown.set({ items: props.items, index: 0, place, choose: (offer) => props.command(offer), label });
}

function pressKey(event: KeyboardEvent): boolean {
  const state = shown.get();
  if (!state) return false;
  const { items, index } = state;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    const step = event.key === "ArrowDown" ? 1 : items.length - 1;
    shown.set({ ...state, index: (index + step) % items.length });
    return true;
  }
  if ((event.key === "Enter" && !event.ctrlKey && !event.metaKey) || event.key === "Tab") {
    const offer = items[index];
    if (offer) state.choose(offer);
    return true;
  }
  if (event.key === "Escape") {
    shown.set(null);
    event.stopPropagation();
    return true;
  }
  return false;
}

/** Draws the suggestions under the caret, or above it where there is no room. */
export function SuggestList() {
  const state = useStore(shown);
  if (!state) return null;
  const { items, index, place, choose, label } = state;
  const above = innerHeight - place.bottom < 260;
  const vertical = above ? { insetBlockEnd: innerHeight - place.top + 4 } : { insetBlockStart: place.bottom + 4 };
  return createPortal(
    <div className={styles.list} role="listbox" aria-label={label} style={{ ...vertical, left: Math.min(place.left, innerWidth - 280) }}>
      {items.map((offer, i) => (
        <div key={offer.id} role="option" tabIndex={-1} aria-selected={i === index} className={cx(styles.offer, i === index && styles.chosen)} onPointerDown={(event) => {
          event.preventDefault();
          choose(offer);
        }}>
          {offer.sign}
          <span className={styles.word}>{offer.label}</span>
          {offer.hint !== undefined && <span className={styles.hint}>{offer.hint}</span>}
        </div>
      ))}
    </div>,
    document.body,
  );
}
