import type { Id, Page } from "@parley/client/types";
import { toast } from "@parley/ui/Toasts";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { get, patch, post, remove } from "@/lib/http";
import { explain } from "@/lib/problem";
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

/** A short list of records of one sort (teams, tags …): read whole, made, changed and removed. The directory of the desk follows. */
export function useRecords<T extends { id: Id }>(name: string) {
  const client = useQueryClient();
  const path = `/${name}`;
  const key = keys.directory(name);
  const list = useQuery({ queryKey: key, queryFn: () => listAll<T>(path) });
  const refresh = () => client.invalidateQueries({ queryKey: key });
  const save = useMutation({
    mutationFn: ({ id, body }: { id?: Id | undefined; body: object }) => (id === undefined ? post<T>(path, body) : patch<T>(`${path}/${id}`, body)),
    onSuccess: refresh,
  });
  const drop = useMutation({
    mutationFn: (id: Id) => remove(`${path}/${id}`),
    onSuccess: refresh,
    onError: (error) => toast({ tone: "red", text: explain(error) }),
  });
  return { list, items: list.data ?? [], save, drop };
}
