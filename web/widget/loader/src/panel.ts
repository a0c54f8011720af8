/** The launcher, the panel and the iframe in it. */
import type { FromLoader, ToLoader } from "../../frame/src/bridge";
import { drawElements, paint } from "./draw";
import type { Settings } from "./settings";
import { MODAL } from "./styles";

export type Emit = (name: string, data?: unknown) => void;
export type Panel = ReturnType<typeof openPanel>;

const WORDS: Record<string, string> = { ko: "채팅", sl: "Klepet", zh: "聊天" };
/** A frame that has not answered by then is loaded anew when it is wanted again. */
const PATIENCE_MS = 10_000;
const PAGE_MS = 2_000;

/** Draws the launcher; the iframe is made when it is wanted, or at leisure for somebody who has written before. */
export function openPanel(settings: Settings, emit: Emit) {
  const { channel, frame, tag } = settings;
  const [host, root, box, launcher, badge] = drawElements();
  const narrow = matchMedia(MODAL);
  const view = window.visualViewport;
  let iframe: HTMLIFrameElement | undefined;
  let madeAt = 0;
  let open = false;
  /** A chat that opens by itself leaves the keyboard where it is. */
  let focus = true;
  let ready = false;
  let covering = false;
  /** What the page takes next: it stands still while it is covered, then has its own again. */
  let overflow = "hidden";
  let told = "";
  /** Said to a frame that is still on its way. */
  let waiting: FromLoader | undefined;

  /** Reads, writes or (empty) removes what the frame wants kept: that somebody has written before, the colour first. */
  function mark(value?: string): string | null {
    const key = `parley:${channel}`;
    try {
      if (value) localStorage.setItem(key, value);
      else if (value === "") localStorage.removeItem(key);
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  }

  const place = () => ({ modal: narrow.matches, insets: getComputedStyle(box).scrollPadding, focus });

  /** Names everything for those who do not see it; until the frame knows better by one word. */
  function name(label = WORDS[settings.language.slice(0, 2)] ?? "Chat"): void {
    launcher.ariaLabel = box.ariaLabel = label;
    if (iframe) iframe.title = label;
  }

  /** On a phone the panel covers what is visible, also above a keyboard, and the page behind it stands still. */
  function fit(): void {
    const covers = open && narrow.matches;
    if (covers !== covering) {
      const { style } = document.documentElement;
      covering = covers;
      [style.overflow, overflow] = [overflow, style.overflow];
    }
    const follows = covers && view && view.scale < 1.05;
    box.style.height = follows ? `${view.height}px` : "";
    box.style.translate = follows ? `0 ${view.offsetTop}px` : "";
    box.ariaModal = String(covers);
  }

  function post(message: FromLoader): void {
    if (ready) iframe?.contentWindow?.postMessage({ parley: message }, frame.origin);
  }

  function make(): void {
    if (iframe && (ready || Date.now() - madeAt < PATIENCE_MS)) return;
    iframe?.remove();
    madeAt = Date.now();
    frame.search = `?channel=${channel}&language=${settings.language}`;
    frame.hash = location.origin;
    iframe = document.createElement("iframe");
    iframe.src = frame.href;
    box.append(iframe);
    name();
  }

  function turn(on: boolean, byHand = true): void {
    focus = byHand;
    if (on) make();
    if (open === on) return;
    open = on;
    root.classList.toggle("open", on);
    launcher.ariaExpanded = String(on);
    fit();
    if (focus) (on ? iframe : launcher)?.focus();
    post(on ? { t: "open", ...place() } : { t: "shut" });
    emit(on ? "open" : "close");
  }

  function greet(): void {
    const { identity, language, colour } = settings;
    const { href: url } = location;
    const { title, referrer } = document;
    ready = true;
    root.classList.add("ready");
    told = url;
    post({ t: "init", open, ...place(), page: { url, title, referrer }, identity, language, colour, mark: mark() });
    if (waiting) post(waiting);
  }

  function hear(message: ToLoader): void {
    if (message.t === "ready") greet();
    else if (message.t === "close") turn(false);
    else if (message.t === "event") emit(message.name, message.data);
    else {
      paint(host, settings.colour || message.colour);
      mark(message.mark);
      badge.textContent = message.badge;
      name(message.label);
    }
  }

  addEventListener("message", ({ origin, source, data }: MessageEvent<{ parley?: ToLoader } | null>) => {
    if (data?.parley && origin === frame.origin && source === iframe?.contentWindow) hear(data.parley);
  });
  narrow.onchange = () => {
    fit();
    if (open) post({ t: "open", ...place() });
  };
  if (view) view.onresize = view.onscroll = fit;
  setInterval(() => {
    const { href: url } = location;
    if (!ready || told === url) return;
    told = url;
    post({ t: "page", page: { url, title: document.title } });
  }, PAGE_MS);

  if (tag.position === "start") root.className = "start";
  if (tag.launcher === "none") launcher.remove();
  launcher.ariaExpanded = "false";
  launcher.onclick = () => turn(!open);
  // The frame is on its way before the finger is down.
  launcher.onpointerenter = make;
  paint(host, settings.colour || (mark() ?? "").slice(0, 7));
  name();
  const wanted = tag.open === "true";
  if (wanted || mark()) {
    const begin = (): void => (wanted ? turn(true, false) : make());
    const idle = (): unknown => ((window.requestIdleCallback as typeof requestIdleCallback | undefined) ?? setTimeout)(begin);
    if (document.readyState === "complete") idle();
    else addEventListener("load", idle);
  }

  return {
    turn,
    post,
    isOpen: () => open,
    speak(language: string): void {
      settings.language = language;
      name();
      post({ t: "language", language });
    },
    forget(): void {
      settings.identity = null;
      waiting = { t: "logout" };
      if (mark()) make();
      post(waiting);
      mark("");
    },
  };
}
