import type { Agent, Brand, Channel, Checklist, CustomField, Id, Me, Page, Permission, Session, Tag, Team, View, Workspace } from "@parley/client/types";
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
  return useQuery({ queryKey: keys.views, queryFn: () => listAll<View>("/views"), staleTime: 30_000 });
}

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
