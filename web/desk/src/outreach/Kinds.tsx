import type { DeciderSettings } from "@parley/client/types";
import { CheckField } from "@parley/ui/Field";

import { useT } from "@/lib/i18n/useT";
import { Part } from "@/lib/settings/Page";

import { DELAY_KINDS, STATUS_KINDS, type Kind } from "./api";
import { NumberField } from "./NumberField";
import styles from "./OrderMessages.module.css";
import type { Change } from "./useDecider";

/** How long is waited before a delay is one. */
const PATIENCE = {
  late: { name: "grace_days", min: 0, max: 60 },
  unsent: { name: "processing_days", min: 0, max: 90 },
  stock_out: { name: "stock_out_hours", min: 0, max: 720 },
  pickup: { name: "label_days", min: 1, max: 60 },
  collect: { name: "collect_days", min: 1, max: 60 },
} as const;

type Set = { decider: DeciderSettings; disabled: boolean; onChange: (change: Change) => void };

function KindSwitch({ kind, decider: { values }, disabled, onChange }: Set & { kind: Kind }) {
  const t = useT();
  const on = values[kind] === true;
  const patience = kind in PATIENCE ? PATIENCE[kind as keyof typeof PATIENCE] : undefined;
  return (
    <li className={styles.kind}>
      <CheckField as="switch" label={t(`ordermsg.kind.${kind}`)} hint={t(`ordermsg.hint.${kind}`)} disabled={disabled} checked={on} onChange={(event) => onChange({ values: { [kind]: event.target.checked } })} />
      {on && patience && (
        <div className={styles.patience}>
          <NumberField label={t(`ordermsg.patience.${patience.name}`)} value={Number(values[patience.name])} min={patience.min} max={patience.max} disabled={disabled} onChange={(value) => onChange({ values: { [patience.name]: value } })} />
          {kind === "stock_out" && (
            <CheckField label={t("ordermsg.at_zero")} hint={t("ordermsg.at_zero_hint")} disabled={disabled} checked={values.stock_out_at_zero === true} onChange={(event) => onChange({ values: { stock_out_at_zero: event.target.checked } })} />
          )}
        </div>
      )}
    </li>
  );
}

/** What shoppers are told by itself: a switch for each kind, and how patient the radar is. */
export function Kinds(set: Set) {
  const t = useT();
  const disabled = set.disabled || !set.decider.enabled;
  return (
    <>
      <Part title={t("ordermsg.status")} intro={t("ordermsg.status_intro")}>
        <ul className={styles.kinds}>
          {STATUS_KINDS.map((kind) => (
            <KindSwitch key={kind} kind={kind} {...set} disabled={disabled} />
          ))}
        </ul>
      </Part>
      <Part title={t("ordermsg.delays")} intro={t("ordermsg.delays_intro")}>
        <ul className={styles.kinds}>
          {DELAY_KINDS.map((kind) => (
            <KindSwitch key={kind} kind={kind} {...set} disabled={disabled} />
          ))}
        </ul>
      </Part>
    </>
  );
}
