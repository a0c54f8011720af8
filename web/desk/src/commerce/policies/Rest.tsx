import type { PolicyTerms } from "@parley/client/types";
import { TextArea } from "@parley/ui/Field";
import { useState } from "react";

import { useT } from "@/lib/i18n/useT";
import { Part } from "@/lib/settings/Page";

import styles from "./Policies.module.css";
import type { Editing } from "./Sending";

const RULES = ["windows", "free_days", "other_currencies", "grams"] as const;
const REST = ["currency", "languages", "charges", "clauses"] as const;

function write(terms: PolicyTerms): string {
  const rest = Object.fromEntries(REST.map((name) => [name, terms[name]]));
  const returns = Object.fromEntries(RULES.map((name) => [name, terms.returns[name]]));
  return JSON.stringify({ ...rest, returns }, null, 2);
}

/** Taxes, clauses and exceptions, which are texts and lists: as they are stored. The server checks every field. */
export function Rest({ terms, disabled, onChange }: Editing) {
  const t = useT();
  const [typed, setTyped] = useState(() => write(terms));
  const [wrong, setWrong] = useState(false);
  return (
    <Part title={t("policy.rest")} intro={t("policy.rest_intro")}>
      <TextArea
        label={t("policy.rest")}
        hideLabel
        className={styles.rest}
        rows={16}
        dir="ltr"
        spellCheck={false}
        disabled={disabled}
        value={typed}
        error={wrong ? t("policy.rest_wrong") : undefined}
        onChange={(event) => {
          setTyped(event.target.value);
          try {
            const { returns, ...rest } = JSON.parse(event.target.value) as Partial<PolicyTerms>;
            onChange({ ...terms, ...rest, returns: { ...terms.returns, ...returns } });
            setWrong(false);
          } catch {
            setWrong(true);
          }
        }}
      />
    </Part>
  );
}
