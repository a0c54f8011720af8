import type { Me, Permission, Session } from "@parley/client/types";
import { TooltipRoom } from "@parley/ui/Tooltip";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, createRootRoute, createRoute, createRouter, Outlet, RouterProvider } from "@tanstack/react-router";
import { act, type ReactNode } from "react";
import { createRoot } from "react-dom/client";

import { keys } from "@/lib/query";

export type OpenPage = { box: HTMLElement; path: () => string; press: (name: string) => Promise<void>; close: () => Promise<void> };

const settle = () => act(() => new Promise((done) => setTimeout(done, 20)));

/** Opens one page of the desk as somebody with these rights sees it, in the workspace's time zone. */
export async function openPage(path: string, component: () => ReactNode, permissions: Permission[], zone = "UTC"): Promise<OpenPage> {
  (globalThis as Record<string, unknown>).IS_REACT_ACT_ENVIRONMENT = true;
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  client.setQueryData<Session>(keys.session, { state: "signed_in", agent: { id: "a1", role: "agent", permissions } as unknown as Me, workspace: { time_zone: zone } as Session["workspace"], csrf: "", version: "" });
  const root = createRootRoute({ component: Outlet });
  const desk = createRoute({ getParentRoute: () => root, id: "desk", component: Outlet });
  const page = createRoute({ getParentRoute: () => desk, path, component });
  const router = createRouter({ routeTree: root.addChildren([desk.addChildren([page])]), history: createMemoryHistory({ initialEntries: [path] }), defaultNotFoundComponent: () => null });
  await router.load();
  const box = document.createElement("div");
  document.body.append(box);
  const drawn = createRoot(box);
  await act(async () => {
    drawn.render(
      <QueryClientProvider client={client}>
        <TooltipRoom>
          <RouterProvider router={router as never} />
        </TooltipRoom>
      </QueryClientProvider>,
    );
    await Promise.resolve();
  });
  await settle();
  return {
    box,
    path: () => router.state.location.href,
    press: async (name) => {
      const button = [...box.querySelectorAll("button")].find((one) => one.textContent === name);
      if (!button) throw new Error(`no button ${name} in ${box.textContent}`);
      await act(async () => {
        button.click();
        await Promise.resolve();
      });
      await settle();
    },
    close: async () => {
      await act(async () => {
        drawn.unmount();
        await Promise.resolve();
      });
      box.remove();
    },
  };
}
