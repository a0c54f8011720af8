import type { PlanLine, StoreAct } from "@parley/client/types";
import { Notice } from "@parley/ui/Notice";

import { useT } from "@/lib/i18n/useT";

import { formatMoney } from "../money";
import { say } from "./sentences";
import styles from "./acts.module.css";

function Sentences({ lines, refusal = false }: { lines: readonly PlanLine[]; refusal?: boolean }) {
  return (
    <ul className={styles.sentences}>
      {lines.map((line, i) => (
        <li key={i}>{say(line, refusal ? "refusal" : "line")}</li>
      ))}
    </ul>
  );
}

/** What an act moves, in whose direction. */
function Cost({ plan }: { plan: StoreAct }) {
  const t = useT();
  // Nobody knows the carrier's price before it is paid.
  if (plan.act === "label") return <p className={styles.cost}>{t("label.price")}</p>;
  if (plan.amount === 0 || plan.currency === "") return <p className={styles.cost}>{t("acts.no_money")}</p>;
  const key = plan.act === "draft" || plan.act === "discount" || plan.act === "duplicate" ? "acts.cost_shop" : plan.amount > 0 ? "acts.cost_back" : "acts.cost_pays";
  return (
    <p className={styles.cost}>
      {t(key)} <strong>{formatMoney(Math.abs(plan.amount), plan.currency)}</strong>
    </p>
  );
}

/** What will happen, what speaks for caution, what speaks against it, and what it costs, in sentences. `calm` says that nothing has happened yet. */
export function PlanView({ plan, calm = true }: { plan: StoreAct; calm?: boolean }) {
  const t = useT();
  return (
    <div className="stack">
      {plan.refusals.length > 0 && (
        <Notice tone="red" title={t("acts.refused")}>
          <Sentences lines={plan.refusals} refusal />
        </Notice>
      )}
      {plan.effects.length > 0 && (
        <section>
          <h3 className={styles.heading}>{t(plan.possible ? "acts.effects" : "acts.effects_would")}</h3>
          <Sentences lines={plan.effects} />
        </section>
      )}
      {plan.possible && <Cost plan={plan} />}
      {plan.warnings.length > 0 && (
        <Notice tone="amber" title={t("acts.warnings")}>
          <Sentences lines={plan.warnings} />
        </Notice>
      )}
      {plan.possible && plan.second.length > 0 && (
        <Notice title={t("acts.second")}>
          <Sentences lines={plan.second} />
        </Notice>
      )}
      {plan.possible && calm && <p className={styles.calm}>{t("acts.nothing_yet")}</p>}
    </div>
  );
}
