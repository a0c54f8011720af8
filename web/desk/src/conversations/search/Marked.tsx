import { Fragment } from "react";

/** Pieces of a text, marked and not, in their order. Marks that overlap or lie outside are cut. */
export function splitMarks(text: string, marks: readonly (readonly number[])[]): { text: string; marked: boolean }[] {
  const pieces: { text: string; marked: boolean }[] = [];
  let at = 0;
  for (const [start = 0, end = 0] of [...marks].sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0))) {
    const from = Math.max(at, start);
    const to = Math.min(text.length, end);
    if (to <= from) continue;
    if (from > at) pieces.push({ text: text.slice(at, from), marked: false });
    pieces.push({ text: text.slice(from, to), marked: true });
    at = to;
  }
  if (at < text.length) pieces.push({ text: text.slice(at), marked: false });
  return pieces;
}

/** A text with what was found in it. */
export function Marked({ text, marks }: { text: string; marks: readonly (readonly number[])[] }) {
  return splitMarks(text, marks).map((piece, i) => (piece.marked ? <mark key={i}>{piece.text}</mark> : <Fragment key={i}>{piece.text}</Fragment>));
}
