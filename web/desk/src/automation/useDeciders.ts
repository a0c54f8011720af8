import type { DeciderSettings, Page as PageOf } from "@parley/client/types";
import { toast } from "@parley/ui/Toasts";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { api, unwrap } from "@/lib/http";
import { useT } from "@/lib/i18n/useT";
import { explain } from "@/lib/problem";
import { keys } from "@/lib/query";

export type DeciderChange = Partial<Pick<DeciderSettings, "enabled" | "values">>;

const KEY = keys.settings("deciders");

/** How the deciders are set; a change shows at once and is taken back when the server refuses it. */
export function useDeciders() {
  const t = useT();
  const client = useQueryClient();
  const query = useQuery({ queryKey: KEY, queryFn: () => unwrap(api.GET("/api/v1/deciders")) as Promise<PageOf<DeciderSettings>> });
  const save = useMutation({
    mutationFn: ({ name, enabled, values }: DeciderSettings) => unwrap(api.PUT("/api/v1/deciders/{name}", { params: { path: { name } }, body: { enabled, values } })),
    onMutate: (next) => {
      const before = client.getQueryData<PageOf<DeciderSettings>>(KEY);
      client.setQueryData<PageOf<DeciderSettings>>(KEY, (old) => old && { ...old, items: old.items.map((one) => (one.name === next.name ? next : one)) });
      return { before };
    },
    onError: (error, _next, context) => {
      client.setQueryData(KEY, context?.before);
      toast({ tone: "red", text: t("settings.not_saved"), detail: explain(error) });
    },
  });
  const find = (name: string) => query.data?.items.find((one) => one.name === name);
  return { query, find, change: (decider: DeciderSettings, part: DeciderChange) => save.mutate({ ...decider, ...part }) };
}
