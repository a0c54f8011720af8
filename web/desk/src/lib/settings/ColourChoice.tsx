import { Dot } from "@parley/ui/Chip";

import { t } from "@/lib/i18n/catalogue";

import styles from "./ColourChoice.module.css";

export const COLOURS = ["grey", "red", "orange", "yellow", "green", "teal", "blue", "indigo", "purple", "pink"] as const;

/** One of the ten colours a tag may have. */
export function ColourChoice({ label, value, onChange }: { label: string; value: string; onChange: (colour: string) => void }) {
  return (
    <fieldset>
      <legend className={styles.legend}>{label}</legend>
      <div className={styles.colours}>
        {COLOURS.map((colour) => (
          <label key={colour} className={styles.colour} title={t(`colour.${colour}`)}>
            <input type="radio" className="sr-only" name="colour" checked={value === colour} aria-label={t(`colour.${colour}`)} onChange={() => onChange(colour)} />
            <Dot colour={colour} />
          </label>
        ))}
      </div>
    </fieldset>
  );
}
