/** `window.parley(name, …)`: the shop's calls, also those made before this program had arrived. */
import { openPanel } from "./panel";
import type { Settings } from "./settings";

type Listener = (data?: unknown) => void;
type Call = (name: string, ...rest: unknown[]) => void;

declare global {
  interface Window {
    parley?: Call & { q?: ArrayLike<unknown>[] };
  }
}

/** Takes over the calls, runs the waiting ones in order and hands events to their listeners. */
export function openCalls(settings: Settings): void {
  let listeners: [unknown, Listener][] = [];
  // In a task of its own: one listener's mistake is nobody else's.
  const later = (fn: Listener, data?: unknown): unknown => setTimeout(() => fn(data));
  const panel = openPanel(settings, (name, data) => {
    for (const [event, fn] of listeners) if (event === name) later(fn, data);
  });

  const calls: Record<string, (first: unknown, second: unknown) => void> = {
    open: () => panel.turn(true),
    close: () => panel.turn(false),
    toggle: () => panel.turn(!panel.isOpen()),
    identify: (identity) => {
      settings.identity = identity;
      panel.post({ t: "identify", identity });
    },
    logout: () => panel.forget(),
    language: (language) => panel.speak(String(language)),
    on: (event, fn) => {
      listeners.push([event, fn as Listener]);
      if (event === "ready") later(fn as Listener);
    },
    off: (event, fn) => {
      listeners = listeners.filter(([name, listener]) => name !== event || listener !== fn);
    },
  };

  const waiting = window.parley?.q ?? [];
  window.parley = (name, first, second) => calls[name]?.(first, second);
  for (const call of waiting) calls[call[0] as string]?.(call[1], call[2]);
}
