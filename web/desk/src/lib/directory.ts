import type { Agent, Brand, Channel, Checklist, CustomField, Id, Me, Page, Permission, Session, Sort, Tag, Team, View, ViewFilter, Workspace } from "@parley/client/types";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";

import { get } from "@/lib/http";
import { keys } from "@/lib/query";

async function listAll<T>(path: string): Promise<T[]> {
  const items: T[] = [];
  let after: string | null = null;
  do {
    const page: Page<T> = await get<Page<T>>(path, { limit: 200, after });
    items.push(...page.items);
    after = page.next;
  } while (after !== null);
  return items;
}

function useDirectory<T extends { id: Id }>(name: string, path: string) {
  const { data } = useQuery({ queryKey: keys.directory(name), queryFn: () => listAll<T>(path) });
  return useMemo(() => {
    const items = data ?? [];
    return { items, byId: new Map(items.map((item) => [item.id, item])), ready: data !== undefined };
  }, [data]);
}

export const useAgents = () => useDirectory<Agent>("agents", "/agents");
export const useTeams = () => useDirectory<Team>("teams", "/teams");
export const useTags = () => useDirectory<Tag>("tags", "/tags");
export const useBrands = () => useDirectory<Brand>("brands", "/brands");
export const useChannels = () => useDirectory<Channel>("channels", "/channels");
export const useCustomFields = () => useDirectory<CustomField>("custom-fields", "/custom-fields");
export const useChecklists = () => useDirectory<Checklist>("checklists", "/checklists");

export function useViews() {
  const query = useQuery({ queryKey: keys.views, queryFn: () => listAll<View>("/views"), staleTime: 30_000 });
  return { ...query, data: query.data ?? BUILT_IN };
}

function builtIn(position: number, key: string, filter: ViewFilter, sort: Sort = "newest"): View {
  return { id: key, key, name: key, shared: true, position, filter, sort, count: 0, unread: 0 };
}

/** The views that every installation has, to be shown before their counts are known. */
const BUILT_IN: View[] = [
  builtIn(0, "mine", { status: ["open"], assignee: "me" }),
  builtIn(1, "unassigned", { status: ["open"], assignee: "none" }),
  builtIn(2, "all_open", { status: ["open"] }),
  builtIn(3, "mentions", { mentioned: true }),
  builtIn(4, "waiting", { status: ["open"], waiting: true }, "waiting"),
  builtIn(5, "drafts", { draft: true }),
  builtIn(6, "snoozed", { status: ["snoozed"] }),
  builtIn(7, "closed", { status: ["closed"] }),
  builtIn(8, "spam", { status: ["spam"] }),
];

export const sessionQuery = { queryKey: keys.session, queryFn: () => get<Session>("/session"), staleTime: Infinity } as const;

/** Who is signed in and where. Only below the signed-in part of the page. */
export function useSelf(): { agent: Me; workspace: Workspace } {
  const { data } = useQuery(sessionQuery);
  if (!data?.agent || !data.workspace) throw new Error("nobody is signed in");
  return { agent: data.agent, workspace: data.workspace };
}

/** Whether the reader has a permission. The server decides; this only hides what would be refused. */
export function useMay(permission: Permission): boolean {
  return useSelf().agent.permissions.includes(permission);
}
