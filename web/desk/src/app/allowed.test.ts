import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, createRootRoute, createRoute, createRouter, RouterProvider } from "@tanstack/react-router";
import { cleanup, render, screen } from "@testing-library/react";
import { createElement } from "react";
import { afterEach, beforeAll, describe, expect, it } from "vitest";

import { setLocale } from "@/lib/i18n/catalogue";
import { keys } from "@/lib/query";

import { AllowedPage } from "./AllowedPage";
import { PAGES } from "./needed";

beforeAll(() => setLocale("en"));
afterEach(cleanup);

function open(permissions: string[]) {
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } });
  client.setQueryData(keys.session, { state: "signed_in", agent: { permissions }, workspace: {} });
  const people = [{ id: "1", name: "Olga", role: "owner", state: "active" }, { id: "2", name: "Gone", role: "admin", state: "disabled" }, { id: "3", name: "Ana", role: "agent", state: "active" }];
  client.setQueryData(keys.directory("agents"), people);
  const root = createRootRoute({ component: () => createElement(AllowedPage, { of: PAGES }) });
  const numbers = createRoute({ getParentRoute: () => root, path: "/numbers", component: () => "The numbers" });
  const router = createRouter({ routeTree: root.addChildren([numbers]), history: createMemoryHistory({ initialEntries: ["/numbers"] }) });
  render(createElement(QueryClientProvider, { client }, createElement(RouterProvider, { router: router as never })));
}

describe("AllowedPage", () => {
  it("says that a page is not for this role, and who can help", async () => {
    open([]);
    expect(await screen.findByText("You may not see this page")).toBeTruthy();
    expect(screen.getByText(/ask Olga\./)).toBeTruthy();
    expect(screen.queryByText("The numbers")).toBeNull();
  });

  it("shows the page to who has the right", async () => {
    open(["numbers:read"]);
    expect(await screen.findByText("The numbers")).toBeTruthy();
  });
});
