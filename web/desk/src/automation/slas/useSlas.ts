import type { Id } from "@parley/client/types";
import { toast } from "@parley/ui/Toasts";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { useMay } from "@/lib/directory";
import { useT } from "@/lib/i18n/useT";
import { explain } from "@/lib/problem";

import { archiveSla, changeSla, getNumbers, listSlas, orderSlas, slaKeys, type Sla } from "./api";

/** The SLAs in their order, and what is done to them from the list; the list answers before the server does. */
export function useSlas() {
  const t = useT();
  const client = useQueryClient();
  const list = useQuery({ queryKey: slaKeys.list, queryFn: listSlas });
  const refresh = () => client.invalidateQueries({ queryKey: slaKeys.all });
  const lay = async (change: (rows: Sla[]) => Sla[]) => {
    await client.cancelQueries({ queryKey: slaKeys.list });
    client.setQueryData<Sla[]>(slaKeys.list, (old) => old && change(old));
  };
  const fail = (error: unknown) => {
    toast({ tone: "red", text: t("settings.not_saved"), detail: explain(error) });
  };
  const turn = useMutation({
    mutationFn: ({ id, enabled }: { id: Id; enabled: boolean }) => changeSla(id, { enabled }),
    onMutate: ({ id, enabled }) => lay((rows) => rows.map((one) => (one.id === id ? { ...one, enabled } : one))),
    onError: fail,
    onSettled: refresh,
  });
  const order = useMutation({
    mutationFn: (ids: Id[]) => orderSlas(ids),
    onMutate: (ids) => lay((rows) => [...rows].sort((a, b) => ids.indexOf(a.id) - ids.indexOf(b.id))),
    onError: fail,
    onSettled: refresh,
  });
  const archive = useMutation({ mutationFn: (id: Id) => archiveSla(id), onMutate: (id) => lay((rows) => rows.filter((one) => one.id !== id)), onError: fail, onSettled: refresh });
  return { list, turn, order, archive };
}

/** How many promises of each SLA were kept in the last 30 days; nothing for who may not see numbers. */
export function useSlaNumbers() {
  const may = useMay("numbers:read");
  const { data } = useQuery({ queryKey: slaKeys.numbers, queryFn: getNumbers, enabled: may, staleTime: 60_000 });
  return (id: Id) => (data?.items ?? []).filter((one) => one.sla_id === id);
}
