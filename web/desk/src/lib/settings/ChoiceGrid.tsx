import { CheckField } from "@parley/ui/Field";
import { useId, type ReactNode } from "react";

import styles from "./ChoiceGrid.module.css";

type ChoiceGridProps = { label: string; hint?: string; error?: string | undefined; choices: readonly { id: string; label: ReactNode }[]; chosen: readonly string[]; onChange: (chosen: string[]) => void };

/** Any number of a few dozen, all in sight. */
export function ChoiceGrid({ label, hint, error, choices, chosen, onChange }: ChoiceGridProps) {
  const told = useId();
  const said = error ?? hint;
  return (
    <fieldset aria-describedby={said === undefined ? undefined : told}>
      <legend>{label}</legend>
      {said !== undefined && (
        <p id={told} className={error === undefined ? styles.hint : styles.error} role={error === undefined ? undefined : "alert"}>
          {said}
        </p>
      )}
      <div className={styles.choices}>
        {choices.map((one) => (
          <CheckField key={one.id} label={one.label} checked={chosen.includes(one.id)} onChange={(event) => onChange(event.target.checked ? [...chosen, one.id] : chosen.filter((id) => id !== one.id))} />
        ))}
      </div>
    </fieldset>
  );
}
