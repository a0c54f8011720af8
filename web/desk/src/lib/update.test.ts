import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { checkBuild, findEntry, isTyping, update, watchUpdates } from "./update";

const page = (entry: string) => `<!doctype html><link rel="modulepreload" href="/assets/react-1.js"><script type="module" crossorigin src="${entry}"></script>`;
const serve = (answer: () => Promise<Response>) => vi.stubGlobal("fetch", vi.fn(answer));

describe("a newer build", () => {
  beforeEach(() => {
    update.set(false);
    // A page in a test runs no scripts of its own.
    Object.assign((window as unknown as { happyDOM: { settings: object } }).happyDOM.settings, { handleDisabledFileLoadingAsSuccess: true });
    document.head.innerHTML = page("/assets/index-1.js");
  });
  afterEach(() => vi.unstubAllGlobals());

  it("is known by the name of its first script", async () => {
    expect(findEntry(document)).toBe("/assets/index-1.js");
    serve(() => Promise.resolve(new Response(page("/assets/index-1.js"))));
    await checkBuild();
    expect(update.get()).toBe(false);
    serve(() => Promise.resolve(new Response(page("/assets/index-2.js"))));
    await checkBuild();
    expect(update.get()).toBe(true);
  });

  it("is not seen in a server that is away or in trouble", async () => {
    serve(() => Promise.reject(new TypeError("network")));
    await checkBuild();
    serve(() => Promise.resolve(new Response(page("/assets/index-2.js"), { status: 503 })));
    await checkBuild();
    serve(() => Promise.resolve(new Response("being started")));
    await checkBuild();
    expect(update.get()).toBe(false);
  });

  it("is looked for when a part is gone, which throws nothing", async () => {
    watchUpdates();
    serve(() => Promise.resolve(new Response(page("/assets/index-3.js"))));
    const event = new Event("vite:preloadError", { cancelable: true });
    dispatchEvent(event);
    expect(event.defaultPrevented).toBe(true);
    await vi.waitFor(() => expect(update.get()).toBe(true));
  });

  it("waits while something is typed", () => {
    watchUpdates();
    expect(isTyping()).toBe(false);
    dispatchEvent(new Event("input"));
    expect(isTyping()).toBe(true);
    history.pushState(null, "", "/elsewhere");
    expect(isTyping()).toBe(false);
    document.body.innerHTML = "<div role=dialog></div>";
    expect(isTyping()).toBe(true);
    document.body.innerHTML = "";
  });
});
