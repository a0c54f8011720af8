import type { DeciderSettings } from "@parley/client/types";
import { CheckField } from "@parley/ui/Field";

import { Choice } from "@/commerce/policies/inline";
import inline from "@/commerce/policies/Policies.module.css";
import { T, useT } from "@/lib/i18n/useT";
import { Part } from "@/lib/settings/Page";

import { readTones, TARGETS, toSentiments, TONES, type Target } from "./tones";
import { Once } from "./routing/Once";
import type { DeciderChange } from "./useDeciders";

type Decided = { decider: DeciderSettings; disabled: boolean; onChange: (change: DeciderChange) => void };

const LONGEST = 7 * 24 * 60;
const asNumber = (value: unknown, other: number) => (typeof value === "number" ? value : other);

/** What a visitor is told when nobody is there. */
export function LeaveMessage({ decider, disabled, onChange }: Decided) {
  const t = useT();
  const { values, enabled } = decider;
  return (
    <Part title={t("flow.title_away")}>
      <div className="stack">
        <CheckField as="switch" disabled={disabled} label={t("flow.away")} checked={enabled} onChange={(event) => onChange({ enabled: event.target.checked })} />
        {enabled && <CheckField as="switch" disabled={disabled} label={t("flow.away_email")} checked={values.ask_email === true} onChange={(event) => onChange({ values: { ...values, ask_email: event.target.checked } })} />}
      </div>
    </Part>
  );
}

/** Who is called when a customer is furious or threatens. */
export function Furious({ decider, disabled, onChange }: Decided) {
  const t = useT();
  const { values, enabled } = decider;
  const set = (part: Record<string, unknown>) => onChange({ values: { ...values, ...part } });
  const to = TARGETS.find((one) => one === values.to) ?? "leads";
  return (
    <Part title={t("flow.title_furious")}>
      <div className="stack">
        <CheckField as="switch" disabled={disabled} label={t("flow.furious")} checked={enabled} onChange={(event) => onChange({ enabled: event.target.checked })} />
        {enabled && (
          <>
            <p className={inline.sentence}>
              <T
                k="flow.furious_call"
                to={<Choice<Target> label={t("flow.furious_to")} value={to} options={TARGETS.map((one) => [one, t(`flow.furious_to.${one}`)] as const)} disabled={disabled} onChange={(next) => set({ to: next })} />}
                tones={
                  <Choice
                    label={t("flow.furious_tones")}
                    value={readTones(values.sentiments)}
                    options={TONES.map((one) => [one, t(`flow.furious_tones.${one}`)] as const)}
                    disabled={disabled}
                    onChange={(next) => set({ sentiments: toSentiments(next) })}
                  />
                }
              />
            </p>
            <CheckField as="switch" disabled={disabled} label={t("flow.furious_threat")} checked={values.threatening === true} onChange={(event) => set({ threatening: event.target.checked })} />
          </>
        )}
      </div>
    </Part>
  );
}

/** When a new conversation goes on in the customer's open one. */
export function AutomaticMerge({ decider, disabled, onChange }: Decided) {
  const t = useT();
  const { values } = decider;
  const on = decider.enabled && values.on === true;
  const set = (part: Record<string, unknown>) => onChange({ values: { ...values, ...part } });
  return (
    <Part title={t("flow.title_merge")}>
      <div className="stack">
        <CheckField
          as="switch"
          disabled={disabled}
          label={t("flow.merge")}
          checked={on}
          onChange={(event) => onChange({ enabled: event.target.checked || decider.enabled, values: { ...values, on: event.target.checked } })}
        />
        {on && (
          <>
            <p className={inline.sentence}>
              <T k="flow.merge_within" minutes={<Once label={t("flow.merge_minutes")} value={asNumber(values.minutes, 60)} min={1} max={LONGEST} disabled={disabled} onChange={(minutes) => set({ minutes })} />} />
            </p>
            <CheckField as="switch" disabled={disabled} label={t("flow.merge_channel")} checked={values.same_channel === true} onChange={(event) => set({ same_channel: event.target.checked })} />
            <CheckField as="switch" disabled={disabled} label={t("flow.merge_subject")} checked={values.same_subject === true} onChange={(event) => set({ same_subject: event.target.checked })} />
          </>
        )}
      </div>
    </Part>
  );
}

/** How much rules may do to one conversation within an hour. */
export function Allowance({ decider, disabled, onChange }: Decided) {
  const t = useT();
  const { values } = decider;
  const set = (part: Record<string, unknown>) => onChange({ values: { ...values, ...part } });
  return (
    <Part title={t("flow.title_rules")} intro={t("flow.rules_hint")}>
      <p className={inline.sentence}>
        <T
          k="flow.rules"
          acts={<Once label={t("flow.rules_acts")} value={asNumber(values.acts_per_hour, 60)} max={1000} disabled={disabled} onChange={(next) => set({ acts_per_hour: next })} />}
          messages={<Once label={t("flow.rules_messages")} value={asNumber(values.messages_per_hour, 3)} max={100} disabled={disabled} onChange={(next) => set({ messages_per_hour: next })} />}
        />
      </p>
    </Part>
  );
}
