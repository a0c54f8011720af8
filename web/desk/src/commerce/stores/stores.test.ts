import type { Connector } from "@parley/client/types";
import { TooltipRoom } from "@parley/ui/Tooltip";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { createElement, type ReactNode } from "react";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";

import { setLocale } from "@/lib/i18n/catalogue";

import { InstallButton } from "./InstallButton";
import { InstallOutcome } from "./InstallOutcome";

const field = (name: string, secret = false) => ({ name, label: name, help: "", type: "text", required: false, secret, multiline: false, default: "", options: [], group: "" });
const shopify = { slug: "shopify", kind: "store", title: "Shopify", description: "", acts: [], oauth: true, fields: [field("shop"), field("client_id"), field("api_secret", true)] } as unknown as Connector;
const typed = { shop: "loom.myshopify.com", client_id: "us", api_secret: "s" };

const show = (what: ReactNode) => render(createElement(QueryClientProvider, { client: new QueryClient() }, createElement(TooltipRoom, null, what)));

beforeAll(() => setLocale("en"));
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

describe("connecting by agreeing at the store", () => {
  const asked: { url: string; body: unknown }[] = [];
  const gone: string[] = [];
  let answer: () => Response = () => new Response();

  beforeEach(() => {
    asked.length = gone.length = 0;
    answer = () => Response.json({ url: "https://loom.myshopify.com/admin/oauth/authorize?state=s" });
    vi.stubGlobal("fetch", async (request: Request) => {
      asked.push({ url: new URL(request.url).pathname, body: await request.json() });
      return answer();
    });
    vi.stubGlobal("location", { origin: "https://desk.example", href: "https://desk.example/settings/stores", assign: (url: string) => gone.push(url) });
  });

  it("goes to the store with what was filled in, and says where the way back is", async () => {
    show(createElement(InstallButton, { connector: shopify, name: " Loom ", values: typed }));
    expect(screen.getByText("https://desk.example/oauth/stores")).toBeTruthy();
    fireEvent.click(screen.getByRole("button", { name: "Connect with Shopify" }));
    await vi.waitFor(() => expect(gone).toEqual(["https://loom.myshopify.com/admin/oauth/authorize?state=s"]));
    expect(asked).toEqual([{ url: "/api/v1/stores/oauth", body: { plugin: "shopify", name: "Loom", settings: typed } }]);
  });

  it("names the store that is connected already and sends no secret that was not typed", async () => {
    show(createElement(InstallButton, { connector: shopify, name: "Loom", values: { ...typed, api_secret: "" }, storeId: "id-1" }));
    fireEvent.click(screen.getByRole("button", { name: "Connect with Shopify again" }));
    await vi.waitFor(() => expect(asked).toHaveLength(1));
    expect(asked[0]?.body).toEqual({ plugin: "shopify", name: "Loom", settings: { shop: "loom.myshopify.com", client_id: "us" }, store_id: "id-1" });
  });

  it("stays and says what is wrong", async () => {
    answer = () => Response.json({ status: 422, code: "bad_settings", detail: "Give the client id of your app at Shopify.", errors: [] }, { status: 422, headers: { "content-type": "application/problem+json" } });
    show(createElement(InstallButton, { connector: shopify, name: "", values: typed }));
    fireEvent.click(screen.getByRole("button", { name: "Connect with Shopify" }));
    expect(await screen.findByText(/Give the client id/)).toBeTruthy();
    expect(gone).toEqual([]);
  });

  it("offers nothing where the connector has only a form", () => {
    const { container } = show(createElement(InstallButton, { connector: { ...shopify, oauth: false }, name: "", values: typed }));
    expect(container.textContent).toBe("");
  });
});

describe("coming back from the store", () => {
  it.each([
    ["state", /Begin again/],
    ["declined", /did not agree/],
    ["not_genuine", /not signed with your app/],
    ["unreachable", /did not answer in time/],
    ["gone", /was removed here/],
    ["<b>anything else</b>", /did not accept/],
  ])("says what %s means", (refused, said) => {
    show(createElement(InstallOutcome, { refused }));
    expect(screen.getByText("The store was not connected")).toBeTruthy();
    expect(screen.getByText(said)).toBeTruthy();
  });

  it("says that it went well, and otherwise nothing", () => {
    show(createElement(InstallOutcome, { connected: "yes" }));
    expect(screen.getByText(/The store is connected/)).toBeTruthy();
    cleanup();
    expect(show(createElement(InstallOutcome, {})).container.textContent).toBe("");
  });
});
