import { TextField } from "@parley/ui/Field";
import { useState } from "react";

import { useT } from "@/lib/i18n/useT";

import { formatMoney, parseMoney, toMoneyInput } from "../money";

type MoneyFieldProps = { label: string; hint?: string; currency: string; /** In minor units; null while what is typed is no amount. */ value: number | null; max?: number; onChange: (minor: number | null) => void };

/** An amount in the decimals of its currency, as the reader writes them. */
export function MoneyField({ label, hint, currency, value, max, onChange }: MoneyFieldProps) {
  const t = useT();
  const [typed, setTyped] = useState(() => (value === null || value === 0 ? "" : toMoneyInput(value, currency)));
  const wrong = typed.trim() !== "" && value === null;
  const above = value !== null && max !== undefined && value > max;
  return (
    <TextField
      label={label}
      hint={hint}
      error={wrong ? t("acts.no_amount", { example: formatMoney(1234, currency) }) : above ? t("acts.at_most", { amount: formatMoney(max, currency) }) : undefined}
      inputMode="decimal"
      autoComplete="off"
      dir="ltr"
      end={currency}
      value={typed}
      onChange={(event) => {
        setTyped(event.target.value);
        onChange(event.target.value.trim() === "" ? 0 : parseMoney(event.target.value, currency));
      }}
    />
  );
}
