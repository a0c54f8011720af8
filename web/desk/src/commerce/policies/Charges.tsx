import type { PolicyTerms } from "@parley/client/types";
import { Button } from "@parley/ui/Button";
import { TextArea } from "@parley/ui/Field";
import { Plus } from "lucide-react";

import { T, useT } from "@/lib/i18n/useT";
import { Part } from "@/lib/settings/Page";

import { Amount, Choice, Codes, MaybeCount } from "./inline";
import styles from "./Policies.module.css";
import { freeCode, Row } from "./rows";
import type { Editing } from "./Sending";

type Charge = PolicyTerms["charges"][number];

/** Taxes, duties and fees by country: who pays them, how much where that is known, and what is said of it. */
export function Charges({ terms, disabled, language, onChange }: Editing) {
  const t = useT();
  const write = (charges: Charge[]) => onChange({ ...terms, charges });
  const set = (at: number, change: Partial<Charge>) => write(terms.charges.map((one, n) => (n === at ? { ...one, ...change } : one)));
  return (
    <Part title={t("policy.charges")} intro={t("policy.charges_intro")}>
      <div className="stack">
        <ul className={styles.rows} aria-label={t("policy.charges")}>
          {terms.charges.map((one, at) => (
            <Row key={one.code} disabled={disabled} onRemove={() => write(terms.charges.filter((_, n) => n !== at))}>
              <p className={styles.sentence}>
                <T
                  k="policy.charge"
                  countries={<Codes label={t("policy.countries")} disabled={disabled} value={one.countries ?? ["*"]} onChange={(countries) => set(at, { countries })} />}
                  who={<Choice label={t("policy.charge_who")} disabled={disabled} value={one.paid_by ?? "customer"} options={[["shop", t("policy.charge_shop")], ["customer", t("policy.charge_customer")]]} onChange={(who) => set(at, { paid_by: who })} />}
                  amount={<Amount label={t("policy.cost")} currency={terms.currency} disabled={disabled} value={one.amount ?? null} onChange={(amount) => set(at, { amount })} />}
                  percent={<MaybeCount label={t("policy.charge_percent")} max={100} disabled={disabled} value={one.percent ?? null} onChange={(percent) => set(at, { percent })} />}
                />
              </p>
              <TextArea label={t("policy.charge_text")} rows={2} disabled={disabled} value={one.text?.[language] ?? ""} onChange={(event) => set(at, { text: { ...one.text, [language]: event.target.value } })} />
            </Row>
          ))}
        </ul>
        <div>
          <Button icon={<Plus />} disabled={disabled} onClick={() => write([...terms.charges, { code: freeCode("charge", terms.charges.map((one) => one.code)), countries: ["*"], paid_by: "customer", amount: null, percent: null, text: {} }])}>
            {t("policy.add_charge")}
          </Button>
        </div>
      </div>
    </Part>
  );
}
