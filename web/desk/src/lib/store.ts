import { useSyncExternalStore } from "react";

export type Store<S> = { get: () => S; set: (next: S | ((old: S) => S)) => void; subscribe: (watch: () => void) => () => void };

/** A value that lives outside the tree and tells who watches it. */
export function createStore<S>(initial: S): Store<S> {
  let state = initial;
  const watchers = new Set<() => void>();
  return {
    get: () => state,
    set: (next) => {
      const value = typeof next === "function" ? (next as (old: S) => S)(state) : next;
      if (Object.is(value, state)) return;
      state = value;
      for (const watch of [...watchers]) watch();
    },
    subscribe: (watch) => {
      watchers.add(watch);
      return () => watchers.delete(watch);
    },
  };
}

export function useStore<S>(store: Store<S>): S {
  return useSyncExternalStore(store.subscribe, store.get);
}

/** A part of a store; `pick` must give back the same object while nothing it reads has changed. */
export function useStorePart<S, P>(store: Store<S>, pick: (state: S) => P): P {
  return useSyncExternalStore(store.subscribe, () => pick(store.get()));
}
