import type { ActLimit, Me, Session } from "@parley/client/types";
import { TooltipRoom } from "@parley/ui/Tooltip";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { setLocale } from "@/lib/i18n/catalogue";
import { keys } from "@/lib/query";

import { describeLimit, groupByRole, maySet, readTyped, toTyped } from "./limits";
import { LimitsPage } from "./LimitsPage";

const limit = (more: Partial<ActLimit> = {}): ActLimit => ({ role: "lead", act: "refund", currency: "EUR", allowed: true, largest: null, alone: null, daily: null, given: false, ...more });

beforeEach(() => setLocale("en"));

describe("a limit in sentences", () => {
  it("says how far, and from where on a second person approves", () => {
    expect(describeLimit(limit({ largest: 20000, alone: 10000 }))).toBe("A lead may refund up to €200.00. Above €100.00 a second person approves.");
    expect(describeLimit(limit({ alone: 0, daily: 50000 }))).toBe("A lead may refund. A second person always approves. At most €500.00 in 24 hours.");
    expect(describeLimit(limit({ role: "rule", allowed: false, largest: 1 }))).toBe("A rule may not refund.");
    expect(describeLimit(limit({ role: "customer", act: "return", largest: 100000 }))).toBe("A customer may return things without a person up to €1,000.00.");
  });

  it("names no amount where none is known", () => {
    expect(describeLimit(limit({ act: "label", largest: 5000 }))).toBe("A lead may buy return labels.");
  });

  it("is said in the reader's language", async () => {
    await setLocale("pt-BR");
    expect(describeLimit(limit({ largest: 20000 })).replace(/\s/gu, " ")).toBe("Um líder pode reembolsar até € 200,00.");
  });
});

describe("what is typed into it", () => {
  it("comes back as it was", () => {
    for (const one of [limit({ largest: 20050, alone: 0 }), limit({ currency: "JPY", daily: 1200 }), limit({ allowed: false })]) {
      const { given, ...rest } = one;
      expect(given).toBe(false);
      expect(readTyped(one, toTyped(one))).toEqual(rest);
    }
  });

  it("is no wish while something is no amount, and forgets what the sentence does not show", () => {
    const typed = { allowed: true, largest: "12.345", alone: "", daily: "5" };
    expect(readTyped(limit(), typed)).toBeNull();
    expect(readTyped(limit(), { ...typed, allowed: false })).toMatchObject({ allowed: false, largest: null, daily: null });
    expect(readTyped(limit({ role: "customer" }), { ...typed, largest: "1" })).toMatchObject({ largest: 100, daily: null });
  });
});

it("limits stand by role, and only an owner sets those above", () => {
  const all = [limit({ role: "agent" }), limit({ role: "agent", act: "cancel" }), limit({ role: "owner" }), limit({ currency: "" })];
  expect(groupByRole(all, "EUR").map(([role, group]) => [role, group.length])).toEqual([["agent", 2], ["owner", 1]]);
  const admin = { role: "admin", permissions: ["limits:write"] };
  expect([maySet("agent", admin), maySet("rule", admin), maySet("admin", admin), maySet("owner", admin)]).toEqual([true, true, false, false]);
  expect([maySet("owner", { ...admin, role: "owner" }), maySet("agent", { role: "lead", permissions: [] })]).toEqual([true, false]);
});

describe("the page", () => {
  let root: Root;
  let box: HTMLElement;
  const sent: { method: string; url: string; body: unknown }[] = [];
  let held: ActLimit[] = [];
  let failing = false;

  const answer = async (request: Request): Promise<Response> => {
    const text = await request.text();
    sent.push({ method: request.method, url: new URL(request.url).pathname, body: text === "" ? null : (JSON.parse(text) as unknown) });
    if (failing) return Response.json({ title: "Broken", status: 500, code: "broken" }, { status: 500 });
    if (request.method === "PUT") held = held.map((one) => (one.role === "rule" && one.currency === "EUR" ? { ...one, ...(JSON.parse(text) as ActLimit), given: true } : one));
    return Response.json({ items: held, next: null });
  };

  async function open(me: Pick<Me, "role" | "permissions">): Promise<void> {
    const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
    client.setQueryData<Session>(keys.session, { state: "signed_in", agent: me as Me, workspace: {} as Session["workspace"], csrf: "", version: "" });
    root = createRoot(box);
    await act(async () => {
      root.render(
        <QueryClientProvider client={client}>
          <TooltipRoom>
            <LimitsPage />
          </TooltipRoom>
        </QueryClientProvider>,
      );
      await Promise.resolve();
    });
    await settle();
  }

  const settle = () => act(() => new Promise((done) => setTimeout(done, 20)));
  const find = (selector: string) => box.querySelector<HTMLElement>(selector) ?? expect.fail(`no ${selector} in ${box.innerHTML}`);

  async function type(selector: string, text: string): Promise<void> {
    const field = find(selector) as HTMLInputElement | HTMLSelectElement;
    await act(async () => {
      Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field) as object, "value")?.set?.call(field, text);
      field.dispatchEvent(new Event(field instanceof HTMLSelectElement ? "change" : "input", { bubbles: true }));
      await Promise.resolve();
    });
  }

  beforeEach(() => {
    (globalThis as Record<string, unknown>).IS_REACT_ACT_ENVIRONMENT = true;
    vi.stubGlobal("fetch", answer);
    sent.length = 0;
    failing = false;
    held = [limit({ role: "agent", largest: 50000 }), limit({ role: "rule", allowed: false }), limit({ role: "rule", allowed: false, currency: "" })];
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

  it("lets an admin allow a rule something, and shows what holds then", async () => {
    await open({ role: "admin", permissions: ["orders:read", "limits:write"] });
    expect(box.textContent).toContain("A rule may not refund.");
    const pencil = find('button[aria-label="Change: A rule may refund"]');
    await act(async () => {
      pencil.click();
      await Promise.resolve();
    });
    await type('select[aria-label="Whether it is allowed"]', "yes");
    await type('input[aria-label="At most in one act"]', "20");
    await type('input[aria-label="Without a second person"]', "x");
    expect((find("form button[type=submit]") as HTMLButtonElement).disabled).toBe(true);
    await type('input[aria-label="Without a second person"]', "10");
    await act(async () => {
      find("form button[type=submit]").click();
      await Promise.resolve();
    });
    await settle();
    const put = sent.find((one) => one.method === "PUT");
    expect(put).toMatchObject({ url: "/api/v1/act-limits", body: { role: "rule", act: "refund", currency: "EUR", allowed: true, largest: 2000, alone: 1000, daily: null } });
    expect(box.textContent).toContain("A rule may refund up to €20.00. Above €10.00 a second person approves.");
    expect(box.querySelector("form")).toBeNull();
  });

  it("shows everybody what holds, and nobody else a way to change it", async () => {
    await open({ role: "agent", permissions: ["orders:read"] });
    expect(box.textContent).toContain("An agent may refund up to €500.00.");
    expect(box.querySelectorAll("button")).toHaveLength(0);
  });

  it("says what to do without a store, and when it cannot be had", async () => {
    held = held.filter((one) => one.currency === "");
    await open({ role: "admin", permissions: ["orders:read", "limits:write"] });
    expect(box.textContent).toContain("Connect a store first.");
    await act(async () => {
      root.unmount();
      await Promise.resolve();
    });
    failing = true;
    await open({ role: "admin", permissions: ["orders:read", "limits:write"] });
    expect(box.textContent).toContain("Try again");
  });
});
