import { SelectField, TextField } from "@parley/ui/Field";
import { useState } from "react";

import { useT } from "@/lib/i18n/useT";

import styles from "./Editor.module.css";

const UNITS = { minutes: 1, hours: 60, days: 1440 } as const;
type Unit = keyof typeof UNITS;

/** The largest unit that gives a whole number. */
export function unitOf(minutes: number | undefined): Unit {
  if (minutes === undefined || minutes === 0) return "hours";
  return minutes % UNITS.days === 0 ? "days" : minutes % UNITS.hours === 0 ? "hours" : "minutes";
}

/** A length of time, kept in minutes, written in whatever unit suits it. */
export function Duration({ label, value, onChange }: { label: string; value: number | undefined; onChange: (minutes: number | undefined) => void }) {
  const t = useT();
  const [unit, setUnit] = useState<Unit>(() => unitOf(value));
  const shown = value === undefined ? "" : value / UNITS[unit];
  return (
    <span className={styles.inline}>
      <TextField label={label} hideLabel type="number" min={1} step="any" className={styles.number} value={shown} onChange={(event) => onChange(event.target.value === "" ? undefined : Math.round(Number(event.target.value) * UNITS[unit]))} />
      <SelectField
        label={t("rule_edit.unit")}
        hideLabel
        value={unit}
        onChange={(event) => {
          const next = event.target.value as Unit;
          setUnit(next);
          if (value !== undefined) onChange(Math.round((value / UNITS[unit]) * UNITS[next]));
        }}
      >
        {(Object.keys(UNITS) as Unit[]).map((one) => (
          <option key={one} value={one}>
            {t(`rule_edit.unit_${one}`)}
          </option>
        ))}
      </SelectField>
    </span>
  );
}
