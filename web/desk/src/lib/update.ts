import { createStore } from "./store";

/** A newer build of the desk is installed than the one that runs here. */
export const update = createStore(false);

let typedOn: string | null = null;

/** Whether something was typed on the page that is open, or waits in a dialog. */
export function isTyping(): boolean {
  return typedOn === location.pathname || document.querySelector("[role=dialog]") !== null;
}

/** The script with which a page begins; its name changes with every build. */
export function findEntry(page: Document): string | null {
  return page.querySelector("script[type=module][src]")?.getAttribute("src") ?? null;
}

/** Asks the server which build it has, and notes when it is another one. Nothing is noted while it cannot be reached. */
export async function checkBuild(): Promise<void> {
  const mine = findEntry(document);
  if (mine === null || update.get()) return;
  try {
    const answer = await fetch("/", { cache: "no-store" });
    if (!answer.ok) return;
    const theirs = findEntry(new DOMParser().parseFromString(await answer.text(), "text/html"));
    if (theirs !== null && theirs !== mine) update.set(true);
  } catch {
    // The next connection asks again.
  }
}

function reloadUnseen(): void {
  if (update.get() && document.visibilityState === "hidden" && !isTyping()) location.reload();
}

/** Watches for a newer build: parts that are gone say so, and a page that nobody looks at takes it up by itself. */
export function watchUpdates(): void {
  addEventListener("input", () => (typedOn = location.pathname), { capture: true });
  addEventListener("vite:preloadError", (event) => {
    // What needs the part fails by itself; thrown from here, it would reload a page that is only offline.
    event.preventDefault();
    void checkBuild();
  });
  document.addEventListener("visibilitychange", reloadUnseen);
  update.subscribe(reloadUnseen);
}
