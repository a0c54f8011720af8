import type { ConversationRow } from "@parley/client/types";
import { Button } from "@parley/ui/Button";
import { Empty } from "@parley/ui/Empty";
import { CheckField, TextArea, TextField } from "@parley/ui/Field";
import { Notice } from "@parley/ui/Notice";
import { toast } from "@parley/ui/Toasts";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Coffee, LogOut } from "lucide-react";
import { useState, type ReactNode } from "react";

import { changeDevice } from "@/lib/device";
import { useT } from "@/lib/i18n/useT";
import { nameCustomer } from "@/lib/names";
import { PhoneBack } from "@/lib/PhoneBack";
import { explain } from "@/lib/problem";
import { keys } from "@/lib/query";
import { Loading } from "@/lib/settings/Loading";
import { Page } from "@/lib/settings/Page";

import { handoverKeys, listMine, postHandover } from "./api";
import styles from "./Handovers.module.css";
import { Line } from "./Line";

function HandOverForm({ rows }: { rows: readonly ConversationRow[] }) {
  const t = useT();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [note, setNote] = useState("");
  const [notes, setNotes] = useState<Readonly<Record<string, string>>>({});
  const [leave, setLeave] = useState(true);
  const send = useMutation({
    mutationFn: () => postHandover({ note, notes, leave, conversation_ids: rows.map((row) => row.id) }),
    onSuccess: (brief) => {
      if (leave) changeDevice({ away: true });
      toast({ text: t("handover.done", { n: brief.handover.conversations }) });
      client.setQueryData(handoverKeys.one(brief.handover.id), brief);
      void client.invalidateQueries({ queryKey: keys.lists });
      void client.invalidateQueries({ queryKey: handoverKeys.list });
      void navigate({ to: "/handovers/$id", params: { id: brief.handover.id } });
    },
  });
  return (
    <div className="stack">
      {send.isError && <Notice tone="red">{explain(send.error)}</Notice>}
      <TextArea label={t("handover.note")} hint={t("handover.note_hint")} value={note} maxLength={5000} dir="auto" onChange={(event) => setNote(event.target.value)} />
      <ul className={styles.lines} aria-label={t("handover.open")}>
        {rows.map((row) => (
          <Line key={row.id} row={row}>
            <TextField
              hideLabel
              label={t("handover.note_for", { name: nameCustomer(row.customer) })}
              placeholder={t("handover.note_one")}
              value={notes[row.id] ?? ""}
              maxLength={5000}
              dir="auto"
              onChange={(event) => setNotes((old) => ({ ...old, [row.id]: event.target.value }))}
            />
          </Line>
        ))}
      </ul>
      <CheckField label={t("handover.leave")} checked={leave} onChange={(event) => setLeave(event.target.checked)} />
      <div className={styles.foot}>
        <Button tone="primary" icon={<LogOut className="mirrored" />} busy={send.isPending} onClick={() => send.mutate()}>
          {t("handover.send", { n: rows.length })}
        </Button>
        <span className={styles.hint}>{t("handover.send_hint")}</span>
      </div>
    </div>
  );
}

/** The end of a shift: what is still open goes on to the others, with some words. */
export function HandOverPage(): ReactNode {
  const t = useT();
  const query = useQuery({ queryKey: handoverKeys.mine, queryFn: listMine, staleTime: 0, gcTime: 0 });
  return (
    <div className="page-scroll">
      <PhoneBack />
      <Page title={t("handover.end")} intro={t("handover.end_intro")}>
        <Loading query={query}>
          {query.data?.length === 0 ? (
            <Empty icon={<Coffee />} title={t("handover.none_title")}>
              {t("handover.none")}
            </Empty>
          ) : (
            query.data && <HandOverForm rows={query.data} />
          )}
        </Loading>
      </Page>
    </div>
  );
}
