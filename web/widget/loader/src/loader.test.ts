import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { FromLoader, ToLoader } from "../../frame/src/bridge";

const ORIGIN = "https://desk.example";
const CHANNEL = "ch_test";

interface Played {
  host: HTMLElement;
  root: HTMLElement;
  launcher: HTMLButtonElement;
  frame: () => HTMLIFrameElement | null;
  posted: { message: FromLoader; target: string }[];
  say: (message: ToLoader, origin?: string, source?: unknown) => void;
}

/** Loads the program as a shop's page does, with these attributes on its tag. */
async function play(attributes: Record<string, string> = {}): Promise<Played> {
  vi.resetModules();
  delete (window as { parleyLoaded?: boolean }).parleyLoaded;
  const script = document.createElement("script");
  Object.defineProperty(script, "src", { value: `${ORIGIN}/widget.js` });
  script.dataset.channel = CHANNEL;
  for (const [name, value] of Object.entries(attributes)) script.dataset[name] = value;
  vi.spyOn(document, "currentScript", "get").mockReturnValue(script);
  await import("./loader");
  const host = document.querySelector<HTMLElement>("parley-widget")!;
  const shadow = host.shadowRoot!;
  const posted: Played["posted"] = [];
  const inner = { postMessage: (data: { parley: FromLoader }, target: string) => posted.push({ message: data.parley, target }) };
  // Only the frame of this page answers; those of earlier tests are off the page.
  vi.spyOn(HTMLIFrameElement.prototype, "contentWindow", "get").mockImplementation(function (this: HTMLIFrameElement) {
    return this.isConnected ? (inner as unknown as Window) : null;
  });
  const frame = () => shadow.querySelector("iframe");
  return {
    host,
    root: shadow.querySelector("section")!,
    launcher: shadow.querySelector("button")!,
    frame,
    posted,
    say(message, origin = ORIGIN, source = inner) {
      window.dispatchEvent(new MessageEvent("message", { data: { parley: message }, origin, source: source as Window }));
    },
  };
}

const look = (part: Partial<Extract<ToLoader, { t: "look" }>> = {}): ToLoader => ({
  t: "look",
  colour: "#0f766e",
  mark: "",
  badge: "",
  label: "Chat",
  ...part,
});

beforeEach(() => {
  localStorage.clear();
  // The frame stays an empty page.
  const { happyDOM } = window as unknown as { happyDOM: { settings: object } };
  Object.assign(happyDOM.settings, { enableIframePageLoading: true });
  vi.spyOn(HTMLIFrameElement.prototype, "src", "set").mockImplementation(function (this: HTMLIFrameElement, address: string) {
    this.dataset.src = address;
  });
});

afterEach(() => {
  document.querySelectorAll("parley-widget").forEach((element) => element.remove());
  delete window.parley;
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe("the frame", () => {
  it("is not made before it is wanted", async () => {
    const { frame, launcher } = await play();
    expect(frame()).toBeNull();
    launcher.click();
    expect(frame()!.dataset.src).toBe(`${ORIGIN}/widget/frame?channel=${CHANNEL}&language=en-US#${location.origin}`);
  });

  it("is made at leisure for somebody who has written before", async () => {
    localStorage.setItem(`parley:${CHANNEL}`, "#112233");
    vi.stubGlobal("requestIdleCallback", (fn: () => void) => fn());
    const { frame, root, host } = await play();
    expect(frame()).not.toBeNull();
    expect(root.classList.contains("open")).toBe(false);
    expect(host.style.getPropertyValue("--a")).toBe("#112233");
  });

  it("gets its settings only after it has answered, and only at its own origin", async () => {
    const played = await play({ colour: "#ffd400", language: "ko", customerId: "7", customerSignature: "ab" });
    played.launcher.click();
    played.say({ t: "ready" }, "https://evil.example");
    played.say({ t: "ready" }, ORIGIN, window);
    expect(played.posted).toEqual([]);
    played.say({ t: "ready" });
    expect(played.posted[0]).toMatchObject({
      target: ORIGIN,
      message: { t: "init", open: true, focus: true, language: "ko", colour: "#ffd400", identity: { id: "7", signature: "ab" }, mark: null },
    });
  });

  it("keeps what it wants kept and gives it back, and lets go of it", async () => {
    const played = await play();
    played.launcher.click();
    played.say({ t: "ready" });
    played.say(look({ mark: '#0f766e{"token":"x"}' }));
    expect(localStorage.getItem(`parley:${CHANNEL}`)).toBe('#0f766e{"token":"x"}');
    played.say({ t: "ready" });
    expect(played.posted.at(-1)!.message).toMatchObject({ mark: '#0f766e{"token":"x"}' });
    played.say(look());
    expect(localStorage.getItem(`parley:${CHANNEL}`)).toBeNull();
  });
});

describe("the launcher", () => {
  it("shows the count and the words of the frame", async () => {
    const { launcher, say } = await play();
    launcher.click();
    say({ t: "ready" });
    say(look({ badge: "3", label: "Chat, 3 unread messages" }));
    expect(launcher.querySelector("b")!.textContent).toBe("3");
    expect(launcher.ariaLabel).toBe("Chat, 3 unread messages");
  });

  it("takes only colours", async () => {
    const { host, launcher, say } = await play({ colour: "red;background:url(x)" });
    launcher.click();
    say({ t: "ready" });
    expect(host.style.getPropertyValue("--a")).toBe("");
    say(look({ colour: "#fefefe" }));
    expect(host.style.getPropertyValue("--a")).toBe("");
  });

  it("is absent when the shop wants it so, and opens by a call", async () => {
    const { host, frame } = await play({ launcher: "none" });
    expect(host.shadowRoot!.querySelector("button")).toBeNull();
    window.parley!("open");
    expect(frame()).not.toBeNull();
  });

  it("closes when the frame asks", async () => {
    const { launcher, root, say } = await play();
    launcher.click();
    say({ t: "ready" });
    expect(root.classList.contains("open")).toBe(true);
    say({ t: "close" });
    expect(root.classList.contains("open")).toBe(false);
    expect(launcher.ariaExpanded).toBe("false");
  });
});

describe("calls", () => {
  it("made before the program arrived run in order", async () => {
    const opened = vi.fn();
    window.parley = Object.assign(() => undefined, { q: [["on", "open", opened], ["open"], ["nonsense", 1]] });
    vi.useFakeTimers();
    const { root } = await play();
    vi.runOnlyPendingTimers();
    expect(root.classList.contains("open")).toBe(true);
    expect(opened).toHaveBeenCalledTimes(1);
  });

  it("tell listeners, until they are taken off; a late one hears that all is ready", async () => {
    vi.useFakeTimers();
    const { launcher, say } = await play();
    const rated = vi.fn();
    const ready = vi.fn();
    window.parley!("on", "rated", rated);
    window.parley!("on", "ready", ready);
    launcher.click();
    say({ t: "ready" });
    say({ t: "event", name: "rated", data: 5 });
    vi.runOnlyPendingTimers();
    expect(ready).toHaveBeenCalledTimes(1);
    expect(rated).toHaveBeenCalledWith(5);
    window.parley!("off", "rated", rated);
    say({ t: "event", name: "rated", data: 4 });
    vi.runOnlyPendingTimers();
    expect(rated).toHaveBeenCalledTimes(1);
  });

  it("log out a visitor whose frame is not there yet", async () => {
    localStorage.setItem(`parley:${CHANNEL}`, "#112233");
    const played = await play();
    window.parley!("logout");
    played.say({ t: "ready" });
    expect(played.posted.map(({ message }) => message.t)).toEqual(["init", "logout"]);
    expect(localStorage.getItem(`parley:${CHANNEL}`)).toBeNull();
  });

  it("identify reaches a frame that comes later and one that is there", async () => {
    const played = await play();
    window.parley!("identify", { id: "1", signature: "a" });
    played.launcher.click();
    played.say({ t: "ready" });
    expect(played.posted[0]!.message).toMatchObject({ t: "init", identity: { id: "1", signature: "a" } });
    window.parley!("identify", { id: "2", signature: "b" });
    expect(played.posted.at(-1)!.message).toEqual({ t: "identify", identity: { id: "2", signature: "b" } });
  });
});
