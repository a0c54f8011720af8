import type { StoreAct } from "@parley/client/types";
import { Chip, type ChipTone } from "@parley/ui/Chip";

import { useAgents } from "@/lib/directory";
import { formatFull, formatShort } from "@/lib/format/time";
import { tName } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/useT";

import { formatMoney } from "../money";
import { explainReason } from "./errors";
import { Settle } from "./Outcome";
import styles from "./acts.module.css";

const TONES: Partial<Record<StoreAct["state"], ChipTone>> = { done: "green", failed: "red", unknown: "amber", waiting: "amber" };

/** Who wants it, or did it: an agent by name, else what kind of actor. */
export function useActorName(): (kind: string | null, id: string | null) => string {
  const { byId } = useAgents();
  return (kind, id) => (id === null ? undefined : byId.get(id)?.name) ?? tName("actor", kind ?? "system");
}

/** The state of an act as a word. */
export function ActChip({ act }: { act: StoreAct }) {
  const t = useT();
  return (
    <Chip size="s" tone={TONES[act.state] ?? "plain"}>
      {t(`actstate.${act.state}`)}
    </Chip>
  );
}

/** An act in a list: what, how much, by whom, when, and what became of it. */
export function ActRow({ act }: { act: StoreAct }) {
  const t = useT();
  const nameActor = useActorName();
  const at = act.committed_at ?? act.planned_at;
  const who = nameActor(act.committed_by_kind ?? act.planned_by_kind, act.committed_by ?? act.planned_by);
  const second = act.approved_by === null ? "" : t("acts.approved_by", { name: nameActor(act.approved_by_kind, act.approved_by) });
  return (
    <li className={styles.act}>
      <span className={styles.actHead}>
        <span>
          {tName("actname", act.act)}
          {act.amount !== 0 && ` · ${formatMoney(act.amount, act.currency)}`}
        </span>
        <ActChip act={act} />
      </span>
      <span className={styles.meta}>
        <bdi>{who}</bdi> ·{" "}
        <time dateTime={at} title={formatFull(at)}>
          {formatShort(at)}
        </time>
        {second !== "" && ` · ${second}`}
      </span>
      {act.error !== "" && <span className={styles.meta}>{explainReason(act.error)}</span>}
      {act.state === "unknown" && (
        <div className={styles.group}>
          <p>{t("acts.unknown_text")}</p>
          <Settle act={act} />
        </div>
      )}
    </li>
  );
}
