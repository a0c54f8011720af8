import { PALETTE } from "@parley/ui/Avatar";
import { Dot } from "@parley/ui/Chip";

import { tOr } from "@/lib/i18n/catalogue";

import styles from "./ColourChoice.module.css";

/** One of the palette; a colour of one's own that was set elsewhere stays as one more. */
export function ColourChoice({ label, value, onChange }: { label: string; value: string; onChange: (colour: string) => void }) {
  return (
    <fieldset>
      <legend className={styles.legend}>{label}</legend>
      <div className={styles.colours}>
        {(value.startsWith("#") ? [value, ...PALETTE] : PALETTE).map((colour) => (
          <label key={colour} className={styles.colour} title={tOr("colour", colour, colour)}>
            <input type="radio" className="sr-only" name="colour" checked={value === colour} aria-label={tOr("colour", colour, colour)} onChange={() => onChange(colour)} />
            <Dot colour={colour} />
          </label>
        ))}
      </div>
    </fieldset>
  );
}
