import type { Id } from "@parley/client/types";
import { Button } from "@parley/ui/Button";
import { Dialog } from "@parley/ui/Dialog";
import { SelectField, TextField } from "@parley/ui/Field";
import { Notice } from "@parley/ui/Notice";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ExternalLink } from "lucide-react";
import { useState } from "react";

import type { RuleBody } from "@/lib/acts/sayRule";
import { useT } from "@/lib/i18n/useT";
import { explain } from "@/lib/problem";

import { isOver, rehearsalKeys, rehearseRule } from "./api";
import { Summary } from "./Summary";
import { Under } from "./Under";
import { useRehearsal } from "./useRehearsal";

const DAY_MS = 86_400_000;
const PERIODS = ["7", "30", "90"] as const;

const day = (at: Date) => at.toISOString().slice(0, 10);

type RehearseDialogProps = { id: Id | null; name: string; rule: RuleBody; onClose: () => void };

/** What the rule would have done: a period is chosen, it runs, and the summary is shown; it goes on where one leaves. */
export function RehearseDialog({ id, name, rule, onClose }: RehearseDialogProps) {
  const t = useT();
  const client = useQueryClient();
  const [period, setPeriod] = useState<string>("30");
  const [from, setFrom] = useState(() => day(new Date(Date.now() - 30 * DAY_MS)));
  const [to, setTo] = useState(() => day(new Date()));
  const [ordered, setOrdered] = useState<Id | null>(null);
  const { rehearsal, cancel } = useRehearsal(ordered);
  const order = useMutation({
    mutationFn: () => {
      const now = Date.now();
      const [begins, ends] = period === "own" ? [new Date(from).getTime(), new Date(to).getTime() + DAY_MS] : [now - Number(period) * DAY_MS, now];
      return rehearseRule(name, id, name, rule, new Date(begins).toISOString(), new Date(ends).toISOString());
    },
    onSuccess: (made) => {
      client.setQueryData(rehearsalKeys.one(made.id), made);
      void client.invalidateQueries({ queryKey: rehearsalKeys.list });
      setOrdered(made.id);
    },
  });
  const running = rehearsal && !isOver(rehearsal.state);
  const footer =
    ordered === null ? (
      <>
        <Button onClick={onClose}>{t("action.cancel")}</Button>
        <Button tone="primary" busy={order.isPending} onClick={() => order.mutate()}>
          {t("rehearsal.start")}
        </Button>
      </>
    ) : (
      <>
        <Button onClick={onClose}>{t(running ? "rehearsal.leave" : "action.close")}</Button>
        {rehearsal?.report && (
          // Beside the editor, in which something may not be saved yet.
          <Button tone="primary" icon={<ExternalLink />} onClick={() => window.open(`/settings/rehearsals/${ordered}`, "_blank", "noopener")}>
            {t("rehearsal.whole")}
          </Button>
        )}
      </>
    );
  return (
    <Dialog open onClose={onClose} title={t("rehearsal.title", { name })} intro={t("rehearsal.intro")} closeLabel={t("action.close_dialog")} footer={footer}>
      {ordered === null ? (
        <div className="stack">
          {order.error !== null && <Notice tone="red">{explain(order.error)}</Notice>}
          <SelectField label={t("rehearsal.period")} value={period} onChange={(event) => setPeriod(event.target.value)}>
            {PERIODS.map((days) => (
              <option key={days} value={days}>
                {t("rehearsal.last_days", { n: Number(days) })}
              </option>
            ))}
            <option value="own">{t("rehearsal.own_period")}</option>
          </SelectField>
          {period === "own" && (
            <>
              <TextField label={t("rehearsal.from")} type="date" value={from} max={to} onChange={(event) => setFrom(event.target.value)} />
              <TextField label={t("rehearsal.to")} type="date" value={to} min={from} onChange={(event) => setTo(event.target.value)} />
            </>
          )}
        </div>
      ) : (
        rehearsal && (
          <div className="stack">
            <Under rehearsal={rehearsal} mayWrite busy={cancel.isPending} onCancel={() => cancel.mutate()} />
            {rehearsal.report && <Summary report={rehearsal.report} />}
          </div>
        )
      )}
    </Dialog>
  );
}
