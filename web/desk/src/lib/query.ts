import { QueryClient } from "@tanstack/react-query";
import type { Id, Sort, ViewFilter } from "@parley/client/types";

import { Problem } from "@/lib/problem";

/** What a list of conversations shows: a view by its key or id, or a filter made by hand. */
export type ListParams = { view?: string; sort?: Sort } & Omit<ViewFilter, "mentioned" | "draft">;

/** The names under which answers are kept; live updates and acts find them again by these. */
export const keys = {
  session: ["session"] as const,
  me: ["me"] as const,
  views: ["views"] as const,
  lists: ["conversations"] as const,
  list: (params: ListParams) => ["conversations", params] as const,
  conversation: (id: Id) => ["conversation", id] as const,
  timeline: (id: Id) => ["timeline", id] as const,
  promises: (id: Id) => ["promises", id] as const,
  customer: (id: Id) => ["customer", id] as const,
  customerConversations: (id: Id) => ["customer", id, "conversations"] as const,
  directory: (name: string) => ["directory", name] as const,
  shopping: (id: Id) => ["shopping", id] as const,
  customerOrders: (id: Id) => ["customer-orders", id] as const,
  subscriptions: (id: Id) => ["subscriptions", id] as const,
  products: (storeId: Id, q: string) => ["products", storeId, q] as const,
  act: (id: Id) => ["acts", "one", id] as const,
  acts: (filter: object) => ["acts", "list", filter] as const,
  orderMessages: (orderId: string) => ["order-messages", orderId] as const,
  returns: (filter: object) => ["returns", filter] as const,
  stores: ["stores"] as const,
  connections: ["connections"] as const,
  notifications: ["notifications"] as const,
  failedWork: ["failed-work"] as const,
  numbers: (query: object) => ["numbers", query] as const,
  settings: (name: string, ...more: string[]) => ["settings", name, ...more] as const,
};

function mayRetry(failures: number, error: unknown): boolean {
  if (!(error instanceof Problem)) return false;
  return (error.status === 0 || error.status >= 502) && failures < 2;
}

/** Answers stay fresh as long as the live connection keeps them so; a reset makes them all stale. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: { staleTime: 5 * 60_000, gcTime: 30 * 60_000, retry: mayRetry, refetchOnWindowFocus: false, networkMode: "always" },
    mutations: { retry: false, networkMode: "always" },
  },
});
