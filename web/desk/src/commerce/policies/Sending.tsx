import type { PolicyShipping, PolicyTerms } from "@parley/client/types";
import { Button } from "@parley/ui/Button";
import { CheckField } from "@parley/ui/Field";
import { IconButton } from "@parley/ui/IconButton";
import { Plus, Trash2 } from "lucide-react";

import { T, useT } from "@/lib/i18n/useT";
import { Part } from "@/lib/settings/Page";

import { Amount, Choice, Codes, Count, Words } from "./inline";
import styles from "./Policies.module.css";

export type Editing = { terms: PolicyTerms; disabled: boolean; language: string; onChange: (terms: PolicyTerms) => void };

const NEW: PolicyShipping = {
  code: "standard", name: {}, countries: ["*"], least: 1, most: 5, working: true, cost: 0, free_from: null, po_boxes: true, military: false, weekends: false, currency: null, pickup: false,
}; // prettier-ignore

function freeCode(options: readonly PolicyShipping[]): string {
  const taken = new Set(options.map((one) => one.code));
  let number = options.length + 1;
  while (taken.has(`way_${number}`)) number += 1;
  return `way_${number}`;
}

function Option({ option, currency, disabled, language, onChange, onRemove }: { option: PolicyShipping; currency: string; disabled: boolean; language: string; onChange: (option: PolicyShipping) => void; onRemove: () => void }) {
  const t = useT();
  const set = (change: Partial<PolicyShipping>) => onChange({ ...option, ...change });
  const own = option.currency ?? currency;
  const common = { disabled };
  return (
    <li className={styles.row}>
      <div>
        <p className={styles.sentence}>
          <T
            k="policy.way"
            name={<Words {...common} label={t("field.name")} value={option.name[language] ?? ""} onChange={(text) => set({ name: { ...option.name, [language]: text } })} />}
            countries={<Codes {...common} label={t("policy.countries")} value={option.countries} onChange={(countries) => set({ countries })} />}
            least={<Count {...common} label={t("policy.least")} value={option.least} onChange={(least) => set({ least })} />}
            most={<Count {...common} label={t("policy.most")} value={option.most} onChange={(most) => set({ most })} />}
            days={
              <Choice {...common} label={t("policy.day_kind")} value={option.working ? "working" : "all"} options={[["working", t("policy.working_days")], ["all", t("policy.days")]]} onChange={(kind) => set({ working: kind === "working" })} />
            }
            cost={<Amount {...common} label={t("policy.cost")} currency={own} value={option.cost} onChange={(cost) => set({ cost: cost ?? 0 })} />}
            free={<Amount {...common} label={t("policy.free_from")} currency={own} value={option.free_from} onChange={(free) => set({ free_from: free })} />}
          />
        </p>
        <div className={styles.ticks}>
          <CheckField label={t("policy.po_boxes")} disabled={disabled} checked={option.po_boxes} onChange={(event) => set({ po_boxes: event.target.checked })} />
          <CheckField label={t("policy.military")} disabled={disabled} checked={option.military} onChange={(event) => set({ military: event.target.checked })} />
          <CheckField label={t("policy.pickup")} disabled={disabled} checked={option.pickup} onChange={(event) => set({ pickup: event.target.checked })} />
        </div>
      </div>
      <IconButton label={t("action.remove")} icon={<Trash2 />} disabled={disabled} onClick={onRemove} />
    </li>
  );
}

/** How long an order takes to leave, and the ways it can go. */
export function Sending({ terms, disabled, language, onChange }: Editing) {
  const t = useT();
  const { processing, shipping } = terms;
  const process = (change: Partial<typeof processing>) => onChange({ ...terms, processing: { ...processing, ...change } });
  const ship = (options: PolicyShipping[]) => onChange({ ...terms, shipping: options });
  const day = new Intl.DateTimeFormat(language, { weekday: "short", timeZone: "UTC" });
  return (
    <Part title={t("policy.sending")} intro={t("policy.sending_intro")}>
      <div className="stack">
        <p className={styles.sentence}>
          <T
            k="policy.leaves"
            least={<Count label={t("policy.least")} disabled={disabled} value={processing.least} onChange={(least) => process({ least })} />}
            most={<Count label={t("policy.most")} disabled={disabled} value={processing.most} onChange={(most) => process({ most })} />}
            cutoff={<input type="time" className={styles.words} aria-label={t("policy.cutoff")} disabled={disabled} value={processing.cutoff} onChange={(event) => event.target.value && process({ cutoff: event.target.value.slice(0, 5) })} />}
            zone={<Words wide label={t("field.time_zone")} disabled={disabled} value={processing.time_zone} onChange={(zone) => process({ time_zone: zone })} />}
          />
        </p>
        <fieldset className={styles.ticks}>
          <legend className="sr-only">{t("policy.workdays")}</legend>
          {[0, 1, 2, 3, 4, 5, 6].map((number) => (
            <CheckField
              key={number}
              label={day.format(new Date(Date.UTC(2024, 0, 1 + number)))}
              disabled={disabled}
              checked={processing.workdays.includes(number)}
              onChange={(event) => process({ workdays: event.target.checked ? [...processing.workdays, number].sort() : processing.workdays.filter((one) => one !== number) })}
            />
          ))}
        </fieldset>
        <p className={styles.sentence}>
          <T k="policy.closed" days={<Codes label={t("policy.holidays")} disabled={disabled} value={processing.holidays} onChange={(holidays) => process({ holidays })} />} />
        </p>
        <ul className={styles.rows}>
          {shipping.map((option, at) => (
            <Option
              key={option.code}
              option={option}
              currency={terms.currency}
              disabled={disabled}
              language={language}
              onChange={(changed) => ship(shipping.map((one, n) => (n === at ? changed : one)))}
              onRemove={() => ship(shipping.filter((_, n) => n !== at))}
            />
          ))}
        </ul>
        <div>
          <Button icon={<Plus />} disabled={disabled} onClick={() => ship([...shipping, { ...NEW, code: freeCode(shipping) }])}>
            {t("policy.add_way")}
          </Button>
        </div>
      </div>
    </Part>
  );
}
