import type { PolicyReason, PolicyReturns } from "@parley/client/types";
import { Button } from "@parley/ui/Button";
import { CheckField } from "@parley/ui/Field";
import { cx } from "@parley/ui/cx";
import { IconButton } from "@parley/ui/IconButton";
import { Plus, Trash2 } from "lucide-react";

import { T, useT } from "@/lib/i18n/useT";
import { Part } from "@/lib/settings/Page";

import { Amount, Choice, Codes, Count, Words } from "./inline";
import styles from "./Policies.module.css";
import type { Editing } from "./Sending";

const RESOLUTIONS = ["refund", "exchange", "store_credit"] as const;
const ADDRESS = ["name", "line1", "postcode", "city", "country"] as const;

function Reason({ reason, disabled, language, onChange, onRemove }: { reason: PolicyReason; disabled: boolean; language: string; onChange: (reason: PolicyReason) => void; onRemove: () => void }) {
  const t = useT();
  return (
    <li className={styles.row}>
      <div>
        <p className={styles.sentence}>
          <Words wide label={t("policy.reason")} disabled={disabled} value={reason.name[language] ?? ""} onChange={(text) => onChange({ ...reason, name: { ...reason.name, [language]: text } })} />
        </p>
        <div className={styles.ticks}>
          <CheckField label={t("policy.we_pay")} disabled={disabled} checked={reason.shop_pays} onChange={(event) => onChange({ ...reason, shop_pays: event.target.checked, fee: !event.target.checked })} />
          <CheckField label={t("policy.photo")} disabled={disabled} checked={reason.photo} onChange={(event) => onChange({ ...reason, photo: event.target.checked })} />
        </div>
      </div>
      <IconButton label={t("action.remove")} icon={<Trash2 />} disabled={disabled} onClick={onRemove} />
    </li>
  );
}

function freeCode(reasons: readonly PolicyReason[]): string {
  const taken = new Set(reasons.map((one) => one.code));
  let number = reasons.length + 1;
  while (taken.has(`reason_${number}`)) number += 1;
  return `reason_${number}`;
}

/** What may come back, until when, what it costs, and when the money goes. */
export function Returning({ terms, disabled, language, onChange }: Editing) {
  const t = useT();
  const rules = terms.returns;
  const set = (change: Partial<PolicyReturns>) => onChange({ ...terms, returns: { ...rules, ...change } });
  const common = { disabled };
  return (
    <Part title={t("policy.returning")} intro={t("policy.returning_intro")}>
      <div className="stack">
        <p className={styles.sentence}>
          <T
            k="policy.window"
            days={<Count {...common} label={t("policy.window_days")} value={rules.window} onChange={(window) => set({ window })} />}
            exchange={<Count {...common} label={t("policy.exchange_days")} value={rules.exchange_window} onChange={(days) => set({ exchange_window: days })} />}
            countries={<Codes {...common} label={t("policy.countries")} value={rules.countries} onChange={(countries) => set({ countries })} />}
            final={<Codes {...common} label={t("policy.final")} value={rules.final} onChange={(final) => set({ final })} />}
          />
        </p>
        <p className={styles.sentence}>
          <T k="policy.by_itself" amount={<Amount {...common} label={t("policy.limit")} currency={terms.currency} value={rules.by_itself} onChange={(limit) => set({ by_itself: limit ?? 0 })} />} />{" "}
          <T k="policy.keep" amount={<Amount {...common} label={t("policy.keep_limit")} currency={terms.currency} value={rules.keep_below} onChange={(limit) => set({ keep_below: limit ?? 0 })} />} />
        </p>
        <p className={styles.sentence}>
          <T
            k="policy.label"
            who={<Choice {...common} label={t("policy.label_who")} value={rules.label} options={[["shop", t("policy.label_shop")], ["customer", t("policy.label_customer")]]} onChange={(label) => set({ label })} />}
            fee={<Amount {...common} label={t("policy.fee")} currency={terms.currency} value={rules.label_fee} onChange={(fee) => set({ label_fee: fee ?? 0 })} />}
            percent={<Count {...common} max={100} label={t("policy.restocking")} value={rules.restocking_percent} onChange={(percent) => set({ restocking_percent: percent })} />}
          />
        </p>
        <p className={styles.sentence}>
          <T
            k="policy.money"
            when={
              <Choice
                {...common}
                label={t("policy.when")}
                value={rules.refund_when}
                options={[["requested", t("policy.when_requested")], ["in_transit", t("policy.when_in_transit")], ["received", t("policy.when_received")]]}
                onChange={(when) => set({ refund_when: when })}
              />
            }
          />
        </p>
        <div className={styles.ticks}>
          <CheckField label={t("policy.inspect")} disabled={disabled} checked={rules.inspect} onChange={(event) => set({ inspect: event.target.checked })} />
          <CheckField label={t("policy.exchange_fee")} disabled={disabled} checked={rules.exchange_fee} onChange={(event) => set({ exchange_fee: event.target.checked })} />
          <CheckField label={t("policy.refund_shipping")} disabled={disabled} checked={rules.refund_shipping} onChange={(event) => set({ refund_shipping: event.target.checked })} />
          {RESOLUTIONS.map((one) => (
            <CheckField
              key={one}
              label={t(`policy.gives_${one}`)}
              disabled={disabled}
              checked={rules.resolutions.includes(one)}
              onChange={(event) => set({ resolutions: RESOLUTIONS.filter((known) => (known === one ? event.target.checked : rules.resolutions.includes(known))) })}
            />
          ))}
        </div>
        <p className={cx(styles.sentence, styles.address)}>
          <span>{t("policy.address")}</span>
          {ADDRESS.map((part) => (
            <Words key={part} {...common} label={t(`policy.address_${part}`)} value={rules.address[part] ?? ""} onChange={(text) => set({ address: { ...rules.address, [part]: text } })} />
          ))}
        </p>
        <ul className={styles.rows} aria-label={t("policy.reasons")}>
          {rules.reasons.map((reason, at) => (
            <Reason
              key={reason.code}
              reason={reason}
              disabled={disabled}
              language={language}
              onChange={(changed) => set({ reasons: rules.reasons.map((one, n) => (n === at ? changed : one)) })}
              onRemove={() => set({ reasons: rules.reasons.filter((_, n) => n !== at) })}
            />
          ))}
        </ul>
        <div>
          <Button icon={<Plus />} disabled={disabled} onClick={() => set({ reasons: [...rules.reasons, { code: freeCode(rules.reasons), name: {}, shop_pays: false, photo: false, fee: true }] })}>
            {t("policy.add_reason")}
          </Button>
        </div>
      </div>
    </Part>
  );
}
