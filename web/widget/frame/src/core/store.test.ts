import { beforeEach, describe, expect, it } from "vitest";

import { findStorage, openStore } from "./store";

beforeEach(() => localStorage.clear());

describe("openStore", () => {
  it("keeps channels apart and lists by prefix in order", () => {
    const one = openStore(localStorage, "one");
    const two = openStore(localStorage, "two");
    one.set("out:2", "b");
    one.set("out:1", "a");
    one.set("token", "t");
    two.set("out:1", "x");
    expect(one.keys("out:")).toEqual(["out:1", "out:2"]);
    one.clear();
    expect(one.keys("")).toEqual([]);
    expect(two.get("out:1")).toBe("x");
  });

  it("falls back to memory when the device is full", () => {
    const full = {
      length: 0,
      key: () => null,
      getItem: () => null,
      setItem: () => {
        throw new DOMException("full", "QuotaExceededError");
      },
      removeItem: () => undefined,
    } as unknown as Storage;
    const store = openStore(full, "one");
    store.set("a", "1");
    expect(store.get("a")).toBe("1");
    store.remove("a");
    expect(store.get("a")).toBeNull();
  });

  it("gives the loader only what makes the next page the same visitor", () => {
    const store = openStore(null, "one");
    store.set("token", "t");
    store.set("state", "the messages");
    store.set("out:1", "unsent");
    expect(JSON.parse(store.keep())).toEqual({ token: "t", "out:1": "unsent" });
    expect(openStore(null, "one", store.keep()).get("token")).toBe("t");
    store.set("who", "7");
    expect(JSON.parse(store.keep())).not.toHaveProperty("token");
    expect(openStore(null, "one", "{broken").keys("")).toEqual([]);
  });

  it("gives nothing away where it can keep it itself", () => {
    const store = openStore(findStorage(), "one");
    store.set("token", "t");
    expect(store.keep()).toBe("");
  });

  it("hears of other tabs", () => {
    const store = openStore(localStorage, "one");
    const heard: (string | null)[] = [];
    store.watch((key) => heard.push(key));
    const tell = (key: string | null) => window.dispatchEvent(new StorageEvent("storage", { key, storageArea: localStorage }));
    tell("parley:one:seen");
    tell("parley:two:seen");
    tell("other");
    tell(null);
    expect(heard).toEqual(["seen", null]);
  });
});
