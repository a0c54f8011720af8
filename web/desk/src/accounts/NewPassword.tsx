import { TextField } from "@parley/ui/Field";
import { useState } from "react";

import { useT } from "@/lib/i18n/useT";

type NewPasswordProps = { value: string; onChange: (value: string) => void; error?: string | undefined; label?: string };

export const SHORTEST = 10;

/** A password to be chosen; it can be looked at. */
export function NewPassword({ value, onChange, error, label }: NewPasswordProps) {
  const t = useT();
  const [shown, setShown] = useState(false);
  return (
    <TextField
      label={label ?? t("field.password")}
      type={shown ? "text" : "password"}
      autoComplete="new-password"
      minLength={SHORTEST}
      required
      value={value}
      onChange={(event) => onChange(event.target.value)}
      hint={t("door.password_hint", { n: SHORTEST })}
      error={error}
      end={
        <button type="button" className="show-password" aria-pressed={shown} onClick={() => setShown(!shown)}>
          {t(shown ? "door.hide" : "door.show")}
        </button>
      }
    />
  );
}
