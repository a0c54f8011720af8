import type { Id } from "@parley/client/types";
import { toast } from "@parley/ui/Toasts";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { DIRECTORY, directoryQuery, type DirectoryName, type RecordOf } from "@/lib/directory";
import { explain } from "@/lib/problem";

/** A short list of records of one sort (teams, tags …): read whole, made, changed and removed. The directory of the desk follows. */
export function useRecords<N extends DirectoryName>(name: N) {
  const client = useQueryClient();
  const source = DIRECTORY[name];
  const list = useQuery(directoryQuery(name));
  const refresh = () => client.invalidateQueries({ queryKey: directoryQuery(name).queryKey });
  const save = useMutation({
    mutationFn: ({ id, body }: { id?: Id | undefined; body: object }) => (id === undefined ? source.create(body) : source.change(id, body)),
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
