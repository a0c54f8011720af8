import type { PolicyReturns } from "@parley/client/types";
import { Button } from "@parley/ui/Button";
import { Plus } from "lucide-react";

import { T, useT } from "@/lib/i18n/useT";
import { Part } from "@/lib/settings/Page";

import { Amount, Codes, Count, Words } from "./inline";
import styles from "./Policies.module.css";
import { Row, useCountryDays } from "./rows";
import type { Editing } from "./Sending";

type Amounts = PolicyReturns["other_currencies"][number];

function CountryDays({ k, add, value, fresh, disabled, onChange }: { k: "policy.window_of" | "policy.free_of"; add: string; value: Record<string, number>; fresh: number; disabled: boolean; onChange: (value: Record<string, number>) => void }) {
  const t = useT();
  const list = useCountryDays(value, onChange);
  return (
    <>
      <ul className={styles.rows} aria-label={add}>
        {list.rows.map(([country, days], at) => (
          <Row key={at} disabled={disabled} onRemove={() => list.remove(at)}>
            <p className={styles.sentence}>
              <T
                k={k}
                country={<Words label={t("policy.exception_country")} disabled={disabled} value={country} onChange={(text) => list.change(at, [text.trim().toUpperCase(), days])} />}
                days={<Count label={t("policy.exception_days")} disabled={disabled} value={days} onChange={(number) => list.change(at, [country, number])} />}
              />
            </p>
          </Row>
        ))}
      </ul>
      <div>
        <Button icon={<Plus />} disabled={disabled} onClick={() => list.add(fresh)}>
          {add}
        </Button>
      </div>
    </>
  );
}

/** What holds in single countries and other currencies, and in what the policy itself is written. */
export function Exceptions({ terms, disabled, onChange }: Editing) {
  const t = useT();
  const rules = terms.returns;
  const set = (change: Partial<PolicyReturns>) => onChange({ ...terms, returns: { ...rules, ...change } });
  const amounts = (at: number, change: Partial<Amounts>) => set({ other_currencies: rules.other_currencies.map((one, n) => (n === at ? { ...one, ...change } : one)) });
  const money = (at: number, name: "label_fee" | "by_itself" | "keep_below", label: string, one: Amounts) => (
    <Amount key={one.currency} label={label} currency={one.currency || terms.currency} disabled={disabled} value={one[name] ?? 0} onChange={(minor) => amounts(at, { [name]: minor ?? 0 })} />
  );
  return (
    <Part title={t("policy.exceptions")} intro={t("policy.exceptions_intro")}>
      <div className="stack">
        <p className={styles.sentence}>
          <T
            k="policy.written_in"
            currency={<Words label={t("policy.currency")} disabled={disabled} value={terms.currency} onChange={(text) => onChange({ ...terms, currency: text.trim().toUpperCase() })} />}
            languages={<Codes label={t("policy.languages")} disabled={disabled} value={terms.languages} onChange={(languages) => onChange({ ...terms, languages })} />}
            grams={<Count label={t("policy.grams")} max={70_000} disabled={disabled} value={rules.grams} onChange={(grams) => set({ grams })} />}
          />
        </p>
        <CountryDays k="policy.window_of" add={t("policy.add_window")} value={rules.windows} fresh={rules.window} disabled={disabled} onChange={(windows) => set({ windows })} />
        <CountryDays k="policy.free_of" add={t("policy.add_free")} value={rules.free_days} fresh={7} disabled={disabled} onChange={(days) => set({ free_days: days })} />
        <ul className={styles.rows} aria-label={t("policy.other_currencies")}>
          {rules.other_currencies.map((one, at) => (
            <Row key={at} disabled={disabled} onRemove={() => set({ other_currencies: rules.other_currencies.filter((_, n) => n !== at) })}>
              <p className={styles.sentence}>
                <T
                  k="policy.amounts_in"
                  currency={<Words label={t("policy.currency")} disabled={disabled} value={one.currency} onChange={(text) => amounts(at, { currency: text.trim().toUpperCase() })} />}
                  fee={money(at, "label_fee", t("policy.fee"), one)}
                  limit={money(at, "by_itself", t("policy.limit"), one)}
                  keep={money(at, "keep_below", t("policy.keep_limit"), one)}
                />
              </p>
            </Row>
          ))}
        </ul>
        <div>
          <Button icon={<Plus />} disabled={disabled} onClick={() => set({ other_currencies: [...rules.other_currencies, { currency: "", label_fee: 0, by_itself: 0, keep_below: 0 }] })}>
            {t("policy.add_currency")}
          </Button>
        </div>
      </div>
    </Part>
  );
}
