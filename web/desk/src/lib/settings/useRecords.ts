import type { Id } from "@parley/client/types";
import { toast } from "@parley/ui/Toasts";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { DIRECTORY, directoryQuery, type Changed, type DirectoryName, type Made, type RecordOf } from "@/lib/directory";
import { explain } from "@/lib/problem";

/** A new record, or what is changed about one. */
export type Saved<N extends DirectoryName> = { body: Made<N> } | { id: Id; body: Changed<N> };

/** A short list of records of one sort (teams, tags …): read whole, made, changed and removed. The directory of the desk follows. */
export function useRecords<N extends DirectoryName>(name: N) {
  const client = useQueryClient();
  const source = DIRECTORY[name];
  const list = useQuery(directoryQuery(name));
  const refresh = () => client.invalidateQueries({ queryKey: directoryQuery(name).queryKey });
  const save = useMutation({
    mutationFn: (what: Saved<N>) => ("id" in what ? source.change(what.id, what.body) : source.create(what.body)),
    onSuccess: refresh,
  });
  const drop = useMutation({
    mutationFn: (id: Id) => source.remove(id),
    onSuccess: refresh,
    onError: (error) => toast({ tone: "red", text: explain(error) }),
  });
  return { list, items: (list.data ?? []) as RecordOf<N>[], save, drop };
}

export type Records<N extends DirectoryName> = ReturnType<typeof useRecords<N>>;
