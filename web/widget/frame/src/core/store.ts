/**
 * What the frame keeps on the device, under one prefix per channel. Where the browser forbids a frame its own storage (private
 * windows, blocked third-party data) it lives in memory, and the loader keeps the little without which a visitor would be
 * another one on the next page.
 */

export interface Store {
  get(key: string): string | null;
  set(key: string, value: string): void;
  remove(key: string): void;
  /** The names that begin with `prefix`, sorted. */
  keys(prefix: string): string[];
  clear(): void;
  /** What the loader has to keep, as text; empty where the browser lets the frame keep it itself. */
  keep(): string;
  /** Calls `fn(key)` when another tab changed it; null means that everything may have changed. */
  watch(fn: (key: string | null) => void): void;
}

/** Returns the browser's storage, or null where reading or writing it is forbidden. */
export function findStorage(): Storage | null {
  try {
    const storage = window.localStorage;
    storage.setItem("parley", "1");
    storage.removeItem("parley");
    return storage;
  } catch {
    return null;
  }
}

const readKept = (kept: string): [string, string][] => {
  try {
    return Object.entries(JSON.parse(kept || "{}") as Record<string, string>);
  } catch {
    return [];
  }
};

/**
 * A store for one channel. What does not fit into `storage` (full, or null) lives in memory until the page ends, beginning
 * with what was `kept` elsewhere.
 */
export function openStore(storage: Storage | null, channel: string, kept = ""): Store {
  const prefix = `parley:${channel}:`;
  const memory = new Map<string, string>(storage ? [] : readKept(kept));
  return {
    get: (key) => memory.get(key) ?? storage?.getItem(prefix + key) ?? null,
    set(key, value) {
      try {
        if (!storage) throw new Error("no storage");
        storage.setItem(prefix + key, value);
        memory.delete(key);
      } catch {
        memory.set(key, value);
      }
    },
    remove(key) {
      memory.delete(key);
      storage?.removeItem(prefix + key);
    },
    keys(wanted) {
      const stored = Array.from({ length: storage?.length ?? 0 }, (_, index) => storage?.key(index) ?? "");
      const names = stored.filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
      return [...new Set([...names, ...memory.keys()])].filter((key) => key.startsWith(wanted)).sort();
    },
    clear() {
      for (const key of this.keys("")) this.remove(key);
    },
    keep() {
      if (storage) return "";
      // The copy of the messages stays out of the shop's hands, and so does the token of somebody the shop can name again.
      const left = [...memory].filter(([key]) => key !== "state" && !(key === "token" && memory.has("who")));
      return left.length ? JSON.stringify(Object.fromEntries(left)) : "";
    },
    watch(fn) {
      if (!storage) return;
      window.addEventListener("storage", (event) => {
        if (event.storageArea !== storage) return;
        if (event.key === null) fn(null);
        else if (event.key.startsWith(prefix)) fn(event.key.slice(prefix.length));
      });
    },
  };
}
