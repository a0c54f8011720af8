import type { PlanLine, ReturnDecision } from "@parley/client/types";
import { Notice } from "@parley/ui/Notice";

import { tName } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";

import { say } from "../acts/sentences";
import acts from "../acts/acts.module.css";
import { formatMoney } from "../money";
import styles from "./Returns.module.css";
import { listProblems } from "./wish";

function Sentences({ lines, refusal = false }: { lines: readonly PlanLine[]; refusal?: boolean }) {
  return (
    <ul className={acts.sentences}>
      {lines.map((line, i) => (
        <li key={i}>{say(line, refusal ? "refusal" : "line")}</li>
      ))}
    </ul>
  );
}

/** What a return would come to: what comes back, what is paid for it and when, and who pays the way. */
export function DecisionView({ decision, foreseen }: { decision: ReturnDecision; foreseen: "agreed" | "waits" | "refused" }) {
  const t = useT();
  const { currency } = decision;
  const problems = listProblems(decision);
  const doubts = [...decision.doubts, ...decision.lines.flatMap((line) => line.doubts)];
  const sums: [string, number][] = [
    [t("returns.goods"), decision.goods],
    [t("returns.shipping"), decision.shipping],
    [t("returns.label_fee"), -decision.fee],
    [t("returns.restocking"), -decision.restocking],
  ];
  return (
    <div className="stack">
      {problems.length > 0 && (
        <Notice tone={foreseen === "agreed" ? "amber" : "red"} title={t("returns.not_allowed")}>
          <Sentences lines={problems} refusal />
        </Notice>
      )}
      <ul className={styles.lines}>
        {decision.lines.map((line) => (
          <li key={line.line} className={styles.between}>
            <span>
              {line.quantity} × <bdi>{line.title}</bdi>
              <span className={styles.meta}> · {line.resolution === "exchange" && line.variant_title !== "" ? t("returns.exchange", { title: line.variant_title }) : tName("resolution", line.resolution)}</span>
            </span>
            <span>{formatMoney(line.worth, currency)}</span>
          </li>
        ))}
      </ul>
      <dl className={styles.sums}>
        {sums
          .filter(([, amount]) => amount !== 0)
          .map(([name, amount]) => (
            <div key={name} className={styles.between}>
              <dt>{name}</dt>
              <dd>
                <bdi>{formatMoney(amount, currency)}</bdi>
              </dd>
            </div>
          ))}
        <div className={styles.between}>
          <dt>{t(decision.destination === "store_credit" ? "returns.credit" : "returns.refund")}</dt>
          <dd>
            <strong>{formatMoney(decision.refund, currency)}</strong>
          </dd>
        </div>
      </dl>
      <p>{t(`returns.label_${decision.label}`)}</p>
      {decision.refund > 0 && <p>{tName("returns.paid", decision.refund_when)}</p>}
      {foreseen === "waits" && doubts.length > 0 && (
        <Notice tone="amber" title={t("returns.why")}>
          <Sentences lines={doubts} />
        </Notice>
      )}
      <p className={acts.calm}>{t(`returns.foreseen_${foreseen}`)}</p>
    </div>
  );
}
