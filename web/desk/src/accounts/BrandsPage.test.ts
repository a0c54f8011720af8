import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { createElement } from "react";
import { afterEach, beforeAll, expect, it } from "vitest";

import { setLocale } from "@/lib/i18n/catalogue";
import { keys } from "@/lib/query";

import { BrandsPage } from "./BrandsPage";

beforeAll(() => setLocale("en"));
afterEach(cleanup);

it("marks the default language and lets another be it", async () => {
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } });
  client.setQueryData(keys.session, { state: "signed_in", agent: { permissions: ["settings:write"] }, workspace: { language: "en" } });
  client.setQueryData(keys.directory("brands"), []);
  render(createElement(QueryClientProvider, { client }, createElement(BrandsPage)));
  fireEvent.click(screen.getByRole("button", { name: "New brand" }));
  expect(await screen.findByRole("checkbox", { name: /English.*default/ })).toBeTruthy();
  expect(screen.queryByLabelText("Default language")).toBeNull();
  fireEvent.click(screen.getByRole("checkbox", { name: "German" }));
  fireEvent.change(screen.getByLabelText("Default language"), { target: { value: "de" } });
  expect(screen.getByRole("checkbox", { name: /German.*default/ })).toBeTruthy();
  expect(screen.getByRole("checkbox", { name: "English" })).toBeTruthy();
});
