import type { PolicyTerms } from "@parley/client/types";
import { Button } from "@parley/ui/Button";
import { TextArea, TextField } from "@parley/ui/Field";
import { Plus } from "lucide-react";

import { useT } from "@/lib/i18n/useT";
import { Part } from "@/lib/settings/Page";

import styles from "./Policies.module.css";
import { freeCode, Row } from "./rows";
import type { Editing } from "./Sending";

type Clause = PolicyTerms["clauses"][number];

/** What numbers cannot say, in words; on which page a clause stands is in its code. */
export function Clauses({ terms, disabled, language, onChange }: Editing) {
  const t = useT();
  const write = (clauses: Clause[]) => onChange({ ...terms, clauses });
  const set = (at: number, change: Partial<Clause>) => write(terms.clauses.map((one, n) => (n === at ? { ...one, ...change } : one)));
  const add = (about: "delivery" | "return") => write([...terms.clauses, { code: freeCode(about, terms.clauses.map((one) => one.code)), title: {}, text: {} }]);
  return (
    <Part title={t("policy.clauses")} intro={t("policy.clauses_intro")}>
      <div className="stack">
        <ul className={styles.rows} aria-label={t("policy.clauses")}>
          {terms.clauses.map((one, at) => (
            <Row key={one.code} disabled={disabled} onRemove={() => write(terms.clauses.filter((_, n) => n !== at))}>
              <TextField label={t(/^(return|exchange|refund)/.test(one.code) ? "policy.clause_returns" : "policy.clause_shipping")} disabled={disabled} value={one.title?.[language] ?? ""} onChange={(event) => set(at, { title: { ...one.title, [language]: event.target.value } })} />
              <TextArea label={t("policy.clause_text")} rows={3} disabled={disabled} value={one.text?.[language] ?? ""} onChange={(event) => set(at, { text: { ...one.text, [language]: event.target.value } })} />
            </Row>
          ))}
        </ul>
        <div className="cluster">
          <Button icon={<Plus />} disabled={disabled} onClick={() => add("delivery")}>
            {t("policy.add_shipping_clause")}
          </Button>
          <Button icon={<Plus />} disabled={disabled} onClick={() => add("return")}>
            {t("policy.add_returns_clause")}
          </Button>
        </div>
      </div>
    </Part>
  );
}
