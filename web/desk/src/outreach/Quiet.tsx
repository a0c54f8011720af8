import type { DeciderSettings } from "@parley/client/types";
import { TextField } from "@parley/ui/Field";

import { useT } from "@/lib/i18n/useT";
import { Part } from "@/lib/settings/Page";

import { NumberField } from "./NumberField";
import styles from "./OrderMessages.module.css";
import type { Change } from "./useDecider";

type QuietProps = { decider: DeciderSettings; disabled: boolean; onChange: (change: Change) => void };

/** When nobody is disturbed, and how much may leave at once. */
export function Quiet({ decider: { values, enabled }, disabled, onChange }: QuietProps) {
  const t = useT();
  const from = String(values.quiet_from);
  const to = String(values.quiet_to);
  const off = disabled || !enabled;
  const set = (name: "quiet_from" | "quiet_to", value: string) => value !== "" && onChange({ values: { [name]: value.slice(0, 5) } });
  return (
    <Part title={t("ordermsg.quiet")} intro={t("ordermsg.quiet_intro")}>
      <div className="stack">
        <div className={styles.times}>
          <TextField type="time" label={t("ordermsg.quiet_from")} disabled={off} value={from} onChange={(event) => set("quiet_from", event.target.value)} />
          <TextField type="time" label={t("ordermsg.quiet_to")} disabled={off} value={to} onChange={(event) => set("quiet_to", event.target.value)} />
        </div>
        {from === to && <p className={styles.meta}>{t("ordermsg.quiet_none")}</p>}
        <NumberField label={t("ordermsg.most")} hint={t("ordermsg.most_hint")} value={Number(values.most_an_hour)} min={1} max={10_000} disabled={off} onChange={(value) => onChange({ values: { most_an_hour: value } })} />
      </div>
    </Part>
  );
}
