/** Line drawings on a grid of 24, in the colour of the text. */
import type { VNode } from "preact";

const PATHS = {
  close: "M6 6l12 12M18 6L6 18",
  down: "M6 9l6 6 6-6",
  send: "M12 19V5m-6 6l6-6 6 6",
  clip: "M20 11.5l-8.2 8.2a5 5 0 0 1-7.1-7.1l8.6-8.5a3.3 3.3 0 0 1 4.7 4.7l-8.5 8.5a1.7 1.7 0 0 1-2.4-2.4l7.8-7.7",
  smile: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM8.5 14.5s1.2 2 3.5 2 3.5-2 3.5-2M9 9.8v.01M15 9.8v.01",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5c.8-3.6 3.8-5.5 7.5-5.5s6.7 1.9 7.5 5.5",
  spark: "M12 3l1.9 5.6a2.5 2.5 0 0 0 1.5 1.5L21 12l-5.6 1.9a2.5 2.5 0 0 0-1.5 1.5L12 21l-1.9-5.6a2.5 2.5 0 0 0-1.5-1.5L3 12l5.6-1.9a2.5 2.5 0 0 0 1.5-1.5z",
  file: "M14 3H7a2 2 0 0 0-2 2v14a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2V8zM14 3v5h5",
  check: "M5 12.5l4.5 4.5L19 7.5",
  alert: "M12 8v4.5M12 16v.01M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z",
  mail: "M4 6h16a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1zM3.5 7l8.5 6 8.5-6",
  next: "M9 6l6 6-6 6",
  previous: "M15 6l-6 6 6 6",
  star: "M12 3.8l2.5 5.2 5.7.8-4.1 4 1 5.7-5.1-2.7-5.1 2.7 1-5.7-4.1-4 5.7-.8z",
  load: "M12 4v12m-5-5l5 5 5-5M5 20h14",
};

export type IconName = keyof typeof PATHS;

/** Decoration only: the control around it carries the words. `flip` turns it where the text runs from right to left. */
export const Icon = ({ name, flip }: { name: IconName; flip?: boolean }): VNode => (
  <svg class={flip ? "icon flip" : "icon"} viewBox="0 0 24 24" aria-hidden="true">
    <path d={PATHS[name]} />
  </svg>
);
