import { render } from "preact";

import { openBridge } from "./bridge";
import type { FromLoader, Place } from "./bridge";
import { accentProperties } from "./colour";
import { fetchConfig, readConfig } from "./config";
import { cleanIdentity } from "./core/clean";
import { openClient } from "./core/client";
import type { Client } from "./core/client";
import type { Message, Page } from "./core/protocol";
import { findStorage, openStore } from "./core/store";
import { language, pickLanguage, speak, t } from "./i18n";
import { buildPost } from "./upload";
import { App } from "./view/app";
import { buildWorld, findTab, takeTurn } from "./world";
import "@parley/ui/tokens.css";
import "./styles/base.css";
import "./styles/head.css";
import "./styles/home.css";
import "./styles/thread.css";
import "./styles/pen.css";

const root = document.getElementById("root");
const dark = matchMedia("(prefers-color-scheme: dark)");
const params = new URLSearchParams(location.search);

let config = readConfig(document);
let colour = config.colour;
let open = false;
let modal = false;
let focus = false;
let spoken = "";
let unread = 0;
let client: Client | null = null;

const channel = config.channel || (params.get("channel") ?? "");
/** To look at only: keeps nothing, knows nobody, never connects. */
const preview = params.has("preview");
const storage = preview ? null : findStorage();
let store = openStore(storage, channel);
const post = buildPost(new URL("api/files", location.href).href, () => store.get("token"));
const bridge = openBridge(hear);
const onClose = bridge.alone ? null : () => bridge.tell({ t: "close" });

function paint(): void {
  const { style } = document.documentElement;
  for (const [name, value] of Object.entries(accentProperties(colour, dark.matches))) style.setProperty(name, value);
  if (root && client) render(<App key={language()} {...{ client, store, config, post, open, modal, focus, onClose, spoken }} />, root);
}

function lie(place: Place): void {
  const { style } = document.documentElement;
  const [top, , bottom] = place.insets.split(" ");
  ({ modal, focus } = place);
  style.setProperty("--inset-top", modal ? (top ?? "") : "");
  style.setProperty("--inset-bottom", modal ? (bottom ?? "") : "");
}

/** Tells the loader what the launcher shows. */
function tell(): void {
  if (!client) return;
  const { messages, outbox, welcomed } = client.state();
  const written = messages.length + outbox.length > 0 || (!welcomed && client.hasSession());
  const n = client.unread();
  const label = n ? `${t("chat")}, ${t("unread", { n })}` : t("chat");
  const badge = n > 9 ? "9+" : String(n || "");
  bridge.tell({ t: "look", colour: config.colour, mark: written ? colour + store.keep() : "", badge, label });
  if (n !== unread) bridge.tell({ t: "event", name: "unread", data: (unread = n) });
}

function incoming(message: Message): void {
  bridge.tell({ t: "event", name: "message", data: { author: message.author.kind, text: message.text } });
  spoken = `${message.author.name ?? t("role_assistant")}: ${message.text}`;
  paint();
}

async function start(wish: string, page: Page): Promise<Client> {
  const wishes = [wish, config.language, ...navigator.languages].filter(Boolean);
  await speak(pickLanguage(wishes), config.catalogue);
  const made = openClient(buildWorld(new URL("socket", location.href), channel), {
    store,
    tab: findTab(),
    language: language(),
    zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    page,
    alone: preview ? () => undefined : storage ? takeTurn(channel) : undefined,
    onIncoming: incoming,
    onRated: (score) => bridge.tell({ t: "event", name: "rated", data: score }),
  });
  made.subscribe(tell);
  return made;
}

function show(): void {
  open = true;
  client?.wake();
  paint();
}

async function change(wish: string): Promise<void> {
  const wanted = pickLanguage([wish]);
  config = await fetchConfig(wanted, config);
  await speak(wanted, config.catalogue);
  client?.speak(wanted);
  paint();
}

function identify(given: unknown): void {
  const identity = cleanIdentity(given);
  if (identity) client?.identify(identity);
}

async function init(message: Extract<FromLoader, { t: "init" }>): Promise<void> {
  if (client) return;
  colour = message.colour || config.colour;
  store = openStore(storage, channel, preview ? "" : message.mark?.slice(colour.length));
  if (preview) store.set("state", '{"messages":[],"online":true}');
  lie(message);
  client = await start(message.language, message.page);
  identify(message.identity);
  if (message.open) show();
  // Somebody who has written before, or is known, is told of answers without opening anything.
  else if (client.hasSession() || message.identity) client.wake();
  paint();
  tell();
}

function hear(message: FromLoader): void {
  if (message.t === "init") return void init(message);
  if (message.t === "open") {
    lie(message);
    show();
  } else if (message.t === "shut") {
    open = false;
    paint();
  } else if (message.t === "identify") identify(message.identity);
  else if (message.t === "logout") client?.logout();
  else if (message.t === "language") void change(message.language);
  else client?.visit(message.page);
}

dark.addEventListener("change", paint);
document.addEventListener("visibilitychange", () => {
  if (document.hidden) client?.save();
  else if (client?.state().phase !== "idle") client?.wake();
});
addEventListener("online", () => client?.state().phase !== "idle" && client?.wake());
addEventListener("offline", () => client?.lost());
addEventListener("pagehide", () => client?.save());
addEventListener("pageshow", (event) => event.persisted && client?.wake());

if (bridge.alone) {
  const page = { url: location.href, title: document.title };
  void init({ t: "init", open: true, modal: false, insets: "", focus: true, page, identity: null, language: params.get("language") ?? "", colour: "", mark: null });
} else bridge.tell({ t: "ready" });
