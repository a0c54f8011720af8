import type { Alert, AlertNumbers, Session } from "@parley/client/types";
import { TooltipRoom } from "@parley/ui/Tooltip";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, createRootRoute, createRoute, createRouter, Outlet, RouterProvider } from "@tanstack/react-router";
import { act, type ReactNode } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { setLocale } from "@/lib/i18n/catalogue";
import { keys } from "@/lib/query";

import { AlertBanner } from "./AlertBanner";
import { AlertsPage } from "./AlertsPage";

const NUMBERS: AlertNumbers = { days: 30, raised: 4, seen: 3, handled: 2, raised_p50: 0.4, raised_p99: 1.25, seen_p50: 1.52, seen_p99: 12.4, handled_p50: null };
const alert = (id: string, more: Partial<Alert> = {}): Alert => ({
  id,
  conversation_id: `c-${id}`,
  conversation_number: 7,
  customer_name: "Zoe Brand",
  message_id: null,
  kind: "furious",
  text: "",
  agent_ids: [],
  received_at: new Date().toISOString(),
  raised_at: new Date().toISOString(),
  seen_at: null,
  seen_by: null,
  seconds_to_screen: null,
  handled_at: null,
  handled_by: null,
  seconds_to_hand: null,
  ...more,
});

let root: Root;
let box: HTMLElement;
let held: Alert[] = [];
let broken = false;
let history = createMemoryHistory();
const sent: string[] = [];

const answer = async (request: Request): Promise<Response> => {
  const { pathname, searchParams } = new URL(request.url);
  if (request.method === "POST") {
    const [id = "", act = ""] = pathname.split("/").slice(-2);
    sent.push(`${act} ${id} ${await request.text()}`.trim());
    if (broken) return Response.json({ title: "Broken", status: 500, code: "broken" }, { status: 500 });
    held = held.map((one) => (one.id !== id ? one : { ...one, [act === "seen" ? "seen_at" : "handled_at"]: new Date().toISOString() }));
    return Response.json(held.find((one) => one.id === id));
  }
  if (pathname.endsWith("/numbers")) return Response.json(NUMBERS);
  if (!pathname.endsWith("/alerts")) return Response.json({ items: [], next: null });
  return Response.json({ items: searchParams.get("unhandled") === "true" ? held.filter((one) => one.handled_at === null) : held, next: null });
};

const settle = () => act(() => new Promise((done) => setTimeout(done, 30)));
const button = (name: string) => [...box.querySelectorAll("button")].find((one) => one.textContent === name) ?? expect.fail(`no ${name} in ${box.innerHTML}`);

async function open(Shown: () => ReactNode, permissions = ["automation:read", "conversations:write"]): Promise<void> {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  client.setQueryData<Session>(keys.session, { state: "signed_in", agent: { role: "lead", permissions } as Session["agent"], workspace: {} as Session["workspace"], csrf: "", version: "" });
  const top = createRootRoute({ component: Outlet });
  const routes = [createRoute({ getParentRoute: () => top, path: "/", component: Shown }), createRoute({ getParentRoute: () => top, path: "/conversations/$id", component: () => null })];
  history = createMemoryHistory({ initialEntries: ["/"] });
  const router = createRouter({ routeTree: top.addChildren(routes), history });
  root = createRoot(box);
  await act(async () => {
    root.render(
      <QueryClientProvider client={client}>
        <TooltipRoom>
          <RouterProvider router={router as never} />
        </TooltipRoom>
      </QueryClientProvider>,
    );
    await router.load();
  });
  await settle();
}

async function click(name: string): Promise<void> {
  await act(async () => {
    button(name).click();
    await Promise.resolve();
  });
  await settle();
}

beforeEach(async () => {
  await setLocale("en");
  (globalThis as Record<string, unknown>).IS_REACT_ACT_ENVIRONMENT = true;
  vi.stubGlobal("fetch", answer);
  vi.stubGlobal("scrollTo", () => undefined);
  sent.length = 0;
  broken = false;
  box = document.createElement("div");
  document.body.append(box);
});
afterEach(async () => {
  await act(async () => {
    root.unmount();
    await Promise.resolve();
  });
  box.remove();
  vi.unstubAllGlobals();
});

describe("the banner", () => {
  it("calls whoever was told, says once that it was seen, and counts the others", async () => {
    held = [alert("b", { kind: "threat", text: "Wants a lawyer" }), alert("a")];
    await open(AlertBanner);
    expect(box.querySelector('[role="alert"]')?.textContent).toMatch(/Threat.*Zoe Brand · Wants a lawyer/u);
    expect(box.textContent).toContain("1 more");
    await settle();
    expect(sent).toEqual(["seen b"]);
  });

  it("is taken in hand: the conversation opens and the next one stands there", async () => {
    held = [alert("b", { seen_at: new Date().toISOString() }), alert("a", { customer_name: "", seen_at: new Date().toISOString() })];
    await open(AlertBanner);
    await click("I take it");
    expect(sent).toEqual(['handled b {"take":true}']);
    expect(history.location.pathname).toBe("/conversations/c-b");
    expect(held.map((one) => one.handled_at !== null)).toEqual([true, false]);
  });

  it("stays where it is when it could not be taken", async () => {
    held = [alert("b", { seen_at: new Date().toISOString() })];
    broken = true;
    await open(AlertBanner);
    await click("I take it");
    expect(history.location.pathname).toBe("/");
    expect(box.querySelector('[role="alert"]')).not.toBeNull();
  });

  it("is not there for who may not read it, nor when nothing is open", async () => {
    held = [alert("b")];
    await open(AlertBanner, []);
    expect([box.textContent, sent]).toEqual(["", []]);
  });

  it("offers nothing to take to who may only read", async () => {
    held = [alert("b")];
    await open(AlertBanner, ["automation:read"]);
    expect([...box.querySelectorAll("button")].map((one) => one.textContent)).toEqual(["Open"]);
  });
});

describe("the page", () => {
  it("shows the seconds, and closes what is done", async () => {
    held = [alert("b", { seen_at: new Date().toISOString(), seconds_to_screen: 1.52 }), alert("a", { handled_at: new Date().toISOString(), seconds_to_screen: 2552 })];
    await open(AlertsPage);
    expect(box.textContent).toMatch(/1\.5 sec.*12 sec/u);
    expect(box.querySelectorAll("li")).toHaveLength(2);
    expect(box.textContent).toContain("on a screen after 43 min");
    await click("Done");
    expect(sent).toEqual(['handled b {"take":false}']);
    expect([...box.querySelectorAll("button")].filter((one) => one.textContent === "Done")).toEqual([]);
  });

  it("says so when nobody had to be called", async () => {
    held = [];
    await open(AlertsPage);
    expect(box.querySelectorAll("li")).toHaveLength(0);
    expect(box.textContent).toContain("Nobody had to be called");
  });
});
