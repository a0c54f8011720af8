import type { Address } from "@parley/client/types";
import { cx } from "@parley/ui/cx";
import { X } from "lucide-react";
import { useId, useState, type KeyboardEvent } from "react";

import { useT } from "@/lib/i18n/useT";

import { parseAddresses } from "./addresses";
import styles from "./AddressField.module.css";

type AddressFieldProps = { label: string; value: readonly Address[]; onChange: (next: Address[]) => void; suggestions?: readonly Address[]; boxed?: boolean; /** Takes the focus: the first field of a dialog that was just opened. */ first?: boolean };

/** E-mail addresses as chips; a comma, a space, Enter or leaving the field takes what was typed. */
export function AddressField({ label, value, onChange, suggestions = [], boxed, first = false }: AddressFieldProps) {
  const t = useT();
  const id = useId();
  const [typed, setTyped] = useState("");
  const [wrong, setWrong] = useState(false);
  const take = (text: string) => {
    const { found, rest } = parseAddresses(text);
    const fresh = found.filter((one) => !value.some((old) => old.address.toLowerCase() === one.address.toLowerCase()));
    if (found.length > 0) onChange([...value, ...fresh]);
    setTyped(rest);
    setWrong(rest !== "");
  };
  const press = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.nativeEvent.isComposing) return;
    if (["Enter", ",", ";"].includes(event.key) || (event.key === " " && typed.includes("@"))) {
      if (typed.trim() === "") return;
      event.preventDefault();
      take(typed);
    } else if (event.key === "Backspace" && typed === "" && value.length > 0) {
      onChange(value.slice(0, -1));
    }
  };
  return (
    <div className={cx(styles.field, boxed && styles.boxed)}>
      <label htmlFor={id} className={styles.label}>
        {label}
      </label>
      <div className={styles.chips}>
        {value.map((one) => (
          <span key={one.address} className={styles.chip} title={one.address}>
            {one.name || one.address}
            <button type="button" aria-label={t("address.remove", { address: one.address })} onClick={() => onChange(value.filter((other) => other !== one))}>
              <X />
            </button>
          </span>
        ))}
        <input
          id={id}
          type="text"
          inputMode="email"
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          // eslint-disable-next-line jsx-a11y/no-autofocus -- the one field of a dialog that was just opened for it
          autoFocus={first}
          className={styles.input}
          list={suggestions.length > 0 ? `${id}-list` : undefined}
          aria-invalid={wrong || undefined}
          value={typed}
          onChange={(event) => {
            setWrong(false);
            setTyped(event.target.value);
          }}
          onKeyDown={press}
          onBlur={() => {
            if (typed.trim() !== "") take(typed);
          }}
          onPaste={(event) => {
            const text = event.clipboardData.getData("text");
            if (!/[\s,;]/.test(text.trim())) return;
            event.preventDefault();
            take(`${typed} ${text}`);
          }}
        />
        {suggestions.length > 0 && (
          <datalist id={`${id}-list`}>
            {suggestions.map((one) => (
              <option key={one.address} value={one.address}>
                {one.name}
              </option>
            ))}
          </datalist>
        )}
      </div>
      {wrong && (
        <p className={styles.wrong} role="alert">
          {t("address.wrong")}
        </p>
      )}
    </div>
  );
}
