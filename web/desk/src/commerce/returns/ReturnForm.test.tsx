import type { Me, Order, OrderLine, Permission, Policy, ReturnDecision, Session } from "@parley/client/types";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from "@tanstack/react-router";
import { TooltipRoom } from "@parley/ui/Tooltip";
import { act } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { setLocale } from "@/lib/i18n/catalogue";
import { keys } from "@/lib/query";

import { ReturnForm } from "./ReturnForm";

const LINE: OrderLine = {
  ref: "l1", product_ref: "tee", variant_ref: "tee-m", sku: "", title: "Tee", variant_title: "M", ordered: 2, quantity: 2, fulfilled: 2, refunded: 0, unit_price: 3000, discount: 0, tax: 0, total: 6000, image_url: "", digital: false,
}; // prettier-ignore
const ORDER = { id: "o1", store_id: "s1", number: "#1001", currency: "EUR", customer_id: "c1", lines: [LINE] } as unknown as Order;
const POLICY = { terms: { languages: ["en"], returns: { resolutions: ["refund", "store_credit"], reasons: [{ code: "scratched", name: { en: "It is scratched" }, photo: false }] } } } as unknown as Policy;
const ACCEPTED: ReturnDecision = {
  outcome: "accepted", currency: "EUR", goods: 3000, shipping: 0, fee: 490, restocking: 0, refund: 2510, label: "shop", destination: "original", refund_when: "received", problems: [], doubts: [], clauses: [], version: 1,
  lines: [{ line: "l1", title: "Tee, M", quantity: 1, reason: "scratched", resolution: "refund", worth: 3000, variant: null, variant_title: "", note: "", problems: [], doubts: [], clauses: [], last_day: null, cost: {} }],
}; // prettier-ignore

let decision: ReturnDecision;
let root: Root;
let box: HTMLElement;
const sent: { url: string; body: Record<string, unknown>; key: string | null }[] = [];

const answer = async (request: Request): Promise<Response> => {
  const { pathname } = new URL(request.url);
  if (request.method === "POST") sent.push({ url: pathname, body: (await request.json()) as Record<string, unknown>, key: request.headers.get("Idempotency-Key") });
  if (pathname === "/api/v1/policies/current") return Response.json(POLICY);
  if (pathname === "/api/v1/returns/preview") return Response.json(decision);
  if (pathname === "/api/v1/returns") return Response.json({ id: "r1", number: "#1001-R1", state: decision.outcome === "person" ? "requested" : "approved" }, { status: 201 });
  return Response.json({ items: [], next: null });
};

const settle = () => act(() => new Promise((done) => setTimeout(done, 20)));
const text = () => document.body.textContent;

async function press(name: string): Promise<void> {
  const button = [...document.querySelectorAll("button")].find((one) => one.textContent === name || one.getAttribute("aria-label") === name) ?? expect.fail(`no button ${name} in ${text()}`);
  await act(async () => {
    button.click();
    await Promise.resolve();
  });
  await settle();
}

async function choose(value: string): Promise<void> {
  const field = [...document.querySelectorAll("select")].find((one) => [...one.options].some((option) => option.value === value)) ?? expect.fail(`no choice ${value}`);
  await act(async () => {
    field.value = value;
    field.dispatchEvent(new Event("change", { bubbles: true }));
    await Promise.resolve();
  });
}

async function open(...permissions: Permission[]): Promise<void> {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  client.setQueryData<Session>(keys.session, { state: "signed_in", agent: { role: "agent", permissions } as unknown as Me, workspace: {} as Session["workspace"], csrf: "", version: "" });
  const page = createRootRoute({ component: () => <ReturnForm order={ORDER} conversationId="v1" onClose={() => undefined} /> });
  const router = createRouter({ routeTree: page, history: createMemoryHistory() });
  await router.load();
  root = createRoot(box);
  await act(async () => {
    root.render(
      <QueryClientProvider client={client}>
        <TooltipRoom>
          <RouterProvider router={router as never} />
        </TooltipRoom>
      </QueryClientProvider>,
    );
    await Promise.resolve();
  });
  await settle();
}

describe("a return that an agent starts", () => {
  beforeEach(async () => {
    (globalThis as Record<string, unknown>).IS_REACT_ACT_ENVIRONMENT = true;
    vi.stubGlobal("fetch", answer);
    vi.stubGlobal("scrollTo", () => undefined);
    await setLocale("en");
    sent.length = 0;
    decision = ACCEPTED;
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

  it("shows what it comes to before anything happens, and opens it once", async () => {
    await open("orders:write");
    await press("One more");
    expect(text()).toContain("It is scratched");
    await choose("scratched");
    await press("Preview");
    expect(text()).toContain("The customer gets back€25.10");
    expect(text()).toContain("-€4.90");
    expect(text()).toContain("The shop pays for the label");
    expect(sent.map((one) => one.url)).toEqual(["/api/v1/returns/preview"]);
    await press("Open the return");
    expect(text()).toContain("Return #1001-R1 is open");
    const [, made] = sent;
    expect(made).toMatchObject({ url: "/api/v1/returns", body: { order_id: "o1", conversation_id: "v1", despite: false, lines: [{ line: "l1", quantity: 1, reason: "scratched", resolution: "refund" }] } });
    expect(made?.key).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("says that it waits for a person, and why", async () => {
    decision = { ...ACCEPTED, outcome: "person", doubts: [{ code: "return.above_limit", args: { amount: 1000, currency: "EUR" } }] };
    await open("orders:write");
    await press("One more");
    await choose("scratched");
    await press("Preview");
    expect(text()).toContain("It is above €10.00");
    await press("Ask for approval");
    expect(text()).toContain("It waits for somebody who approves returns.");
  });

  it("goes beyond the policy only by who may, and only when he says so", async () => {
    decision = { ...ACCEPTED, outcome: "refused", lines: ACCEPTED.lines.map((line) => ({ ...line, problems: [{ code: "window.over", args: {} }] })) };
    await open("orders:write", "orders:approve");
    await press("One more");
    await choose("scratched");
    await press("Preview");
    const button = () => [...document.querySelectorAll("button")].find((one) => one.textContent === "Open the return");
    expect([text().includes("The time for it is over."), button()?.disabled]).toEqual([true, true]);
    const tick = document.querySelector<HTMLInputElement>("input[type=checkbox]") ?? expect.fail("nothing to tick");
    await act(async () => {
      tick.click();
      await Promise.resolve();
    });
    await press("Open the return");
    expect(sent.at(-1)?.body.despite).toBe(true);
  });
});
