import type { StoreAct } from "@parley/client/types";
import { Button } from "@parley/ui/Button";
import { Notice } from "@parley/ui/Notice";
import { Progress } from "@parley/ui/Progress";
import { toast } from "@parley/ui/Toasts";
import { useMutation, useQueryClient } from "@tanstack/react-query";

import { useMay } from "@/lib/directory";
import { useT } from "@/lib/i18n/useT";
import { keys } from "@/lib/query";
import { CodeBlock } from "@/lib/settings/CodeBlock";

import { settleAct } from "../api";
import { formatMoney } from "../money";
import { explainAct, explainReason } from "./errors";
import { PlanView } from "./PlanView";
import { say } from "./sentences";
import styles from "./acts.module.css";

/** Somebody looked at the store and says whether the step whose answer never came did happen. */
export function Settle({ act }: { act: StoreAct }) {
  const t = useT();
  const client = useQueryClient();
  const may = useMay("orders:approve");
  const settle = useMutation({
    mutationFn: (happened: boolean) => settleAct(act.id, happened),
    onSuccess: (fresh) => {
      client.setQueryData(keys.act(act.id), fresh);
      void client.invalidateQueries({ queryKey: ["acts", "list"] });
    },
    onError: (error) => toast({ tone: "red", text: explainAct(error) }),
  });
  if (!may) return <p>{t("acts.settle_by_lead")}</p>;
  return (
    <div className={styles.settle}>
      <Button size="s" busy={settle.isPending} onClick={() => settle.mutate(true)}>
        {t("acts.happened")}
      </Button>
      <Button size="s" busy={settle.isPending} onClick={() => settle.mutate(false)}>
        {t("acts.did_not_happen")}
      </Button>
    </div>
  );
}

/** What a step brought that the customer may need: a link to pay, a code. */
function Brought({ act }: { act: StoreAct }) {
  const t = useT();
  const found = act.steps.flatMap((step) => Object.entries(step.details)).filter((pair): pair is [string, string] => typeof pair[1] === "string" && /^(code|pay_url|url|invoice_url|number)$/.test(pair[0]) && pair[1] !== "");
  const shown = new Map(found);
  const paid = act.steps.map(({ details }) => details).find((one) => typeof one.cost === "number" && typeof one.currency === "string");
  return (
    <>
      {paid && <p>{t("acts.label_cost", { amount: formatMoney(paid.cost as number, paid.currency as string) })}</p>}
      {[...shown].map(([name, value]) => (
        <CodeBlock key={name} label={t(name === "code" ? "acts.code" : name === "number" ? "acts.number" : "acts.link")} code={value} />
      ))}
    </>
  );
}

/** What became of an act, in words: what happened, that nothing was lost, what to do. */
export function Outcome({ act }: { act: StoreAct }) {
  const t = useT();
  const done = act.steps.filter((step) => step.state === "done").length;
  const why = act.error === "" ? "" : ` ${explainReason(act.error)}`;
  switch (act.state) {
    case "committed":
      return (
        <div className="stack" role="status">
          <p>{t("acts.running")}</p>
          <Progress value={done} max={Math.max(1, act.steps.length)} label={t("acts.running")} />
          <p className={styles.calm}>{t("acts.may_leave")}</p>
        </div>
      );
    case "done":
      return (
        <div className="stack">
          <Notice tone="green" title={t("acts.done")}>
            <ul className={styles.sentences}>
              {act.effects.map((line, i) => (
                <li key={i}>{say(line)}</li>
              ))}
            </ul>
          </Notice>
          <Brought act={act} />
        </div>
      );
    case "waiting":
      return <Notice tone="amber" title={t("acts.waiting")}>{t("acts.waiting_text")}</Notice>;
    case "unknown":
      return (
        <Notice tone="amber" title={t("acts.unknown")}>
          <p>{`${t("acts.unknown_text")}${why}`}</p>
          <Settle act={act} />
        </Notice>
      );
    case "failed":
      return <Notice tone="red" title={t("acts.failed")}>{`${t(done > 0 ? "acts.failed_partly" : "acts.failed_text")}${why}`}</Notice>;
    case "declined":
      return <Notice title={t("acts.declined")}>{t("acts.declined_text")}</Notice>;
    default:
      return <PlanView plan={act} />;
  }
}
